//! What goes wrong with calls that are forwarded.

use super::line_bound::LineBound;
use super::{Severity, Warning};
use crate::forwarding::{Forwarding, ForwardingStatus};
use crate::project::Project;
use crate::text::Text;

/// All of one forwarding.
pub(super) fn forwarding_warnings(project: &Project, forwarding: &Forwarding) -> Vec<Warning> {
    if !forwarding.stands() || project.is_needless(forwarding) {
        return Vec::new();
    }
    let all = [lost(forwarding), not_tested(forwarding), device(project, forwarding), caller(forwarding)];
    all.into_iter().flatten().map(|warning| warning.on_number(&forwarding.plan.numbers)).collect()
}

/// `forwarding_fails`: it is set, and calls don't arrive.
fn lost(forwarding: &Forwarding) -> Option<Warning> {
    let (numbers, to) = (&forwarding.plan.numbers, &forwarding.plan.to);
    let text = if forwarding.status() == ForwardingStatus::Fails {
        Text::new(
            format!("oproepen naar {numbers} komen niet aan op {to}, waar zij naartoe worden doorgeschakeld"),
            format!("calls to {numbers} do not arrive at {to}, to which they are forwarded"),
        )
    } else if forwarding.carries_calls() && forwarding.leads_nowhere() {
        Text::new(
            format!("{numbers} is doorgeschakeld naar {to}, en de centrale neemt dat nummer (nog) niet aan"),
            format!("{numbers} is forwarded to {to}, and the PBX does not answer that number (yet)"),
        )
    } else {
        return None;
    };
    let to_do = Text::new(
        "hef de doorschakeling op tot zij werkt: zolang gaan oproepen verloren",
        "take the forwarding away until it works: until then calls are lost",
    );
    Some(Warning::new("forwarding_fails", Severity::Error, text, to_do))
}

/// `forwarding_not_tested`: somebody says that it is set, and nobody has called.
fn not_tested(forwarding: &Forwarding) -> Option<Warning> {
    (forwarding.status() == ForwardingStatus::Set).then(|| {
        let (numbers, to) = (&forwarding.plan.numbers, &forwarding.plan.to);
        Warning::new(
            "forwarding_not_tested",
            Severity::Warning,
            Text::new(
                format!("niemand heeft gebeld om te zien of {numbers} op {to} aankomt"),
                format!("nobody has called to see whether {numbers} arrives at {to}"),
            ),
            Text::new(
                "bel het nummer van buiten en leg vast of het aankomt",
                "call the number from outside and record whether it arrives",
            ),
        )
    })
}

/// `forwarded_device`: what answers on the old line is not called any more while its number is forwarded.
fn device(project: &Project, forwarding: &Forwarding) -> Option<Warning> {
    let contract = project.contract_of_forwarded(forwarding).filter(|_| !forwarding.plan.after_porting)?;
    let carried = contract.carries.iter().filter_map(|service| LineBound::of(service).map(|kind| kind.name(service)));
    let devices: Vec<Text> = carried.collect();
    let list = |pick: fn(&Text) -> &str| devices.iter().map(pick).collect::<Vec<_>>().join(", ");
    (!devices.is_empty()).then(|| {
        Warning::new(
            "forwarded_device",
            Severity::Warning,
            Text::new(
                format!(
                    "op de lijn zit ook: {}; wie dat belt, komt bij doorschakelen op de nieuwe centrale uit (uitbellen gaat nog over de lijn)",
                    list(|name| &name.nl)
                ),
                format!(
                    "on the line is also: {}; who calls that arrives at the new PBX when its number is forwarded (calls from it still go over the line)",
                    list(|name| &name.en)
                ),
            ),
            Text::new(
                "laat het nummer daarvan buiten de doorschakeling, of regel eerst een vervanging",
                "leave its number out of the forwarding, or arrange a replacement first",
            ),
        )
    })
}

/// `forwarded_caller`: what whoever answers must know.
fn caller(forwarding: &Forwarding) -> Option<Warning> {
    forwarding.carries_calls().then(|| {
        let numbers = &forwarding.plan.numbers;
        Warning::new(
            "forwarded_caller",
            Severity::Info,
            Text::new(
                format!("bij een doorgeschakelde oproep naar {numbers} ziet men soms {numbers} in plaats van wie belt"),
                format!("of a forwarded call to {numbers} one sometimes sees {numbers} in place of who calls"),
            ),
            Text::new("zeg het wie de telefoon opneemt", "tell those who answer the telephone"),
        )
    })
}
