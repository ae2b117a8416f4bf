//! Who sent an invoice.

/// Providers of business telephony in the Netherlands whose name is no ordinary word.
const NAMES: [&str; 14] = [
    "KPN", "Ziggo", "Vodafone", "Odido", "T-Mobile", "Tele2", "Youfone", "Caiway", "Telfort", "XS4ALL", "Voys", "RoutIT",
    "Solcon", "Simpel",
];

/// The known provider that a text names most often; of two named as often, the one that comes first in the text.
pub(super) fn named(text: &str) -> Option<String> {
    let small = text.to_lowercase();
    let mut named: Option<(usize, usize, &str)> = None;
    for name in NAMES {
        let places = places(&small, &name.to_lowercase());
        let Some(first) = places.first() else { continue };
        let better = named.is_none_or(|(count, at, _)| places.len() > count || (places.len() == count && *first < at));
        if better {
            named = Some((places.len(), *first, name));
        }
    }
    named.map(|(.., name)| name.to_owned())
}

/// Where a name stands as a word of its own; `kpn.com` and `KPN B.V.` count, `kpnetwork` does not.
fn places(text: &str, name: &str) -> Vec<usize> {
    let is_alone = |at: &usize| {
        let before = text.get(..*at).and_then(|text| text.chars().next_back());
        let after = text.get(at + name.len()..).and_then(|text| text.chars().next());
        !before.is_some_and(char::is_alphanumeric) && !after.is_some_and(char::is_alphanumeric)
    };
    text.match_indices(name).map(|(at, _)| at).filter(is_alone).collect()
}

#[cfg(test)]
mod tests {
    use super::named;

    #[test]
    fn the_name_that_stands_there_most_is_the_senders() {
        for (text, provider) in [
            ("KPN B.V., Postbus 30000", Some("KPN")),
            ("gesprekken naar Vodafone\nZiggo Zakelijk\nwww.ziggo.nl", Some("Ziggo")),
            ("Vodafone en KPN", Some("Vodafone")),
            ("kpnetwork", None),
            ("", None),
        ] {
            assert_eq!(named(text).as_deref(), provider, "{text}");
        }
    }
}
