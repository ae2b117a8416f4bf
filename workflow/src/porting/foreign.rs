//! What others announce about numbers of ours: somebody asks for one, has taken it over, or gives it back.

use serde::{Deserialize, Serialize};

use crate::number::Series;
use crate::text::Text;

use super::coin::{Body, NumberSeries};

/// A message about somebody else's dossier that touches a number of a project.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ForeignMessage {
    /// The kind of message, e.g. `deactivation`.
    pub message: String,
    /// The project's numbers that it touches.
    pub numbers: Vec<Series>,
    /// The operator that asks for them, has taken them over, or gives them back.
    #[serde(default)]
    pub by: Option<String>,
    /// Its dossier.
    #[serde(default)]
    pub dossier: Option<String>,
}

impl ForeignMessage {
    /// What a message means for these numbers of a project.
    pub fn of(body: &Body, numbers: Vec<Series>) -> Self {
        let by = match body {
            Body::PortingRequest(request) => Some(request.recipient_network_operator.clone()),
            Body::PortingPerformed(performed) => Some(performed.recipient_network_operator.clone()),
            Body::Deactivation(deactivation) => Some(deactivation.current_network_operator.clone()),
            _ => None,
        };
        Self { message: body.kind().to_owned(), numbers, by, dossier: body.dossier_id().map(str::to_owned) }
    }

    /// What somebody does to them.
    pub fn text(&self) -> Text {
        let numbers = self.numbers.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
        let by = self.by.as_deref();
        let (by_nl, by_en) = (by.unwrap_or("een andere aanbieder"), by.unwrap_or("another operator"));
        let (nl, en) = match self.message.as_str() {
            "portingrequest" => (format!("{by_nl} vraagt {numbers} aan"), format!("{by_en} asks for {numbers}")),
            "portingperformed" => (format!("{by_nl} heeft {numbers} overgenomen"), format!("{by_en} has taken {numbers} over")),
            "deactivation" => {
                (format!("{by_nl} sluit {numbers} af en geeft terug"), format!("{by_en} closes {numbers} and gives them back"))
            }
            other => (format!("{other} van {by_nl}: {numbers}"), format!("{other} of {by_en}: {numbers}")),
        };
        match &self.dossier {
            Some(dossier) => Text::new(format!("{nl} (dossier {dossier})"), format!("{en} (dossier {dossier})")),
            None => Text::new(nl, en),
        }
    }
}

/// The numbers that such a message speaks of, as E.164 digits from the first to the last; none where it means nothing for who has them.
pub fn ranges(body: &Body) -> Vec<(i64, i64)> {
    let series: Vec<&NumberSeries> = match body {
        Body::PortingRequest(request) => request.series.iter().map(|asked| &asked.numbers).collect(),
        Body::PortingPerformed(performed) => performed.series.iter().map(|taken| &taken.numbers).collect(),
        Body::Deactivation(deactivation) => deactivation.series.iter().map(|closed| &closed.numbers).collect(),
        _ => Vec::new(),
    };
    let digits = |number: String| number.strip_prefix('+')?.parse::<i64>().ok();
    let range = |numbers: &NumberSeries| {
        let (first, last) = numbers.e164()?;
        let (first, last) = (digits(first)?, digits(last)?);
        (first <= last).then_some((first, last))
    };
    series.into_iter().filter_map(range).collect()
}
