//! What day a day is.

use crate::text::Text;

/// What day a day is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Subject {
    /// The contract's first day of service.
    ContractStart,
    /// The first day after the contract's initial term.
    InitialTermEnd,
    /// The last day for a notice to be received.
    NotifyBy,
    /// The last day to post it.
    PostBy,
    /// The day on which a notice is received, or supposed to be.
    NoticeReceived,
    /// The day on which the notice period is over.
    NoticeOver,
    /// The first day without service, at the earliest.
    EarliestEnd,
    /// A contract's end, as the intake has it.
    ContractEnd,
    /// A contract's end, as its provider confirmed it.
    ConfirmedEnd,
    /// Until when a number can be taken along.
    RetrieveBy,
    /// The day on which a letter was sent.
    LetterSent,
    /// The day on which a letter was received.
    LetterReceived,
    /// By when a letter should be confirmed.
    ConfirmBy,
    /// The appointment to install the phones.
    Installation,
    /// The day on which the customer wishes to be ported.
    WishDate,
    /// The day of the cutover.
    CutoverDay,
    /// The day on which the project began.
    ProjectStart,
    /// The first working day after that.
    FirstWorkingDay,
    /// By when a task should be done.
    TaskDue,
    /// By when a letter should be on its way for the porting to go as planned.
    SendBy,
    /// The day of a donor's First Possible Date.
    FirstPossible,
    /// The first day of a porting window.
    WindowOpens,
    /// The last day of a porting window.
    WindowEnds,
    /// From when on a porting can be asked for without its window lapsing before the wish date.
    SubmitFrom,
    /// Until when a porting can be asked for with the wish date still to be met.
    SubmitBy,
    /// The day on which a donor was asked.
    Asked,
    /// The day on which a donor's answer may be expected.
    AnswerBy,
    /// The day on which a forwarding is to be in place.
    Forwarding,
}

impl Subject {
    /// What it is called, with its article.
    pub fn name(self) -> Text {
        let (nl, en) = match self {
            Subject::ContractStart => ("het begin van het contract", "the contract's start"),
            Subject::InitialTermEnd => ("het einde van de eerste looptijd", "the end of the initial term"),
            Subject::NotifyBy => ("de laatste dag voor ontvangst van de opzegging", "the last day for the notice to be received"),
            Subject::PostBy => ("de laatste dag om te posten", "the last day to post"),
            Subject::NoticeReceived => ("de ontvangst van de opzegging", "the receipt of the notice"),
            Subject::NoticeOver => ("het einde van de opzegtermijn", "the end of the notice period"),
            Subject::EarliestEnd => ("het vroegste einde van het contract", "the contract's earliest end"),
            Subject::ContractEnd | Subject::ConfirmedEnd => ("het einde van het contract", "the contract's end"),
            Subject::RetrieveBy => ("de laatste dag om de nummers mee te nemen", "the last day to take the numbers along"),
            Subject::LetterSent => ("de verzending van de brief", "the sending of the letter"),
            Subject::LetterReceived => ("de ontvangst van de brief", "the receipt of the letter"),
            Subject::ConfirmBy => ("de laatste dag voor de bevestiging", "the last day for the confirmation"),
            Subject::Installation => ("de installatieafspraak", "the installation appointment"),
            Subject::WishDate => ("de wensdatum", "the wish date"),
            Subject::CutoverDay => ("de porteringsdag", "the porting day"),
            Subject::ProjectStart => ("het begin van het project", "the project's start"),
            Subject::FirstWorkingDay => ("de eerste werkdag van het project", "the project's first working day"),
            Subject::TaskDue => ("de streefdatum van de taak", "the task's due date"),
            Subject::SendBy => ("de laatste dag om te versturen", "the last day to send"),
            Subject::FirstPossible => ("de eerst mogelijke datum", "the first possible date"),
            Subject::WindowOpens => ("de eerste dag van het venster", "the first day of the window"),
            Subject::WindowEnds => ("de laatste dag van het venster", "the last day of the window"),
            Subject::SubmitFrom => ("de eerste dag om de portering aan te vragen", "the first day to ask for the porting"),
            Subject::SubmitBy => ("de laatste dag om de portering aan te vragen", "the last day to ask for the porting"),
            Subject::Asked => ("de aanvraag bij de donor", "the request to the donor"),
            Subject::AnswerBy => ("het antwoord van de donor", "the donor's answer"),
            Subject::Forwarding => ("de eerste dag van de doorschakeling", "the first day of the forwarding"),
        };
        Text::new(nl, en)
    }

    /// Where it stands when it is a fact, and what rules over it when it is chosen from several days.
    pub fn source(self) -> Text {
        let (nl, en) = match self {
            Subject::ContractStart | Subject::InitialTermEnd => ("contract", "contract"),
            Subject::NotifyBy | Subject::PostBy => ("de vroegste van de contracten telt", "the earliest of the contracts counts"),
            Subject::NoticeReceived => ("verondersteld", "supposed"),
            Subject::NoticeOver => ("Tw art. 7.2a en 7.2ab", "Tw art. 7.2a and 7.2ab"),
            Subject::EarliestEnd => ("geen contract eindigt voor zijn looptijd", "no contract ends before its term"),
            Subject::WishDate | Subject::ContractEnd | Subject::Installation => ("intake", "intake"),
            Subject::ConfirmedEnd => ("bevestiging van de provider", "the provider's confirmation"),
            Subject::RetrieveBy => ("Tw art. 4.10 lid 3", "Tw art. 4.10(3)"),
            Subject::LetterSent => ("verzending, zoals vastgelegd", "sending, as recorded"),
            Subject::LetterReceived => ("bewijs van ontvangst", "proof of receipt"),
            Subject::ConfirmBy => ("de brief zelf", "the letter itself"),
            Subject::CutoverDay => ("de geplande cutover", "the scheduled cutover"),
            Subject::ProjectStart | Subject::FirstWorkingDay => ("project", "project"),
            Subject::TaskDue | Subject::SendBy => ("proces", "process"),
            Subject::FirstPossible | Subject::AnswerBy => ("bericht van de donor", "the donor's message"),
            Subject::WindowOpens | Subject::WindowEnds | Subject::SubmitFrom | Subject::SubmitBy => {
                ("COIN, Porting on Demand", "COIN, Porting on Demand")
            }
            Subject::Asked => ("porteringsverzoek", "porting request"),
            Subject::Forwarding => ("zoals gevraagd", "as asked for"),
        };
        Text::new(nl, en)
    }
}
