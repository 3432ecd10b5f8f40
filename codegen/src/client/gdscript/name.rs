//! Names as GDScript takes them.

use heck::{ToPascalCase, ToSnakeCase};

/// Words of the language, and what every object has already: a member of ours cannot be called so.
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
    "reference",
    "remove_meta",
    "remove_user_signal",
    "return",
    "row",
    "script",
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

/// A variable, parameter or function: `occurred_at`. Where the language has the word already, it ends with an underscore.
pub(super) fn member(name: &str) -> String {
    let snake = name.to_snake_case();
    if snake.is_empty() || TAKEN.contains(&snake.as_str()) || snake.starts_with(|it: char| it.is_ascii_digit()) {
        format!("{snake}_")
    } else {
        snake
    }
}

/// A call. `get` is a method of every object, so a row is found by `find`.
pub(super) fn call(name: &str) -> String {
    if name == "get" { "find".to_owned() } else { member(name) }
}

/// A class: `WorldCard`. What Godot calls so itself ends with `Row`.
pub(super) fn class(name: &str) -> String {
    let pascal = name.to_pascal_case();
    if GODOT_CLASSES.contains(&pascal.as_str()) { format!("{pascal}Row") } else { pascal }
}

/// Classes of the engine that an application's nouns meet.
const GODOT_CLASSES: &[&str] = &[
    "Animation",
    "Area2D",
    "Array",
    "Basis",
    "Button",
    "Callable",
    "Camera2D",
    "Camera3D",
    "Color",
    "Container",
    "Control",
    "Crypto",
    "Curve",
    "Dictionary",
    "Engine",
    "Environment",
    "Error",
    "Expression",
    "File",
    "Font",
    "Geometry2D",
    "Gradient",
    "Image",
    "Input",
    "Json",
    "Label",
    "Light2D",
    "Light3D",
    "Line2D",
    "Logger",
    "Marshalls",
    "Material",
    "Mesh",
    "Mutex",
    "Node",
    "Object",
    "Os",
    "Panel",
    "Performance",
    "Plane",
    "Polygon2D",
    "Popup",
    "Projection",
    "Range",
    "Resource",
    "Script",
    "Semaphore",
    "Shader",
    "Shape2D",
    "Shape3D",
    "Signal",
    "Skin",
    "Sprite2D",
    "Theme",
    "Thread",
    "Time",
    "Timer",
    "Translation",
    "Tree",
    "Tween",
    "Variant",
    "Window",
];

/// A constant: `RECORD_ACTIVITY`.
pub(super) fn constant(name: &str) -> String {
    name.to_snake_case().to_uppercase()
}

/// A file or folder: `world_card`.
pub(super) fn file(name: &str) -> String {
    name.to_snake_case()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_the_language_end_with_an_underscore() {
        assert_eq!(member("occurredAt"), "occurred_at");
        assert_eq!(member("class"), "class_");
        assert_eq!(member("toString"), "to_string_");
        assert_eq!(member("3d"), "3d_".to_owned(), "a digit cannot begin a name, so no schema has one");
        assert_eq!(call("get"), "find");
        assert_eq!(class("Image"), "ImageRow");
        assert_eq!(class("WorldCard"), "WorldCard");
        assert_eq!(constant("recordActivity"), "RECORD_ACTIVITY");
    }
}
