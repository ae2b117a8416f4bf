//! Calls to a real server on this machine, which answers what a test wants.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

use super::*;

fn client(allowed: &[&str]) -> EventClient {
    let _installed_before = rustls::crypto::ring::default_provider().install_default();
    let allowed = allowed.iter().map(|network| network.parse().unwrap()).collect();
    EventClient::new(allowed, || DateTime::from_timestamp(1_800_000_000, 0).unwrap()).unwrap()
}

/// A server that answers one call with this text, and hands back what it was sent.
async fn server(answer: String) -> (String, tokio::task::JoinHandle<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/hook", listener.local_addr().unwrap());
    let served = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut request = vec![0; 64 * 1024];
        let mut length = 0;
        while !request[..length].ends_with(b"}") {
            length += stream.read(&mut request[length..]).await.unwrap();
        }
        // Who has heard enough goes away.
        let _broken = stream.write_all(answer.as_bytes()).await;
        String::from_utf8_lossy(&request[..length]).into_owned()
    });
    (url, served)
}

async fn tell(client: &EventClient, url: &str) -> EventAnswer {
    let signers = ["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_c2VjcmV0"].map(|secret| secret.parse().unwrap());
    client.tell(EventCall { url, id: "msg_1", body: b"{}".to_vec(), signers: &signers }).await
}

async fn told(answer: &str) -> (EventAnswer, String) {
    let (url, served) = server(answer.to_owned()).await;
    (tell(&client(&["127.0.0.0/8"]), &url).await, served.await.unwrap())
}

#[tokio::test]
async fn a_call_carries_the_standards_headers_and_a_signature_per_key() {
    let (answer, request) = told("HTTP/1.1 204 No Content\r\n\r\n").await;
    assert_eq!((answer.status, answer.answer.as_deref(), answer.error), (Some(204), Some(""), None));
    assert!(request.starts_with("POST /hook HTTP/1.1\r\n"), "{request}");
    let header = |name: &str| request.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": ")).unwrap();
    assert_eq!((header("webhook-id"), header("webhook-timestamp")), ("msg_1", "1800000000"));
    assert_eq!(header("content-type"), "application/json");
    let signatures: Vec<&str> = header("webhook-signature").split(' ').collect();
    assert_eq!(signatures.len(), 2);
    assert!(signatures.iter().all(|signature| signature.starts_with("v1,")) && signatures[0] != signatures[1]);
}

#[tokio::test]
async fn a_call_ends_after_fifteen_seconds_wherever_the_receiver_stops_to_speak() {
    assert_eq!(TIMEOUT, Duration::from_secs(15), "as docs/integrating.md says");
    let _installed_before = rustls::crypto::ring::default_provider().install_default();
    let limit = Duration::from_millis(300);
    let client = EventClient::with_timeout(vec!["127.0.0.0/8".parse().unwrap()], DateTime::default, limit).unwrap();
    let head = "HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n";
    // Says nothing; the beginning of its head; its head; a part of its body.
    for (said, status) in [("", None), (&head[..20], None), (head, Some(200)), (&format!("{head}half"), Some(200))] {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/", listener.local_addr().unwrap());
        let said = said.to_owned();
        let receiver = tokio::spawn(async move {
            let (mut stream, _) = listener.accept().await.unwrap();
            // Who speaks before being asked is no HTTP server.
            let _asked = stream.read(&mut [0; 4096]).await.unwrap();
            stream.write_all(said.as_bytes()).await.unwrap();
            std::future::pending::<()>().await;
        });
        let answer = tell(&client, &url).await;
        receiver.abort();
        assert!(answer.took >= limit && answer.took < TIMEOUT, "{answer:?}");
        // What was taken is taken: its head said so. Of the others nobody knows.
        assert_eq!(answer.status, status, "{answer:?}");
        assert_eq!(answer.error.is_none(), status.is_some(), "{answer:?}");
    }
}

#[tokio::test]
async fn a_redirect_is_an_answer_and_not_followed() {
    let (answer, _) = told("HTTP/1.1 307 Temporary Redirect\r\nlocation: http://127.0.0.1:1/\r\ncontent-length: 0\r\n\r\n").await;
    assert_eq!((answer.status, answer.error), (Some(307), None));
}

#[tokio::test]
async fn only_the_beginning_of_an_answer_is_read() {
    let (answer, _) = told(&format!("HTTP/1.1 500 Oops\r\ncontent-length: 9000000\r\n\r\n{}", "é\0".repeat(100_000))).await;
    let kept = answer.answer.unwrap();
    assert!(kept.starts_with("é\u{fffd}é") && kept.chars().count() < 1024, "{}", kept.len());
    assert_eq!((answer.status, answer.error), (Some(500), None));
}

