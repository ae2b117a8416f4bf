//! The donors: each provider refuses, delays and lets go in its own way, and knows its customers' numbers better than an intake may.

use std::collections::HashMap;
use std::ops::RangeInclusive;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use chrono::NaiveDate;
use engine::Clock;
use simulator::{Behaviour, Treat, Treatment};
use workflow::calendar::{add_working_days, amsterdam};
use workflow::contract::retrievable_until;
use workflow::porting::coin::PortingRequest;
use workflow::why::{Dated, Subject};

use super::office::at;
use crate::chance::Chance;
use crate::clock::SteppedClock;

/// The code with which donors here refuse a customer number that is not theirs. What COIN's codes mean is not public.
const WRONG_CUSTOMER: u8 = 10;
/// The code with which donors here refuse numbers that they do not keep any more: the contract has ended too long ago.
pub(super) const NOT_KEPT: u8 = 20;
/// Other codes that donors here refuse with.
const CODES: [u8; 4] = [25, 42, 63, 99];

/// A contract that ends within so many days binds nobody, and from one that ends much later customers buy themselves out.
const BINDS_DAYS: RangeInclusive<i64> = 10..=200;

/// When donors that are bound by nothing let go, as the simulated ones do.
const LETS_GO_AFTER_WORKING_DAYS: u32 = 3;

const HOUR: u32 = 3600;
const DAY: u32 = 24 * HOUR;

/// What a donor knows of a contract whose numbers are asked for.
#[derive(Debug, Clone)]
pub(super) struct Customer {
    /// Which of the donors it is: each has its own ways.
    pub(super) provider: usize,
    /// By which number it knows the customer.
    pub(super) number: String,
    /// The first day on which it lets go, where the contract binds until then.
    pub(super) bound_until: Option<NaiveDate>,
    /// The last day on which it lets go, where the contract has its end: the law obliges it no longer (Tw art. 4.10(3)).
    pub(super) kept_until: Option<NaiveDate>,
}

/// So long after the end of a contract a donor here keeps its numbers: what the law demands, and no day more.
pub(super) fn kept_until(contract_end: NaiveDate) -> NaiveDate {
    retrievable_until(Dated::given(Subject::ContractEnd, contract_end)).day
}

/// What donors know, by the first number of each series in national form.
#[derive(Clone)]
pub(super) struct Donors {
    customers: Arc<Mutex<HashMap<String, Customer>>>,
    clock: Arc<SteppedClock>,
    seed: u64,
}

impl Donors {
    pub(super) fn new(seed: u64, clock: Arc<SteppedClock>) -> Self {
        Self { customers: Arc::default(), clock, seed }
    }

    pub(super) fn learn(&self, first_number: String, customer: Customer) {
        self.customers.lock().unwrap_or_else(PoisonError::into_inner).insert(first_number, customer);
    }

    /// The contract of these numbers ends.
    pub(super) fn contract_ends(&self, first_number: &str, day: NaiveDate) {
        let mut customers = self.customers.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = customers.get_mut(first_number) {
            known.kept_until = Some(kept_until(day));
        }
    }

    /// What they make of requests.
    pub(super) fn treat(&self) -> Treat {
        let donors = self.clone();
        Arc::new(move |request| donors.treatment(request))
    }

    fn treatment(&self, request: &PortingRequest) -> Treatment {
        let number = request.series.first().map(|asked| asked.numbers.start.clone()).unwrap_or_default();
        let known = self.customers.lock().unwrap_or_else(PoisonError::into_inner).get(&number).cloned();
        let name: u64 = request.dossier_id.bytes().fold(0, |name, byte| name.wrapping_mul(31).wrapping_add(u64::from(byte)));
        let mut chance = Chance::of(self.seed, name);
        let Some(known) = known else {
            return Treatment { behaviour: Behaviour::BlockingCode(CODES[0]), after: Duration::from_secs(HOUR.into()) };
        };
        let after = Duration::from_secs(chance.small(HOUR, 2 * DAY).into());
        let told = request.customer.as_ref().and_then(|customer| customer.customer_id.as_ref());
        if told.is_some_and(|told| *told != known.number) {
            return Treatment { behaviour: Behaviour::BlockingCode(WRONG_CUSTOMER), after };
        }
        let bound_until = known.bound_until.filter(|day| self.binds(*day));
        let today = amsterdam::local_date(self.clock.now());
        let first_possible = bound_until.unwrap_or_else(|| add_working_days(today, LETS_GO_AFTER_WORKING_DAYS));
        if known.kept_until.is_some_and(|last| first_possible > last) {
            return Treatment { behaviour: Behaviour::BlockingCode(NOT_KEPT), after };
        }
        // Some refuse one in twelve, some hardly ever.
        let refuses = 1 + u64::try_from(known.provider * 5 % 8).unwrap_or_default();
        let behaviour = match chance.between(1, 100) {
            roll if roll <= refuses => Behaviour::BlockingCode(chance.pick(&CODES)),
            roll if roll <= refuses + 2 && request.series.len() > 1 => {
                Behaviour::Partial { blocking_code: chance.pick(&CODES), series: vec![number] }
            }
            93..=98 => {
                let seconds = chance.small(DAY, 9 * DAY);
                Behaviour::Delay { seconds, reason_code: Some(1) }
            }
            99 => Behaviour::Silent,
            _ => match bound_until {
                Some(day) => Behaviour::FirstPossibleAt(at(day, (0, 0))),
                None => Behaviour::Accept,
            },
        };
        Treatment { behaviour, after }
    }

    fn binds(&self, until: NaiveDate) -> bool {
        BINDS_DAYS.contains(&(until - amsterdam::local_date(self.clock.now())).num_days())
    }
}
