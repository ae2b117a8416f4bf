//! Papers that simulated customers hand over.

use std::sync::Arc;

use engine::handle::hex;
use sha2::{Digest, Sha256};
use store::NewDocument;
use uuid::Uuid;
use workflow::project::{Attachment, AttachmentKind};

/// A PDF as a file of a contract, and its content to be kept.
pub fn attached(kind: AttachmentKind, contract: &str, content: Vec<u8>) -> anyhow::Result<(Attachment, NewDocument)> {
    let sha256 = hex(&Sha256::digest(&content));
    let filename = format!("{contract}.pdf");
    let attachment = Attachment {
        id: Uuid::now_v7(),
        kind,
        contract: Some(contract.to_owned()),
        filename: filename.clone(),
        content_type: "application/pdf".to_owned(),
        size: content.len().try_into()?,
        sha256: sha256.clone(),
    };
    let document = NewDocument {
        id: attachment.id.to_string(),
        kind: "attachment".to_owned(),
        filename,
        content_type: "application/pdf".to_owned(),
        sha256,
        content: Arc::new(content),
    };
    Ok((attachment, document))
}

/// A PDF of one page with these lines, in letters that every reader of PDFs has.
pub fn page(lines: &[String]) -> Vec<u8> {
    use std::fmt::Write;
    let mut text = "BT /F 12 Tf 60 780 Td 18 TL".to_owned();
    for line in lines.iter().take(40) {
        let line: String = line.chars().filter(|c| c.is_ascii() && !matches!(c, '(' | ')' | '\\')).collect();
        // Writing to a String can't fail.
        let _infallible = write!(text, " ({line}) Tj T*");
    }
    text.push_str(" ET");
    let length = text.len();
    format!(
        "%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n\
         3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F 5 0 R>>>>>>endobj\n\
         4 0 obj<</Length {length}>>stream\n{text}\nendstream\nendobj\n\
         5 0 obj<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
    )
    .into_bytes()
}
