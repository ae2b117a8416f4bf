//! What a person has to do where no adapter does it: exactly what to enter where.

use crate::effect::{Action, PortingOrder};
use crate::letter::Scenario;
use crate::number::Series;
use crate::text::Text;

/// An action in words for the person who does it by hand.
pub fn instruction(action: &Action) -> Text {
    match action {
        Action::Provision(plan) => {
            let users = plan.users.count();
            Text::new(
                format!("maak op de centrale de omgeving \"{}\" met {users} gebruikers", plan.tenant),
                format!("make the tenant \"{}\" with {users} users on the PBX", plan.tenant),
            )
        }
        Action::Route(routing) => Text::new(
            format!("routeer op de centrale naar \"{}\": {}", routing.tenant, listed(&routing.numbers, "t/m")),
            format!("route on the PBX to \"{}\": {}", routing.tenant, listed(&routing.numbers, "to")),
        ),
        Action::Unroute(routing) => Text::new(
            format!("haal op de centrale de routering weg van: {}", listed(&routing.numbers, "t/m")),
            format!("take away the routing on the PBX of: {}", listed(&routing.numbers, "to")),
        ),
        Action::TestCall(routing) => Text::new(
            format!("bel van buiten deze nummers en controleer dat ze aankomen: {}", listed(&routing.numbers, "t/m")),
            format!("call these numbers from outside and see that they arrive: {}", listed(&routing.numbers, "to")),
        ),
        Action::RequestPorting(order) => request(order),
        Action::PerformPorting(porting) => Text::new(
            format!(
                "voer in het portaal de portering van dossier {} uit: {}",
                porting.dossier_id,
                listed(&porting.numbers, "t/m")
            ),
            format!("perform the porting of dossier {} in the portal: {}", porting.dossier_id, listed(&porting.numbers, "to")),
        ),
        Action::ReadInvoice(file) => Text::new(
            format!("lees de factuur {} en vergelijk haar met het project", file.filename),
            format!("read the invoice {} and compare it with the project", file.filename),
        ),
        Action::CancelPorting(withdrawal) => Text::new(
            format!("trek in het portaal de portering van dossier {} in", withdrawal.dossier_id),
            format!("withdraw the porting of dossier {} in the portal", withdrawal.dossier_id),
        ),
        Action::SendMail(mail) => {
            let files = mail.documents.iter().map(|document| document.filename.as_str()).collect::<Vec<_>>().join(", ");
            Text::new(
                format!("e-mail naar {} ({}): {files}", mail.to, mail.subject),
                format!("e-mail to {} ({}): {files}", mail.to, mail.subject),
            )
        }
    }
}

fn request(order: &PortingOrder) -> Text {
    let address = [Some(order.postal_code.as_str()), order.house_number.as_deref(), order.house_number_addition.as_deref()]
        .into_iter()
        .flatten()
        .collect::<Vec<_>>()
        .join(" ");
    let wish = order.wish_date.map_or_else(|| "-".to_owned(), |day| day.to_string());
    let (scenario_nl, scenario_en) = match order.scenario {
        Scenario::EndOfContract => ("einde contract", "end of contract"),
        Scenario::EarlyTermination => ("voortijdige beëindiging", "early termination"),
        Scenario::AfterTermination => ("na beëindiging", "after termination"),
        Scenario::Continuation => ("contract loopt door", "continuation"),
    };
    Text::new(
        format!(
            "vraag in het portaal de portering aan. Huidige provider: {}; bedrijf: {}; postcode en huisnummer: {address}; klantnummer: {}; \
             contractnummer: {}; situatie: {scenario_nl}; nummers: {}; wensdatum: {wish}. Leg het antwoord vast onder dossier {}",
            order.provider,
            order.company_name,
            order.customer_number,
            order.contract_number,
            listed(&order.numbers, "t/m"),
            order.dossier_id
        ),
        format!(
            "ask for the porting in the portal. Current provider: {}; company: {}; postal code and house number: {address}; customer \
             number: {}; contract number: {}; situation: {scenario_en}; numbers: {}; wish date: {wish}. Record the answer under dossier {}",
            order.provider,
            order.company_name,
            order.customer_number,
            order.contract_number,
            listed(&order.numbers, "to"),
            order.dossier_id
        ),
    )
}

fn listed(numbers: &[Series], to: &str) -> String {
    let one = |series: &Series| {
        if series.block_size() == 1 {
            series.paper_first()
        } else {
            format!("{} {to} {}", series.paper_first(), series.paper_last())
        }
    };
    numbers.iter().map(one).collect::<Vec<_>>().join(", ")
}
