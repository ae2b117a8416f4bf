//! Receivers that others have written: Standard Webhooks' own library, and the one that our documentation shows. Needs `python3` with `venv`,
//! and the package index the first time.

use std::fs;
use std::io::{BufRead, BufReader, Lines};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};

use serde_json::{Value, json};

use super::{subscribe, until_told};
use crate::support::job::text;
use crate::support::process::free_port;
use crate::support::world::{Adapters, Database, World};

const VERSION: &str = "1.1.0";
const ROOT: &str = env!("CARGO_MANIFEST_DIR");

/// A receiver as a process of its own; it ends with this.
struct Peer {
    child: Child,
    lines: Lines<BufReader<ChildStdout>>,
}

impl Peer {
    async fn start(mut command: Command, port: u16) -> Self {
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        while std::net::TcpStream::connect(("127.0.0.1", port)).is_err() {
            assert!(child.try_wait().unwrap().is_none(), "{command:?} ended");
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
        Self { child, lines }
    }

    /// What it says next.
    fn says(&mut self) -> String {
        self.lines.next().unwrap().unwrap()
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        let _ended_already = self.child.kill();
        let _status = self.child.wait();
    }
}

/// Sends a test to a subscription, and waits until `count` deliveries were taken.
async fn test(world: &World, subscription: &Value, count: usize) {
    world.api.post(&format!("{}/test", text(&subscription["location"])), json!({})).await;
    until_told(world, count).await;
}

#[tokio::test]
async fn the_standards_own_library_believes_what_is_sent_also_while_secrets_change() {
    let world = World::with(Database::Sqlite, Adapters::ByHand).await;
    let port = free_port();
    let subscription = subscribe(&world, &format!("http://127.0.0.1:{port}/")).await;
    let receiver = async |secret: &Value| {
        let mut command = Command::new(python_with_library());
        command.arg(Path::new(ROOT).join("tests/peers/standard_webhooks_peer.py")).arg(port.to_string()).arg(text(secret));
        Peer::start(command, port).await
    };
    let mut old = receiver(&subscription["secret"]).await;
    let said = |peer: &mut Peer| serde_json::from_str::<Value>(&peer.says()).unwrap();
    test(&world, &subscription, 1).await;
    assert_eq!(said(&mut old)["type"], "test");
    let rotated = world.api.post(&format!("{}/rotate", text(&subscription["location"])), json!({})).await;
    test(&world, &subscription, 2).await;
    assert_eq!(said(&mut old)["type"], "test", "who knows the old secret only");
    drop(old);
    let mut new = receiver(&rotated["secret"]).await;
    test(&world, &subscription, 3).await;
    assert_eq!(said(&mut new)["type"], "test", "who knows the new one only");
}

#[tokio::test]
async fn the_receiver_in_the_documentation_works() {
    let documentation = fs::read_to_string(Path::new(ROOT).join("docs/integrating.md")).unwrap();
    let section = documentation.split("\n## Event webhooks\n").nth(1).unwrap();
    let program = section.split("```python\n").nth(1).unwrap().split("```").next().unwrap();
    let port = free_port();
    let world = World::with(Database::Sqlite, Adapters::ByHand).await;
    let subscription = subscribe(&world, &format!("http://127.0.0.1:{port}/")).await;
    let key = text(&subscription["secret"]).replace("whsec_", "");
    let changed = program.replace("c2VjcmV0LW9mLXRoZS1wZWVyLTAxMjM0NTY3ODk=", &key).replace("9292", &port.to_string());
    assert!(changed.contains(&key) && changed.contains(&port.to_string()), "{program}");
    let mut command = Command::new("python3");
    command.args(["-c", &changed]);
    let mut receiver = Peer::start(command, port).await;
    let project = world.api.post("/api/v1/projects", crate::support::intake::bakery()).await;
    let told = until_told(&world, 1).await;
    assert_eq!(receiver.says(), format!("project_started {} 1", text(&project["reference"])));
    // What it has seen it takes, and does nothing with.
    world.api.post(&format!("{}/replay", text(&told.last().unwrap()["location"])), json!({})).await;
    world.api.post(&format!("{}/test", text(&subscription["location"])), json!({})).await;
    while receiver.says() != "test None None" {}
}

/// A virtual environment with the library, made once and kept in the target folder.
fn python_with_library() -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("standardwebhooks-{VERSION}"));
    let python = folder.join("bin/python");
    let complete = folder.join("complete");
    if !complete.exists() {
        run(Command::new("python3").args(["-m", "venv", "--clear"]).arg(&folder));
        run(Command::new(&python).args(["-m", "pip", "install", "--quiet", &format!("standardwebhooks=={VERSION}")]));
        fs::write(complete, "").unwrap();
    }
    python
}

fn run(command: &mut Command) {
    let output = command.output().unwrap();
    assert!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
}
