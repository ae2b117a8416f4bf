//! A certificate for the mail server.

#![expect(clippy::expect_used, reason = "a test fails by panicking")]

use std::path::PathBuf;
use std::process::Command;

/// A folder with an authority of its own (`ca.pem`) and a certificate that it gave to 127.0.0.1.
pub(crate) fn certificate(name: &str) -> PathBuf {
    let folder = std::env::temp_dir().join(format!("overstap-mail-{name}-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a folder");
    std::fs::write(folder.join("names"), "subjectAltName=IP:127.0.0.1").expect("a file");
    let key = "-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes";
    for arguments in [
        format!("req -x509 {key} -keyout ca.key -out ca.pem -days 2 -subj /CN=authority"),
        format!("req {key} -keyout server.key -out server.csr -subj /CN=server"),
        "x509 -req -in server.csr -CA ca.pem -CAkey ca.key -CAcreateserial -out server.pem -days 2 -extfile names".to_owned(),
    ] {
        let output = Command::new("openssl").args(arguments.split(' ')).current_dir(&folder).output().expect("openssl runs");
        assert!(output.status.success(), "{arguments}: {}", String::from_utf8_lossy(&output.stderr));
    }
    folder
}
