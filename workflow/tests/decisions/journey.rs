//! How far a migration has come: each step begins where the one before it ended.

use serde_json::Value;
use uuid::Uuid;
use workflow::calendar::amsterdam;
use workflow::command::Command;
use workflow::letter::proof::{Confirmation, Sending};
use workflow::phase;
use workflow::process::Party;
use workflow::project::AttachmentKind;
use workflow::task::TaskState;

use crate::world::{World, attachment, complete, done, first_possible, form, intake, schedule};

impl World {
    pub(crate) fn start(&mut self, form: Value) {
        let start = Command::Start { id: Uuid::from_u128(1), reference: "2027-0001".to_owned(), intake: intake(form) };
        self.manager(start);
    }

    /// Begun, with the specification's intake.
    pub(crate) fn in_offer() -> Self {
        Self::in_offer_with(form())
    }

    pub(crate) fn in_offer_with(form: Value) -> Self {
        let mut world = Self::new();
        world.start(form);
        world
    }

    pub(crate) fn in_order() -> Self {
        Self::in_order_with(form())
    }

    pub(crate) fn in_order_with(form: Value) -> Self {
        let mut world = Self::in_offer_with(form);
        world.finish("contract-end-dates scope connectivity-test poe-switch-check");
        world.manager(Command::Advance);
        world
    }

    /// Every authorization is signed, and every donor has been asked.
    pub(crate) fn asked_with(form: Value) -> Self {
        let mut world = Self::in_order_with(form);
        world.attach(AttachmentKind::SignedAuthorization);
        if !world.project().intake.numbers.is_empty() {
            world.manager(Command::SubmitPorting);
        }
        world
    }

    /// The donors have been reached, and every number may be ported from 12 January.
    pub(crate) fn accepted_with(form: Value) -> Self {
        let mut world = Self::asked_with(form);
        for request in world.request_ids() {
            world.answer(&request, "2027-01-12 00:00");
        }
        world
    }

    pub(crate) fn in_implementation() -> Self {
        Self::in_implementation_with(form())
    }

    pub(crate) fn in_implementation_with(form: Value) -> Self {
        let mut world = Self::accepted_with(form);
        world.enter_implementation();
        world
    }

    /// From an order in which every number may be ported.
    pub(crate) fn enter_implementation(&mut self) {
        self.attach(AttachmentKind::Invoice);
        let letters: Vec<Uuid> = self.project().letters.iter().map(|letter| letter.id).collect();
        for letter in letters {
            self.manager(Command::RecordLetterSent { letter, sent_on: None, sending: Sending::default() });
            let (confirmed_on, ends_on, attachment, note) = (amsterdam::local_date(self.now), None, None, None);
            let confirmation = Confirmation { confirmed_on, ends_on, attachment, note };
            self.manager(Command::RecordLetterConfirmed { letter, confirmation });
        }
        self.finish("system-setup contract-signature");
        self.manager(Command::Advance);
        assert_eq!(self.project().phase, phase::State::Implementation);
    }

    /// The PBX is ready, everything is tested and accepted, and the numbers move on 26 January at 08:30.
    pub(crate) fn scheduled() -> Self {
        Self::scheduled_with(form())
    }

    pub(crate) fn scheduled_with(form: Value) -> Self {
        let mut world = Self::in_implementation_with(form);
        world.prepare();
        world
    }

    pub(crate) fn prepare(&mut self) {
        self.settle("pbx.provision", done());
        self.finish("base-configuration installation configuration-test configuration-acceptance");
        self.manager(schedule("2027-01-26 08:30"));
        self.finish("porting-date");
    }

    /// The moment has come, and the PBX is being asked to answer the numbers.
    pub(crate) fn running() -> Self {
        Self::running_with(form())
    }

    pub(crate) fn running_with(form: Value) -> Self {
        let mut world = Self::scheduled_with(form);
        world.wait_until("2027-01-26 08:30");
        assert_eq!(world.cutover(), "running");
        world
    }

    /// The numbers have been taken over, and are being called.
    pub(crate) fn ported() -> Self {
        let mut world = Self::running();
        world.settle("pbx.route", done());
        world.settle("porting.perform", done());
        world
    }

    pub(crate) fn in_maintenance() -> Self {
        let mut world = Self::ported();
        world.settle("pbx.test_call", done());
        world.finish("delivery aftercare invoicing");
        world.manager(Command::Advance);
        world
    }

    /// The customer gets the contractor's letters that it has not got.
    pub(crate) fn hand_over_letters(&mut self) {
        let drafts = self.project().letters.iter().filter(|letter| letter.kind.is_from_contractor() && letter.is_draft());
        for letter in drafts.map(|letter| letter.id).collect::<Vec<_>>() {
            self.manager(Command::RecordLetterSent { letter, sent_on: None, sending: Sending::default() });
        }
    }

    /// Every party's part of these tasks is confirmed.
    pub(crate) fn finish(&mut self, keys: &str) {
        for key in keys.split_whitespace() {
            let parties: Vec<Party> = self.project().process().task(key).unwrap().done_by.clone();
            for party in parties {
                self.manager(complete(key, Some(party)));
            }
            let task = self.project().process().task(key).unwrap();
            assert_eq!(self.project().task_state(task), TaskState::Done, "{key}");
        }
    }

    /// A file of this kind for every contract.
    pub(crate) fn attach(&mut self, kind: AttachmentKind) {
        let contracts: Vec<String> = self.project().intake.contracts.iter().map(|contract| contract.id.clone()).collect();
        for contract in contracts {
            self.manager(attachment(kind, Some(&contract)));
        }
    }

    pub(crate) fn request_ids(&self) -> Vec<String> {
        self.project().requests.iter().map(|request| request.id.clone()).collect()
    }

    /// The donor of a request agrees to all its numbers.
    pub(crate) fn answer(&mut self, request: &str, first_possible_at: &str) {
        let answer = first_possible(first_possible_at);
        self.manager(Command::RecordAnswer { request: Some(request.to_owned()), answer });
    }
}
