#!/usr/bin/env python3
"""Holds GDScript files to what the engine's editor would warn of: declarations without a type or with an inferred one, what is never
used, names that hide another one, values whose type is not known, results that are dropped.

    editor_warnings.py FOLDER…

The engine of the tests is a release build, which warns of nothing; so this reads the parse tree. It knows the types that are
written, not those that follow from them: what it finds is wrong, and what it does not find may still be.
"""
import sys
from pathlib import Path

from gdtoolkit.parser import parser
from lark import Token, Tree

UNTYPED = {
    "class_var_empty", "class_var_assigned", "class_var_inf", "func_var_empty", "func_var_assigned", "func_var_inf",
    "func_arg_regular", "func_arg_inf", "for_stmt", "signal_arg_regular", "const_inf",
}
LOCALS = {"func_var_typed", "func_var_typed_assgnd", "for_stmt_typed"}
# Members of the engine's classes that a name of ours could hide.
OBJECT = {"get", "set", "call", "connect", "free", "notification", "script", "tr", "has_meta", "get_meta"}
NODE = OBJECT | {
    "name", "owner", "process_mode", "process_priority", "multiplayer", "scene_file_path", "add_child", "get_parent",
    "get_children", "get_node", "get_tree", "is_inside_tree", "ready", "renamed", "tree_entered", "tree_exited", "editor_description",
}
CONTROL = NODE | {
    "visible", "modulate", "material", "position", "size", "scale", "rotation", "theme", "hidden", "draw", "show", "hide", "tooltip_text",
    "mouse_filter", "focus_mode", "clip_contents",
}
NATIVE = {
    "RefCounted": OBJECT, "Object": OBJECT, "Resource": OBJECT, "Node": NODE, "EditorPlugin": NODE, "Control": CONTROL,
    "PanelContainer": CONTROL,
}
GLOBAL = {
    "abs", "ceil", "char", "clamp", "convert", "cos", "ease", "exp", "floor", "hash", "len", "lerp", "load", "log", "max", "min", "ord",
    "pow", "print", "range", "remap", "round", "seed", "sign", "sin", "sqrt", "str", "tan", "typeof", "weakref", "wrap",
    "Node", "Object", "Resource", "Control", "Error", "Image", "Timer", "Time", "Color", "Array", "Dictionary", "JSON", "OS", "Input",
}
# Methods of the engine's that answer nothing, beside those of ours.
VOID = {
    "add_child", "append", "append_array", "append_text", "call_deferred", "clear", "close", "emit", "erase", "force_fs_sync", "free",
    "grab_focus", "hide", "push_error", "push_warning", "queue_free", "set_as_basic", "set_initial_value", "set_meta", "set_setting",
    "show", "sort", "sort_custom", "disconnect", "add_autoload_singleton", "remove_autoload_singleton", "super", "print", "print_debug", "push_back", "remove_at",
}
# Those that do answer something, of arrays that are packed.
PACKED = {"append", "push_back", "insert", "erase", "fill"}


def names(tree):
    """Every name below a node."""
    return [it for it in tree.scan_values(lambda it: isinstance(it, Token) and it.type == "NAME")]


def first_name(tree):
    return next((it for it in tree.children if isinstance(it, Token) and it.type == "NAME"), None)


def hint(tree):
    return next((str(it) for it in tree.children if isinstance(it, Token) and it.type == "TYPE_HINT"), "")


