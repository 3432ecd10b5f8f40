//! Names as GDScript takes them, each once in its scope.

use std::collections::BTreeSet;

use heck::{ToPascalCase, ToSnakeCase};

/// Words of the language, its functions, and what every object has already: a member of ours cannot be called so.
const TAKEN: &[&str] = &[
    "and",
    "as",
    "assert",
    "await",
    "bool",
    "break",
    "breakpoint",
    "call",
    "call_deferred",
    "callv",
    "can_translate_messages",
    "cancel_free",
    "class",
    "class_name",
    "connect",
    "const",
    "continue",
    "disconnect",
    "elif",
    "else",
    "emit_signal",
    "enum",
    "export",
    "extends",
    "false",
    "float",
    "for",
    "free",
    "func",
    "get",
    "get_class",
    "get_incoming_connections",
    "get_indexed",
    "get_instance_id",
    "get_meta",
    "get_meta_list",
    "get_method_argument_count",
    "get_method_list",
    "get_property_list",
    "get_reference_count",
    "get_script",
    "get_signal_connection_list",
    "get_signal_list",
    "get_translation_domain",
    "has",
    "has_connections",
    "has_meta",
    "has_method",
    "has_signal",
    "has_user_signal",
    "if",
    "in",
    "inf",
    "init_ref",
    "int",
    "is",
    "is_blocking_signals",
    "is_class",
    "is_connected",
    "is_queued_for_deletion",
    "match",
    "namespace",
    "nan",
    "not",
    "notification",
    "notify_property_list_changed",
    "null",
    "of",
    "or",
    "pass",
    "pi",
    "preload",
    "print",
    "property_can_revert",
    "property_get_revert",
    "property_list_changed",
    "reference",
    "remove_meta",
    "remove_user_signal",
    "return",
    "row",
    "script",
    "script_changed",
    "self",
    "set",
    "set_block_signals",
    "set_deferred",
    "set_indexed",
    "set_message_translation",
    "set_meta",
    "set_script",
    "set_translation_domain",
    "signal",
    "static",
    "str",
    "super",
    "tau",
    "to_string",
    "tr",
    "tr_n",
    "trait",
    "true",
    "unreference",
    "var",
    "void",
    "when",
    "while",
    "yield",
    "add_user_signal",
    "operations",
    "load",
    "more",
    "abs",
    "bytes_to_var",
    "ceil",
    "char",
    "clamp",
    "convert",
    "cos",
    "ease",
    "error_string",
    "exp",
    "floor",
    "fmod",
    "fposmod",
    "hash",
    "instance_from_id",
    "is_instance_of",
    "is_same",
    "len",
    "lerp",
    "log",
    "max",
    "maxi",
    "min",
    "mini",
    "move_toward",
    "ord",
    "pingpong",
    "posmod",
    "pow",
    "printerr",
    "randf",
    "randi",
    "randomize",
    "range",
    "remap",
    "rotate_toward",
    "round",
    "seed",
    "sign",
    "sin",
    "snapped",
    "sqrt",
    "step_decimals",
    "tan",
    "type_convert",
    "type_exists",
    "type_string",
    "typeof",
    "var_to_bytes",
    "var_to_str",
    "weakref",
    "wrap",
];

/// What a `Node` has beside that: methods, properties and signals, one a line.
///
/// Source: `ClassDB` of Godot 4.6.
const NODE_MEMBERS: &str = include_str!("godot_node_members.txt");

/// Names that no class, constant or enum of a script may have, one a line: native classes, those of the editor among them, singletons,
/// built-in types, and the enums of every script and of a `Node`.
///
/// Source: `ClassDB`, `Engine` and `type_string` of Godot 4.6; of what its release builds leave out, and of the global enums, its class reference.
const CLASSES: &str = include_str!("godot_classes.txt");

/// Constants of the language and of every object.
const CONSTANTS: &[&str] = &[
    "CONNECT_APPEND_SOURCE_OBJECT",
    "CONNECT_DEFERRED",
    "CONNECT_ONE_SHOT",
    "CONNECT_PERSIST",
    "CONNECT_REFERENCE_COUNTED",
    "INF",
    "NAN",
    "NOTIFICATION_EXTENSION_RELOADED",
    "NOTIFICATION_POSTINITIALIZE",
    "NOTIFICATION_PREDELETE",
    "PI",
    "TAU",
];

/// The names of one scope: each is given once.
#[derive(Clone, Debug, Default)]
pub(super) struct Scope(BTreeSet<String>);

impl Scope {
    /// One in which nothing is named yet.
    pub(super) fn empty() -> Self {
        Self::default()
    }

    /// Of variables, parameters and functions.
    pub(super) fn of_members() -> Self {
        Self::empty().with(TAKEN.iter().copied())
    }

    /// Of variables of a `Node`.
    pub(super) fn of_node_members() -> Self {
        Self::of_members().with(NODE_MEMBERS.lines())
    }

    /// Of classes, enums and constants.
    pub(super) fn of_classes() -> Self {
        Self::of_constants().with(CLASSES.lines())
    }

