//! Names made of names.

use heck::{ToSnakeCase, ToTitleCase, ToUpperCamelCase};

/// What the language names in every source.
const OF_RUST: [&str; 12] =
    ["Box", "Default", "Drop", "Err", "None", "Ok", "Option", "Result", "Self", "Some", "String", "Vec"];

/// What the framework's prelude names, types and macros alike. A test compares it.
const OF_PRELUDE: [&str; 29] = [
    "Actor",
    "Application",
    "BelongsTo",
    "Bytes",
    "Changes",
    "CiString",
    "Code",
    "Context",
    "Date",
    "DateTimeUtc",
    "Declares",
    "Duration",
    "Enum",
    "Error",
    "Expr",
    "Guarded",
    "HasMany",
    "HasOne",
    "Json",
    "ManyToMany",
    "Object",
    "Problem",
    "Resource",
    "Result",
    "Row",
    "Time",
    "TimeDelta",
    "Uuid",
    "Value",
];

/// Whether it can name something in Rust: no word of the language, `gen` among them, which the parser does not know yet.
pub(super) fn is_ident(name: &str) -> bool {
    name != "gen" && syn::parse_str::<syn::Ident>(name).is_ok()
}

/// The name of a resource as Rust has it; an error if it is none.
pub(super) fn type_name(name: &str) -> Result<String, String> {
    let camel = name.to_upper_camel_case();
    if OF_RUST.contains(&name) || OF_PRELUDE.contains(&name) || !is_ident(&name.to_snake_case()) && camel == name {
        return Err(format!("`{name}` is a word of Rust or of the framework, or its module's name would be one"));
    }
    if !is_ident(&camel) || !name.is_ascii() {
        return Err(format!("`{name}` is no name of a resource; one is `Badge`"));
    }
    if camel != name {
        return Err(format!("`{name}` is no name of a resource; how about `{camel}`?"));
    }
    Ok(camel)
}

/// The name of a field, of a module; an error if it is none.
pub(super) fn field_name(name: &str) -> Result<String, String> {
    let snake = name.to_snake_case();
    if snake != name || !is_ident(name) || name == "cx" {
        return Err(format!("`{name}` is no name of a field; one is `display_name`"));
    }
    Ok(snake)
}

/// `Badge` → `badges`, `WorldCategory` → `world_categories`: what English makes of most words. `--table` says another.
pub(super) fn table_name(resource: &str) -> String {
    let name = resource.to_snake_case();
    let is_vowel = |it: u8| matches!(it, b'a' | b'e' | b'i' | b'o' | b'u');
    let before_last = name.len().checked_sub(2).and_then(|it| name.as_bytes().get(it).copied());
    if let Some(stem) = name.strip_suffix('y').filter(|_| before_last.is_some_and(|it| !is_vowel(it))) {
        return format!("{stem}ies");
    }
    let hisses = ["s", "x", "z", "ch", "sh"].iter().any(|it| name.ends_with(it));
    if hisses { format!("{name}es") } else { format!("{name}s") }
}

/// `display_name` → `Display name`.
pub(super) fn sentence(name: &str) -> String {
    let words = name.to_title_case().to_lowercase();
    let mut letters = words.chars();
    letters.next().map(|it| it.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    /// The names that a tree of imports gives, but for those of functions and of attributes.
    fn given(tree: &syn::UseTree, names: &mut Vec<String>) {
        match tree {
            syn::UseTree::Path(path) => given(&path.tree, names),
            syn::UseTree::Group(group) => group.items.iter().for_each(|it| given(it, names)),
            syn::UseTree::Name(it) => names.push(it.ident.to_string()),
            syn::UseTree::Rename(it) => names.push(it.rename.to_string()),
            syn::UseTree::Glob(_) => panic!("the prelude names what it gives"),
        }
    }

    #[test]
    fn what_the_prelude_names_is_no_name_of_a_resource() {
        let prelude = include_str!("../../../framework/src/prelude.rs");
        let mut names = Vec::new();
        for item in syn::parse_file(prelude).unwrap().items {
            if let syn::Item::Use(item) = item {
                given(&item.tree, &mut names);
            }
        }
        names.retain(|it| it.starts_with(char::is_uppercase));
        names.sort();
        assert_eq!(names, OF_PRELUDE);
        assert!(OF_PRELUDE.iter().chain(&OF_RUST).all(|it| type_name(it).is_err()));
    }

    #[test]
    fn names_are_made_of_names() {
        let tables = [("Badge", "badges"), ("WorldCategory", "world_categories"), ("Day", "days"), ("Box", "boxes")];
        for (resource, table) in tables.into_iter().chain([("Branch", "branches"), ("Y", "ys")]) {
            assert_eq!(table_name(resource), table);
        }
        assert_eq!(sentence("display_name"), "Display name");
        assert!(type_name("badge").is_err_and(|it| it.contains("how about `Badge`?")));
        assert!(
            ["Self", "3D", "Bad-ge", "", "Bädge", "Error", "Type", "Gen", "Mod"]
                .iter()
                .all(|it| type_name(it).is_err())
        );
        assert!(["Title", "self", "type", "a b", "", "_", "gen", "cx"].iter().all(|it| field_name(it).is_err()));
    }
}
