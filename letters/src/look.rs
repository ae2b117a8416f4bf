//! How a contractor's letters look: the envelopes' window, the colour, the logo.

use std::str::FromStr;

use crate::logo::Logo;

/// What a contractor sets about the looks of letters. Colour and logo stand only on the letters that the contractor sends.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Look {
    /// On which side the envelopes have their window.
    pub window: Window,
    /// The colour of the sender's name and of the subject; black without one.
    pub colour: Option<Colour>,
    /// Stands at the top on the left, in the place of the sender's name.
    pub logo: Option<Logo>,
}

/// On which side an envelope has its window.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Window {
    /// On the left.
    #[default]
    Left,
    /// On the right.
    Right,
}

/// A colour that can be read on white paper.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Colour {
    red: u8,
    green: u8,
    blue: u8,
}

/// WCAG 2.2, 1.4.3: text is readable when its contrast with its background is at least this.
const CONTRAST_MIN: f64 = 4.5;

impl Colour {
    /// Red, green and blue.
    pub(crate) fn rgb(self) -> [u8; 3] {
        [self.red, self.green, self.blue]
    }

    /// The contrast with white, 1 to 21, as WCAG defines it.
    fn contrast(self) -> f64 {
        let linear = |channel: u8| {
            let share = f64::from(channel) / 255.0;
            if share <= 0.040_45 { share / 12.92 } else { ((share + 0.055) / 1.055).powf(2.4) }
        };
        let luminance = 0.2126 * linear(self.red) + 0.7152 * linear(self.green) + 0.0722 * linear(self.blue);
        1.05 / (luminance + 0.05)
    }
}

/// Reads `#0A5C8D`.
impl FromStr for Colour {
    type Err = String;

    fn from_str(text: &str) -> Result<Colour, String> {
        let wrong = || format!("colour: {text:?} is no colour; give # and six hexadecimal digits, such as \"#0A5C8D\"");
        let digits = text.strip_prefix('#').filter(|digits| digits.len() == 6 && digits.chars().all(|c| c.is_ascii_hexdigit()));
        let number = u32::from_str_radix(digits.ok_or_else(wrong)?, 16).map_err(|_| wrong())?;
        let [_, red, green, blue] = number.to_be_bytes();
        let colour = Colour { red, green, blue };
        let contrast = colour.contrast();
        if contrast < CONTRAST_MIN {
            return Err(format!(
                "colour: {text} is too light to be read on white paper; give a darker one (its contrast is {contrast:.2}, {CONTRAST_MIN} is \
                 needed)"
            ));
        }
        Ok(colour)
    }
}

#[cfg(test)]
mod tests {
    use super::Colour;

    #[test]
    fn a_colour_is_six_hexadecimal_digits_that_can_be_read_on_white() {
        assert_eq!("#0A5c8D".parse(), Ok(Colour { red: 10, green: 92, blue: 141 }));
        // #767676 is the lightest grey with a contrast of 4.5.
        assert_eq!("#767676".parse::<Colour>().map(Colour::rgb), Ok([0x76; 3]));
        let refused = |text: &str| text.parse::<Colour>().err().unwrap_or_default();
        assert_eq!(
            refused("#777777"),
            "colour: #777777 is too light to be read on white paper; give a darker one (its contrast is 4.48, 4.5 is needed)"
        );
        for text in ["", "0A5C8D", "#0A5C8", "#0A5C8DFF", "#+A5C8D", "#réd0", "red"] {
            assert!(refused(text).contains("six hexadecimal digits"), "{text}: {}", refused(text));
        }
    }
}
