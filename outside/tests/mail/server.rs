//! A real mail server (Debian's python3-aiosmtpd) as a process of its own.

#![expect(clippy::expect_used, reason = "a test fails by panicking")]

use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use serde_json::Value;

/// The server's program.
const PROGRAM: &str = include_str!("server.py");

/// A mail server; it ends with this.
pub(crate) struct MailServer {
    child: Child,
    _stdin: ChildStdin,
    lines: std::io::Lines<BufReader<ChildStdout>>,
    /// Where it listens, on 127.0.0.1.
    pub(crate) port: u16,
}

impl MailServer {
    /// Starts one: `plain`, or `starttls` or `tls` with the certificate of this folder.
    pub(crate) fn start(mode: &str, certificate: Option<&Path>) -> Self {
        let port = TcpListener::bind("127.0.0.1:0").expect("a port").local_addr().expect("its number").port();
        let files = certificate.map(|folder| [folder.join("server.pem"), folder.join("server.key")]);
        // Debian's own Python has Debian's packages.
        let mut child = Command::new("/usr/bin/python3")
            .args(["-c", PROGRAM, &port.to_string(), mode])
            .args(files.into_iter().flatten())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("these tests need Debian's package python3-aiosmtpd: make packages");
        let stdin = child.stdin.take().expect("it has one");
        let lines = BufReader::new(child.stdout.take().expect("it has one")).lines();
        let mut server = Self { child, _stdin: stdin, lines, port };
        assert_eq!(server.line(), "ready");
        server
    }

    fn line(&mut self) -> String {
        self.lines.next().expect("the server runs").expect("it writes text")
    }

    /// The next mail that it takes.
    pub(crate) fn mail(&mut self) -> Value {
        serde_json::from_str(&self.line()).expect("a line of JSON")
    }
}

impl Drop for MailServer {
    fn drop(&mut self) {
        let _ended_already = self.child.kill();
        let _status = self.child.wait();
    }
}
