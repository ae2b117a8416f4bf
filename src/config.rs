//! Every setting, with its flag, its environment variable, its default and its check. The only reader of the environment.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use api::TokenRole;
use chrono::{NaiveDate, NaiveTime, TimeDelta};
use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{Args, Parser, Subcommand, ValueEnum};
use outside::webhook::{InvalidNetwork, Network};
use workflow::intake::check::email_fault;
use workflow::letter::printable::unprintable;
use workflow::letter::{PrintedAddress, PrintedCompany};
use workflow::porting::blocking::BlockingCodes;
use workflow::porting::window::PortingHours;
use workflow::provider::Directory;
use workflow::settings::Settings;

use crate::clock::Simulation;

/// Runs companies' moves from PSTN/ISDN telephony to hosted SIP: letters, number porting, PBX and cutover.
#[derive(Debug, Parser)]
#[command(name = "overstap", version, about, max_term_width = 120)]
pub struct Cli {
    /// Write the log as JSON, a line each.
    #[arg(long, env = "OVERSTAP_LOG_JSON", global = true)]
    pub log_json: bool,
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Run the server: the API, and the worker that does what is due.
    Serve(Box<Serve>),
    /// Run the world outside in memory, for demos and tests: COIN with donors, a carrier's portal, a PBX.
    Simulate(Simulate),
    /// Import a spreadsheet of customers, contracts and numbers into a running server, all of it or nothing.
    Import(Import),
    /// Make, list and revoke the tokens by which people and systems sign in.
    Token(Token),
    /// Rehearse a year of migrations on a clock that jumps, against a simulated world, and tell how it went.
    RehearseYear(RehearseYear),
    /// List, check and preview letters.
    Letters(LettersCommand),
    /// Replay every project's events and compare the outcome with what is stored.
    Verify(Database),
}

/// Where everything is kept.
#[derive(Debug, Clone, Args)]
pub struct Database {
    /// `sqlite://FILE` (made when missing) or `postgres://USER@HOST/NAME`.
    #[arg(long, env = "OVERSTAP_DATABASE_URL", default_value = "sqlite://overstap.db", hide_env_values = true, global = true)]
    pub database_url: String,
}

/// How portings are done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum PortingAdapter {
    /// A person does them in the carrier's portal; Overstap says exactly what to enter.
    Manual,
    /// Over an operator's own COIN connection.
    Coin,
    /// A carrier's portal behind signed webhook calls.
    Webhook,
}

/// How the PBX is worked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum PbxAdapter {
    /// A person does it; Overstap says exactly what.
    Manual,
    /// A PBX behind signed webhook calls.
    Webhook,
}

/// `overstap serve`.
#[derive(Debug, Clone, Args)]
pub struct Serve {
    /// The address on which to listen.
    #[arg(long, env = "OVERSTAP_LISTEN", default_value = "127.0.0.1:8080")]
    pub listen: SocketAddr,
    /// `sqlite://FILE` (made when missing) or `postgres://USER@HOST/NAME`. Default: `sqlite://overstap.db`, with --demo a fresh one that
    /// is thrown away at the end.
    #[arg(long, env = "OVERSTAP_DATABASE_URL", hide_env_values = true)]
    pub database_url: Option<String>,
    /// Fill an empty database with migrations in different phases, and connect a simulated world.
    #[arg(long, env = "OVERSTAP_DEMO")]
    pub demo: bool,
    /// Run on a simulated clock, from INSTANT, SPEED times as fast as the world's.
    #[arg(long, env = "OVERSTAP_CLOCK", value_name = "INSTANT[@SPEED]")]
    pub clock: Option<Simulation>,
    /// A project manager's bearer token.
    #[arg(long, env = "OVERSTAP_ADMIN_TOKEN", hide_env_values = true)]
    pub admin_token: Option<String>,