#[tokio::test]
async fn an_answer_that_breaks_off_was_given_all_the_same() {
    let (answer, _) = told("HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nthank").await;
    assert_eq!((answer.status, answer.answer.as_deref(), answer.error), (Some(200), Some("thank"), None));
    let (answer, _) = told("HTTP/1.1 500 Oops\r\ncontent-length: 100\r\n\r\nsor").await;
    assert!(answer.status == Some(500) && answer.error.is_some());
    let (answer, _) = told("").await;
    assert!(answer.status.is_none() && answer.error.is_some() && answer.answer.is_none());
}

#[tokio::test]
async fn a_receiver_may_ask_to_be_left_alone() {
    let asked = async |status: &str, header: &str| {
        told(&format!("HTTP/1.1 {status}\r\n{header}\r\ncontent-length: 0\r\n\r\n")).await.0.retry_after
    };
    assert_eq!(asked("429 Slow", "retry-after: 120").await, Some(TimeDelta::seconds(120)));
    // 2027-01-15T08:00:00Z is what the clock shows.
    let date = "retry-after: Fri, 15 Jan 2027 08:01:00 GMT";
    assert_eq!(asked("503 Later", date).await, Some(TimeDelta::seconds(60)));
    for (status, header) in [("500 Oops", "retry-after: 120"), ("503 Later", "retry-after: soon"), ("503 Later", "x: y")] {
        assert_eq!(asked(status, header).await, None, "{status} {header}");
    }
}

#[tokio::test]
async fn what_is_internal_is_not_called() {
    let (url, served) = server("HTTP/1.1 204 No Content\r\n\r\n".to_owned()).await;
    let port = Url::parse(&url).unwrap().port().unwrap();
    for host in ["127.0.0.1", "localhost", "[::ffff:127.0.0.1]", "2130706433", "0x7f.1"] {
        for (scheme, allowed) in [("https", vec![]), ("http", vec![]), ("http", vec!["10.0.0.0/8"])] {
            let answer = tell(&client(&allowed), &format!("{scheme}://{host}:{port}/")).await;
            let error = answer.error.unwrap();
            assert!(error.contains("internal"), "{scheme}://{host}: {error}");
        }
    }
    assert!(!served.is_finished());
    served.abort();
}

#[tokio::test]
async fn what_went_wrong_does_not_tell_the_address() {
    let answer = tell(&client(&["127.0.0.1"]), "http://127.0.0.1:1/hook?key=swordfish").await;
    let error = answer.error.unwrap();
    assert!(error.contains("refused") && !error.contains("swordfish"), "{error}");
}

#[test]
fn an_address_is_looked_at_before_anything_is_sent() {
    let open = client(&[]);
    let inside = client(&["127.0.0.0/8", "10.1.0.0/16"]);
    for (url, outside_only, with_inside) in [
        ("https://crm.example/hook?key=1", None, None),
        ("https://1.1.1.1/", None, None),
        ("http://crm.example/hook", Some(AddressFault::NotTls), None),
        ("http://1.1.1.1/hook", Some(AddressFault::NotTls), Some(AddressFault::NotTls)),
        ("http://127.0.0.1:8080/", Some(AddressFault::NotTls), None),
        ("http://10.1.2.3/", Some(AddressFault::NotTls), None),
        ("https://10.2.2.3/", Some(AddressFault::Internal), Some(AddressFault::Internal)),
        ("https://169.254.169.254/latest/meta-data", Some(AddressFault::Internal), Some(AddressFault::Internal)),
        ("https://[::1]/", Some(AddressFault::Internal), Some(AddressFault::Internal)),
        ("https://2130706433/", Some(AddressFault::Internal), None),
        ("https://localhost./", Some(AddressFault::Internal), None),
        ("https://user:secret@crm.example/", Some(AddressFault::WithPassword), Some(AddressFault::WithPassword)),
        ("ftp://crm.example/", Some(AddressFault::NotAnAddress), Some(AddressFault::NotAnAddress)),
        ("crm.example/hook", Some(AddressFault::NotAnAddress), Some(AddressFault::NotAnAddress)),
        ("https://", Some(AddressFault::NotAnAddress), Some(AddressFault::NotAnAddress)),
        ("", Some(AddressFault::NotAnAddress), Some(AddressFault::NotAnAddress)),
    ] {
        assert_eq!((open.fault(url), inside.fault(url)), (outside_only, with_inside), "{url}");
    }
}
