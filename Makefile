# What one does here. `make` lists it.

SHELL := /bin/bash
.DEFAULT_GOAL := help

.PHONY: help run demo rules hunt test crash upgrade check packages snapshots screenshots letters bench bench-peers bench-letters deny

help: ## List what can be made
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/  make \1\t\2/' | expand -t 20

run: ## Run the server on SQLite in this folder, adapters by hand
	cargo run --release -- serve

demo: ## Run the demo: five migrations, a simulated world, one cutover within two minutes
	cargo run --release -- serve --demo

rules: ## Test the rules alone: pure, in seconds once built
	cargo test --quiet -p workflow

hunt: ## Try the rules' properties with many random cases, e.g. make hunt CASES=20000; a failure is kept as a case for all later runs
	PROPTEST_CASES=$(or $(CASES),5000) cargo test --quiet -p workflow

test: packages ## Run all tests; installs what they need (PostgreSQL, poppler, …) from Debian's packages
	cargo test --quiet

crash: packages ## Crash at random moments that follow from SEED, e.g. make crash SEED=7; or from many, make crash SEEDS=1..200 JOBS=4
ifdef SEEDS
	$(or $(PYTHON),python3) tests/crash/seeds.py "$(SEEDS)" --jobs $(or $(JOBS),4)
else
	OVERSTAP_CRASH_SEED=$(or $(SEED),$$RANDOM) cargo test --quiet -p overstap --test main -- --nocapture crash::random crash::fleet
endif

upgrade: packages ## Upgrade servers while cutovers run, from an older revision that is built beside: make upgrade FROM=1a2b3c4
	tests/crash/upgrade.sh "$(FROM)"

check: packages ## All that must hold before a change lands: format, lints, documentation, tests
	cargo fmt --all --check
	cargo clippy --quiet --all-targets -- -D warnings
	RUSTDOCFLAGS="-D warnings" cargo doc --quiet --no-deps --workspace --document-private-items
	cargo test

packages: ## Install what the tests need from Debian's packages, if it is missing
	@.ci/packages

snapshots: ## Review snapshots that changed (needs cargo-insta)
	cargo insta review

screenshots: packages ## Draw the pages for the documentation (docs/pages), by the tests that use them in Chromium
	mkdir -p docs/pages
	OVERSTAP_SCREENSHOTS=1 cargo test --quiet -p overstap --test main -- web::browser

letters: ## Time a letter in release
	cargo run --release -p letters --example time_a_letter

bench: ## Measure commits, cutovers, crashes, timers, a morning and lists against databases and peers; PARTS=… chooses, see docs/speed.md
	cargo build --quiet --release -p overstap --bin overstap --example load
	$(or $(PYTHON),python3) benches/speed.py

bench-peers: ## Install the durable workflow engines that make bench compares with (needs the network, Node and ten minutes)
	cargo build --quiet --release --manifest-path benches/peers/dbos-rust/Cargo.toml
	npm install --silent --no-fund --no-package-lock --prefix benches/peers/restate
	cd benches/peers/dbos-python && $(or $(PYTHON),python3) -m venv .venv && .venv/bin/pip install --quiet -r requirements.txt

bench-letters: ## Compare letters with typst, WeasyPrint and LibreOffice, those that are installed; PYTHON=… chooses the Python
	cargo build --quiet --release -p letters --example time_a_letter
	$(or $(PYTHON),python3) benches/letters.py

deny: ## Licences, sources and advisories of dependencies (needs cargo-deny and the network)
	cargo deny check
