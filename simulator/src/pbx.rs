//! A hosted PBX: tenants, and the numbers that are routed to them.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::numbers::{self, Numbers};
use crate::webhook::{Call, Malformed, Outcome};

/// The calls that a PBX takes.
pub(crate) const CALLS: &[&str] = &["pbx.provision", "pbx.route", "pbx.unroute", "pbx.test_call"];

/// A PBX; a project is a tenant, under the project's id.
#[derive(Default, Serialize)]
pub(crate) struct Pbx {
    tenants: BTreeMap<String, Tenant>,
    /// Which tenant a number rings at.
    routes: BTreeMap<u64, String>,
}

#[derive(Serialize)]
struct Tenant {
    reference: String,
    plan: Value,
}

#[derive(Deserialize)]
struct Request {
    numbers: Vec<Numbers>,
}

impl Pbx {
    /// Does what is asked. `data` is the plan for `pbx.provision` and `{"numbers": […]}` for the others; see [`Numbers`].
    pub(crate) fn perform(&mut self, call: &Call) -> Result<Outcome, Malformed> {
        let tenant = &call.project.id;
        if call.kind == "pbx.provision" {
            return Ok(self.provision(call));
        }
        let request = Request::deserialize(&call.data).map_err(|error| Malformed(format!("data: {error}")))?;
        let numbers = numbers::expand(&request.numbers).map_err(|error| Malformed(format!("data.numbers: {error}")))?;
        match call.kind.as_str() {
            "pbx.route" => Ok(self.route(call, &numbers)),
            "pbx.unroute" => Ok(self.unroute(tenant, &numbers)),
            "pbx.test_call" => Ok(self.test_call(tenant, &numbers)),
            other => Err(Malformed(format!("a PBX takes {}, not {other:?}", CALLS.join(", ")))),
        }
    }

    /// Makes the tenant, or gives it a new plan.
    fn provision(&mut self, call: &Call) -> Outcome {
        let tenant = Tenant { reference: call.project.reference.clone(), plan: call.data.clone() };
        let before = self.tenants.insert(call.project.id.clone(), tenant);
        Outcome::done(json!({"tenant": call.project.id, "created": before.is_none()}))
    }

    /// Routes the numbers to the tenant. One that was set up by hand, which a PBX knows and we don't, counts as known.
    fn route(&mut self, call: &Call, numbers: &[u64]) -> Outcome {
        let tenant = &call.project.id;
        let taken: Vec<u64> =
            numbers.iter().copied().filter(|number| self.routes.get(number).is_some_and(|at| at != tenant)).collect();
        if !taken.is_empty() {
            return Outcome::refused(
                format!("these numbers ring at another tenant: {}", listed(&taken)),
                json!({"taken": e164(&taken)}),
            );
        }
        self.tenants
            .entry(tenant.clone())
            .or_insert_with(|| Tenant { reference: call.project.reference.clone(), plan: Value::Null });
        self.routes.extend(numbers.iter().map(|number| (*number, tenant.clone())));
        Outcome::done(json!({"routed": numbers.len()}))
    }

    fn unroute(&mut self, tenant: &str, numbers: &[u64]) -> Outcome {
        let before = self.routes.len();
        for number in numbers {
            if self.routes.get(number).is_some_and(|at| at == tenant) {
                self.routes.remove(number);
            }
        }
        Outcome::done(json!({"unrouted": before - self.routes.len()}))
    }

    /// Calls each number from outside: does it ring at this tenant?
    fn test_call(&self, tenant: &str, numbers: &[u64]) -> Outcome {
        let silent: Vec<u64> =
            numbers.iter().copied().filter(|number| self.routes.get(number).is_none_or(|at| at != tenant)).collect();
        if silent.is_empty() {
            Outcome::done(json!({"reached": numbers.len()}))
        } else {
            Outcome::refused(
                format!("these numbers are not routed here: {}", listed(&silent)),
                json!({"unreachable": e164(&silent)}),
            )
        }
    }
}

fn e164(numbers: &[u64]) -> Vec<String> {
    numbers.iter().copied().map(numbers::e164).collect()
}

/// The first few, for a person to read.
fn listed(numbers: &[u64]) -> String {
    let first = e164(&numbers[..numbers.len().min(5)]).join(", ");
    if numbers.len() > 5 { format!("{first} and {} more", numbers.len() - 5) } else { first }
}
