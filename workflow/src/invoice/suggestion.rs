//! What an invoice suggests to change, for a person to accept or dismiss.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::Quote;
use crate::intake::{Intake, NumberEntry};
use crate::number::Series;
use crate::text::Text;

/// A change that an invoice suggests.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Proposal {
    /// The project lacks these numbers.
    AddNumber {
        /// The numbers.
        numbers: Series,
        /// The contract they would come to stand on, where the invoice's is known.
        contract: Option<String>,
    },
    /// The customer's number with the provider is another.
    ChangeCustomerNumber {
        /// The contract.
        contract: String,
        /// What the invoice says.
        customer_number: String,
    },
    /// The contract's number is another.
    ChangeContractNumber {
        /// The contract.
        contract: String,
        /// What the invoice says.
        contract_number: String,
    },
}

impl Proposal {
    /// What tells it from every other in the project: the same fact has the same key, from whatever invoice.
    pub fn key(&self) -> String {
        match self {
            // On which contract they stand is how it is done, not what was found.
            Self::AddNumber { numbers, .. } => format!("number/{}/{}", numbers.first(), numbers.block_size()),
            Self::ChangeCustomerNumber { contract, customer_number } => {
                format!("customer_number/{contract}/{}", essence(customer_number))
            }
            Self::ChangeContractNumber { contract, contract_number } => {
                format!("contract_number/{contract}/{}", essence(contract_number))
            }
        }
    }

    /// The intake as it would be.
    pub fn applied_to(&self, intake: &Intake) -> Intake {
        let mut intake = intake.clone();
        match self {
            Self::AddNumber { numbers, contract } => {
                // Numbers that it already has of the same block are in the block from now on.
                intake.numbers.retain(|entry| !(numbers.contains(&entry.series) && entry.contract == *contract));
                intake.numbers.push(NumberEntry { series: numbers.clone(), contract: contract.clone(), part_of: None });
            }
            Self::ChangeCustomerNumber { contract, customer_number } => {
                for known in intake.contracts.iter_mut().filter(|known| known.id == *contract) {
                    known.customer_number.clone_from(customer_number);
                }
            }
            Self::ChangeContractNumber { contract, contract_number } => {
                for known in intake.contracts.iter_mut().filter(|known| known.id == *contract) {
                    known.contract_number.clone_from(contract_number);
                }
            }
        }
        intake
    }

    /// Whether the intake lacks what is suggested. One that has it already, or whose contract is gone, does not.
    pub fn is_news_to(&self, intake: &Intake) -> bool {
        let differs = |contract: &str, of: fn(&crate::intake::Contract) -> &str, said: &str| {
            intake.contract(contract).is_some_and(|known| essence(of(known)) != essence(said))
        };
        match self {
            Self::AddNumber { numbers, contract } => {
                let has_contract = contract.as_ref().is_none_or(|contract| intake.contract(contract).is_some());
                has_contract && !intake.numbers.iter().any(|entry| entry.series.contains(numbers))
            }
            Self::ChangeCustomerNumber { contract, customer_number } => {
                differs(contract, |known| &known.customer_number, customer_number)
            }
            Self::ChangeContractNumber { contract, contract_number } => {
                differs(contract, |known| &known.contract_number, contract_number)
            }
        }
    }

    /// What would be changed, in words.
    pub fn text(&self) -> Text {
        match self {
            Self::AddNumber { numbers, contract: Some(contract) } => {
                Text::new(format!("voeg {numbers} toe, op contract {contract}"), format!("add {numbers}, on contract {contract}"))
            }
            Self::AddNumber { numbers, contract: None } => Text::new(format!("voeg {numbers} toe"), format!("add {numbers}")),
            Self::ChangeCustomerNumber { contract, customer_number } => Text::new(
                format!("maak het klantnummer van contract {contract} {customer_number}"),
                format!("make the customer number of contract {contract} {customer_number}"),
            ),
            Self::ChangeContractNumber { contract, contract_number } => Text::new(
                format!("maak het contractnummer van contract {contract} {contract_number}"),
                format!("make the contract number of contract {contract} {contract_number}"),
            ),
        }
    }
}

/// A number without how it is written: `100 200.300` and `100200300` are one.
pub(super) fn essence(number: &str) -> String {
    number.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_uppercase).collect()
}

/// Something that an invoice suggests.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Suggestion {
    /// Its id: the same for the same fact in the same project.
    pub id: Uuid,
    /// What is suggested.
    #[serde(flatten)]
    pub proposal: Proposal,
    /// The invoice, by the id of its file.
    pub attachment: Uuid,
    /// The line on which it stands.
    pub quote: Quote,
    /// What a person made of it; absent: nothing yet.
    #[serde(default)]
    pub outcome: Option<SuggestionOutcome>,
}

/// What a person made of a suggestion.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SuggestionOutcome {
    /// It was carried out.
    Accepted,
    /// It does not hold. The same fact is not suggested again.
    Dismissed {
        /// Why.
        reason: String,
    },
}

impl Suggestion {
    /// Whether a person has still to look at it. What the intake has come to say by itself needs nobody any more.
    pub fn is_open(&self, intake: &Intake) -> bool {
        self.outcome.is_none() && self.proposal.is_news_to(intake)
    }
}