    /// How portings are done.
    #[arg(long, env = "OVERSTAP_PORTING", value_enum, default_value = "manual", help_heading = "Porting")]
    pub porting: PortingAdapter,
    /// COIN's address.
    #[arg(long, env = "OVERSTAP_COIN_URL", default_value = "https://api.coin.nl", help_heading = "Porting")]
    pub coin_url: String,
    /// The folder with `consumer_name`, `private-key.pem` and `sharedkey.encrypted`.
    #[arg(long, env = "OVERSTAP_COIN_CREDENTIALS", help_heading = "Porting")]
    pub coin_credentials: Option<PathBuf>,
    /// The portal's address, with --porting webhook.
    #[arg(long, env = "OVERSTAP_PORTING_URL", help_heading = "Porting")]
    pub porting_url: Option<String>,
    /// The secret that signs calls to the portal: `whsec_…`.
    #[arg(long, env = "OVERSTAP_PORTING_SECRET", hide_env_values = true, help_heading = "Porting")]
    pub porting_secret: Option<String>,
    /// The network operator code under which numbers are taken over: 3 to 6 capitals or digits.
    #[arg(long, env = "OVERSTAP_OPERATOR_CODE", default_value = "DYNX", value_parser = operator_code, help_heading = "Porting")]
    pub operator_code: String,
    /// The hours in which numbers are moved, Amsterdam time; the end is not included.
    #[arg(long, env = "OVERSTAP_PORTING_HOURS", default_value = "08:00-17:00", value_parser = porting_hours, help_heading = "Porting")]
    pub porting_hours: PortingHours,

    /// How the PBX is worked.
    #[arg(long, env = "OVERSTAP_PBX", value_enum, default_value = "manual", help_heading = "PBX")]
    pub pbx: PbxAdapter,
    /// The PBX's address, with --pbx webhook.
    #[arg(long, env = "OVERSTAP_PBX_URL", help_heading = "PBX")]
    pub pbx_url: Option<String>,
    /// The secret that signs calls to the PBX: `whsec_…`.
    #[arg(long, env = "OVERSTAP_PBX_SECRET", hide_env_values = true, help_heading = "PBX")]
    pub pbx_secret: Option<String>,

    /// The mail server: `smtps://USER:PASSWORD@HOST:465`, `smtp://USER:PASSWORD@HOST:587?tls=required`, or on this machine `smtp://127.0.0.1`.
    /// Without one, e-mails are a person's to send.
    #[arg(long, env = "OVERSTAP_SMTP_URL", hide_env_values = true, help_heading = "Mail")]
    pub smtp_url: Option<String>,
    /// A file with a certificate (PEM) by which the mail server may be known besides the usual authorities.
    #[arg(long, env = "OVERSTAP_SMTP_CA", help_heading = "Mail")]
    pub smtp_ca: Option<PathBuf>,
    /// The sender, e.g. `Dynamx <migraties@dynamx.example>`.
    #[arg(long, env = "OVERSTAP_MAIL_FROM", help_heading = "Mail")]
    pub mail_from: Option<String>,
    /// Internal networks to which events may be told, and without TLS: addresses or parts of the address space, e.g.
    /// `10.20.0.0/16,192.168.1.7`. Without any, events go over TLS to public addresses only.
    #[arg(long, env = "OVERSTAP_EVENT_WEBHOOKS_ALLOW_INTERNAL", value_name = "NETWORKS", help_heading = "Events")]
    pub event_webhooks_allow_internal: Option<String>,
    /// The program that reads invoices, of poppler-utils: a path, or a name in /usr/local/bin, /usr/bin or /bin.
    #[arg(long, env = "OVERSTAP_PDFTOTEXT", default_value = "pdftotext", help_heading = "Files")]
    pub pdftotext: String,
    /// The folder in which files lie while they are being received, at most 640 MiB. On a disk, not in memory.
    #[arg(long, env = "OVERSTAP_UPLOAD_FOLDER", default_value = "/var/tmp", help_heading = "Files")]
    pub upload_folder: PathBuf,

    /// How many seconds the cutover's test calls are repeated before their failure is an incident.
    #[arg(long, env = "OVERSTAP_VERIFY_SECONDS", default_value_t = 900, value_parser = clap::value_parser!(u32).range(0..=86_400), help_heading = "Cutover")]
    pub verify_seconds: u32,
    /// The pause between two test calls, in seconds.
    #[arg(long, env = "OVERSTAP_VERIFY_PAUSE_SECONDS", default_value_t = 15, value_parser = clap::value_parser!(u32).range(1..=3_600), help_heading = "Cutover")]
    pub verify_pause_seconds: u32,
    /// How many seconds a peer that took a cutover's step on (202) may take to say how it ended, before its silence is an incident; a person
    /// who does the step by hand is asked again after as long, then after growing pauses.
    #[arg(long, env = "OVERSTAP_ANSWER_SECONDS", default_value_t = 900, value_parser = clap::value_parser!(u32).range(1..=86_400), help_heading = "Cutover")]
    pub answer_seconds: u32,
    /// After so many attempts a cutover's step is an incident; the pauses between them are 1, 2, 4, … seconds.
    #[arg(long, env = "OVERSTAP_ATTEMPTS_MAX", default_value_t = 6, value_parser = clap::value_parser!(u32).range(1..=20), help_heading = "Cutover")]
    pub attempts_max: u32,

