//! Equipment as people write it in one cell: `10 x Yealink T54W; 2 x Gigaset N670`.

use serde_json::{Value, json};

use crate::column::folded;
use crate::value::Wrong;

/// The most models of a cell. A hostile sheet could name thousands in each of its cells, and each becomes an entry of a form.
pub(crate) const MODELS_MAX: usize = 100;

/// What may stand between two models, and in the name of one.
const SEPARATORS: [&str; 5] = [",", "+", " en ", " and ", " & "];

/// Words for "pieces", which may stand between quantity and model.
const PIECES: [&str; 7] = ["stuks", "stuk", "st.", "st", "pcs.", "pcs", "pieces"];

/// Each model with its quantity. One a line, or between semicolons; or between [`SEPARATORS`] where a quantity follows.
pub(crate) fn equipment(text: &str) -> Result<Value, Wrong> {
    if matches!(folded(text).as_str(), "" | "geen" | "none" | "nvt" | "nee" | "no") {
        return Ok(json!([]));
    }
    let mut models = Vec::new();
    for part in text.split([';', '\n']).flat_map(parts).filter(|part| !part.is_empty()) {
        let (quantity, model) = quantity_of(part).ok_or(Wrong::NoQuantity { part: models.len() + 1 })?;
        models.push(json!({"model": model, "quantity": quantity}));
        if models.len() > MODELS_MAX {
            return Err(Wrong::TooManyModels);
        }
    }
    Ok(Value::Array(models))
}

/// What stands between commas and the like that are followed by a quantity.
fn parts(text: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    let mut start = 0;
    for (at, _) in text.char_indices() {
        let rest = text.get(at..).unwrap_or_default();
        let Some(after) = SEPARATORS.iter().find_map(|separator| rest.strip_prefix(separator)) else { continue };
        if leading(after.trim_start()).is_some() {
            parts.push(text.get(start..at).unwrap_or_default().trim());
            start = text.len() - after.len();
        }
    }
    parts.push(text.get(start..).unwrap_or_default().trim());
    parts
}

/// The quantity and the model, in either order.
fn quantity_of(part: &str) -> Option<(u32, &str)> {
    let found = leading(part).or_else(|| trailing(part));
    found.filter(|(_, model)| !model.is_empty())
}

/// `10 x Yealink T54W`, `10x Yealink`, `10 stuks Yealink`; not `3CX`, `8 poorts switch` or `10 Xelion`, of which the number may be the name's.
fn leading(part: &str) -> Option<(u32, &str)> {
    let (quantity, rest) = part.split_at(part.find(|c: char| !c.is_ascii_digit())?);
    let quantity = quantity.parse().ok()?;
    let word = rest.trim_start();
    let pieces = PIECES.iter().find_map(|pieces| word.strip_prefix(pieces).filter(|rest| rest.starts_with(' ')));
    let times = word.strip_prefix(is_times).filter(|model| model.starts_with(' ') || (word == rest && !model.is_empty()));
    pieces.or(times).map(|model| (quantity, model.trim()))
}

/// `Yealink T54W x 10`, `Yealink T54W: 10`.
fn trailing(part: &str) -> Option<(u32, &str)> {
    let model = part.trim_end_matches(|c: char| c.is_ascii_digit());
    let quantity = part.strip_prefix(model)?.parse().ok()?;
    let before = model.trim_end();
    let model = before.strip_suffix(':').or_else(|| before.strip_suffix(is_times).filter(|model| model.ends_with(' ')))?;
    Some((quantity, model.trim()))
}

fn is_times(c: char) -> bool {
    matches!(c, 'x' | 'X' | '×' | '*')
}

#[cfg(test)]
mod tests {
    use super::{MODELS_MAX, equipment};
    use crate::value::Wrong;

    /// `quantity model` of each, or the code.
    fn read(text: &str) -> Vec<String> {
        let models = match equipment(text) {
            Ok(models) => models,
            Err(wrong) => return vec![format!("{wrong:?}")],
        };
        let one = |item: &serde_json::Value| format!("{} {}", item["quantity"], item["model"].as_str().unwrap_or("?"));
        models.as_array().map(|models| models.iter().map(one).collect()).unwrap_or_default()
    }

    #[test]
    fn equipment_is_read_as_people_write_it() {
        let both = ["10 Yealink T54W", "2 Gigaset N670"];
        for (given, expected) in [
            ("10 x Yealink T54W; 2 x Gigaset N670", &both[..]),
            ("10x Yealink T54W\n2× Gigaset N670;", &both),
            ("10 x Yealink T54W, 2 x Gigaset N670", &both),
            ("10xYealink T54W + 2 stuks Gigaset N670", &both),
            ("10 st. Yealink T54W en 2 X Gigaset N670", &both),
            ("Yealink T54W x 10; Gigaset N670: 2", &both),
            ("1 x Yealink T54W, zwart + voeding", &["1 Yealink T54W, zwart + voeding"]),
            ("2 x Xelion 300 x 200", &["2 Xelion 300 x 200"]),
            ("1 x 8 poorts switch, 4 x Mitel", &["1 8 poorts switch", "4 Mitel"]),
            ("geen", &[]),
            ("-", &[]),
        ] {
            assert_eq!(read(given), expected, "{given}");
        }
    }

    #[test]
    fn a_number_that_may_be_the_models_is_no_quantity() {
        for (given, part) in [
            ("Yealink T54W", 1),
            ("8 poorts switch", 1),
            ("3CX licentie", 1),
            ("10 Xelion", 1),
            ("10 x", 1),
            ("1 x Yealink; Snom 300", 2),
            ("99999999999 x Yealink", 1),
        ] {
            assert_eq!(equipment(given), Err(Wrong::NoQuantity { part }), "{given}");
        }
    }

    #[test]
    fn models_are_counted() {
        assert_eq!(read(&"1 x A;".repeat(MODELS_MAX)).len(), MODELS_MAX);
        assert_eq!(equipment(&"1 x A;".repeat(MODELS_MAX + 1)), Err(Wrong::TooManyModels));
    }
}
