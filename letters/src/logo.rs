//! A contractor's logo: a PNG made ready, once, to be put in letters.

use std::io::Cursor;

use png::{ColorType, Decoder, DecodingError, Limits, Transformations};

use crate::binding::{Objects, stream};
use crate::page::Rectangle;

/// The largest logo: in bytes, and in pixels either way. On paper it is at most 70 mm wide, so that 850 pixels are enough.
const BYTES_MAX: usize = 200_000;
const PIXELS_MAX: u32 = 1200;
/// How many bytes its decoder may use: some more than the pixels take.
const MEMORY_MAX: usize = 16_000_000;

/// A logo, as it stands in a PDF.
#[derive(Debug, Clone, PartialEq)]
pub struct Logo {
    width: u32,
    height: u32,
    image: Vec<u8>,
    /// How opaque each pixel is, where not all are.
    mask: Option<Vec<u8>>,
}

impl Logo {
    /// Reads a PNG of any kind: grey, colour or palette, 1 to 16 bits, interlaced or not, with or without transparency, which stays.
    ///
    /// Errors: what is wrong with the file and what would be right.
    pub fn from_png(bytes: &[u8]) -> Result<Logo, String> {
        if bytes.len() > BYTES_MAX {
            return Err(format!("{} bytes is too large; give a PNG of at most {BYTES_MAX} bytes", bytes.len()));
        }
        let mut decoder = Decoder::new_with_limits(Cursor::new(bytes), Limits { bytes: MEMORY_MAX });
        decoder.set_transformations(Transformations::normalize_to_color8());
        let mut reader = decoder.read_info().map_err(|error| unreadable(&error))?;
        let (width, height) = (reader.info().width, reader.info().height);
        if width > PIXELS_MAX || height > PIXELS_MAX {
            return Err(format!("{width} × {height} pixels is too large; scale it to at most {PIXELS_MAX} × {PIXELS_MAX}"));
        }
        let mut pixels = vec![0; reader.output_buffer_size().unwrap_or_default()];
        reader.next_frame(&mut pixels).map_err(|error| unreadable(&error))?;
        let (colour, _) = reader.output_color_type();
        let (colours, has_alpha) = match colour {
            ColorType::Grayscale => (1, false),
            ColorType::GrayscaleAlpha => (1, true),
            // A palette's colours have been looked up.
            ColorType::Rgb | ColorType::Indexed => (3, false),
            ColorType::Rgba => (3, true),
        };
        let pixel = pixels.chunks_exact(colours + usize::from(has_alpha));
        let image: Vec<u8> = pixel.clone().flat_map(|pixel| &pixel[..colours]).copied().collect();
        let mask: Option<Vec<u8>> = has_alpha.then(|| pixel.filter_map(|pixel| pixel.last()).copied().collect());
        let entries = |space: &str| {
            format!("/Type/XObject/Subtype/Image/Width {width}/Height {height}/BitsPerComponent 8/ColorSpace/{space}")
        };
        let space = if colours == 1 { "DeviceGray" } else { "DeviceRGB" };
        Ok(Logo {
            width,
            height,
            image: stream(&entries(space), &image),
            mask: mask
                .filter(|mask| mask.iter().any(|&opacity| opacity < u8::MAX))
                .map(|mask| stream(&entries("DeviceGray"), &mask)),
        })
    }

    /// The largest rectangle of its shape, at the top left of a room.
    pub(crate) fn fit(&self, room: Rectangle) -> Rectangle {
        let (width, height) = (f64::from(self.width), f64::from(self.height));
        let scale = (room.width / width).min(room.height / height);
        Rectangle { width: width * scale, height: height * scale, ..room }
    }

    /// Adds it to a document; its number.
    pub(crate) fn add_to(&self, objects: &mut Objects) -> Option<usize> {
        let image = objects.add(self.image.clone());
        if let Some(mask) = &self.mask {
            let mask = objects.add(mask.clone());
            objects.extend(image, &format!("/SMask {mask} 0 R"))?;
        }
        Some(image)
    }
}

