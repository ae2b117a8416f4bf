//! Forwardings as shown, and what is to be done about them.

use serde::Serialize;

use super::actions::NextAction;
use crate::forwarding::{Forwarding, ForwardingStatus};
use crate::instruction::{set_forwarding, take_forwarding_away};
use crate::process::Party;
use crate::project::Project;
use crate::text::Text;

/// A forwarding as shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct ForwardingView {
    /// Where it stands.
    pub status: ForwardingStatus,
    /// The forwarding.
    #[serde(flatten)]
    pub forwarding: Forwarding,
    /// What is to be done now, and by whom; absent where nothing is.
    pub to_do: Option<ForwardingToDo>,
}

/// What is to be done about a forwarding.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct ForwardingToDo {
    /// By whom.
    pub party: Party,
    /// What.
    pub text: Text,
}

/// A project's forwardings, oldest first.
pub fn forwardings_view(project: &Project) -> Vec<ForwardingView> {
    let view = |forwarding: &Forwarding| ForwardingView {
        status: forwarding.status(),
        forwarding: forwarding.clone(),
        to_do: to_do(project, forwarding),
    };
    project.forwardings.iter().map(view).collect()
}

/// What can be done now about forwardings. Of a project on hold or over only what is to be taken away.
pub(super) fn next_actions(project: &Project) -> impl Iterator<Item = NextAction> {
    let stopped = project.phase.is_final() || project.hold.is_some();
    let pressing = project.forwardings.iter().filter(move |own| !stopped || project.is_needless(own));
    pressing.filter_map(|own| Some((own, to_do(project, own)?))).map(|(own, ForwardingToDo { party, text })| {
        let due_on = (own.set.is_none() && !project.is_needless(own)).then_some(own.plan.on);
        NextAction { party, task: None, effect: None, text, due_on }
    })
}

fn to_do(project: &Project, forwarding: &Forwarding) -> Option<ForwardingToDo> {
    let plan = &forwarding.plan;
    let (id, numbers, to) = (&plan.id, &plan.numbers, &plan.to);
    let contract = project.contract_of_forwarded(forwarding);
    let moved = project.forwarded_entry(forwarding).is_some_and(|entry| project.is_ported(&entry.series));
    let ended_by_porting = moved && !plan.after_porting;
    let (party, text) = match forwarding.status() {
        ForwardingStatus::Ended => return None,
        _ if project.is_needless(forwarding) && !ended_by_porting => (plan.set_by, take_forwarding_away(plan, contract)),
        _ if project.is_needless(forwarding) => (
            Party::Contractor,
            Text::new(
                format!("doorschakeling {id} ({numbers} naar {to}) is voorbij: beëindig haar, dan komt {to} vrij"),
                format!("forwarding {id} ({numbers} to {to}) is over: end it, and {to} is free again"),
            ),
        ),
        // Nobody forwards to what nobody answers.
        ForwardingStatus::Asked if forwarding.leads_nowhere() => return None,
        ForwardingStatus::Asked => (plan.set_by, set_forwarding(plan, contract)),
        ForwardingStatus::Set => (
            Party::Contractor,
            Text::new(
                format!("bel {numbers} van buiten, kijk of de oproep op {to} aankomt, en leg het vast (doorschakeling {id})"),
                format!("call {numbers} from outside, see that the call arrives at {to}, and record it (forwarding {id})"),
            ),
        ),
        ForwardingStatus::Fails => {
            let again = set_forwarding(plan, contract);
            (
                plan.set_by,
                Text::new(
                    format!("een oproep naar {numbers} kwam niet aan op {to}; {}", again.nl),
                    format!("a call to {numbers} did not arrive at {to}; {}", again.en),
                ),
            )
        }
        ForwardingStatus::Works => return None,
    };
    Some(ForwardingToDo { party, text })
}
