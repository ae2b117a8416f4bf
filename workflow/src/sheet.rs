//! The sheet for who does something by hand: exactly what to enter where, each value by itself, so that it can be copied.

use serde::Serialize;
use uuid::Uuid;

use crate::calendar::local_time;
use crate::checklist::Click;
use crate::effect::{Action, InvoiceFile, Mail, PortingExecution, PortingOrder, PortingWithdrawal, Provision, Routing};
use crate::intake::{User, Users};
use crate::number::Series;
use crate::project::{Project, Turn};
use crate::text::Text;

/// What to do for an action, as a form with its values filled in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Sheet {
    /// What it is.
    pub title: Text,
    /// Where it is done, and how.
    pub place: Text,
    /// What to enter, in the order in which forms ask for it. What is not known is left out.
    pub fields: Vec<Field>,
    /// What there are several of.
    pub tables: Vec<Table>,
    /// What to record when it has been done.
    pub afterwards: Text,
}

/// A value to enter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Field {
    /// Its stable name.
    pub key: &'static str,
    /// What it is called.
    pub label: Text,
    /// The value. Only what is a word and no name or number differs by language.
    pub value: Text,
}

/// Values of which there are several.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Table {
    /// Its stable name.
    pub key: &'static str,
    /// What it is called.
    pub title: Text,
    /// What its columns are called.
    pub columns: Vec<Text>,
    /// The values; empty where one is not known.
    pub rows: Vec<Vec<String>>,
}

/// Whether it is still to be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// It waits for a person.
    ByHand,
    /// It goes by itself, or a peer is at it: nobody need do it by hand.
    UnderWay,
    /// It could not be done, and is not tried again by itself.
    Stopped,
    /// It has its outcome, or is not wanted any more.
    Over,
}

impl Standing {
    /// Where an effect of a project stands.
    pub fn of(project: &Project, effect: Uuid) -> Self {
        match project.effects.get(&effect).map(|effect| effect.turn) {
            Some(Turn::Person) => Standing::ByHand,
            Some(Turn::Adapter | Turn::Peer) => Standing::UnderWay,
            Some(Turn::Nobody) => Standing::Stopped,
            None => Standing::Over,
        }
    }

    /// What it means for who reads the sheet.
    pub fn title(self) -> Text {
        match self {
            Standing::ByHand => Text::new("te doen", "to be done"),
            Standing::UnderWay => Text::new("gaat vanzelf, doe dit niet met de hand", "goes by itself, don't do this by hand"),
            Standing::Stopped => Text::new(
                "gestopt: probeer het opnieuw, of doe het met de hand en leg het vast",
                "stopped: try it again, or do it by hand and record that",
            ),
            Standing::Over => Text::new("voorbij: gedaan of niet meer nodig", "over: done, or not needed any more"),
        }
    }

    /// What can be said of it by one click.
    pub fn clicks(self, effect: Uuid) -> Vec<Click> {
        match self {
            Standing::ByHand | Standing::Stopped => vec![Click::Done(effect), Click::Refused(effect)],
            Standing::UnderWay | Standing::Over => Vec::new(),
        }
    }
}

/// The sheet for an action.
pub fn sheet(action: &Action) -> Sheet {
    match action {
        Action::Provision(plan) => provision(plan),
        Action::Route(routing @ Routing { stands_for: Some(_), .. }) => on_pbx(
            routing,
            Text::new("tijdelijke nummers routeren", "route temporary numbers"),
            Text::new(
                "laat op de centrale deze tijdelijke nummers daar aankomen waar straks de nummers van de klant aankomen",
                "have these temporary numbers arrive on the PBX where the customer's own numbers will",
            ),
        ),
        Action::Route(routing) => on_pbx(
            routing,
            Text::new("nummers routeren", "route numbers"),
            Text::new(
                "laat op de centrale deze nummers bij deze omgeving aankomen",
                "have these numbers arrive at this tenant on the PBX",
            ),
        ),
        Action::Unroute(routing) => on_pbx(
            routing,
            Text::new("routering weghalen", "take the routing away"),
            Text::new(
                "haal op de centrale de routering van deze nummers weg",
                "take the routing of these numbers away on the PBX",
            ),
        ),
        Action::TestCall(routing) => on_pbx(
            routing,
            Text::new("testoproepen", "test calls"),
            Text::new(
                "bel deze nummers van buiten, van een blok het eerste, een uit het midden en het laatste, en controleer dat ze aankomen",
                "call these numbers from outside, of a block the first, one in the middle and the last, and see that they arrive",
            ),
        ),
        Action::RequestPorting(order) => request(order),
        Action::PerformPorting(porting) => perform(porting),
        Action::CancelPorting(withdrawal) => cancel(withdrawal),
        Action::SendMail(mail) => send_mail(mail),
        Action::ReadInvoice(file) => read_invoice(file),
    }
}

