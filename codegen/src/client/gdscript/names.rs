//! The names of all that the add-on declares. Each is settled once, so that no two things meet in a script or folder.
//!
//! ```text
//! type World            → class World, types/world.gd
//! type Image            → class ImageRow, types/image.gd: the engine has a class Image
//! resource stats beside
//!   a type Stats        → class StatsCalls, calls/stats.gd, Api.stats
//! resource inputs       → class Inputs is the client's, so InputsCalls; Api.inputs is too, so Api.inputs_calls
//! ```
//!
//! Types and enums come before groups, and groups before fragments: what is added to a game never renames what the API has.

use std::collections::BTreeMap;

use super::name::{self, Scope};
use super::{call, package};
use crate::client::{Call, EnumType, Fragment, Group, Model};
use crate::template::template;

/// All of them. What is neither in the model nor among the fragments has no name here.
#[derive(Debug, Default)]
pub(super) struct Names {
    objects: BTreeMap<String, ClassName>,
    enums: BTreeMap<String, EnumName>,
    fragments: BTreeMap<String, ClassName>,
    groups: BTreeMap<String, GroupName>,
    operations: BTreeMap<String, OperationName>,
}

/// A class in a file of its own.
#[derive(Clone, Debug, Default)]
pub(super) struct ClassName {
    /// `WorldCard`.
    pub(super) class: String,
    /// In its folder, without its ending: `world_card`.
    pub(super) file: String,
}

/// An enum in `enums.gd`.
#[derive(Clone, Debug, Default)]
pub(super) struct EnumName {
    /// `ActivityKind`.
    pub(super) class: String,
    /// The constant that has its members by their names in the API: `ACTIVITY_KIND`.
    pub(super) table: String,
}

/// The operation of a call.
#[derive(Clone, Debug, Default)]
pub(super) struct OperationName {
    /// The constant that holds its text: `RECORD_ACTIVITY`.
    pub(super) constant: String,
    /// What it is called in its text: `RecordActivity`.
    pub(super) document: String,
}

/// The calls of a resource.
#[derive(Clone, Debug, Default)]
pub(super) struct GroupName {
    /// `Worlds`, `worlds`.
    pub(super) calls: ClassName,
    /// By what `api.gd` has them: `worlds`.
    pub(super) variable: String,
    /// The functions of the class by the root fields that they call.
    functions: BTreeMap<String, String>,
    /// What a parameter of these functions may be called.
    pub(super) parameters: Scope,
    /// The same calls with another answer, by the fragment's name.
    fragments: BTreeMap<String, FragmentName>,
}

/// The calls of a resource that answer a fragment.
#[derive(Clone, Debug, Default)]
pub(super) struct FragmentName {
    /// `WorldsAsWorldCard`, `worlds_as_world_card`.
    pub(super) calls: ClassName,
    /// The function that answers them: `as_world_card`.
    pub(super) function: String,
}

impl Names {
    pub(super) fn of(model: &Model, fragments: &[Fragment]) -> Self {
        let mut names = Self::default();
        let mut classes = classes();
        let mut types = Scope::empty();
        for object in &model.objects {
            let name = ClassName::new(&object.name, "Row", &mut classes, &mut types);
            names.objects.insert(object.name.clone(), name);
        }
        for it in &model.enums {
            let class = classes.take(&name::class(&it.name), "Enum");
            let table = classes.take(&name::constant(&it.name), "_");
            names.enums.insert(it.name.clone(), EnumName { class, table });
        }
        let mut calls = Scope::empty();
        let mut variables = Scope::of_node_members().with(declared_in("core/client.gd")).with(name::declared(API));
        let (mut constants, mut documents) = (Scope::of_constants(), Scope::empty());
        for group in &model.groups {
            let name = GroupName {
                calls: ClassName::new(&group.name, "Calls", &mut classes, &mut calls),
                variable: variables.take(&name::file(&group.name), "_calls"),
                ..GroupName::default()
            };
            names.groups.insert(group.name.clone(), name);
            for call in &group.calls {
                let constant = constants.take(&name::constant(&call.field), "_");
                let document = documents.take(&call.document().name, "_");
                names.operations.insert(call.field.clone(), OperationName { constant, document });
            }
        }
        let mut files = Scope::empty();
        for it in fragments {
            let name = ClassName::new(&it.name, "Row", &mut classes, &mut files);
            names.fragments.insert(it.name.clone(), name);
        }
        for group in &model.groups {
            let mut functions = Scope::of_members();
            let Some(name) = names.groups.get_mut(&group.name) else { continue };
            name.functions = of_calls(group, &mut functions);
            for fragment in of_group(group, fragments) {
                let words = format!("{}_as_{}", group.name, fragment.name);
                let calls = ClassName::new(&words, "Calls", &mut classes, &mut calls);
                let function = functions.take_member(&format!("as_{}", fragment.name));
                name.fragments.insert(fragment.name.clone(), FragmentName { calls, function });
            }
            name.parameters = functions.with(["asked", "reply"]);
        }
        names
    }

