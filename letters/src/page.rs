//! What stands on a page and how a letter's body is divided over pages.

use crate::typeface::Face;

/// The sheet is A4. Lengths are in mm, from the sheet's left and top edge; a text's `y` is its baseline.
pub(crate) const HEIGHT: f64 = 297.0;
/// Where text begins on the left.
pub(crate) const LEFT: f64 = 25.0;
/// Where text ends on the right.
pub(crate) const RIGHT: f64 = 190.0;
/// The width of the body.
pub(crate) const WIDTH: f64 = RIGHT - LEFT;
/// Where the body of a following page begins.
pub(crate) const TOP: f64 = 25.0;
/// Where the body ends; below it comes the footer.
pub(crate) const BOTTOM: f64 = 274.0;

/// A page with everything in its place.
#[derive(Debug, Default)]
pub(crate) struct Page {
    pub(crate) words: Vec<Words>,
    pub(crate) lines: Vec<Line>,
    /// Where the contractor's logo stands.
    pub(crate) logo: Option<Rectangle>,
}

/// A rectangle on the page.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Rectangle {
    pub(crate) left: f64,
    pub(crate) top: f64,
    pub(crate) width: f64,
    pub(crate) height: f64,
}

/// What words and lines are drawn in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Ink {
    #[default]
    Black,
    /// Of a line to write on, or under a heading.
    Grey,
    /// Of a line between rows, or a fold mark.
    Faint,
    /// The contractor's colour; black where he has none.
    Accent,
}

/// Words on one line in one face.
#[derive(Debug, Clone)]
pub(crate) struct Words {
    pub(crate) x: f64,
    pub(crate) y: f64,
    pub(crate) face: Face,
    pub(crate) ink: Ink,
    pub(crate) text: String,
}

impl Words {
    pub(crate) fn new(x: f64, y: f64, face: Face, text: impl Into<String>) -> Words {
        Words { x, y, face, ink: Ink::Black, text: text.into() }
    }
}

/// A horizontal line.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Line {
    pub(crate) x: f64,
    pub(crate) y: f64,
    pub(crate) width: f64,
    pub(crate) ink: Ink,
}

/// A strip of the body, as wide as the body: never broken. Within it `y` counts from its top.
#[derive(Debug, Clone, Default)]
pub(crate) struct Strip {
    pub(crate) height: f64,
    pub(crate) words: Vec<Words>,
    pub(crate) lines: Vec<Line>,
    /// On the same page as the strip after it, if a page has room for them.
    pub(crate) with_next: bool,
    /// Left out at the top of a page.
    pub(crate) is_space: bool,
    /// The table it is a row of (its heading is not): an index into the headings that are repeated on each page.
    pub(crate) table: Option<usize>,
}

impl Strip {
    pub(crate) fn space(height: f64) -> Strip {
        Strip { height, is_space: true, ..Strip::default() }
    }
}

/// Divides strips over pages, the first of which begins at `first_top`. `headings` are the headings of tables that go on.
pub(crate) fn divide(strips: &[Strip], headings: &[Vec<Strip>], first_top: f64) -> Vec<Page> {
    let mut pages = vec![Page::default()];
    let mut top = first_top;
    let mut y = top;
    let mut rest = strips;
    while let Some(first) = rest.first() {
        let together = rest.iter().position(|strip| !strip.with_next).map_or(rest.len(), |last| last + 1);
        let height: f64 = rest.iter().take(together).map(|strip| strip.height).sum();
        let is_taller_than_a_page = height > BOTTOM - TOP;
        let strip_height = if is_taller_than_a_page { first.height } else { height };
        if y + strip_height > BOTTOM && y > top {
            pages.push(Page::default());
            top = TOP;
            y = top;
            if let Some(heading) = first.table.and_then(|table| headings.get(table)) {
                place(heading, &mut pages, &mut y);
            }
        }
        let count = if is_taller_than_a_page { 1 } else { together };
        let (now, later) = rest.split_at(count);
        if !(first.is_space && y <= top) {
            place(now, &mut pages, &mut y);
        }
        rest = later;
    }
    pages
}

fn place(strips: &[Strip], pages: &mut [Page], y: &mut f64) {
    let Some(page) = pages.last_mut() else { return };
    for strip in strips {
        page.words.extend(strip.words.iter().map(|words| Words { y: *y + words.y, ..words.clone() }));
        page.lines.extend(strip.lines.iter().map(|line| Line { y: *y + line.y, ..*line }));
        *y += strip.height;
    }
}

#[cfg(test)]
mod tests {
    use super::{BOTTOM, Face, Page, Strip, TOP, Words, divide};

    fn strip(name: &str, height: f64) -> Strip {
        Strip { height, words: vec![Words::new(0.0, 0.0, Face::regular(10), name)], ..Strip::default() }
    }

    fn names(pages: &[Page]) -> Vec<Vec<&str>> {
        pages.iter().map(|page| page.words.iter().map(|words| words.text.as_str()).collect()).collect()
    }

    const PAGE: f64 = BOTTOM - TOP;

    #[test]
    fn strips_that_belong_together_move_to_the_next_page_together() {
        let closing = Strip { with_next: true, ..strip("closing", 10.0) };
        let pages = divide(&[strip("body", PAGE - 15.0), Strip::space(2.0), closing, strip("signature", 20.0)], &[], TOP);
        assert_eq!(names(&pages), [vec!["body"], vec!["closing", "signature"]]);
    }

    #[test]
    fn strips_that_fill_more_than_a_page_together_are_broken_rather_than_lost() {
        let strips: Vec<_> = (0..3).map(|_| Strip { with_next: true, ..strip("line", PAGE / 2.0) }).collect();
        assert_eq!(names(&divide(&strips, &[], TOP)), [vec!["line"], vec!["line", "line"]]);
    }

    #[test]
    fn a_table_repeats_its_heading_where_it_goes_on() {
        let heading = Strip { with_next: true, ..strip("heading", PAGE / 3.0) };
        let row = |name| Strip { table: Some(0), ..strip(name, PAGE / 3.0) };
        let pages = divide(&[heading, row("1"), row("2"), row("3")], &[vec![strip("continued", 5.0)]], TOP);
        assert_eq!(names(&pages), [vec!["heading", "1", "2"], vec!["continued", "3"]]);
    }

    #[test]
    fn a_space_is_left_out_at_the_top_of_a_page() {
        let pages = divide(&[strip("a", PAGE), Strip::space(5.0), strip("b", 5.0)], &[], TOP);
        assert_eq!(names(&pages), [vec!["a"], vec!["b"]]);
        assert!(pages.last().is_some_and(|page| page.words.iter().all(|words| (words.y - TOP).abs() < 1e-9)));
    }
}
