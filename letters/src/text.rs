//! A filled-in letter's structure: what `templates/letters/README.md` tells a writer of templates.

use crate::rows::Rows;

/// A letter's text.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Text {
    pub(crate) subject: String,
    /// The reference lines, the subject's first.
    pub(crate) references: Vec<Reference>,
    pub(crate) blocks: Vec<Block>,
}

/// A line of the reference block.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Reference {
    pub(crate) label: String,
    pub(crate) value: String,
}

/// A part of the body.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Block {
    Paragraph(String),
    List(Vec<String>),
    Contracts,
    Numbers,
    Rows(Rows),
    Signature,
    SignatureForm,
    SignatureForms,
}

impl Block {
    /// Whether it is for signing: what stands before it stays with it.
    pub(crate) fn is_signed(&self) -> bool {
        matches!(self, Block::Signature | Block::SignatureForm | Block::SignatureForms)
    }

    /// Whether it says what comes next, so that it is never the last of a page.
    pub(crate) fn leads_in(&self) -> bool {
        matches!(self, Block::Paragraph(words) if words.ends_with(':'))
    }

    /// The paragraph that stands for it, when it is one that the program sets.
    pub(crate) fn placeholder(&self) -> Option<&'static str> {
        PLACEHOLDERS.iter().find(|(_, placed)| placed == self).map(|(placeholder, _)| *placeholder)
    }

    /// Whether it is a table.
    pub(crate) fn is_table(&self) -> bool {
        matches!(self, Block::Contracts | Block::Numbers | Block::Rows(_))
    }
}

/// The paragraphs that stand for something that the program sets.
const PLACEHOLDERS: [(&str, Block); 10] = [
    ("[contracts]", Block::Contracts),
    ("[numbers]", Block::Numbers),
    ("[letters]", Block::Rows(Rows::Letters)),
    ("[users]", Block::Rows(Rows::Users)),
    ("[devices]", Block::Rows(Rows::Devices)),
    ("[steps]", Block::Rows(Rows::Steps)),
    ("[out of service]", Block::Rows(Rows::OutOfService)),
    ("[signature]", Block::Signature),
    ("[signature form]", Block::SignatureForm),
    ("[signature forms]", Block::SignatureForms),
];

impl Text {
    /// Reads a filled-in template; the error says what is wrong with it.
    pub(crate) fn parse(filled_in: &str) -> Result<Text, String> {
        let mut paragraphs = filled_in.split("\n\n").map(str::trim).filter(|paragraph| !paragraph.is_empty());
        let references: Vec<_> = paragraphs.next().unwrap_or_default().lines().map(reference).collect::<Result<_, _>>()?;
        let subject = references.first().map(|reference| reference.value.clone()).ok_or("the text is empty")?;
        let blocks: Vec<_> = paragraphs.map(block).collect::<Result<_, _>>()?;
        if !blocks.iter().any(Block::is_signed) {
            return Err("a letter needs [signature], [signature form] or [signature forms]".to_owned());
        }
        Ok(Text { subject, references, blocks })
    }
}

fn reference(line: &str) -> Result<Reference, String> {
    let (label, value) =
        line.split_once(": ").ok_or_else(|| format!("the first lines must be `Label: value`, this is not: {line}"))?;
    Ok(Reference { label: joined(label), value: joined(value) })
}

fn block(paragraph: &str) -> Result<Block, String> {
    if let Some((_, placed)) = PLACEHOLDERS.into_iter().find(|(placeholder, _)| *placeholder == paragraph) {
        return Ok(placed);
    }
    Ok(match paragraph {
        unknown if unknown.starts_with('[') && unknown.ends_with(']') => {
            let known = PLACEHOLDERS.map(|(placeholder, _)| placeholder).join(", ");
            return Err(format!("{unknown} is not one of {known}"));
        }
        list if list.starts_with("- ") => Block::List(items(list)),
        words => Block::Paragraph(joined(words)),
    })
}

/// The items of a list; a line without `- ` goes on with the item before.
fn items(list: &str) -> Vec<String> {
    let mut items: Vec<String> = Vec::new();
    for line in list.lines() {
        match (line.strip_prefix("- "), items.last_mut()) {
            (None, Some(item)) => *item = joined(&format!("{item} {line}")),
            (start, _) => items.push(joined(start.unwrap_or(line))),
        }
    }
    items
}

/// Words with one space between; a no-break space is part of its word.
fn joined(words: &str) -> String {
    words.split([' ', '\n']).filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::{Block, Reference, Text};

    #[test]
    fn a_text_has_references_paragraphs_lists_and_blocks() {
        let text = Text::parse(
            "Subject: a: b\nOur reference: 7\n\nDear\n  all,\n\n\n- one\n  more\n- two\n\n[numbers]\n\n[signature]\n",
        )
        .unwrap();
        let reference = |label: &str, value: &str| Reference { label: label.to_owned(), value: value.to_owned() };
        assert_eq!(text.subject, "a: b");
        assert_eq!(text.references, [reference("Subject", "a: b"), reference("Our reference", "7")]);
        assert_eq!(
            text.blocks,
            [
                Block::Paragraph("Dear all,".to_owned()),
                Block::List(vec!["one more".to_owned(), "two".to_owned()]),
                Block::Numbers,
                Block::Signature,
            ]
        );
    }

    #[test]
    fn a_text_without_the_structure_of_a_letter_is_refused_with_the_reason() {
        for (text, reason) in [
            ("", "the text is empty"),
            ("Dear all\n\n[signature]", "the first lines must be `Label: value`, this is not: Dear all"),
            ("Subject: a\n\nDear all", "a letter needs [signature], [signature form] or [signature forms]"),
            (
                "Subject: a\n\n[number]\n\n[signature]",
                "[number] is not one of [contracts], [numbers], [letters], [users], [devices], [steps], [out of service], \
                 [signature], [signature form], [signature forms]",
            ),
        ] {
            assert_eq!(Text::parse(text).unwrap_err(), reason);
        }
    }
}
