//! The days on which forwardings are to be in place.

use super::{Deadline, What};
use crate::forwarding::{Forwarding, ForwardingStatus};
use crate::project::Project;
use crate::text::Text;
use crate::why::{Dated, Subject};

pub(super) fn deadlines(project: &Project) -> impl Iterator<Item = Deadline> {
    let to_be_set = |own: &&Forwarding| matches!(own.status(), ForwardingStatus::Asked | ForwardingStatus::Fails);
    let wanted = project.forwardings.iter().filter(to_be_set).filter(|own| !project.is_needless(own));
    wanted.map(|own| {
        let (numbers, to) = (&own.plan.numbers, &own.plan.to);
        Deadline {
            what: What::ForwardBy(own.plan.id.clone()),
            on: Dated::given(Subject::Forwarding, own.plan.on),
            title: Text::new(format!("{numbers} doorschakelen naar {to}"), format!("Forward {numbers} to {to}")),
            who: vec![own.plan.set_by],
            open: true,
            task: None,
        }
    })
}
