//! Which media types of file are taken for what. That a file has one is told by its first bytes, elsewhere.

use super::AttachmentKind;
use crate::intake::FieldError;

/// A document on paper, as it is or scanned.
const ON_PAPER: [&str; 4] = ["application/pdf", "image/png", "image/jpeg", "image/tiff"];

/// What people send besides: text, and the files of office programs. They are kept and given back, and never opened here.
const OF_AN_OFFICE: [&str; 9] = [
    "text/plain; charset=utf-8",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "application/vnd.oasis.opendocument.text",
    "application/vnd.oasis.opendocument.spreadsheet",
    "application/vnd.oasis.opendocument.presentation",
    "application/x-ole-storage",
    "application/rtf",
];

impl AttachmentKind {
    /// Whether a file of this media type can be such an attachment. An invoice or something signed is a document on paper.
    pub fn takes(self, content_type: &str) -> bool {
        ON_PAPER.contains(&content_type) || (self == AttachmentKind::Other && OF_AN_OFFICE.contains(&content_type))
    }

    /// Says what would be right instead of a file of this media type.
    pub fn file_type_fault(self, content_type: &str) -> FieldError {
        let (allowed_nl, allowed_en) = match self {
            AttachmentKind::Other => (
                "een PDF, PNG, JPEG of TIFF, platte tekst, of een bestand van Word, Excel, PowerPoint of OpenDocument",
                "a PDF, PNG, JPEG or TIFF, plain text, or a file of Word, Excel, PowerPoint or OpenDocument",
            ),
            _ => ("een PDF, PNG, JPEG of TIFF", "a PDF, PNG, JPEG or TIFF"),
        };
        FieldError::new(
            "/file",
            "file_type_not_allowed",
            format!("de inhoud is {content_type}, hoe het bestand ook heet; geef {allowed_nl}"),
            format!("the content is {content_type}, whatever the file is called; give {allowed_en}"),
        )
    }
}
