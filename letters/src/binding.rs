//! A PDF's numbered objects: those that genpdf wrote, some of them replaced, some added, bound into a file that depends on its letter
//! alone. What the objects mean is the business of others.
//!
//! genpdf's file is read by its table of offsets, in the one form in which lopdf writes it; this is no parser of PDFs.

use std::io::Write;

use flate2::Compression;
use flate2::write::ZlibEncoder;
use sha2::{Digest, Sha256};

/// The objects by their numbers, which count from 1.
pub(crate) struct Objects {
    bodies: Vec<Vec<u8>>,
    root: usize,
    info: usize,
}

impl Objects {
    /// Takes a file apart. `None` when it isn't as lopdf writes it.
    pub(crate) fn of(file: &[u8]) -> Option<Objects> {
        let table: usize = number_after(file, last(file, b"startxref\n")? + b"startxref\n".len())?;
        let trailer = last(file, b"trailer\n")?;
        let entries = std::str::from_utf8(file.get(table..trailer)?).ok()?.lines().skip(2);
        let offsets: Vec<Option<usize>> =
            entries.skip(1).map(|entry| entry.ends_with(" n ").then(|| number_after(entry.as_bytes(), 0)).flatten()).collect();
        let mut ends: Vec<usize> = offsets.iter().flatten().copied().chain([table]).collect();
        ends.sort_unstable();
        let body = |offset: usize| {
            let end = *ends.get(ends.binary_search(&offset).ok()? + 1)?;
            let object = file.get(offset..end)?;
            Some(object.get(first(object, b"obj")? + b"obj".len()..last(object, b"endobj")?)?.to_vec())
        };
        let bodies = offsets.iter().map(|offset| offset.map_or(Some(b"null".to_vec()), body)).collect::<Option<_>>()?;
        let reference = |key: &[u8]| number_after(file, trailer + first(file.get(trailer..)?, key)? + key.len());
        Some(Objects { bodies, root: reference(b"/Root ")?, info: reference(b"/Info ")? })
    }

    /// The number of the catalogue.
    pub(crate) fn root(&self) -> usize {
        self.root
    }

    /// The number of the document's properties.
    pub(crate) fn info(&self) -> usize {
        self.info
    }

    /// The number of the first object, not a stream, that has this in it.
    pub(crate) fn find(&self, part: &str) -> Option<usize> {
        let has = |body: &Vec<u8>| !is_stream(body) && first(body, part.as_bytes()).is_some();
        Some(self.bodies.iter().position(has)? + 1)
    }

    /// The number that follows a key in an object: 18 after `/Resources ` in `/Resources 18 0 R`.
    pub(crate) fn referred(&self, number: usize, key: &str) -> Option<usize> {
        let body = self.body(number)?;
        number_after(body, first(body, key.as_bytes())? + key.len())
    }

    /// Puts an object in another's place.
    pub(crate) fn replace(&mut self, number: usize, body: impl Into<Vec<u8>>) -> Option<()> {
        *self.bodies.get_mut(number.checked_sub(1)?)? = body.into();
        Some(())
    }

    /// Adds an object; its number.
    pub(crate) fn add(&mut self, body: impl Into<Vec<u8>>) -> usize {
        self.bodies.push(body.into());
        self.bodies.len()
    }

    /// Adds entries, such as `/Lang(nl)`, at the beginning of a dictionary, which must not have them yet.
    pub(crate) fn extend(&mut self, number: usize, entries: &str) -> Option<()> {
        let body = self.body(number)?.strip_prefix(b"<<")?;
        let extended = [b"<<", entries.as_bytes(), body].concat();
        self.replace(number, extended)
    }

    /// Puts `with` in the place of the first `part` of an object.
    pub(crate) fn rewrite(&mut self, number: usize, part: &str, with: &str) -> Option<()> {
        let body = self.body(number)?;
        let at = first(body, part.as_bytes())?;
        let rewritten = [body.get(..at)?, with.as_bytes(), body.get(at + part.len()..)?].concat();
        self.replace(number, rewritten)
    }

    /// The file, as PDF 1.7. Streams that aren't compressed are; its identifier is a hash of its content.
    pub(crate) fn bind(self) -> Vec<u8> {
        // The second line tells programs that transfer files that this is no text (ISO 32000-1, 7.5.2).
        let mut file = b"%PDF-1.7\n%\xE2\xE3\xCF\xD3\n".to_vec();
        let mut offsets = Vec::new();
        for (i, body) in self.bodies.iter().enumerate() {
            offsets.push(file.len());
            file.extend(format!("{} 0 obj\n", i + 1).into_bytes());
            match content(body).filter(|_| first(body, b"/Filter").is_none()) {
                Some(content) => file.extend(stream("", content)),
                None => file.extend(body),
            }
            file.extend(b"\nendobj\n");
        }
        let identifier = hexadecimal(Sha256::digest(&file).iter().take(16).map(|&byte| u16::from(byte)), 2);
        let (table, size) = (file.len(), offsets.len() + 1);
        file.extend(format!("xref\n0 {size}\n0000000000 65535 f \n").into_bytes());
        file.extend(offsets.into_iter().flat_map(|offset| format!("{offset:010} 00000 n \n").into_bytes()));
        let (root, info) = (self.root, self.info);
        file.extend(
            format!(
                "trailer\n<</Size {size}/Root {root} 0 R/Info {info} 0 R/ID[<{identifier}><{identifier}>]>>\n\
                 startxref\n{table}\n%%EOF\n"
            )
            .into_bytes(),
        );
        file
    }

