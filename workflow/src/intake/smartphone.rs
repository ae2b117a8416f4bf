//! Which smartphones the app runs on: Android 4.2 and iOS 8 or newer, no Windows Phone.

/// The oldest systems on which the app runs, as (name, major, minor).
const SUPPORTED: [(&str, u32, u32); 3] = [("android", 4, 2), ("ios", 8, 0), ("iphone os", 8, 0)];

/// Whether the app runs on a phone described so, as far as the description tells; `None` where it doesn't say.
pub(super) fn runs_the_app(description: &str) -> Option<bool> {
    let description = description.to_lowercase();
    if description.contains("windows") {
        return Some(false);
    }
    let (name, major, minor) = SUPPORTED.into_iter().find(|(name, ..)| description.contains(name))?;
    let after = description.split(name).nth(1)?;
    let version: String =
        after.chars().skip_while(|c| !c.is_ascii_digit()).take_while(|c| c.is_ascii_digit() || *c == '.').collect();
    let mut parts = version.split('.').map(str::parse::<u32>);
    let given_major = parts.next()?.ok()?;
    let given_minor = parts.next().and_then(Result::ok).unwrap_or(0);
    Some((given_major, given_minor) >= (major, minor))
}

#[cfg(test)]
mod tests {
    use super::runs_the_app;

    #[test]
    fn the_app_runs_from_android_4_2_and_ios_8() {
        for (phone, runs) in [
            ("Android 4.1", Some(false)),
            ("Android 4.2", Some(true)),
            ("Samsung S24, Android 14", Some(true)),
            ("iOS 7.1", Some(false)),
            ("iPhone 15 iOS 17.2", Some(true)),
            ("Windows Phone 8.1", Some(false)),
            ("iPhone 15", None),
            ("Android", None),
        ] {
            assert_eq!(runs_the_app(phone), runs, "{phone}");
        }
    }
}