    /// The folder with the integrator's own texts, logo and colour for letters: docs/adding-a-letter.md.
    #[arg(long, env = "OVERSTAP_TEMPLATES", value_name = "DIR", help_heading = "Letters")]
    pub templates: Option<PathBuf>,
    /// A TOML file that adds providers to the directory, or corrects what it says of one.
    #[arg(long, env = "OVERSTAP_PROVIDERS", value_name = "FILE", help_heading = "Providers")]
    pub providers: Option<PathBuf>,
    /// A TOML file that says what donors' blocking codes mean: docs/operating.md.
    #[arg(long, env = "OVERSTAP_BLOCKING_CODES", value_name = "FILE", help_heading = "Providers")]
    pub blocking_codes: Option<PathBuf>,

    /// The integrator's name, as printed in letters.
    #[arg(long, env = "OVERSTAP_CONTRACTOR_NAME", default_value = "Dynamx", help_heading = "Contractor")]
    pub contractor_name: String,
    /// Its street and house number.
    #[arg(long, env = "OVERSTAP_CONTRACTOR_STREET", default_value = "Stationsplein 1", help_heading = "Contractor")]
    pub contractor_street: String,
    /// Its postal code.
    #[arg(long, env = "OVERSTAP_CONTRACTOR_POSTAL_CODE", default_value = "3511 ED", help_heading = "Contractor")]
    pub contractor_postal_code: String,
    /// Its town.
    #[arg(long, env = "OVERSTAP_CONTRACTOR_CITY", default_value = "Utrecht", help_heading = "Contractor")]
    pub contractor_city: String,
    /// Its trade register number.
    #[arg(long, env = "OVERSTAP_CONTRACTOR_KVK_NUMBER", help_heading = "Contractor")]
    pub contractor_kvk_number: Option<String>,
    /// Its e-mail address.
    #[arg(long, env = "OVERSTAP_CONTRACTOR_EMAIL", help_heading = "Contractor")]
    pub contractor_email: Option<String>,
    /// Its telephone number.
    #[arg(long, env = "OVERSTAP_CONTRACTOR_PHONE", help_heading = "Contractor")]
    pub contractor_phone: Option<String>,
}

impl Serve {
    /// What the rules depend on.
    pub fn settings(&self, providers: Directory, blocking_codes: BlockingCodes) -> Settings {
        Settings {
            contractor: PrintedCompany {
                name: self.contractor_name.clone(),
                address: PrintedAddress {
                    street: self.contractor_street.clone(),
                    postal_code: self.contractor_postal_code.clone(),
                    city: self.contractor_city.clone(),
                },
                kvk_number: filled(self.contractor_kvk_number.as_ref()),
                contact: None,
                email: filled(self.contractor_email.as_ref()),
                phone: filled(self.contractor_phone.as_ref()),
            },
            operator_code: self.operator_code.clone(),
            porting_hours: self.porting_hours,
            verify_for: TimeDelta::seconds(i64::from(self.verify_seconds)),
            verify_every: TimeDelta::seconds(i64::from(self.verify_pause_seconds)),
            reminders_by_mail: filled(self.smtp_url.as_ref()).is_some(),
            answer_within: TimeDelta::seconds(i64::from(self.answer_seconds)),
            attempt_count_max: self.attempts_max,
            blocking_codes,
            providers,
        }
    }
}

impl Serve {
    /// The providers that are known: the built-in ones, with those of the operator's file.
    ///
    /// # Errors
    /// What is wrong with the file.
    pub fn directory(&self) -> Result<Directory, String> {
        let Some(file) = &self.providers else { return Ok(Directory::built_in()) };
        let fault = |error: &dyn std::fmt::Display| format!("OVERSTAP_PROVIDERS: {}: {error}", file.display());
        let toml = std::fs::read_to_string(file).map_err(|error| fault(&error))?;
        Directory::built_in().extended(&toml).map_err(|error| fault(&error))
    }

