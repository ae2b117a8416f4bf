//! What events do to forwardings, and what they mean for the project's numbers.

use super::Project;
use crate::event::{Event, Purpose, Recorded};
use crate::forwarding::{Forwarding, OnPbx, Said, Trial};
use crate::intake::{Contract, NumberEntry};
use crate::number::Series;

impl Project {
    /// The forwarding with this id.
    pub fn forwarding(&self, id: &str) -> Option<&Forwarding> {
        self.forwardings.iter().find(|forwarding| forwarding.plan.id == id)
    }

    /// The project's numbers that a forwarding is about, or that it is about a part of; `None` when they have left the project.
    pub fn forwarded_entry(&self, forwarding: &Forwarding) -> Option<&NumberEntry> {
        self.intake.numbers.iter().find(|entry| entry.series.contains(&forwarding.plan.numbers))
    }

    /// The contract of the numbers that a forwarding is about.
    pub fn contract_of_forwarded(&self, forwarding: &Forwarding) -> Option<&Contract> {
        self.forwarded_entry(forwarding)?.contract.as_deref().and_then(|id| self.intake.contract(id))
    }

    /// By which of these numbers' forwardings calls go.
    pub fn forwarded_by(&self, numbers: &Series) -> impl Iterator<Item = &Forwarding> {
        self.forwardings.iter().filter(move |own| own.carries_calls() && own.plan.numbers.overlaps(numbers))
    }

    /// The temporary numbers that the PBX answers for this project, or is going to.
    pub fn temporary_numbers(&self) -> impl Iterator<Item = &Series> {
        let held = |own: &&Forwarding| own.stands() || own.on_pbx != OnPbx::No;
        self.forwardings.iter().filter(held).filter_map(|own| own.plan.to.temporary())
    }

    /// Whether a forwarding that stands is not needed any more: its numbers have moved and ring where they should, or have left the project,
    /// or the project is over.
    pub fn is_needless(&self, forwarding: &Forwarding) -> bool {
        let Some(entry) = self.forwarded_entry(forwarding) else { return true };
        let reached = || self.out_of_service(&entry.series).is_some_and(|out| out.until.is_some());
        let moved = if forwarding.plan.after_porting { reached() } else { self.is_ported(&entry.series) };
        moved || self.phase.is_final()
    }

    pub(super) fn apply_to_forwardings(&mut self, recorded: &Recorded) {
        let said = |note: &Option<String>| Said { by: recorded.actor.clone(), at: recorded.at, note: note.clone() };
        match &recorded.event {
            Event::ForwardingAsked(plan) => self.forwardings.push(Forwarding {
                plan: plan.clone(),
                asked_at: recorded.at,
                on_pbx: OnPbx::No,
                set: None,
                test: None,
                ended: None,
            }),
            Event::ForwardingSet(told) => {
                if let Some(forwarding) = self.forwarding_mut(&told.id) {
                    forwarding.set = Some(said(&told.note));
                    forwarding.test = None;
                }
            }
            Event::ForwardingTested(tried) => {
                if let Some(forwarding) = self.forwarding_mut(&tried.id) {
                    forwarding.test = Some(Trial { arrived: tried.arrived, said: said(&tried.note) });
                }
            }
            Event::ForwardingEnded(told) => {
                if let Some(forwarding) = self.forwarding_mut(&told.id) {
                    forwarding.ended = Some(said(&told.note));
                }
            }
            _ => {}
        }
        self.look_at_incident_again();
    }

    /// The PBX is asked to answer temporary numbers, or to forget them.
    pub(super) fn temporary_asked(&mut self, purpose: &Purpose) {
        let (id, on_pbx) = match purpose {
            Purpose::RouteTemporary(id) => (id, OnPbx::Asked),
            Purpose::UnrouteTemporary(id) => (id, OnPbx::Leaving),
            _ => return,
        };
        if let Some(forwarding) = self.forwarding_mut(id) {
            forwarding.on_pbx = on_pbx;
        }
    }

    /// It has done so.
    pub(super) fn temporary_done(&mut self, purpose: &Purpose) {
        let (id, on_pbx) = match purpose {
            Purpose::RouteTemporary(id) => (id, OnPbx::Yes),
            Purpose::UnrouteTemporary(id) => (id, OnPbx::No),
            _ => return,
        };
        if let Some(forwarding) = self.forwarding_mut(id) {
            forwarding.on_pbx = on_pbx;
        }
    }

    /// It is not asked any more, and certainly has not done so.
    pub(super) fn temporary_withdrawn(&mut self, purpose: &Purpose) {
        if let Purpose::RouteTemporary(id) = purpose
            && let Some(forwarding) = self.forwarding_mut(id)
        {
            forwarding.on_pbx = OnPbx::No;
        }
    }

    fn forwarding_mut(&mut self, id: &str) -> Option<&mut Forwarding> {
        self.forwardings.iter_mut().find(|forwarding| forwarding.plan.id == id)
    }
}
