//! What a person has to do where no adapter does it: exactly what to enter where.

use crate::effect::{Action, Mail, PortingOrder, Routing};
use crate::forwarding::{Destination, ForwardingPlan, Means};
use crate::intake::Contract;
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
        Action::Route(routing @ Routing { stands_for: Some(customers), .. }) => {
            let (nl, en) = (listed(&routing.numbers, "t/m"), listed(&routing.numbers, "to"));
            Text::new(
                format!("routeer op de centrale naar \"{}\", als tijdelijk nummer voor {customers}: {nl}", routing.tenant),
                format!("route on the PBX to \"{}\", as a temporary number for {customers}: {en}", routing.tenant),
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
        Action::PerformPorting(porting) => to_perform(&porting.dossier_id, &porting.numbers),
        Action::ReadInvoice(file) => Text::new(
            format!("lees de factuur {} en vergelijk haar met het project", file.filename),
            format!("read the invoice {} and compare it with the project", file.filename),
        ),
        Action::CancelPorting(withdrawal) => Text::new(
            format!("trek in het portaal de portering van dossier {} in", withdrawal.dossier_id),
            format!("withdraw the porting of dossier {} in the portal", withdrawal.dossier_id),
        ),
        Action::SendMail(Mail { to, phone: Some(phone), subject, .. }) => Text::new(
            format!("bel {phone} of mail {to}, en zeg: {subject}"),
            format!("call {phone} or e-mail {to}, and say: {subject}"),
        ),
        Action::SendMail(mail) if mail.documents.is_empty() => {
            Text::new(format!("e-mail naar {}: {}", mail.to, mail.subject), format!("e-mail to {}: {}", mail.to, mail.subject))
        }
        Action::SendMail(mail) => {
            let files = mail.documents.iter().map(|document| document.filename.as_str()).collect::<Vec<_>>().join(", ");
            Text::new(
                format!("e-mail naar {} ({}): {files}", mail.to, mail.subject),
                format!("e-mail to {} ({}): {files}", mail.to, mail.subject),
            )
        }
    }
}

/// The same for a porting that has not been asked of anybody yet.
pub(crate) fn to_perform(dossier_id: &str, numbers: &[Series]) -> Text {
    Text::new(
        format!("voer in het portaal de portering van dossier {dossier_id} uit: {}", listed(numbers, "t/m")),
        format!("perform the porting of dossier {dossier_id} in the portal: {}", listed(numbers, "to")),
    )
}

fn request(order: &PortingOrder) -> Text {
    let address = [Some(order.postal_code.as_str()), order.house_number.as_deref(), order.house_number_addition.as_deref()]
        .into_iter()
        .flatten()
        .collect::<Vec<_>>()
        .join(" ");
    let wish = order.wish_date.map_or_else(|| "-".to_owned(), |day| day.to_string());
    let Text { nl: scenario_nl, en: scenario_en } = order.scenario.title();
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

/// How a forwarding is set, for whoever sets it; and what to know of it.
pub fn set_forwarding(plan: &ForwardingPlan, contract: Option<&Contract>) -> Text {
    let ForwardingPlan { numbers, to, .. } = plan;
    let (provider_nl, provider_en) = provider(contract);
    let dialled = dialled(plan);
    let how = match plan.means {
        Means::StarCode => Text::new(
            format!("kies op de lijn van {numbers}: *21*{dialled}# en wacht op de bevestiging (*#21# vraagt op hoe het staat)"),
            format!("dial on the line of {numbers}: *21*{dialled}# and wait for the confirmation (*#21# asks how it stands)"),
        ),
        Means::Portal => Text::new(
            format!("stel in het portaal van {provider_nl} in dat alle oproepen naar {numbers} meteen naar {to} gaan"),
            format!("have all calls to {numbers} go to {to} at once, in the portal of {provider_en}"),
        ),
        Means::Provider => Text::new(
            format!("bel {provider_nl} en laat alle oproepen naar {numbers} meteen doorschakelen naar {to}"),
            format!("call {provider_en} and have all calls to {numbers} forwarded to {to} at once"),
        ),
        Means::OwnNetwork => Text::new(
            format!("schakel in het eigen netwerk alle oproepen naar {numbers} door naar {to}"),
            format!("forward all calls to {numbers} to {to} in your own network"),
        ),
    };
    let (costs_nl, costs_en) = match &plan.costs {
        Some(costs) => (format!("kosten: {costs}"), format!("costs: {costs}")),
        None if plan.means == Means::OwnNetwork => (String::new(), String::new()),
        None => (
            "vraag wat het kost: doorgeschakelde gesprekken komen meestal op de rekening van de oude lijn".to_owned(),
            "ask what it costs: forwarded calls are usually charged to the old line".to_owned(),
        ),
    };
    let with = |how: String, costs: String| if costs.is_empty() { how } else { format!("{how}; {costs}") };
    Text::new(with(how.nl, costs_nl), with(how.en, costs_en))
}

/// How a forwarding is taken away, for whoever has set it.
pub fn take_forwarding_away(plan: &ForwardingPlan, contract: Option<&Contract>) -> Text {
    let ForwardingPlan { id, numbers, to, .. } = plan;
    let (provider_nl, provider_en) = provider(contract);
    let (nl, en) = match plan.means {
        Means::StarCode => (format!("kies #21# op de lijn van {numbers}"), format!("dial #21# on the line of {numbers}")),
        Means::Portal => (format!("in het portaal van {provider_nl}"), format!("in the portal of {provider_en}")),
        Means::Provider => (format!("bel {provider_nl}"), format!("call {provider_en}")),
        Means::OwnNetwork => ("in het eigen netwerk".to_owned(), "in your own network".to_owned()),
    };
    Text::new(
        format!("hef de doorschakeling van {numbers} naar {to} op ({nl}) en leg het vast (doorschakeling {id})"),
        format!("take the forwarding of {numbers} to {to} away ({en}) and record it (forwarding {id})"),
    )
}

fn provider(contract: Option<&Contract>) -> (String, String) {
    let Some(Contract { provider, customer_number, contract_number, .. }) = contract else {
        return ("de oude provider".to_owned(), "the old provider".to_owned());
    };
    let name = &provider.name;
    (
        format!("{name} (klantnummer {customer_number}, contractnummer {contract_number})"),
        format!("{name} (customer number {customer_number}, contract number {contract_number})"),
    )
}

/// The destination in national form: a line may not know `+31`.
fn dialled(plan: &ForwardingPlan) -> String {
    match &plan.to {
        Destination::Temporary(numbers) => numbers.national_first(),
        Destination::Mobile(number) => number.replacen("+31", "0", 1),
    }
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
