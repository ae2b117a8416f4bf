//! The fixed words around a letter's text, in its language: dates, table headings, signature and footer.

use chrono::{Datelike, NaiveDate, NaiveDateTime, NaiveTime};
use workflow::letter::{
    Language, LetterKind, PrintedContract, PrintedEnclosure, PrintedForwarding, PrintedNumber, PrintedPoint, Scenario,
};

use crate::rows::Rows;

/// The words of one language.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Wording(pub(crate) Language);

const MONTHS_NL: [&str; 12] =
    ["januari", "februari", "maart", "april", "mei", "juni", "juli", "augustus", "september", "oktober", "november", "december"];
const MONTHS_EN: [&str; 12] =
    ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"];

const DAYS_NL: [&str; 7] = ["maandag", "dinsdag", "woensdag", "donderdag", "vrijdag", "zaterdag", "zondag"];
const DAYS_EN: [&str; 7] = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];

impl Wording {
    fn pick<T>(self, nl: T, en: T) -> T {
        match self.0 {
            Language::Nl => nl,
            Language::En => en,
        }
    }

    /// `4 januari 2027`, kept on one line.
    pub(crate) fn date(self, date: NaiveDate) -> String {
        let months = self.pick(MONTHS_NL, MONTHS_EN);
        let month = months.get(date.month0() as usize).copied().unwrap_or_default();
        unbroken(&format!("{} {month} {}", date.day(), date.year()))
    }

    /// A text with its days, given as `2027-01-26`, as a letter writes them.
    pub(crate) fn with_dates_in_full(self, text: &str) -> String {
        let in_full = |word: &str| {
            let day = word.trim_matches(|c: char| !c.is_ascii_digit());
            let date = day.parse::<NaiveDate>().ok().filter(|_| day.len() == "2027-01-26".len())?;
            Some(word.replace(day, &self.date(date)))
        };
        text.split(' ').map(|word| in_full(word).unwrap_or_else(|| word.to_owned())).collect::<Vec<_>>().join(" ")
    }

    /// `dinsdag 26 januari 2027`.
    pub(crate) fn day(self, date: NaiveDate) -> String {
        let days = self.pick(DAYS_NL, DAYS_EN);
        let day = days.get(date.weekday().num_days_from_monday() as usize).copied().unwrap_or_default();
        format!("{day} {}", self.date(date))
    }

    /// `26 januari 2027, 08:30`.
    pub(crate) fn moment(self, moment: NaiveDateTime) -> String {
        format!("{}, {}", self.date(moment.date()), time(moment.time()))
    }

    /// `45 s`, `3 min 5 s`, `1 h 2 min`: with what is smaller left out from an hour on.
    pub(crate) fn duration(self, seconds: u64) -> String {
        let (hours, minutes, rest) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
        match (hours, minutes) {
            (0, 0) => format!("{rest} s"),
            (0, _) => format!("{minutes} min {rest} s"),
            _ => format!("{hours} {} {minutes} min", self.pick("u", "h")),
        }
    }