    /// The class of an object.
    pub(super) fn object(&self, name: &str) -> ClassName {
        self.objects.get(name).cloned().unwrap_or_default()
    }

    /// An enum.
    pub(super) fn enumeration(&self, name: &str) -> EnumName {
        self.enums.get(name).cloned().unwrap_or_default()
    }

    /// The class of a fragment.
    pub(super) fn fragment(&self, name: &str) -> ClassName {
        self.fragments.get(name).cloned().unwrap_or_default()
    }

    /// What there is of a group.
    pub(super) fn group(&self, group: &Group) -> GroupName {
        self.groups.get(&group.name).cloned().unwrap_or_default()
    }

    /// The operation of a call.
    pub(super) fn operation(&self, call: &Call) -> OperationName {
        self.operations.get(&call.field).cloned().unwrap_or_default()
    }
}

impl ClassName {
    fn new(name: &str, ending: &str, classes: &mut Scope, files: &mut Scope) -> Self {
        Self { class: classes.take(&name::class(name), ending), file: files.take(&name::file(name), "_") }
    }
}

impl GroupName {
    /// The function of a call.
    pub(super) fn function(&self, call: &Call) -> String {
        self.functions.get(&call.field).cloned().unwrap_or_default()
    }

    /// The calls that answer a fragment.
    pub(super) fn fragment(&self, fragment: &Fragment) -> FragmentName {
        self.fragments.get(&fragment.name).cloned().unwrap_or_default()
    }
}

/// The functions of a group's calls. `get` is a method of every object, so a row is found by `find`, and an action of that name gives way.
fn of_calls(group: &Group, functions: &mut Scope) -> BTreeMap<String, String> {
    let (get, others): (Vec<&Call>, Vec<&Call>) = group.calls.iter().partition(|it| it.name == "get");
    let get = get.into_iter().map(|it| (it, "find"));
    let named = get.chain(others.into_iter().map(|it| (it, it.name.as_str())));
    named.map(|(call, name)| (call.field.clone(), functions.take_member(name))).collect()
}

/// The fragments that some call of the group can answer.
pub(super) fn of_group<'f>(group: &Group, fragments: &'f [Fragment]) -> Vec<&'f Fragment> {
    let answers = |it: &&Fragment| group.calls.iter().any(|call| call.result.name() == it.selection.on);
    fragments.iter().filter(answers).collect()
}

/// The names of an enum's members, in the order of its values: none is that of the unknown one.
pub(super) fn members(it: &EnumType) -> Vec<String> {
    let mut members = Scope::of_enum_members().with([UNKNOWN]);
    it.values.iter().map(|value| members.take(&value.name, "_")).collect()
}

/// The member of every enum that stands for what this client does not know, and for nothing.
pub(super) const UNKNOWN: &str = "UNKNOWN";

/// What a class, enum or constant may be called: what neither the engine has, nor the scripts in which it will stand, nor those that they extend.
pub(super) fn classes() -> Scope {
    let own = [API, CALLS, TYPE].into_iter().flat_map(name::declared);
    let extended = ["core/client.gd", "core/pages.gd", "core/result.gd"].into_iter().flat_map(declared_in);
    Scope::of_classes().with(own).with(extended).with([package::AUTOLOAD, call::ANSWERS])
}

const API: &str = template!("gdscript/api.gd.j2").text;
const CALLS: &str = template!("gdscript/calls.gd.j2").text;
const TYPE: &str = template!("gdscript/type.gd.j2").text;

/// What a script that is the same for every API declares.
fn declared_in(path: &str) -> impl Iterator<Item = &'static str> {
    name::declared(package::same(path))
}