fn request(order: &PortingOrder) -> Sheet {
    let fields = [
        field("dossier", "ons kenmerk (dossier)", "our reference (dossier)", &order.dossier_id),
        field("provider", "huidige provider", "current provider", &order.provider),
        field("recipient", "ontvangende aanbieder", "receiving operator", &order.recipient_operator),
        field("company", "bedrijfsnaam", "company", &order.company_name),
        field("postal_code", "postcode", "postal code", &order.postal_code),
        optional("house_number", "huisnummer", "house number", order.house_number.as_ref()),
        optional("house_number_addition", "toevoeging", "addition", order.house_number_addition.as_ref()),
        field("customer_number", "klantnummer", "customer number", &order.customer_number),
        field("contract_number", "contractnummer", "contract number", &order.contract_number),
        Some(Field { key: "scenario", label: Text::new("situatie", "situation"), value: order.scenario.title() }),
        optional("wish_date", "wensdatum", "wish date", order.wish_date.map(|day| day.to_string()).as_ref()),
    ];
    Sheet {
        title: Text::new("portering aanvragen", "ask for the porting"),
        place: Text::new("vul dit in het portaal in als nieuwe aanvraag", "enter this in the portal as a new request"),
        fields: fields.into_iter().flatten().collect(),
        tables: vec![numbers(&order.numbers)],
        afterwards: Text::new(
            "leg het antwoord van de provider vast onder dit dossier: de eerst mogelijke datum en tijd, of de blokkeringscode; met een \
             afbeelding van het portaal als bijlage",
            "record the provider's answer under this dossier: the first possible date and time, or the blocking code; with a picture of \
             the portal as an attachment",
        ),
    }
}

fn perform(porting: &PortingExecution) -> Sheet {
    let at = local_time(porting.at).format("%Y-%m-%d %H:%M").to_string();
    let fields = [
        field("dossier", "dossier", "dossier", &porting.dossier_id),
        field("recipient", "ontvangende aanbieder", "receiving operator", &porting.recipient_operator),
        optional("donor", "huidige aanbieder", "current operator", porting.donor_operator.as_ref()),
        field("from", "vanaf (Nederlandse tijd)", "from (Dutch time)", &at),
    ];
    Sheet {
        title: Text::new("portering uitvoeren", "perform the porting"),
        place: Text::new(
            "open dit dossier in het portaal en voer de portering uit; dat kan niet ongedaan worden gemaakt",
            "open this dossier in the portal and perform the porting; it can't be undone",
        ),
        fields: fields.into_iter().flatten().collect(),
        tables: vec![numbers(&porting.numbers)],
        afterwards: Text::new(
            "zeg dat het is gedaan, of dat het portaal weigert en wat het zegt",
            "say that it has been done, or that the portal refuses and what it says",
        ),
    }
}

fn cancel(withdrawal: &PortingWithdrawal) -> Sheet {
    let fields = [
        field("dossier", "dossier", "dossier", &withdrawal.dossier_id),
        field("recipient", "ontvangende aanbieder", "receiving operator", &withdrawal.recipient_operator),
        field("reason", "reden", "reason", &withdrawal.reason),
    ];
    Sheet {
        title: Text::new("portering intrekken", "withdraw the porting"),
        place: Text::new("trek dit dossier in het portaal in", "withdraw this dossier in the portal"),
        fields: fields.into_iter().flatten().collect(),
        tables: Vec::new(),
        afterwards: said_done(),
    }
}

fn provision(plan: &Provision) -> Sheet {
    let recording = match plan.call_recording.retention_days() {
        None => Text::new("uit", "off"),
        Some(days) => Text::new(format!("{days} dagen bewaren"), format!("kept for {days} days")),
    };
    let fields = [
        field("tenant", "omgeving", "tenant", &plan.tenant),
        field("users", "aantal gebruikers", "number of users", &plan.users.count().to_string()),
        Some(Field { key: "call_recording", label: Text::new("gespreksopname", "call recording"), value: recording }),
    ];
    let mut tables = Vec::new();
    if let Users::List(users) = &plan.users {
        let known = |value: &Option<String>| value.clone().unwrap_or_default();
        let row = |user: &User| {
            vec![user.name.clone(), known(&user.extension), known(&user.email), known(&user.device), known(&user.smartphone)]
        };
        tables.push(Table {
            key: "users",
            title: Text::new("gebruikers", "users"),
            columns: vec![
                Text::new("naam", "name"),
                Text::new("toestelnummer", "extension"),
                Text::new("e-mail", "e-mail"),
                Text::new("toestel", "desk phone"),
                Text::new("smartphone", "smartphone"),
            ],
            rows: users.iter().map(row).collect(),
        });
    }
    if !plan.equipment.is_empty() {
        tables.push(Table {
            key: "equipment",
            title: Text::new("apparatuur", "equipment"),
            columns: vec![Text::new("model", "model"), Text::new("aantal", "quantity")],
            rows: plan.equipment.iter().map(|item| vec![item.model.clone(), item.quantity.to_string()]).collect(),
        });
    }
    Sheet {
        title: Text::new("omgeving op de centrale maken", "make the tenant on the PBX"),
        place: Text::new("maak op de centrale deze omgeving met haar gebruikers", "make this tenant with its users on the PBX"),
        fields: fields.into_iter().flatten().collect(),
        tables,
        afterwards: said_done(),
    }
}

