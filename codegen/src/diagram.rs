//! The declaration as pictures: resources and what relates them, the states of each and what moves them, and who may do what. Pure: Mermaid in
//! Markdown.

use std::fmt::Write as _;

use samara::ir::{App, Attribute, Relationship, RelationshipKind, Resource, StateMachine};

use crate::access::{Access, ResourceAccess, access};

/// One picture after the other; resources that the framework keeps for itself are left out.
pub fn diagram(app: &App) -> String {
    let resources: Vec<&Resource> = app.resources().iter().filter(|it| !it.policies.is_empty()).collect();
    let mut text = String::from("# Resources\n\n");
    fenced(&mut text, &relationships(&resources));
    let machines = resources.iter().flat_map(|resource| {
        let machines = resource.state_machines(app).into_iter();
        machines.map(|it| (format!("{}: {}", resource.name, it.attribute.name), states(&it)))
    });
    section(&mut text, "States", machines);
    let policies = access(app).into_iter().map(|it| (it.resource.clone(), who_may(&it)));
    section(&mut text, "Who may do what", policies);
    text.truncate(text.trim_end().len());
    text.push('\n');
    text
}

/// A heading with pictures below it; nothing if there are none.
fn section(text: &mut String, title: &str, pictures: impl Iterator<Item = (String, String)>) {
    for (index, (name, picture)) in pictures.enumerate() {
        if index == 0 {
            let _ = writeln!(text, "# {title}\n");
        }
        let _ = writeln!(text, "## {name}\n");
        fenced(text, &picture);
    }
}

fn fenced(text: &mut String, picture: &str) {
    let _ = writeln!(text, "```mermaid\n{picture}```\n");
}

/// Each resource with its columns, and a line for each relationship: two that are the ends of one are one line.
fn relationships(resources: &[&Resource]) -> String {
    let mut picture = String::from("erDiagram\n");
    for resource in resources {
        let _ = writeln!(picture, "    {} {{", resource.name);
        for attribute in &resource.attributes {
            let _ = writeln!(picture, "        {}", column(resource, attribute));
        }
        picture.push_str("    }\n");
    }
    for resource in resources {
        for relationship in &resource.relationships {
            if let Some(line) = relation(resource, relationship) {
                let _ = writeln!(picture, "    {line}");
            }
        }
    }
    picture
}

/// `uuid world_id FK`.
fn column(resource: &Resource, attribute: &Attribute) -> String {
    let is_key = resource.relationships.iter().any(|it| it.key() == Some(&attribute.name));
    let is_unique = resource.identities.iter().any(|it| it.attributes == [attribute.name.clone()]);
    let marks: Vec<&str> = [(attribute.primary_key, "PK"), (is_key, "FK"), (is_unique, "UK")]
        .into_iter()
        .filter_map(|(is, mark)| is.then_some(mark))
        .collect();
    let marks = if marks.is_empty() { String::new() } else { format!(" {}", marks.join(", ")) };
    format!("{} {}{marks}", word(&attribute.ty.to_string()), attribute.name)
}

/// A `belongs_to`, or rows that a resource joins. The other end of the former is the same line.
fn relation(resource: &Resource, relationship: &Relationship) -> Option<String> {
    let (from, to, name) = (&resource.name, &relationship.target, &relationship.name);
    match &relationship.kind {
        RelationshipKind::BelongsTo { attribute, .. } => {
            let optional = resource.attribute(attribute).is_some_and(|(_, it)| it.nullable);
            Some(format!("{from} }}o--{} {to} : \"{name}\"", if optional { "o|" } else { "||" }))
        }
        RelationshipKind::ManyToMany { .. } => Some(format!("{from} }}o--o{{ {to} : \"{name}\"")),
        RelationshipKind::HasMany { .. } | RelationshipKind::HasOne { .. } => None,
    }
}

/// The states, where rows begin, and the actions between.
fn states(machine: &StateMachine<'_>) -> String {
    let mut picture = String::from("stateDiagram-v2\n");
    for state in &machine.initial {
        let _ = writeln!(picture, "    [*] --> {state}");
    }
    for (action, transition) in &machine.transitions {
        for from in &transition.from {
            let _ = writeln!(picture, "    {from} --> {} : {}", transition.to, action.name);
        }
    }
    for state in
        machine.states.iter().filter(|state| machine.transitions.iter().all(|(_, it)| !it.from.contains(**state)))
    {
        let _ = writeln!(picture, "    {state} --> [*]");
    }
    picture
}

/// An arrow from each kind of actor to each action that they may do; a broken one where it depends on the row.
fn who_may(resource: &ResourceAccess) -> String {
    let mut picture = String::from("flowchart LR\n");
    let mut actors: Vec<&str> = Vec::new();
    for (actor, _) in resource.subjects.iter().flat_map(|it| &it.access) {
        if !actors.contains(&actor.as_str()) {
            actors.push(actor);
        }
    }
    for (index, actor) in actors.iter().enumerate() {
        let _ = writeln!(picture, "    actor{index}([{}])", quoted(actor));
    }
    for (index, subject) in resource.subjects.iter().enumerate() {
        let _ = writeln!(picture, "    to{index}[{}]", quoted(&subject.to_string()));
        for (actor, access) in &subject.access {
            let Some(actor) = actors.iter().position(|it| it == actor) else { continue };
            let _ = match access {
                Access::Always => writeln!(picture, "    actor{actor} --> to{index}"),
                Access::Where(condition) => {
                    writeln!(picture, "    actor{actor} -. {} .-> to{index}", quoted(condition))
                }
                Access::Never => Ok(()),
            };
        }
    }
    picture
}

/// A text as Mermaid takes it: its own marks are written as entities.
fn quoted(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    for letter in text.chars() {
        match letter {
            '#' => quoted.push_str("#35;"),
            '"' => quoted.push_str("#quot;"),
            '<' => quoted.push_str("#lt;"),
            '>' => quoted.push_str("#gt;"),
            '\n' => quoted.push(' '),
            other => quoted.push(other),
        }
    }
    quoted.push('"');
    quoted
}

/// Letters and digits alone, as a type in a diagram is written.
fn word(text: &str) -> String {
    text.chars().filter(|it| it.is_alphanumeric() || *it == '_').collect()
}
