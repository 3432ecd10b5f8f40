//! A field on the command line: `title:string`, `bio:text:optional`, `user:belongs_to:User`.

use std::str::FromStr;

use super::words;

/// A field of a new resource.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldArgument {
    pub(super) name: String,
    pub(super) kind: FieldKind,
    pub(super) optional: bool,
    pub(super) unique: bool,
}

/// What it holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum FieldKind {
    Attribute(FieldType),
    /// The resource that it belongs to.
    BelongsTo(String),
    /// The resource that belongs to it, and that one's relationship.
    HasMany {
        to: String,
        key: String,
    },
}

/// The type of an attribute: its word, its type in Rust, its options, and a value of it in Rust.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct FieldType {
    word: &'static str,
    pub(super) rust: &'static str,
    pub(super) options: &'static str,
    pub(super) value: &'static str,
}

const TYPES: [FieldType; 16] = [
    FieldType { word: "string", rust: "String", options: ", min_length = 1, max_length = 200", value: "\"Example\"" },
    FieldType { word: "text", rust: "String", options: "", value: "\"An example.\"" },
    FieldType {
        word: "ci_string",
        rust: "CiString",
        options: ", min_length = 1, max_length = 200",
        value: "\"example\"",
    },
    FieldType { word: "email", rust: "CiString", options: ", email", value: "\"ada@example.org\"" },
    FieldType { word: "integer", rust: "i64", options: "", value: "1" },
    FieldType { word: "integer16", rust: "i16", options: "", value: "1" },
    FieldType { word: "integer32", rust: "i32", options: "", value: "1" },
    FieldType { word: "float", rust: "f64", options: "", value: "0.5" },
    FieldType { word: "boolean", rust: "bool", options: "", value: "true" },
    FieldType { word: "uuid", rust: "Uuid", options: "", value: "Uuid::now_v7()" },
    FieldType { word: "json", rust: "Json", options: "", value: "Json::object()" },
    FieldType { word: "datetime", rust: "DateTimeUtc", options: "", value: "cx.now()" },
    FieldType { word: "date", rust: "Date", options: "", value: "cx.now().date_naive()" },
    FieldType { word: "time", rust: "Time", options: "", value: "cx.now().time()" },
    FieldType { word: "duration", rust: "Duration", options: "", value: "minutes(90)" },
    FieldType { word: "bytes", rust: "Bytes", options: "", value: "Bytes::from_static(b\"example\")" },
];

impl Clone for FieldType {
    fn clone(&self) -> Self {
        Self { ..*self }
    }
}

impl FieldArgument {
    /// Its attribute and its type, as Rust.
    pub(super) fn declared(&self) -> (String, String) {
        let wrap = |ty: String| if self.optional { format!("Option<{ty}>") } else { ty };
        match &self.kind {
            FieldKind::Attribute(it) => {
                let unique = if self.unique { ", unique" } else { "" };
                (format!("#[attribute(public{}{unique})]", it.options), wrap(it.rust.to_owned()))
            }
            FieldKind::BelongsTo(to) => {
                let on_delete = if self.optional { "nilify" } else { "cascade" };
                (format!("#[belongs_to(public, on_delete = {on_delete})]"), wrap(format!("BelongsTo<{to}>")))
            }
            FieldKind::HasMany { to, key } => (format!("#[has_many(public, key = {key})]"), format!("HasMany<{to}>")),
        }
    }
}

impl FromStr for FieldArgument {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let mut words = text.split(':');
        let name = words::field_name(words.next().unwrap_or_default())?;
        if ["id", "inserted_at", "updated_at"].contains(&name.as_str()) {
            return Err(format!("every resource has `{name}`"));
        }
        let kind = words.next().unwrap_or_default();
        let kind = match kind {
            "belongs_to" => {
                let to = words.next().unwrap_or_default();
                FieldKind::BelongsTo(words::type_name(to).map_err(|why| format!("`{name}` belongs to what? {why}"))?)
            }
            "has_many" => {
                let to = words.next().unwrap_or_default();
                let to = words::type_name(to).map_err(|why| format!("`{name}` are many of what? {why}"))?;
                let key = words.next().unwrap_or_default();
                let key = words::field_name(key).map_err(|why| format!("by which relationship of `{to}`? {why}"))?;
                FieldKind::HasMany { to, key }
            }
            _ => FieldKind::Attribute(TYPES.iter().find(|it| it.word == kind).cloned().ok_or_else(|| unknown(kind))?),
        };
        let mut field = Self { name, kind, optional: false, unique: false };
        for word in words {
            match word {
                "optional" if !matches!(field.kind, FieldKind::HasMany { .. }) => field.optional = true,
                "unique" if matches!(field.kind, FieldKind::Attribute(_)) => field.unique = true,
                _ => return Err(format!("`{word}` is nothing that a field can be; it can be `optional` or `unique`")),
            }
        }
        Ok(field)
    }
}

fn unknown(kind: &str) -> String {
    let words: Vec<&str> = TYPES.iter().map(|it| it.word).collect();
    format!(
        "`{kind}` is no type of a field; there are {}, `belongs_to:Resource` and `has_many:Resource:relationship`",
        words.join(", ")
    )
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn a_field_is_read_from_words() {
        let field = |text: &str| text.parse::<FieldArgument>();
        let email = field("email:ci_string:unique").unwrap();
        assert!(email.unique && !email.optional && email.name == "email");
        let user = field("user:belongs_to:User:optional").unwrap();
        assert!(user.optional && user.kind == FieldKind::BelongsTo("User".into()));
        for (text, why) in [
            ("title", "`` is no type of a field; there are string, text"),
            ("title:strng", "`strng` is no type"),
            ("Title:string", "`Title` is no name of a field"),
            ("id:uuid", "every resource has `id`"),
            ("user:belongs_to", "`user` belongs to what?"),
            ("user:belongs_to:user", "how about `User`?"),
            ("user:belongs_to:User:unique", "`unique` is nothing"),
            ("posts:has_many:Post", "by which relationship of `Post`?"),
            ("posts:has_many:Post:author:optional", "`optional` is nothing"),
            ("title:string:uniqe", "`uniqe` is nothing that a field can be"),
        ] {
            let said = field(text).unwrap_err();
            assert!(said.contains(why), "{text}: {said}");
        }
    }
}