    /// What blocking codes mean: nothing is known without the operator's file.
    ///
    /// # Errors
    /// What is wrong with the file, one line each.
    pub fn blocking_codes(&self) -> Result<BlockingCodes, Vec<String>> {
        let Some(file) = &self.blocking_codes else { return Ok(BlockingCodes::default()) };
        let fault = |error: &dyn std::fmt::Display| format!("OVERSTAP_BLOCKING_CODES: {}: {error}", file.display());
        let toml = std::fs::read_to_string(file).map_err(|error| vec![fault(&error)])?;
        BlockingCodes::parse(&toml).map_err(|faults| faults.iter().map(|error| fault(error)).collect())
    }

    /// The internal networks to which events may be told.
    ///
    /// # Errors
    /// Something in the list is no network.
    pub fn internal_networks(&self) -> Result<Vec<Network>, InvalidNetwork> {
        let networks = filled(self.event_webhooks_allow_internal.as_ref()).unwrap_or_default();
        networks.split(',').filter(|network| !network.trim().is_empty()).map(str::parse).collect()
    }

    /// What is wrong with the contractor's particulars: each letter prints them, so a fault would stop every migration.
    pub fn contractor_faults(&self) -> Vec<String> {
        let needed = [
            ("NAME", &self.contractor_name),
            ("STREET", &self.contractor_street),
            ("POSTAL_CODE", &self.contractor_postal_code),
            ("CITY", &self.contractor_city),
        ];
        let optional =
            [("KVK_NUMBER", &self.contractor_kvk_number), ("EMAIL", &self.contractor_email), ("PHONE", &self.contractor_phone)];
        let empty = needed.iter().filter(|(_, text)| text.trim().is_empty());
        let empty = empty.map(|(name, _)| format!("OVERSTAP_CONTRACTOR_{name} is empty"));
        let given = optional.iter().filter_map(|(name, text)| Some((*name, text.as_ref()?)));
        let strange = needed.into_iter().chain(given).filter(|(_, text)| !unprintable(text).is_empty());
        let strange = strange.map(|(name, text)| format!("OVERSTAP_CONTRACTOR_{name}: letters can't print all of {text:?}"));
        let email = self.contractor_email.as_deref().filter(|email| !email.trim().is_empty());
        let email = email.and_then(|email| email_fault("", email));
        let email = email.map(|fault| format!("OVERSTAP_CONTRACTOR_EMAIL: {}", fault.detail.en));
        empty.chain(strange).chain(email).collect()
    }
}

/// A variable that is set to nothing counts as not set.
fn filled(value: Option<&String>) -> Option<String> {
    value.filter(|value| !value.trim().is_empty()).cloned()
}

fn operator_code(code: &str) -> Result<String, String> {
    let right = (3..=6).contains(&code.len()) && code.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit());
    if right { Ok(code.to_owned()) } else { Err("give 3 to 6 capitals or digits, for example DYNX".to_owned()) }
}

fn porting_hours(text: &str) -> Result<PortingHours, String> {
    let time =
        |part: &str| NaiveTime::parse_from_str(part.trim(), "%H:%M").map_err(|_| format!("{part:?} is not a time such as 08:00"));
    let (from, until) = text.split_once('-').ok_or("give two times, for example 08:00-17:00")?;
    PortingHours::new(time(from)?, time(until)?).map_err(|error| error.to_string())
}

/// `overstap letters`.
#[derive(Debug, Clone, Args)]
pub struct LettersCommand {
    /// The folder with a contractor's own texts and looks.
    #[arg(long, env = "OVERSTAP_TEMPLATES", value_name = "DIR", global = true)]
    pub templates: Option<PathBuf>,
    /// What to do with letters.
    #[command(subcommand)]
    pub action: LettersAction,
}

/// What to do with letters.
#[derive(Debug, Clone, Subcommand)]
pub enum LettersAction {
    /// List the kinds of letter.
    List,
    /// Check the texts and looks in the folder; says what is wrong by file and line.
    Check,
    /// Make a letter with sample data.
    Preview {
        /// The kind, from the list.
        kind: String,
        /// The language.
        #[arg(long, default_value = "nl", value_parser = ["nl", "en"])]
        lang: String,
        /// Where to write the PDF; KIND-LANG.pdf in the working directory when not given.
        #[arg(long, value_name = "FILE")]
        out: Option<PathBuf>,
    },
}

/// `overstap simulate`.
#[derive(Debug, Clone, Args)]
pub struct Simulate {
    /// The address on which to listen.
    #[arg(long, env = "OVERSTAP_SIMULATE_LISTEN", default_value = "127.0.0.1:9090")]
    pub listen: SocketAddr,
    /// The folder into which a COIN consumer's credentials are written.
    #[arg(long)]
    pub credentials: Option<PathBuf>,
    /// How long donors take to answer, e.g. `1s` or `200ms`.
    #[arg(long, default_value = "1s", value_parser = duration)]
    pub answer_after: Duration,
    /// The secret with which webhook calls must be signed: `whsec_…`. Without it signatures are not looked at.
    #[arg(long)]
    pub secret: Option<String>,
}

