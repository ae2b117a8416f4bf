//! COIN's own Python SDK, unchanged, against the simulated COIN. Needs `python3` with `venv`, and the package index the first time.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::scene::{Scene, credentials, entry};

const VERSION: &str = "1.6.10";

#[tokio::test(flavor = "multi_thread")]
async fn the_python_sdk_asks_listens_confirms_and_performs() {
    let scene = Scene::new().await;
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/peers/coin_sdk_peer.py");
    let mut sdk = Command::new(python_with_sdk());
    sdk.arg(script).arg(&scene.url).arg(credentials());
    let output = tokio::task::spawn_blocking(move || sdk.output().unwrap()).await.unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{said}\n{}", String::from_utf8_lossy(&output.stderr));
    assert!(said.ends_with("answered, performed, refused\n"), "{said}");
    let dossier = "SDK-20270001-1";
    let expected = [
        entry("coin.portingrequest", &format!("portingrequest/{dossier}"), false),
        entry("coin.portingperformed", &format!("portingperformed/{dossier}"), false),
    ];
    assert_eq!(scene.effects().await, expected);
    assert_eq!(scene.journal().await.len(), 4, "both events are confirmed");
}

/// A virtual environment with the SDK, made once and kept in the target folder.
fn python_with_sdk() -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("coin-sdk-{VERSION}"));
    let python = folder.join("bin/python");
    let complete = folder.join("complete");
    if !complete.exists() {
        run(Command::new("python3").args(["-m", "venv", "--clear"]).arg(&folder));
        run(Command::new(&python).args(["-m", "pip", "install", "--quiet", &format!("coin-sdk=={VERSION}")]));
        fs::write(complete, "").unwrap();
    }
    python
}

fn run(command: &mut Command) {
    let output = command.output().unwrap();
    assert!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
}