    /// Of constants alone.
    pub(super) fn of_constants() -> Self {
        Self::empty().with(CONSTANTS.iter().copied())
    }

    /// Of an enum's members, which are words as well.
    pub(super) fn of_enum_members() -> Self {
        Self::of_constants().with(TAKEN.iter().copied()).with(["_"])
    }

    /// With these named already.
    pub(super) fn with<'n>(mut self, names: impl IntoIterator<Item = &'n str>) -> Self {
        self.0.extend(names.into_iter().map(str::to_owned));
        self
    }

    /// The name if it is free; else the first that is of the name with the ending, and of that with a number.
    pub(super) fn take(&mut self, name: &str, ending: &str) -> String {
        let numbered = (2..).map(|n| format!("{name}{ending}{n}"));
        let mut names = [name.to_owned(), format!("{name}{ending}")].into_iter().chain(numbered);
        // The numbers do not end.
        names.find(|it| self.0.insert(it.clone())).unwrap_or_default()
    }

    /// A variable, parameter or function: `occurred_at`. Where there is one already, it ends with an underscore.
    pub(super) fn take_member(&mut self, name: &str) -> String {
        self.take(&member(name), "_")
    }
}

/// What a script declares of its own: classes, constants, enums, functions, signals and variables.
pub(super) fn declared(script: &str) -> impl Iterator<Item = &str> {
    script.lines().filter_map(|line| {
        let line = line.strip_prefix("static ").unwrap_or(line);
        let rest =
            ["class ", "const ", "enum ", "func ", "signal ", "var "].iter().find_map(|it| line.strip_prefix(it))?;
        rest.split(|it: char| !it.is_alphanumeric() && it != '_').next().filter(|it| !it.is_empty())
    })
}

/// A variable, parameter or function as it would be called if nothing else were: `occurred_at`.
fn member(name: &str) -> String {
    identifier(name.to_snake_case(), "unnamed")
}

/// A class: `WorldCard`.
pub(super) fn class(name: &str) -> String {
    identifier(name.to_pascal_case(), "Unnamed")
}

/// A constant: `RECORD_ACTIVITY`.
pub(super) fn constant(name: &str) -> String {
    identifier(name.to_snake_case().to_uppercase(), "UNNAMED")
}

/// A file or folder: `world_card`.
pub(super) fn file(name: &str) -> String {
    identifier(name.to_snake_case(), "unnamed")
}

/// GraphQL's names may be underscores alone, or have a digit after them: without these they are no names.
fn identifier(name: String, unnamed: &str) -> String {
    match name.chars().next() {
        None => unnamed.to_owned(),
        Some(first) if first.is_ascii_digit() => format!("_{name}"),
        Some(_) => name,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_those_of_the_language() {
        assert_eq!(member("occurredAt"), "occurred_at");
        assert_eq!(class("WorldCard"), "WorldCard");
        assert_eq!(constant("recordActivity"), "RECORD_ACTIVITY");
        assert_eq!((member("_3d"), class("_"), file("__")), ("_3d".into(), "Unnamed".into(), "unnamed".into()));
    }

    #[test]
    fn a_name_is_given_once_in_its_scope() {
        let mut members = Scope::of_members();
        let taken = ["class", "toString", "scriptChanged", "worldName", "world_name", "WorldName"];
        assert_eq!(
            taken.map(|it| members.take_member(it)),
            ["class_", "to_string_", "script_changed_", "world_name", "world_name_", "world_name_2"]
        );
        let mut classes = Scope::of_classes();
        let taken = ["Image", "Image", "EditorPlugin", "Side", "ProcessMode", "Image2", "PI"];
        assert_eq!(
            taken.map(|it| classes.take(it, "Row")),
            ["ImageRow", "ImageRow2", "EditorPluginRow", "SideRow", "ProcessModeRow", "Image2", "PIRow"]
        );
        assert_eq!(Scope::of_node_members().take("owner", "_calls"), "owner_calls");
        assert_eq!(Scope::of_constants().take("CONNECT_DEFERRED", "_"), "CONNECT_DEFERRED_");
    }

    #[test]
    fn the_lists_of_the_engine_are_sorted_and_have_no_name_twice() {
        for list in [CLASSES, NODE_MEMBERS] {
            let names: Vec<&str> = list.lines().collect();
            assert!(names.is_sorted_by(|a, b| a < b));
            assert!(names.iter().all(|it| it.chars().all(|it| it.is_ascii_alphanumeric() || it == '_')));
        }
    }

    #[test]
    fn what_a_script_declares_is_found_at_its_left_edge() {
        let script = "extends Node\nsignal lost\nconst Call = preload(\"call.gd\")\nvar url: String:\n\tset = _set_url\nclass Rows:\n\tvar value: int\n\n\nstatic func of() -> void:\n\tvar x: int\nconst {{ name }} = 1\n";
        assert_eq!(declared(script).collect::<Vec<_>>(), ["lost", "Call", "url", "Rows", "of"]);
    }
}
