#!/usr/bin/env bash
# Upgrades servers while cutovers run: `make upgrade FROM=<revision>`. The older revision is built in a work tree and a target folder of its
# own below target/upgrade/, which takes minutes at first and is kept: `git worktree remove` takes the tree away.
set -euo pipefail
cd "$(dirname "$0")/../.."
revision=$(git rev-parse --verify --short=12 "${1:?name the older revision: make upgrade FROM=<revision>}^{commit}")
folder=$PWD/target/upgrade/$revision
[ -d "$folder/tree" ] || git worktree add --quiet --detach "$folder/tree" "$revision"
(cd "$folder/tree" && CARGO_TARGET_DIR=$folder/target cargo build --quiet -p overstap --bin overstap)
echo "from $revision, $(ls migrations/postgres | wc -l) migrations now and $(ls "$folder/tree/migrations/postgres" | wc -l) then"
OVERSTAP_OLDER=$folder/target/debug/overstap exec cargo test --quiet -p overstap --test main -- --ignored --nocapture crash::upgrade
