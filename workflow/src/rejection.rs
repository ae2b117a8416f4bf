//! Why a command is not carried out: by what one can do about it. Each reason has a stable code.

use serde::Serialize;

use crate::intake::FieldError;
use crate::text::Text;

/// Why a command is not carried out. Nothing has changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Rejection {
    /// Fields of what was sent are wrong; all of them are named.
    Input(Vec<FieldError>),
    /// The project is not in a state that allows it; something must happen first.
    Conflict {
        /// Which rule forbids it.
        reason: Reason,
        /// What is wrong and what can be done.
        detail: Text,
        /// All that is missing.
        unmet: Vec<Unmet>,
    },
    /// This actor may not do that.
    Forbidden(Text),
    /// There is no such task, letter, request or effect in the project.
    NotFound(Text),
}

impl Rejection {
    /// All that it says, as one text.
    pub fn reason(&self) -> Text {
        match self {
            Rejection::Conflict { detail, .. } | Rejection::Forbidden(detail) | Rejection::NotFound(detail) => detail.clone(),
            Rejection::Input(errors) => {
                let list = |pick: fn(&Text) -> &str| {
                    errors
                        .iter()
                        .map(|error| format!("{}: {}", error.pointer, pick(&error.detail)))
                        .collect::<Vec<_>>()
                        .join("; ")
                };
                Text::new(list(|text| &text.nl), list(|text| &text.en))
            }
        }
    }
}

/// Something that must happen first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, serde::Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Unmet {
    /// A task's key, or the code of what is missing.
    pub key: String,
    /// In words.
    pub detail: Text,
}

impl Unmet {
    /// Something that must happen first.
    pub fn new(key: impl Into<String>, nl: impl Into<String>, en: impl Into<String>) -> Self {
        Self { key: key.into(), detail: Text::new(nl, en) }
    }
}

/// A conflict with these words.
pub(crate) fn conflict(reason: Reason, nl: impl Into<String>, en: impl Into<String>) -> Rejection {
    Rejection::Conflict { reason, detail: Text::new(nl, en), unmet: Vec::new() }
}

macro_rules! reasons {
    ( $( $(#[$doc:meta])* $name:ident $code:literal ),+ $(,)? ) => {
        /// The rules that can forbid a command.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Reason { $( $(#[$doc])* $name ),+ }

        impl Reason {
            /// Every reason.
            pub const ALL: &[Reason] = &[$(Reason::$name),+];

            /// The stable code shown in answers.
            pub const fn code(self) -> &'static str {
                match self { $(Reason::$name => $code),+ }
            }
        }
    };
}

reasons! {
    /// Tasks of the phase are not done.
    GateNotMet "gate_not_met",
    /// The phase machine has no such transition.
    WrongPhase "wrong_phase",
    /// The project is ended or cancelled.
    ProjectClosed "project_closed",
    /// The project is on hold.
    OnHold "on_hold",
    /// The project is not on hold.
    NotOnHold "not_on_hold",
    /// A cutover is scheduled, or under way.
    CutoverScheduled "cutover_scheduled",
    /// Numbers have been ported already.
    NumbersPorted "numbers_ported",
    /// The task waits for its phase or for other tasks.
    TaskWaiting "task_waiting",
    /// The task is done or skipped.
    TaskDone "task_done",
    /// The task is not done.
    TaskNotDone "task_not_done",
    /// The task can't be skipped now.
    TaskEssential "task_essential",
    /// What the task requires is not there.
    RequirementNotMet "requirement_not_met",
    /// The letter was sent already.
    LetterSent "letter_sent",
    /// The letter was not sent.
    LetterNotSent "letter_not_sent",
    /// A newer letter has taken its place.
    LetterReplaced "letter_replaced",
    /// No such letter is needed here.
    LetterNotNeeded "letter_not_needed",
    /// An e-mail with this letter is under way.
    MailUnderWay "mail_under_way",
    /// There is no letter to e-mail.
    NothingToMail "nothing_to_mail",
    /// The suggestion was accepted or dismissed before, or the project has come to say so by itself.
    SuggestionSettled "suggestion_settled",
    /// The warning does not stand.
    NoSuchWarning "no_such_warning",
    /// There is nothing to ask for.
    NothingToPort "nothing_to_port",
    /// Faults that the donor would refuse.
    PortingNotReady "porting_not_ready",
    /// No request is in a state for this.
    NoSuchRequest "no_such_request",
    /// A number is spoken for by a porting request.
    NumberInPorting "number_in_porting",
    /// Numbers have not been accepted by their donor.
    NumbersNotAccepted "numbers_not_accepted",
    /// The windows of the requests have no moment in common.
    NoCommonWindow "no_common_window",
    /// Before the First Possible Date.
    BeforeFirstPossibleDate "before_first_possible_date",
    /// After the window's last day.
    PortingWindowExpired "porting_window_expired",
    /// A weekend or holiday.
    NotAWorkingDay "not_a_working_day",
    /// Outside the porting hours.
    OutsidePortingHours "outside_porting_hours",
    /// The moment has passed.
    InThePast "in_the_past",
    /// No cutover is in a state for this.
    NoSuchCutover "no_such_cutover",
    /// The porting is under way or may have been performed.
    PortingUnderWay "porting_under_way",
    /// No forwarding is in a state for this.
    NoSuchForwarding "no_such_forwarding",
    /// A rehearsal is going on, or what it did is being undone.
    RehearsalUnderWay "rehearsal_under_way",
    /// The effect has its outcome already.
    EffectSettled "effect_settled",
    /// The effect has not stopped, so there is nothing to try again.
    EffectNotStopped "effect_not_stopped",
    /// A device on which lives may depend is not acknowledged.
    LiftNotAcknowledged "lift_not_acknowledged",
    /// There are as many subscriptions as there can be.
    TooManySubscriptions "too_many_subscriptions",
    /// The delivery is being sent at this moment.
    DeliveryUnderWay "delivery_under_way",
}
