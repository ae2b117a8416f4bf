//! Pictures for the documentation, made small: a page has few colours, so a palette is enough.

use std::collections::HashMap;

/// The same picture with at most 256 colours.
pub(super) fn smaller(png: &[u8]) -> Vec<u8> {
    let mut reader = png::Decoder::new(std::io::Cursor::new(png)).read_info().unwrap();
    let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
    let info = reader.next_frame(&mut pixels).unwrap();
    let bytes = info.color_type.samples();
    let colours: Vec<[u8; 3]> =
        pixels[..info.buffer_size()].chunks_exact(bytes).map(|pixel| [pixel[0], pixel[1], pixel[2]]).collect();
    let mut counts: HashMap<[u8; 3], u32> = HashMap::new();
    for colour in &colours {
        *counts.entry(*colour).or_default() += 1;
    }
    let mut by_count: Vec<([u8; 3], u32)> = counts.into_iter().collect();
    by_count.sort_by_key(|(colour, count)| (std::cmp::Reverse(*count), *colour));
    let palette: Vec<[u8; 3]> = by_count.iter().take(256).map(|(colour, _)| *colour).collect();
    let index: HashMap<[u8; 3], u8> = by_count.iter().map(|(colour, _)| (*colour, nearest(&palette, *colour))).collect();

    let mut out = Vec::new();
    let mut encoder = png::Encoder::new(&mut out, info.width, info.height);
    encoder.set_color(png::ColorType::Indexed);
    encoder.set_depth(png::BitDepth::Eight);
    encoder.set_palette(palette.concat());
    encoder.set_compression(png::Compression::High);
    encoder.set_filter(png::Filter::NoFilter);
    let indexed: Vec<u8> = colours.iter().map(|colour| index[colour]).collect();
    encoder.write_header().unwrap().write_image_data(&indexed).unwrap();
    out
}

fn nearest(palette: &[[u8; 3]], colour: [u8; 3]) -> u8 {
    let distance = |other: &[u8; 3]| -> u32 { other.iter().zip(colour).map(|(a, b)| u32::from(a.abs_diff(b)).pow(2)).sum() };
    let (at, _) = palette.iter().enumerate().min_by_key(|(_, other)| distance(other)).unwrap();
    u8::try_from(at).unwrap()
}
