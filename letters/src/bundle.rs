//! Several letters put together in one PDF, for the printer. Only for letters that this room has written: the library that reads them is no
//! match for a stranger's PDF.

use lopdf::{Dictionary, Document, Object, ObjectId};

/// The version that letters are written in.
const PDF_VERSION: &str = "1.3";

/// Letters could not be put together: one of them is not a PDF as this room writes it.
#[derive(Debug, thiserror::Error)]
#[error("letter {number} can't be read back: {error}")]
pub struct BundleError {
    /// Which, from 1.
    number: usize,
    /// What is wrong with it.
    error: lopdf::Error,
}

/// How the printer prints.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sides {
    /// A page to a sheet.
    One,
    /// On both sides of a sheet: a letter with an odd number of pages has a blank one after it, so that each begins on a sheet of its own.
    Both,
}

/// One PDF with the pages of all letters, in their order. Takes some milliseconds a letter, so not on a thread that serves requests.
///
/// # Errors
/// A letter that can't be read back.
pub fn bundle<'a>(letters: impl IntoIterator<Item = &'a [u8]>, sides: Sides) -> Result<Vec<u8>, BundleError> {
    let mut bundle = Document::with_version(PDF_VERSION);
    let tree = bundle.new_object_id();
    let mut pages: Vec<ObjectId> = Vec::new();
    for (i, letter) in letters.into_iter().enumerate() {
        let failed = |error| BundleError { number: i + 1, error };
        let added = add(&mut bundle, tree, letter).map_err(failed)?;
        let blank = added.last().filter(|_| sides == Sides::Both && added.len() % 2 == 1);
        let blank = blank.map(|last| blank_after(&mut bundle, *last)).transpose().map_err(failed)?;
        pages.extend(added.into_iter().chain(blank));
    }
    let mut node = Dictionary::new();
    node.set("Type", Object::Name(b"Pages".to_vec()));
    node.set("Count", Object::Integer(i64::try_from(pages.len()).unwrap_or(i64::MAX)));
    node.set("Kids", Object::Array(pages.into_iter().map(Object::Reference).collect()));
    bundle.objects.insert(tree, Object::Dictionary(node));
    let mut catalog = Dictionary::new();
    catalog.set("Type", Object::Name(b"Catalog".to_vec()));
    catalog.set("Pages", Object::Reference(tree));
    let catalog = bundle.add_object(Object::Dictionary(catalog));
    bundle.trailer.set("Root", Object::Reference(catalog));
    // Each letter's own root, tree of pages, title and dates: nothing refers to them any more.
    bundle.prune_objects();
    let mut bytes = Vec::new();
    bundle.save_to(&mut bytes).map_err(|error| BundleError { number: 0, error: error.into() })?;
    Ok(bytes)
}

/// Adds an empty page of the same size as this one.
fn blank_after(bundle: &mut Document, page: ObjectId) -> Result<ObjectId, lopdf::Error> {
    let mut blank = bundle.get_dictionary(page)?.clone();
    blank.remove(b"Contents");
    blank.set("Resources", Object::Dictionary(Dictionary::new()));
    Ok(bundle.add_object(Object::Dictionary(blank)))
}

/// Adds a letter's objects under numbers of their own, its pages hung under the bundle's tree; the pages in their order.
fn add(bundle: &mut Document, tree: ObjectId, letter: &[u8]) -> Result<Vec<ObjectId>, lopdf::Error> {
    let mut letter = Document::load_mem(letter)?;
    letter.renumber_objects_with(bundle.max_id + 1);
    bundle.max_id = letter.max_id;
    let pages: Vec<ObjectId> = letter.get_pages().into_values().collect();
    for page in &pages {
        letter.get_object_mut(*page)?.as_dict_mut()?.set("Parent", Object::Reference(tree));
    }
    bundle.objects.append(&mut letter.objects);
    Ok(pages)
}