fn unreadable(error: &DecodingError) -> String {
    match error {
        DecodingError::LimitsExceeded => "takes too much memory to read; scale it to fewer pixels".to_owned(),
        error => format!("can't be read as a PNG: {error}; save it as PNG again"),
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

    use png::{BitDepth, ColorType, Encoder};

    use super::{BYTES_MAX, Logo, PIXELS_MAX};
    use crate::page::Rectangle;

    /// A PNG whose pixels have these bytes.
    fn png(width: u32, height: u32, colour: ColorType, depth: BitDepth, row: &[u8]) -> Vec<u8> {
        let mut file = Vec::new();
        let mut encoder = Encoder::new(&mut file, width, height);
        encoder.set_color(colour);
        encoder.set_depth(depth);
        if colour == ColorType::Indexed {
            encoder.set_palette(vec![255, 0, 0, 0, 0, 255]);
        }
        let rows = row.repeat(usize::try_from(height).unwrap());
        encoder.write_header().unwrap().write_image_data(&rows).unwrap();
        file
    }

    fn head(stream: &[u8]) -> String {
        String::from_utf8_lossy(stream.split(|&byte| byte == b'\n').next().unwrap()).into_owned()
    }

    #[test]
    fn every_kind_of_png_is_taken() {
        for (colour, depth, row, space, has_mask) in [
            (ColorType::Grayscale, BitDepth::One, &[0b0100_0000][..], "DeviceGray", false),
            (ColorType::Grayscale, BitDepth::Sixteen, &[0, 0, 255, 255], "DeviceGray", false),
            (ColorType::GrayscaleAlpha, BitDepth::Eight, &[0, 9, 0, 255], "DeviceGray", true),
            (ColorType::Indexed, BitDepth::One, &[0b0100_0000], "DeviceRGB", false),
            (ColorType::Rgb, BitDepth::Eight, &[1, 2, 3, 4, 5, 6], "DeviceRGB", false),
            (ColorType::Rgba, BitDepth::Eight, &[1, 2, 3, 4, 5, 6, 7, 255], "DeviceRGB", true),
            (ColorType::Rgba, BitDepth::Eight, &[1, 2, 3, 255, 5, 6, 7, 255], "DeviceRGB", false),
        ] {
            let logo = Logo::from_png(&png(2, 3, colour, depth, row)).unwrap();
            assert!(
                head(&logo.image).contains(&format!("/Width 2/Height 3/BitsPerComponent 8/ColorSpace/{space}/")),
                "{colour:?}"
            );
            assert_eq!(logo.mask.is_some(), has_mask, "{colour:?}: a mask only where something shows through");
        }
    }

    #[test]
    fn what_cannot_be_a_logo_is_refused_with_what_would_be_right() {
        let refused = |bytes: &[u8]| Logo::from_png(bytes).err().unwrap();
        assert_eq!(refused(&vec![0; BYTES_MAX + 1]), "200001 bytes is too large; give a PNG of at most 200000 bytes");
        let wide = png(PIXELS_MAX + 1, 1, ColorType::Grayscale, BitDepth::Eight, &[0; PIXELS_MAX as usize + 1]);
        assert_eq!(refused(&wide), "1201 × 1 pixels is too large; scale it to at most 1200 × 1200");
        for no_png in [&b""[..], b"GIF89a", b"<svg/>"] {
            let said = refused(no_png);
            assert!(said.starts_with("can't be read as a PNG: ") && said.ends_with("; save it as PNG again"), "{said}");
        }
    }

    #[test]
    fn a_damaged_png_is_refused_wherever_it_is_cut_or_wrong() {
        let whole = png(2, 3, ColorType::Rgb, BitDepth::Eight, &[1, 2, 3, 4, 5, 6]);
        let end_of_pixels = whole.windows(4).position(|name| name == b"IEND").unwrap() - 12;
        for cut in 0..end_of_pixels {
            assert!(Logo::from_png(&whole[..cut]).is_err(), "{cut}");
        }
        for at in 0..whole.len() {
            let mut wrong = whole.clone();
            wrong[at] ^= 0x55;
            // Whether it is noticed is the PNG's checksums' business; that it never panics is ours.
            drop(Logo::from_png(&wrong));
        }
    }

    #[test]
    fn a_logo_keeps_its_shape() {
        let room = Rectangle { left: 1.0, top: 2.0, width: 70.0, height: 22.0 };
        let fitted = |width, height| {
            let logo = Logo { width, height, image: Vec::new(), mask: None };
            let Rectangle { left, top, width, height } = logo.fit(room);
            [left, top, width, height].map(|length| format!("{length:.1}"))
        };
        assert_eq!(fitted(140, 10), ["1.0", "2.0", "70.0", "5.0"]);
        assert_eq!(fitted(10, 100), ["1.0", "2.0", "2.2", "22.0"]);
    }
}