class File:
    def __init__(self, path, others):
        self.path = path
        self.text = path.read_text()
        self.tree = parser.parse(self.text, gather_metadata=True)
        self.others = others
        self.found = []

    def say(self, node, what):
        line = getattr(getattr(node, "meta", node), "line", 0)
        self.found.append(f"{self.path}:{line}: {what}")

    def check(self, void):
        for tree in self.tree.iter_subtrees():
            if tree.data in UNTYPED:
                self.say(tree, f"no type is written for `{first_name(tree)}`")
            if tree.data == "const_assigned" and not self.is_type(tree):
                self.say(tree, f"no type is written for `{first_name(tree)}`")
            if tree.data == "func_header" and not hint(tree):
                self.say(tree, f"`{first_name(tree)}` does not say what it answers")
        self.check_class(self.tree, self.extends(self.tree))
        for inner in self.tree.find_data("class_def"):
            self.check_class(inner, self.extends(inner))
        self.check_results(void)
        return self.found

    def is_type(self, const):
        """Whether a constant stands for a class or an enum: those have no type to write."""
        value = const.children[-1]
        text = "".join(str(it) for it in value.scan_values(lambda it: isinstance(it, Token))) if isinstance(value, Tree) else str(value)
        return text.startswith("preload") or (isinstance(value, Tree) and any(value.find_data("getattr")) and text[:1].isupper())

    def extends(self, tree):
        for statement in tree.children:
            if isinstance(statement, Tree) and statement.data in ("extends_stmt", "classname_extends_stmt"):
                return "".join(str(it) for it in statement.scan_values(lambda it: isinstance(it, Token))).strip('"')
        return "RefCounted"

    def native(self, base):
        """The members of the engine's class at the end of what a file extends."""
        file, seen = self, 0
        while base.endswith(".gd") and seen < 8:
            other = self.others.get((file.path.parent / base).resolve())
            if other is None:
                return OBJECT
            file, base, seen = other, other.extends(other.tree), seen + 1
        return NATIVE.get(base, OBJECT)

    def members(self, tree):
        """Variables, constants, functions, signals and classes of one class, without those within others."""
        found = {}
        for statement in tree.children:
            if not isinstance(statement, Tree):
                continue
            for node in statement.iter_subtrees():
                inner = node.data in ("class_def", "func_def") and node is not statement
                if inner:
                    continue
                if node.data.startswith("class_var_") or node.data.startswith("const_") or node.data in (
                    "signal_stmt", "enum_named", "func_header", "class_def"
                ):
                    name = first_name(node)
                    if name is not None and statement.data != "func_def" or node.data == "func_header":
                        found[str(name)] = node
                if statement.data == "class_def":
                    break
        return found

    def check_class(self, tree, base):
        members = self.members(tree)
        native = self.native(base)
        body = [it for it in tree.children if isinstance(it, Tree) and it.data != "class_def"]
        words = [str(name) for statement in body for name in names(statement)]
        inner_words = [str(name) for it in tree.find_data("class_def") if it is not tree for name in names(it)]
        for name, node in members.items():
            is_private = name.startswith("_") and node.data.startswith("class_var_")
            if is_private and (words + inner_words).count(name) < 2:
                self.say(node, f"`{name}` is never used")
            if node.data.startswith("class_var_") and (name in native or name in GLOBAL):
                self.say(node, f"`{name}` hides a name of the engine's")
        for function in tree.find_data("func_def"):
            if tree.data != "class_def" and any(function in list(it.iter_subtrees()) for it in self.tree.find_data("class_def")):
                continue
            self.check_function(function, members, native)

    def check_function(self, function, members, native):
        header = next(function.find_data("func_header"))
        arguments = [(first_name(it), hint(it)) for it in header.find_data("func_arg_typed")]
        variables = [(first_name(it), hint(it)) for data in LOCALS for it in function.find_data(data)]
        words = [str(name) for name in names(function)]
        for name, _ in arguments + variables:
            if not name.startswith("_") and words.count(str(name)) < 2:
                self.say(name, f"`{name}` is never used")
            if str(name) in members or str(name) in native or str(name) in GLOBAL:
                self.say(name, f"`{name}` hides another name")
        unknown = {str(name) for name, kind in arguments + variables if kind == "Variant"}
        for access in list(function.find_data("getattr")) + list(function.find_data("getattr_call")):
            receiver = access.children[0]
            if isinstance(receiver, Token) and str(receiver) in unknown or isinstance(receiver, Tree) and receiver.data == "subscr_expr":
                self.say(access, "what it is a part of has no type")
        for cast in function.find_data("actual_type_cast"):
            if isinstance(cast.children[0], Token) and str(cast.children[0]) in unknown:
                self.say(cast, f"`{cast.children[0]}` has no type to cast from")
        for call in function.find_data("standalone_call"):
            if str(call.children[0]) in ("int", "float", "bool"):
                for argument in call.children[1:]:
                    if isinstance(argument, Token) and str(argument) in unknown:
                        self.say(call, f"`{argument}` has no type")

    def check_results(self, void):
        packed = {
            str(first_name(it)) for it in self.tree.iter_subtrees() if hint(it).startswith("Packed") and first_name(it) is not None
        }
        for statement in self.tree.find_data("expr_stmt"):
            value = statement.children[0]
            while isinstance(value, Tree) and value.data in ("expr", "await_expr"):
                value = value.children[-1]
            if not isinstance(value, Tree) or value.data not in ("standalone_call", "getattr_call"):
                continue
            called = value.children[0]
            name = str(called.children[-1]) if isinstance(called, Tree) else str(called)
            receiver = str(called.children[0]) if isinstance(called, Tree) and isinstance(called.children[0], Token) else ""
            if name in PACKED and receiver in packed or name not in VOID and name not in void:
                self.say(statement, f"what `{name}` answers is dropped")


def main():
    paths = [path for folder in sys.argv[1:] for path in sorted(Path(folder).rglob("*.gd"))]
    files = {}
    for path in paths:
        files[path.resolve()] = File(path, files)
    void = set()
    for file in files.values():
        for header in file.tree.find_data("func_header"):
            if hint(header) == "void":
                void.add(str(first_name(header)))
    found = [what for file in files.values() for what in file.check(void)]
    print("\n".join(found) if found else f"{len(paths)} files: nothing to warn of")
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    main()
