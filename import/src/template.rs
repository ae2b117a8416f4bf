//! A CSV file to fill in: every header, and an example of which each row shows another way to write numbers.

use std::borrow::Cow;

use workflow::letter::Language;

use crate::column::COLUMNS;

/// What stands in the example's rows, by the field; the others are empty.
const EXAMPLE: [&[(&str, &str)]; 3] = [
    &[
        ("/customer/name", "Bakkerij De Korenaar B.V."),
        ("/customer/kvk_number", "12345678"),
        ("/customer/address/street", "Oudegracht"),
        ("/customer/address/house_number", "12"),
        ("/customer/address/postal_code", "3511 AB"),
        ("/customer/address/city", "Utrecht"),
        ("/customer/contact/name", "J. de Vries"),
        ("/customer/contact/email", "j.devries@korenaar.example"),
        ("/customer/contact/phone", "030 100 12 34"),
        ("/users", "12"),
        ("/equipment", "10 x Yealink T54W; 2 x Gigaset N670"),
        ("/id", "kpn-isdn"),
        ("/provider/name", "KPN B.V."),
        ("/customer_number", "100200300"),
        ("/contract_number", "C-778899"),
        ("/line_type", "isdn30"),
        ("/start_date", "1-3-2021"),
        ("/initial_term_months", "36"),
        ("/notice_period_months", "1"),
        ("/carries", "alarm, lift"),
        ("/number", "030-100 12 00 t/m 99"),
    ],
    &[("/customer/kvk_number", "12345678"), ("/id", "kpn-isdn"), ("/number", "0301001300"), ("/last", "0301001309")],
    &[
        ("/customer/kvk_number", "12345678"),
        ("/id", "kpn-isdn"),
        ("/number", "0301001400"),
        ("/block_size", "10"),
        ("/part_of", "030-100 14 00 t/m 99"),
        ("/part_of/main_number", "030-100 14 50"),
    ],
];

/// The template with headers in a language, as Dutch Excel reads and writes it: UTF-8 with a byte order mark, semicolons, CRLF.
pub fn template(language: Language) -> String {
    let header = |[nl, en]: [&'static str; 2]| if language == Language::Nl { nl } else { en };
    let mut lines = vec![COLUMNS.iter().map(|column| header(column.header)).collect::<Vec<_>>().join(";")];
    for row in EXAMPLE {
        let value = |field: &str| row.iter().find(|(known, _)| *known == field).map(|(_, value)| *value).unwrap_or_default();
        lines.push(COLUMNS.iter().map(|column| quoted(value(column.field))).collect::<Vec<_>>().join(";"));
    }
    format!("\u{feff}{}\r\n", lines.join("\r\n"))
}

/// A value that holds the separator stands between quotation marks.
fn quoted(value: &str) -> Cow<'_, str> {
    if value.contains(';') { format!("\"{value}\"").into() } else { value.into() }
}
