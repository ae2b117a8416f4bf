//! E-mail to a real server: what it gets, and what its answers mean.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod certificate;
mod server;

use certificate::certificate;
use outside::mail::{MailFile, OutgoingMail, SmtpClient};
use outside::{Answer, CallError};
use server::MailServer;

const SENDER: &str = "Dynamx <migraties@dynamx.example>";

fn mail(to: &str) -> OutgoingMail {
    OutgoingMail {
        id: "019b3c1e".to_owned(),
        to: to.to_owned(),
        reply_to: None,
        subject: "Brieven".to_owned(),
        text: "Zie bijlage.\n.\n".to_owned(),
        at: "2027-01-04T08:00:00Z".parse().unwrap(),
        files: vec![MailFile {
            name: "opzegging.pdf".to_owned(),
            content_type: "application/pdf".to_owned(),
            content: b"%PDF-1.4 \xff".to_vec(),
        }],
    }
}

#[tokio::test]
async fn a_mail_arrives_with_its_files_and_every_refusal_is_understood() {
    let mut server = MailServer::start("plain", None);
    let client = SmtpClient::new(&format!("smtp://127.0.0.1:{}", server.port), SENDER, None).unwrap();
    let taken = client.send(mail("j.devries@korenaar.example")).await.unwrap();
    assert!(matches!(taken, Answer::Done { detail: Some(detail), .. } if detail == "250 2.0.0 taken"));
    let got = server.mail();
    assert_eq!(got["to"], serde_json::json!(["j.devries@korenaar.example"]));
    let content = got["content"].as_str().unwrap();
    for part in ["Message-ID: <019b3c1e@dynamx.example>", "Zie bijlage.", "filename=\"opzegging.pdf\"", "JVBERi0xLjQg/w=="] {
        assert!(content.contains(part), "{part}\n{content}");
    }
    match client.send(mail("unknown@korenaar.example")).await {
        Ok(Answer::Refused { detail, .. }) => assert!(detail.contains("no such user"), "{detail}"),
        other => panic!("{other:?}"),
    }
    let busy = client.send(mail("busy@korenaar.example")).await;
    assert!(matches!(busy, Err(CallError::NotReached(_))), "{busy:?}");
    let lost = client.send(mail("lost@korenaar.example")).await;
    assert!(matches!(lost, Err(CallError::Unknown(_))), "{lost:?}");
    let nobody = client.send(mail("niemand")).await;
    assert!(matches!(nobody, Err(CallError::Rejected(_))), "{nobody:?}");
    drop(server);
    let gone = client.send(mail("j.devries@korenaar.example")).await;
    assert!(matches!(gone, Err(CallError::NotReached(_))), "{gone:?}");
}

#[tokio::test]
async fn mail_goes_over_tls_to_a_server_that_is_known_only() {
    let folder = certificate("tls");
    let authority = std::fs::read(folder.join("ca.pem")).unwrap();
    for (mode, scheme, query) in [("tls", "smtps", ""), ("starttls", "smtp", "?tls=required")] {
        let mut server = MailServer::start(mode, Some(&folder));
        let url = |password: &str| format!("{scheme}://me:{password}@127.0.0.1:{}{query}", server.port);
        let (right, wrong) = (url("sword%40fish"), url("swordfish"));
        let stranger = SmtpClient::new(&right, SENDER, None).unwrap();
        let refused = stranger.send(mail("a@b.example")).await;
        assert!(matches!(refused, Err(CallError::NotReached(_))), "{mode}, an authority that nobody knows: {refused:?}");
        let unknown = SmtpClient::new(&wrong, SENDER, Some(&authority)).unwrap();
        let refused = unknown.send(mail("a@b.example")).await;
        let Err(CallError::NotReached(text)) = refused else { panic!("{mode}, a wrong password: {refused:?}") };
        assert!(!text.contains("swordfish"), "{text}");
        let known = SmtpClient::new(&right, SENDER, Some(&authority)).unwrap();
        known.send(mail("a@b.example")).await.unwrap();
        assert_eq!(server.mail()["tls"], true, "{mode}");
    }
    std::fs::remove_dir_all(folder).unwrap();
}