    /// `a, b en c`.
    pub(crate) fn list<'a>(self, items: impl IntoIterator<Item = &'a str>) -> String {
        let items: Vec<_> = items.into_iter().collect();
        match items.split_last() {
            Some((last, rest)) if !rest.is_empty() => {
                format!("{} {} {last}", rest.join(", "), self.pick("en", "and"))
            }
            _ => items.concat(),
        }
    }

    /// `030 100 12 00`, or `030 100 12 00 t/m 030 100 12 99 (100 nummers)`.
    pub(crate) fn number(self, number: &PrintedNumber) -> String {
        let PrintedNumber { first, last, count } = number;
        match last {
            None => first.clone(),
            Some(last) => format!("{first} {} {last} ({count} {})", self.pick("t/m", "to"), self.pick("nummers", "numbers")),
        }
    }

    /// `030 100 12 00`, or `030 100 12 00 t/m 030 100 12 99`, broken between the two only.
    pub(crate) fn span(self, number: &PrintedNumber) -> String {
        let first = unbroken(&number.first);
        match &number.last {
            None => first,
            Some(last) => format!("{first} {} {}", self.pick("t/m", "to"), unbroken(last)),
        }
    }

    /// `030 100 12 00 naar 085 000 12 00, sinds 4 januari 2027`.
    pub(crate) fn forwarding(self, forwarding: &PrintedForwarding) -> String {
        let PrintedForwarding { numbers, to, since } = forwarding;
        let (numbers, to, since) = (self.span(numbers), unbroken(to), self.date(*since));
        self.pick(format!("{numbers} naar {to}, sinds {since}"), format!("{numbers} to {to}, since {since}"))
    }

    /// The heading above a contract's numbers; `continued` when they go on from the page before.
    pub(crate) fn numbers_of(self, contract: &PrintedContract, continued: bool) -> String {
        let count: u32 = contract.numbers.iter().map(|number| number.count).sum();
        let number = &contract.contract_number;
        let noun = if count == 1 { self.pick("nummer", "number") } else { self.pick("nummers", "numbers") };
        let tail = if continued { self.pick(", vervolg", ", continued") } else { "" };
        format!("{} {number} ({count} {noun}){tail}", self.pick("Nummers bij contract", "Numbers of contract"))
    }

    /// The columns of the contract table.
    pub(crate) fn contract_columns(self) -> [&'static str; 4] {
        self.pick(["Contract", "Klantnummer", "Aansluiting", "Einde"], ["Contract", "Customer number", "Line", "End"])
    }

    /// When a contract of the contract table ends.
    pub(crate) fn end(self, contract: &PrintedContract) -> String {
        match (contract.scenario, contract.ends_on) {
            (Scenario::EndOfContract, _) => self.pick("bij de portering", "at the porting").to_owned(),
            (Scenario::EarlyTermination, _) => {
                self.pick("bij de portering, voortijdig", "at the porting, before its term").to_owned()
            }
            (Scenario::AfterTermination, Some(ends_on)) => {
                format!("{} {}", self.pick("geëindigd per", "ended on"), self.date(ends_on))
            }
            (Scenario::AfterTermination, None) => self.pick("geëindigd", "ended").to_owned(),
            (Scenario::Continuation, _) => self.pick("loopt door", "continues").to_owned(),
        }
    }

    /// The columns of a plain table, with their shares of its width.
    pub(crate) fn columns(self, rows: Rows) -> Vec<(&'static str, f64)> {
        match rows {
            Rows::Letters => vec![
                (self.pick("Brief", "Letter"), 5.0),
                (self.pick("Sturen naar", "Send to"), 4.0),
                (self.pick("Uiterlijk op de post", "Post no later than"), 4.0),
            ],
            Rows::Users => vec![
                (self.pick("Gebruiker", "User"), 5.0),
                (self.pick("Toestelnummer", "Extension"), 3.0),
                (self.pick("Toestel", "Phone"), 4.0),
                (self.pick("Smartphone", "Smartphone"), 4.0),
            ],
            Rows::Devices => vec![(self.pick("Apparatuur", "Equipment"), 5.0), (self.pick("Aantal", "Quantity"), 2.0)],
            Rows::Steps => {
                vec![(self.pick("Stap", "Step"), 6.0), (self.pick("Begonnen", "Began"), 4.0), (self.pick("Klaar", "Done"), 4.0)]
            }
            Rows::OutOfService => vec![
                (self.pick("Nummers", "Numbers"), 5.5),
                (self.pick("Overgenomen vanaf", "Taken over from"), 4.5),
                (self.pick("Bereikt", "Reached"), 4.5),
                (self.pick("Hooguit", "At most"), 2.8),
            ],
        }
    }

    /// What a kind of letter is called.
    pub(crate) fn kind(self, kind: LetterKind) -> &'static str {
        match kind {
            LetterKind::PortingNotice => self.pick("Aankondiging portering", "Notice of the porting"),
            LetterKind::Cancellation => self.pick("Opzegging", "Cancellation"),
            LetterKind::Authorization => self.pick("Machtiging", "Authorization"),
            LetterKind::Cover => self.pick("Begeleidende brief", "Cover letter"),
            LetterKind::InstallationAppointment => self.pick("Afspraak voor de installatie", "Appointment for the installation"),
            LetterKind::CutoverAnnouncement => self.pick("Aankondiging van het overzetten", "Announcement of the cutover"),
            LetterKind::Delivery => self.pick("Oplevering", "Delivery"),
            LetterKind::RecordingAnnouncement => self.pick("Teksten bij gespreksopname", "Texts for call recording"),
            LetterKind::FraudSafety => self.pick("Veilig bellen", "Calling safely"),
        }
    }

    /// A letter to be signed and sent, as the cover letter names it.
    pub(crate) fn enclosure(self, letter: &PrintedEnclosure) -> String {
        let name = self.kind(letter.kind);
        match &letter.contract_number {
            Some(number) => format!("{name} {} {number}", self.pick("van contract", "of contract")),
            None => name.to_owned(),
        }
    }

    /// The last day on which to send something.
    pub(crate) fn send_by(self, day: Option<NaiveDate>) -> String {
        day.map_or_else(|| self.pick("zo snel mogelijk", "as soon as possible").to_owned(), |day| self.date(day))
    }

    /// `Contract C-778899: aan deze lijn hangt: alarm. Gedaan: de melder belt via 4G.`
    pub(crate) fn point(self, point: &PrintedPoint) -> String {
        let contract = point.contract_number.as_ref().map(|number| format!("Contract {number}: "));
        let note = point.note.as_ref().map(|note| match point.text {
            Some(_) => format!("{}: {note}", self.pick("Afgesproken", "Agreed")),
            None => note.clone(),
        });
        let sentences: Vec<String> = point.text.clone().into_iter().chain(note).map(|text| ended(&text)).collect();
        capitalized(&format!("{}{}", contract.unwrap_or_default(), sentences.join(" ")))
    }

    /// `030 200 20 20 of info@dynamx.example`.
    pub(crate) fn reach(self, phone: Option<&str>, email: Option<&str>) -> Option<String> {
        let ways: Vec<String> = phone.map(unbroken).into_iter().chain(email.map(str::to_owned)).collect();
        (!ways.is_empty()).then(|| ways.join(self.pick(" of ", " or ")))
    }

    /// Blocks of which a part stays: `030 100 12 00 t/m 030 100 12 99 (100 nummers)`.
    pub(crate) fn blocks(self, blocks: &[PrintedNumber]) -> Option<String> {
        let blocks: Vec<String> = blocks.iter().map(|block| self.number(block)).collect();
        (!blocks.is_empty()).then(|| self.list(blocks.iter().map(String::as_str)))
    }

    /// What the signature form asks to fill in.
    pub(crate) fn signature_form(self) -> [&'static str; 4] {
        self.pick(["Naam", "Functie", "Plaats", "Datum"], ["Name", "Position", "Place", "Date"])
    }

    pub(crate) fn signature(self) -> &'static str {
        self.pick("Handtekening", "Signature")
    }

    /// The person to turn to, on an envelope.
    pub(crate) fn attention(self, contact: &str) -> String {
        format!("{} {contact}", self.pick("t.a.v.", "Attn."))
    }

    /// The footer's left half: the sender's trade register number and the migration's reference.
    pub(crate) fn footer(self, kvk_number: Option<&str>, reference: &str) -> String {
        let register = kvk_number.map(|number| format!("{} {number} · ", self.pick("KvK-nummer", "Trade register (KvK) no.")));
        format!("{}{} {reference}", register.unwrap_or_default(), self.pick("Kenmerk", "Reference"))
    }

    /// `Pagina 1 van 2`.
    pub(crate) fn page(self, page: usize, of: usize) -> String {
        format!("{} {page} {} {of}", self.pick("Pagina", "Page"), self.pick("van", "of"))
    }
}

/// `08:30`, in either language.
pub(crate) fn time(time: NaiveTime) -> String {
    time.format("%H:%M").to_string()
}

/// A sentence with its full stop.
fn ended(sentence: &str) -> String {
    if sentence.ends_with(['.', '!', '?']) { sentence.to_owned() } else { format!("{sentence}.") }
}

/// A sentence that begins with a capital.
fn capitalized(sentence: &str) -> String {
    let mut letters = sentence.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

/// The same words, not to be broken over lines.
pub(crate) fn unbroken(words: &str) -> String {
    words.replace(' ', "\u{a0}")
}
