//! What a new app has besides resources.

use std::str::FromStr;

/// One of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Part {
    /// People and their sessions; `samara add strategy` then says how they sign in.
    Auth,
    /// Screens for those who run the site.
    Admin,
    /// An API.
    Graphql,
    /// A game made with Godot, with a client of the API.
    Godot,
}

/// Some of them: `auth,admin,graphql,godot`, or `none`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parts(Vec<Part>);

const WORDS: [(&str, Part); 4] =
    [("auth", Part::Auth), ("admin", Part::Admin), ("graphql", Part::Graphql), ("godot", Part::Godot)];

impl Parts {
    /// All there are.
    pub fn all() -> Self {
        Self(WORDS.map(|(_, part)| part).to_vec())
    }

    /// Whether `part` is one of these.
    pub fn has(&self, part: Part) -> bool {
        self.0.contains(&part)
    }
}

impl FromStr for Parts {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if text == "none" {
            return Ok(Self(Vec::new()));
        }
        let mut parts = text.split(',').map(|word| part(word.trim())).collect::<Result<Vec<Part>, String>>()?;
        parts.sort_unstable();
        parts.dedup();
        let parts = Self(parts);
        if parts.has(Part::Admin) && !parts.has(Part::Auth) {
            return Err("`admin` needs `auth`: its screens are for people whom the app knows".to_owned());
        }
        if parts.has(Part::Godot) && !parts.has(Part::Graphql) {
            return Err("`godot` needs `graphql`: the game's client calls the API".to_owned());
        }
        Ok(parts)
    }
}

fn part(word: &str) -> Result<Part, String> {
    if let Some((_, part)) = WORDS.iter().find(|(it, _)| *it == word) {
        return Ok(*part);
    }
    let known = "there are `auth`, `admin`, `graphql` and `godot`, and `none`";
    if word == "client" {
        return Err(format!("a client is added to an app that is there, `samara add client typescript`; {known}"));
    }
    Err(format!("`{word}` is no part of an app; {known}"))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_read_in_any_order() {
        assert_eq!("godot,graphql, auth,admin,auth".parse(), Ok(Parts::all()));
        assert_eq!("none".parse(), Ok(Parts(Vec::new())));
    }

    #[test]
    fn what_is_no_part_says_what_there_is() {
        for (text, why) in [
            ("godot", "`godot` needs `graphql`"),
            ("client", "`samara add client typescript`"),
            ("auth,grapql", "`grapql` is no part of an app; there are `auth`"),
            ("", "`` is no part"),
            ("admin", "needs `auth`"),
        ] {
            let said = text.parse::<Parts>().unwrap_err();
            assert!(said.contains(why), "{text}: {said}");
        }
    }
}
