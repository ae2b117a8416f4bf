//! The limits of COIN's fields, checked before a message is sent: COIN answers a violation with code 1000.

use super::customer::is_postcode;
use super::{Body, CustomerInfo, Message, NumberSeries, Party, PortingRequest};

/// A field that COIN would refuse.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldFault {
    /// Where, as a JSON pointer from the message: `/body/portingrequest/note`.
    pub pointer: String,
    /// What is wrong with it.
    pub detail: String,
}

impl Message {
    /// Every field that COIN would refuse; empty if the message can be sent.
    pub fn faults(&self) -> Vec<FieldFault> {
        let mut checks = Checks::default();
        checks.party("/header/sender", &self.header.sender);
        checks.party("/header/receiver", &self.header.receiver);
        checks.body(&self.body);
        checks.faults
    }
}

#[derive(Default)]
struct Checks {
    faults: Vec<FieldFault>,
}

impl Checks {
    fn require(&mut self, holds: bool, pointer: &str, detail: impl Into<String>) {
        if !holds {
            self.faults.push(FieldFault { pointer: pointer.to_owned(), detail: detail.into() });
        }
    }

    fn body(&mut self, body: &Body) {
        let at = |field: &str| format!("/body/{}/{field}", body.kind());
        if let Some(dossier) = body.dossier_id() {
            self.dossier(&at("dossierid"), dossier);
        }
        match body {
            Body::PortingRequest(request) => self.request(request),
            Body::PortingRequestAnswer(answer) => {
                for (i, seq) in answer.series.iter().enumerate() {
                    self.digits(&at(&format!("repeats/{i}/seq/blockingcode")), seq.blocking_code.as_deref(), 2);
                    self.text(&at(&format!("repeats/{i}/seq/note")), seq.note.as_deref(), 100);
                }
                self.series(&at("repeats"), answer.series.iter().map(|seq| &seq.numbers));
            }
            Body::AnswerDelayed(delayed) => {
                self.operator(&at("donornetworkoperator"), Some(&delayed.donor_network_operator));
                self.operator(&at("donorserviceprovider"), delayed.donor_service_provider.as_deref());
                self.digits(&at("reasoncode"), delayed.reason_code.as_deref(), 4);
            }
            Body::PortingPerformed(performed) => {
                self.operator(&at("recipientnetworkoperator"), Some(&performed.recipient_network_operator));
                self.operator(&at("donornetworkoperator"), Some(&performed.donor_network_operator));
                for (i, seq) in performed.series.iter().enumerate() {
                    self.text(&at(&format!("repeats/{i}/seq/pop")), seq.pop.as_deref(), 24);
                }
                self.series(&at("repeats"), performed.series.iter().map(|seq| &seq.numbers));
            }
            Body::Cancel(cancel) => self.text(&at("note"), cancel.note.as_deref(), 100),
            Body::ErrorFound(found) => {
                for (i, error) in found.errors.iter().enumerate() {
                    self.text(&at(&format!("repeats/{i}/seq/errorcode")), Some(&error.code), 20);
                    self.text(&at(&format!("repeats/{i}/seq/description")), Some(&error.description), 1000);
                }
            }
            Body::Deactivation(deactivation) => {
                self.operator(&at("currentnetworkoperator"), Some(&deactivation.current_network_operator));
                self.operator(&at("originalnetworkoperator"), deactivation.original_network_operator.as_deref());
                self.series(&at("repeats"), deactivation.series.iter().map(|seq| &seq.numbers));
            }
            Body::Other { .. } => {}
        }
    }

    fn request(&mut self, request: &PortingRequest) {
        let at = |field: &str| format!("/body/portingrequest/{field}");
        self.operator(&at("recipientnetworkoperator"), Some(&request.recipient_network_operator));
        self.operator(&at("recipientserviceprovider"), request.recipient_service_provider.as_deref());
        self.operator(&at("donornetworkoperator"), request.donor_network_operator.as_deref());
        self.operator(&at("donorserviceprovider"), request.donor_service_provider.as_deref());
        self.text(&at("note"), request.note.as_deref(), 100);
        if let Some(customer) = &request.customer {
            self.customer(&at("customerinfo"), customer);
        }
        self.series(&at("repeats"), request.series.iter().map(|seq| &seq.numbers));
    }

    fn customer(&mut self, at: &str, customer: &CustomerInfo) {
        let fields = [
            ("lastname", &customer.last_name, 70),
            ("companyname", &customer.company_name, 70),
            ("housenr", &customer.house_number, 5),
            ("housenrext", &customer.house_number_extension, 4),
            ("customerid", &customer.customer_id, 20),
        ];
        for (field, value, most) in fields {
            self.text(&format!("{at}/{field}"), value.as_deref(), most);
        }
        let fits = customer.postcode.as_deref().is_none_or(is_postcode);
        self.require(fits, &format!("{at}/postcode"), "is 1 to 6 capitals and digits, without a space");
    }

    fn party(&mut self, at: &str, party: &Party) {
        self.operator(&format!("{at}/networkoperator"), Some(&party.network_operator));
        self.operator(&format!("{at}/serviceprovider"), party.service_provider.as_deref());
    }

    fn series<'a>(&mut self, at: &str, series: impl ExactSizeIterator<Item = &'a NumberSeries>) {
        self.require(series.len() > 0, at, "needs at least one number series");
        for (i, numbers) in series.enumerate() {
            let at = format!("{at}/{i}/seq/numberseries");
            self.require(
                numbers.is_in_order(),
                &at,
                "needs a start and an end of 1 to 20 digits, as long as each other, in order",
            );
        }
    }

    fn dossier(&mut self, at: &str, id: &str) {
        let fits = (5..=26).contains(&id.len()) && id.bytes().all(|b| b == b'-' || is_code(b));
        self.require(fits, at, "is 5 to 26 capitals, digits and hyphens");
    }

    fn operator(&mut self, at: &str, code: Option<&str>) {
        let fits = code.is_none_or(|code| (3..=6).contains(&code.len()) && code.bytes().all(is_code));
        self.require(fits, at, "is 3 to 6 capitals and digits");
    }

    fn text(&mut self, at: &str, text: Option<&str>, most: usize) {
        let fits = text.is_none_or(|text| (1..=most).contains(&text.chars().count()));
        self.require(fits, at, format!("is 1 to {most} characters"));
    }

    fn digits(&mut self, at: &str, text: Option<&str>, most: usize) {
        let fits = text.is_none_or(|text| (1..=most).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit()));
        self.require(fits, at, format!("is 1 to {most} digits"));
    }
}

fn is_code(byte: u8) -> bool {
    byte.is_ascii_uppercase() || byte.is_ascii_digit()
}
