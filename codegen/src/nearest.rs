//! The name that somebody may have meant.

/// "did you mean `name`?" of the nearest of `names`; `otherwise`, if none is near enough to be a slip of the hand.
pub(crate) fn did_you_mean<'n>(written: &str, names: impl IntoIterator<Item = &'n str>, otherwise: &str) -> String {
    match nearest(written, names) {
        Some(name) => format!("did you mean `{name}`?"),
        None => otherwise.to_owned(),
    }
}

/// The name at the smallest edit distance, if it is near enough to be a misspelling: a third of its letters at most.
fn nearest<'n>(written: &str, names: impl IntoIterator<Item = &'n str>) -> Option<&'n str> {
    let allowed = written.chars().count().max(3) / 3;
    // Upper and lower case are what is mixed up most.
    let lower = written.to_lowercase();
    let by_distance = names.into_iter().map(|name| (strsim::osa_distance(&lower, &name.to_lowercase()), name));
    by_distance.filter(|(distance, _)| *distance <= allowed).min().map(|(_, name)| name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_of_the_hand_has_a_nearest_name() {
        let names = ["displayName", "email", "role"];
        assert_eq!(nearest("displayname", names), Some("displayName"));
        assert_eq!(nearest("dispalyName", names), Some("displayName"));
        assert_eq!(nearest("rolle", names), Some("role"));
        assert_eq!(nearest("zebra", names), None);
        assert_eq!(did_you_mean("zebra", names, "look there"), "look there");
    }
}
