//! What `make bench` measures, in processes of their own: see docs/speed.md. `benches/speed.py` starts them and reads what they print.
//!
//! `load models URL` · `load commits URL CLIENTS SECONDS` · `load once URL PROJECT` · `load serve URL SHIFT_MICROSECONDS ANSWER_AFTER_MS [JOURNAL]`
#![expect(clippy::print_stdout, reason = "an example speaks to a program")]

mod commits;
mod models;
mod outside;
mod serve;

use std::error::Error;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use chrono::TimeDelta;
use engine::{Clock, Engine, Parts};
use letters::Letters;
use outside::Fake;
use overstap::clock::wire_clock;
use store::Store;
use workflow::letter::{PrintedAddress, PrintedCompany};
use workflow::porting::blocking::BlockingCodes;
use workflow::porting::window::PortingHours;
use workflow::provider::Directory;
use workflow::settings::Settings;

type Done<T = ()> = Result<T, Box<dyn Error + Send + Sync>>;

const USAGE: &str = "load models|commits|once|serve URL …";

#[tokio::main]
async fn main() -> Done {
    // Nobody is called over TLS here, and yet a client is not made without it.
    let _installed_before = rustls::crypto::ring::default_provider().install_default();
    let words: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    match words[..] {
        ["models", url] => models::make(url).await,
        ["commits", url, clients, seconds] => commits::repeat(url, clients.parse()?, Duration::from_secs(seconds.parse()?)).await,
        ["once", url, project] => commits::once(url, project.parse()?).await,
        ["serve", url, shift, millis] => serve::run(url, shift.parse()?, Fake::new(millis.parse()?, None)?).await,
        ["serve", url, shift, millis, journal] => {
            serve::run(url, shift.parse()?, Fake::new(millis.parse()?, Some(&PathBuf::from(journal)))?).await
        }
        _ => Err(USAGE.into()),
    }
}

/// An engine as a server has it, with a fake world outside.
async fn engine(url: &str, clock: Arc<dyn Clock>, outside: Fake) -> Done<Engine> {
    let outside = Arc::new(outside);
    Ok(Engine::new(Parts {
        store: Store::open(url).await?,
        letters: Letters::embedded()?,
        settings: settings(),
        clock,
        porting: outside.clone(),
        pbx: outside.clone(),
        mail: outside.clone(),
        invoices: outside,
        receivers: ::outside::webhook::EventClient::new(Vec::new(), wire_clock)?,
    }))
}

/// As `overstap serve` has them by itself, so that one finds nothing to set right in what this made.
fn settings() -> Settings {
    let address =
        PrintedAddress { street: "Stationsplein 1".to_owned(), postal_code: "3511 ED".to_owned(), city: "Utrecht".to_owned() };
    Settings {
        contractor: PrintedCompany {
            name: "Dynamx".to_owned(),
            address,
            kvk_number: None,
            contact: None,
            email: None,
            phone: None,
        },
        operator_code: "DYNX".to_owned(),
        porting_hours: PortingHours::default(),
        verify_for: TimeDelta::minutes(15),
        verify_every: TimeDelta::seconds(15),
        answer_within: TimeDelta::minutes(15),
        reminders_by_mail: false,
        attempt_count_max: 6,
        blocking_codes: BlockingCodes::default(),
        providers: Directory::built_in(),
    }
}
