//! The media type of a file by its first bytes, whatever its name or sender says. Nothing is unpacked.

/// What nobody knows.
const UNKNOWN: &str = "application/octet-stream";

/// First bytes and what they mean.
const MAGIC: [(&[u8], &str); 7] = [
    (b"%PDF-", "application/pdf"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"II*\0", "image/tiff"),
    (b"MM\0*", "image/tiff"),
    // Word, Excel and PowerPoint until 2003.
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "application/x-ole-storage"),
    (b"{\\rtf", "application/rtf"),
];

/// A ZIP's local file header (APPNOTE 4.3.7): before the length of the first entry's name, then the name.
const ZIP: &[u8] = b"PK\x03\x04";
const NAME_LENGTH_AT: usize = 26;
const NAME_AT: usize = 30;

/// The folders of Office Open XML, one to a kind of document, and the media types.
const OPEN_XML: [(&[u8], &str); 3] = [
    (b"word/", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    (b"xl/", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    (b"ppt/", "application/vnd.openxmlformats-officedocument.presentationml.presentation"),
];

/// `OpenDocument` says its media type in the first entry, `mimetype`, uncompressed (`OpenDocument` 1.3, part 2, 3.3).
const OPEN_DOCUMENT: [&str; 3] = [
    "application/vnd.oasis.opendocument.text",
    "application/vnd.oasis.opendocument.spreadsheet",
    "application/vnd.oasis.opendocument.presentation",
];

/// The media type by the content.
pub(crate) fn media_type(content: &[u8]) -> &'static str {
    if let Some((_, media_type)) = MAGIC.iter().find(|(magic, _)| content.starts_with(magic)) {
        return media_type;
    }
    if content.starts_with(ZIP) {
        return of_zip(content);
    }
    let is_text = |text: &str| text.chars().all(|c| !c.is_control() || matches!(c, '\n' | '\r' | '\t'));
    match std::str::from_utf8(content) {
        Ok(text) if looks_like_a_page(text) => "text/html",
        Ok(text) if is_text(text) => "text/plain; charset=utf-8",
        _ => UNKNOWN,
    }
}

/// A web page or drawing may hold scripts, whatever it is called.
fn looks_like_a_page(text: &str) -> bool {
    let begins = text.trim_start_matches('\u{feff}').trim_start();
    let begins: String = begins.chars().take(9).collect::<String>().to_ascii_lowercase();
    ["<!doctype", "<html", "<script", "<svg", "<?xml", "<!--"].iter().any(|tag| begins.starts_with(tag))
}

/// An office document, told by its entries' names; else a ZIP of whatever.
fn of_zip(content: &[u8]) -> &'static str {
    const PLAIN_ZIP: &str = "application/zip";
    let length = match content.get(NAME_LENGTH_AT..NAME_LENGTH_AT + 2) {
        Some([low, high]) => usize::from(u16::from_le_bytes([*low, *high])),
        _ => return PLAIN_ZIP,
    };
    let name = content.get(NAME_AT..NAME_AT + length).unwrap_or_default();
    let after = content.get(NAME_AT + length..).unwrap_or_default();
    if name == b"mimetype" {
        let told = OPEN_DOCUMENT.iter().find(|media_type| after.starts_with(media_type.as_bytes()));
        return told.copied().unwrap_or(PLAIN_ZIP);
    }
    let is_open_xml = name == b"[Content_Types].xml" || name.starts_with(b"_rels/") || name.starts_with(b"docProps/");
    if !is_open_xml && !OPEN_XML.iter().any(|(folder, _)| name.starts_with(folder)) {
        return PLAIN_ZIP;
    }
    // The list of entries is at the end, with their names in the clear.
    let holds = |folder: &[u8]| content.windows(folder.len()).rev().any(|part| part == folder);
    OPEN_XML.iter().find(|(folder, _)| holds(folder)).map_or(PLAIN_ZIP, |(_, media_type)| media_type)
}

#[cfg(test)]
mod tests {
    use super::media_type;

    fn zip(name: &str, rest: &str) -> Vec<u8> {
        let mut zip = b"PK\x03\x04".to_vec();
        zip.resize(26, 0);
        zip.extend(u16::try_from(name.len()).unwrap_or_default().to_le_bytes());
        zip.extend([0, 0]);
        zip.extend(format!("{name}{rest}").bytes());
        zip
    }

    #[test]
    fn a_media_type_is_told_by_the_content() {
        for (content, media_type_expected) in [
            (b"%PDF-1.7 \xff".as_slice(), "application/pdf"),
            (b"\x89PNG\r\n\x1a\n....", "image/png"),
            (b"\xff\xd8\xff\xe0", "image/jpeg"),
            (b"II*\0....", "image/tiff"),
            (b"MM\0*....", "image/tiff"),
            (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1....", "application/x-ole-storage"),
            ("één regel\r\n".as_bytes(), "text/plain; charset=utf-8"),
            (b"<p> is written so", "text/plain; charset=utf-8"),
            (b" \n<!DOCTYPE html>", "text/html"),
            (b"<svg onload=alert(1)>", "text/html"),
            (b"\xc3", "application/octet-stream"),
            (b"a\0b", "application/octet-stream"),
            (b"MZ\x90\0\x03", "application/octet-stream"),
            (b"\x7fELF\x02", "application/octet-stream"),
            (b"PK\x03\x04", "application/zip"),
        ] {
            assert_eq!(media_type(content), media_type_expected, "{content:?}");
        }
    }

    #[test]
    fn an_office_document_is_told_from_any_other_zip() {
        for (name, rest, expected) in [
            (
                "[Content_Types].xml",
                "…word/document.xml",
                "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            ),
            ("_rels/.rels", "…xl/workbook.xml", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
            ("mimetype", "application/vnd.oasis.opendocument.text", "application/vnd.oasis.opendocument.text"),
            ("mimetype", "application/epub+zip", "application/zip"),
            ("bomb.bin", "…word/document.xml", "application/zip"),
            ("[Content_Types].xml", "", "application/zip"),
        ] {
            assert_eq!(media_type(&zip(name, rest)), expected, "{name} {rest}");
        }
        assert_eq!(media_type(b"PK\x03\x04\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\xff\xff\0\0x"), "application/zip");
    }
}