/// `overstap rehearse-year`.
#[derive(Debug, Clone, Args)]
pub struct RehearseYear {
    /// How many migrations begin in the year.
    #[arg(long, default_value_t = 1000, value_parser = clap::value_parser!(u32).range(1..=9999))]
    pub migrations: u32,
    /// From which all that chance decides follows: customers, donors, failures.
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
    /// The day on which the year begins.
    #[arg(long, default_value = "2027-01-04")]
    pub from: NaiveDate,
    /// An empty database: `sqlite://FILE` or `postgres://USER@HOST/NAME`, which is kept. Without it a SQLite file that is thrown away.
    #[arg(long, hide_env_values = true)]
    pub database_url: Option<String>,
    /// The language of the report.
    #[arg(long, value_enum, default_value = "nl")]
    pub lang: ToldIn,
    /// Tell it as JSON.
    #[arg(long)]
    pub json: bool,
}

fn duration(text: &str) -> Result<Duration, String> {
    let digits = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let unit = text.get(digits.len()..).unwrap_or_default();
    let count: u64 = digits.parse().map_err(|_| "give a number with a unit: 200ms, 1s, 5m".to_owned())?;
    match unit {
        "ms" => Ok(Duration::from_millis(count)),
        "s" | "" => Ok(Duration::from_secs(count)),
        "m" => Ok(Duration::from_secs(count.saturating_mul(60))),
        _ => Err(format!("{unit:?} is no unit; give ms, s or m")),
    }
}

/// `overstap import`.
#[derive(Debug, Clone, Args)]
pub struct Import {
    /// An XLSX or CSV file. `GET /api/v1/projects/import/template.csv` is one to fill in.
    pub file: PathBuf,
    /// Only say what would happen, with every fault.
    #[arg(long)]
    pub dry_run: bool,
    /// Begin the projects in which nothing is wrong, and leave out the others.
    #[arg(long)]
    pub skip_bad: bool,
    /// The server's address.
    #[arg(long, env = "OVERSTAP_SERVER", default_value = "http://127.0.0.1:8080")]
    pub server: String,
    /// The token of a project manager, or of an integration.
    #[arg(long, env = "OVERSTAP_TOKEN", hide_env_values = true)]
    pub token: String,
    /// The language in which faults, and what became of the file, are told.
    #[arg(long, visible_alias = "lang", value_enum, default_value = "en")]
    pub language: ToldIn,
}

/// The language in which something is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ToldIn {
    /// Dutch.
    Nl,
    /// English.
    En,
}

impl ToldIn {
    /// As in `Accept-Language`, and the name of a text's part.
    pub const fn as_str(self) -> &'static str {
        match self {
            ToldIn::Nl => "nl",
            ToldIn::En => "en",
        }
    }

    /// What is told in this language.
    pub fn pick<T>(self, nl: T, en: T) -> T {
        match self {
            ToldIn::Nl => nl,
            ToldIn::En => en,
        }
    }
}

/// `overstap token`.
#[derive(Debug, Clone, Args)]
pub struct Token {
    /// Where everything is kept.
    #[command(flatten)]
    pub database: Database,
    /// What to do with tokens.
    #[command(subcommand)]
    pub action: TokenAction,
}

fn token_role() -> impl TypedValueParser<Value = TokenRole> {
    let names = PossibleValuesParser::new(TokenRole::ALL.map(TokenRole::as_str));
    names.try_map(|name| TokenRole::parse(&name).ok_or("no such role"))
}

/// What to do with tokens.
#[derive(Debug, Clone, Subcommand)]
pub enum TokenAction {
    /// Make a token. It is shown once; only its hash is kept.
    Create {
        /// Whose it is.
        #[arg(long)]
        name: String,
        /// What it may do.
        #[arg(long, value_parser = token_role())]
        role: TokenRole,
        /// The project of a customer's token: its reference, e.g. 2027-0001.
        #[arg(long, required_if_eq("role", "customer"))]
        project: Option<String>,
    },
    /// List all tokens.
    List,
    /// Revoke a token; it stops working at once.
    Revoke {
        /// Its id, from the list.
        id: String,
    },
}
