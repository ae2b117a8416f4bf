//! What a deadline is about. Its name is stored, in timers and events, and calendars know an entry by it.

use std::fmt::{Display, Formatter};
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// What a deadline is about. Its stored form is its `Display`, e.g. `task/scope`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum What {
    /// A task, by its key.
    Task(String),
    /// Posting the cancellation of a contract.
    PostBy(String),
    /// Posting the porting notice to a provider, by name.
    PostNotice(String),
    /// The receipt of a contract's cancellation.
    NotifyBy(String),
    /// A provider's confirmation of a contract's cancellation.
    ConfirmBy(String),
    /// The end of a contract, where it is settled.
    ContractEnds(String),
    /// Taking along the numbers of a contract that ends.
    RetrieveBy(String),
    /// The appointment to install the phones.
    Installation,
    /// The first day to ask for the porting.
    SubmitFrom,
    /// The last day to ask for the porting.
    SubmitBy,
    /// A donor's answer to a porting request, by the request's name.
    AnswerBy(String),
    /// The first day of a request's window.
    WindowOpens(String),
    /// The last day of a request's window.
    WindowEnds(String),
    /// Setting a forwarding, by its name.
    ForwardBy(String),
    /// The porting itself, as wished or scheduled.
    Porting,
}

impl What {
    /// Its kind, e.g. `post_by`.
    pub const fn kind(&self) -> &'static str {
        match self {
            What::Task(_) => "task",
            What::PostBy(_) => "post_by",
            What::PostNotice(_) => "post_notice",
            What::NotifyBy(_) => "notify_by",
            What::ConfirmBy(_) => "confirm_by",
            What::ContractEnds(_) => "contract_ends",
            What::RetrieveBy(_) => "retrieve_by",
            What::Installation => "installation",
            What::SubmitFrom => "submit_from",
            What::SubmitBy => "submit_by",
            What::AnswerBy(_) => "answer_by",
            What::WindowOpens(_) => "window_opens",
            What::WindowEnds(_) => "window_ends",
            What::ForwardBy(_) => "forward_by",
            What::Porting => "porting",
        }
    }

    /// Of which task, contract, provider or request.
    pub fn of(&self) -> Option<&str> {
        match self {
            What::Task(of)
            | What::PostBy(of)
            | What::PostNotice(of)
            | What::NotifyBy(of)
            | What::ConfirmBy(of)
            | What::ContractEnds(of)
            | What::RetrieveBy(of)
            | What::AnswerBy(of)
            | What::WindowOpens(of)
            | What::WindowEnds(of)
            | What::ForwardBy(of) => Some(of),
            What::Installation | What::SubmitFrom | What::SubmitBy | What::Porting => None,
        }
    }

    /// Whether those who must act are reminded of it. Of the porting they are by the tasks that lead to it, and a confirmation is chased
    /// when it has not come.
    pub const fn is_reminded_of(&self) -> bool {
        match self {
            What::Task(_)
            | What::PostBy(_)
            | What::PostNotice(_)
            | What::RetrieveBy(_)
            | What::SubmitBy
            | What::ForwardBy(_)
            | What::WindowEnds(_) => true,
            What::NotifyBy(_)
            | What::ConfirmBy(_)
            | What::ContractEnds(_)
            | What::Installation
            | What::SubmitFrom
            | What::AnswerBy(_)
            | What::WindowOpens(_)
            | What::Porting => false,
        }
    }
}

impl Display for What {
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        match self.of() {
            Some(of) => write!(f, "{}/{of}", self.kind()),
            None => f.write_str(self.kind()),
        }
    }
}

impl FromStr for What {
    type Err = ();

    fn from_str(stored: &str) -> Result<Self, ()> {
        let Some((kind, of)) = stored.split_once('/') else {
            return match stored {
                "installation" => Ok(What::Installation),
                "submit_from" => Ok(What::SubmitFrom),
                "submit_by" => Ok(What::SubmitBy),
                "porting" => Ok(What::Porting),
                _ => Err(()),
            };
        };
        let of = of.to_owned();
        match kind {
            "task" => Ok(What::Task(of)),
            "post_by" => Ok(What::PostBy(of)),
            "post_notice" => Ok(What::PostNotice(of)),
            "notify_by" => Ok(What::NotifyBy(of)),
            "confirm_by" => Ok(What::ConfirmBy(of)),
            "contract_ends" => Ok(What::ContractEnds(of)),
            "retrieve_by" => Ok(What::RetrieveBy(of)),
            "answer_by" => Ok(What::AnswerBy(of)),
            "window_opens" => Ok(What::WindowOpens(of)),
            "window_ends" => Ok(What::WindowEnds(of)),
            "forward_by" => Ok(What::ForwardBy(of)),
            _ => Err(()),
        }
    }
}

impl Serialize for What {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for What {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let stored = String::deserialize(deserializer)?;
        stored.parse().map_err(|()| de::Error::custom(format!("{stored:?} is no deadline")))
    }
}

#[cfg(test)]
mod tests {
    use super::What;

    #[test]
    fn a_deadline_is_known_again_by_its_name() {
        let of = || "KPN B.V. / zakelijk".to_owned();
        for what in [
            What::Task("scope".to_owned()),
            What::PostBy(of()),
            What::PostNotice(of()),
            What::NotifyBy(of()),
            What::ConfirmBy(of()),
            What::ContractEnds(of()),
            What::RetrieveBy(of()),
            What::Installation,
            What::SubmitFrom,
            What::SubmitBy,
            What::AnswerBy("1".to_owned()),
            What::WindowOpens("1".to_owned()),
            What::WindowEnds("1".to_owned()),
            What::ForwardBy("1".to_owned()),
            What::Porting,
        ] {
            assert_eq!(what.to_string().parse(), Ok(what));
        }
        for unknown in ["", "porting/1", "task", "coffee/1"] {
            assert_eq!(unknown.parse::<What>(), Err(()), "{unknown}");
        }
    }
}