    fn body(&self, number: usize) -> Option<&[u8]> {
        self.bodies.get(number.checked_sub(1)?).map(Vec::as_slice)
    }
}

/// A compressed stream, with these entries in its dictionary besides its length and filter.
pub(crate) fn stream(entries: &str, content: &[u8]) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::default());
    // Writing to memory doesn't fail.
    let compressed = encoder.write_all(content).and_then(|()| encoder.finish()).unwrap_or_default();
    let head = format!("<<{entries}/Filter/FlateDecode/Length {}>>stream\n", compressed.len());
    [head.as_bytes(), &compressed, b"\nendstream"].concat()
}

/// A text as a PDF string, in UTF-16 with its byte order mark.
pub(crate) fn text_string(text: &str) -> String {
    format!("<FEFF{}>", hexadecimal(text.encode_utf16(), 4))
}

fn hexadecimal(units: impl Iterator<Item = u16>, width: usize) -> String {
    units.map(|unit| format!("{unit:0width$X}")).collect::<Vec<_>>().concat()
}

fn is_stream(body: &[u8]) -> bool {
    body.ends_with(b"endstream ") || body.ends_with(b"endstream")
}

/// What a stream holds; `None` for another object.
fn content(body: &[u8]) -> Option<&[u8]> {
    let start = first(body, b">>stream\n").filter(|_| is_stream(body))? + b">>stream\n".len();
    let end = last(body, b"\nendstream")?;
    body.get(start..end.max(start))
}

fn number_after(bytes: &[u8], start: usize) -> Option<usize> {
    let digits: Vec<u8> = bytes.get(start..)?.iter().copied().take_while(u8::is_ascii_digit).collect();
    std::str::from_utf8(&digits).ok()?.parse().ok()
}

fn first(bytes: &[u8], part: &[u8]) -> Option<usize> {
    bytes.windows(part.len()).position(|window| window == part)
}

fn last(bytes: &[u8], part: &[u8]) -> Option<usize> {
    bytes.windows(part.len()).rposition(|window| window == part)
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::{Objects, content, text_string};

    const FILE: &[u8] = b"%PDF-1.3\n1 0 obj<</Type/Catalog>>endobj\n3 0 obj<</Length 2>>stream\nab\nendstream endobj\n\
        xref\n0 4\n0000000000 65535 f \n0000000009 00000 n \n0000000000 00000 f \n0000000040 00000 n \ntrailer\n\
        <</Root 1 0 R/Info 2 0 R/Size 4>>\nstartxref\n87\n%%EOF";

    #[test]
    fn a_file_is_taken_apart_by_its_table_of_offsets() {
        let objects = Objects::of(FILE).unwrap();
        assert_eq!((objects.root(), objects.info()), (1, 2));
        assert_eq!(objects.bodies, [&b"<</Type/Catalog>>"[..], b"null", b"<</Length 2>>stream\nab\nendstream "]);
        assert_eq!(objects.find("/Catalog"), Some(1));
        assert_eq!(objects.find("ab"), None, "what a stream holds is not looked at");
    }

    #[test]
    fn what_is_no_such_file_is_refused_wherever_it_ends() {
        for end in 0..FILE.len() - b"87\n%%EOF".len() {
            assert!(Objects::of(&FILE[..end]).is_none(), "{end}");
        }
    }

    #[test]
    fn objects_are_replaced_extended_and_added() {
        let mut objects = Objects::of(FILE).unwrap();
        objects.replace(2, "<</Title()>>").unwrap();
        objects.extend(1, "/Lang(nl)/Pages 3 0 R").unwrap();
        assert_eq!(objects.referred(1, "/Pages "), Some(3));
        objects.rewrite(1, "/Pages 3 0 R", "/Pages 2 0 R").unwrap();
        assert_eq!(objects.add("7"), 4);
        assert_eq!(objects.bodies[0], b"<</Lang(nl)/Pages 2 0 R/Type/Catalog>>");
        assert_eq!((objects.replace(0, ""), objects.replace(9, ""), objects.extend(4, "")), (None, None, None));
        let bound = Objects::of(&objects.bind()).unwrap();
        assert_eq!((bound.root(), bound.info(), bound.bodies.len()), (1, 2, 4));
        assert_eq!(bound.find("/Title()"), Some(2));
        assert_eq!(content(bound.bodies[2].trim_ascii_end()).map(<[u8]>::len), Some(10), "two bytes, compressed");
        assert_eq!(text_string("é"), "<FEFF00E9>");
    }
}