fn on_pbx(routing: &Routing, title: Text, place: Text) -> Sheet {
    // Told apart from what is entered: nobody must route the customer's numbers before they are ported.
    let stands_for = |customers: &Series| Table {
        key: "stands_for",
        title: Text::new("in de plaats van (niet invoeren)", "in the place of (not to be entered)"),
        ..numbers(std::slice::from_ref(customers))
    };
    let tables = std::iter::once(numbers(&routing.numbers)).chain(routing.stands_for.as_ref().map(stands_for));
    Sheet {
        title,
        place,
        fields: field("tenant", "omgeving", "tenant", &routing.tenant).into_iter().collect(),
        tables: tables.collect(),
        afterwards: Text::new(
            "zeg dat het is gedaan, of dat het niet lukt en waarom",
            "say that it has been done, or that it can't be and why",
        ),
    }
}

fn send_mail(mail: &Mail) -> Sheet {
    let fields = [
        field("to", "aan", "to", &mail.to),
        optional("phone", "of bel", "or call", mail.phone.as_ref()),
        optional("reply_to", "antwoord aan", "reply to", mail.reply_to.as_ref()),
        field("subject", "onderwerp", "subject", &mail.subject),
        field("text", "tekst", "text", &mail.text),
    ];
    let documents = Table {
        key: "documents",
        title: Text::new("bijlagen", "enclosures"),
        columns: vec![Text::new("bestand", "file"), Text::new("id in Overstap", "id in Overstap")],
        rows: mail.documents.iter().map(|document| vec![document.filename.clone(), document.id.to_string()]).collect(),
    };
    Sheet {
        title: Text::new("e-mail versturen", "send an e-mail"),
        place: if mail.phone.is_some() {
            Text::new(
                "bel, of stuur deze e-mail uit het eigen mailprogramma",
                "call, or send this e-mail from your own mail program",
            )
        } else {
            Text::new("stuur deze e-mail uit het eigen mailprogramma", "send this e-mail from your own mail program")
        },
        fields: fields.into_iter().flatten().collect(),
        tables: if mail.documents.is_empty() { Vec::new() } else { vec![documents] },
        afterwards: said_done(),
    }
}

fn read_invoice(file: &InvoiceFile) -> Sheet {
    let fields = [
        field("file", "bestand", "file", &file.filename),
        field("attachment", "bijlage in Overstap", "attachment in Overstap", &file.attachment.to_string()),
    ];
    Sheet {
        title: Text::new("factuur lezen", "read the invoice"),
        place: Text::new(
            "lees de factuur en vergelijk haar met wat van het project bekend is",
            "read the invoice and compare it with what is known of the project",
        ),
        fields: fields.into_iter().flatten().collect(),
        tables: Vec::new(),
        afterwards: said_done(),
    }
}

fn said_done() -> Text {
    Text::new("zeg dat het is gedaan", "say that it has been done")
}

/// The numbers in every form in which a portal or PBX may ask for them.
fn numbers(numbers: &[Series]) -> Table {
    let row = |series: &Series| {
        let count = series.block_size().to_string();
        vec![
            series.paper_first(),
            series.paper_last(),
            count,
            series.national_first(),
            series.national_last(),
            series.first(),
            series.last(),
        ]
    };
    Table {
        key: "numbers",
        title: Text::new("nummers", "numbers"),
        columns: vec![
            Text::new("van", "from"),
            Text::new("t/m", "to"),
            Text::new("aantal", "count"),
            Text::new("van, aaneen", "from, in one"),
            Text::new("t/m, aaneen", "to, in one"),
            Text::new("van, internationaal", "from, international"),
            Text::new("t/m, internationaal", "to, international"),
        ],
        rows: numbers.iter().map(row).collect(),
    }
}

fn field(key: &'static str, nl: &str, en: &str, value: &str) -> Option<Field> {
    (!value.is_empty()).then(|| Field { key, label: Text::new(nl, en), value: Text::new(value, value) })
}

fn optional(key: &'static str, nl: &str, en: &str, value: Option<&String>) -> Option<Field> {
    field(key, nl, en, value?)
}
