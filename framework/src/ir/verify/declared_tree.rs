//! Every tree of an app, with where it is declared and what type it must have.

use crate::ir::{App, Argument, Change, Name, Resource, Subject, Tree, Type};

/// A tree of a declaration.
pub(super) struct DeclaredTree<'a> {
    pub(super) subject: Subject,
    pub(super) tree: &'a Tree,
    /// The resource whose row it may use; `None`: it has no row.
    pub(super) row: Option<&'a Name>,
    /// Whether it may use the actor.
    pub(super) actor: bool,
    /// The arguments that it may use.
    pub(super) arguments: &'a [Argument],
    pub(super) wanted: ExpectedType<'a>,
}

/// The type that a tree's value must have.
#[derive(Clone, Copy)]
pub(super) enum ExpectedType<'a> {
    Condition,
    /// What a message tells: a value of any type.
    Told,
    Value {
        ty: &'a Type,
        nullable: bool,
    },
}

/// In the order of the declaration.
pub(super) fn trees(app: &App) -> Vec<DeclaredTree<'_>> {
    let admin = app.admin().map(|tree| DeclaredTree {
        subject: Subject::AdminRule,
        tree,
        row: None,
        actor: true,
        arguments: &[],
        wanted: ExpectedType::Condition,
    });
    let tenants = app.tenants().and_then(|tree| {
        let tenant = app.find(tree.row.as_ref()?).map(|it| app.resource(it))?;
        Some(DeclaredTree {
            subject: Subject::setting(tenant, "tenants"),
            tree,
            row: Some(&tenant.name),
            actor: true,
            arguments: &[],
            wanted: ExpectedType::Condition,
        })
    });
    admin.into_iter().chain(tenants).chain(app.resources().iter().flat_map(of_resource)).collect()
}

fn of_resource(resource: &Resource) -> Vec<DeclaredTree<'_>> {
    let placed = |subject, tree, wanted| DeclaredTree {
        subject,
        tree,
        row: Some(&resource.name),
        actor: true,
        arguments: &[],
        wanted,
    };
    let field = |name: &Name| Subject::field(resource, name);
    let mut trees = Vec::new();
    if let Some(tree) = &resource.base_filter {
        trees.push(placed(Subject::setting(resource, "base_filter"), tree, ExpectedType::Condition));
    }
    for identity in &resource.identities {
        if let Some(tree) = &identity.only {
            trees.push(placed(Subject::identity(resource, &identity.name), tree, ExpectedType::Condition));
        }
    }
    for attribute in &resource.attributes {
        if let Some(tree) = &attribute.default {
            let wanted = ExpectedType::Value { ty: &attribute.ty, nullable: attribute.nullable };
            trees.push(DeclaredTree { row: None, actor: false, ..placed(field(&attribute.name), tree, wanted) });
        }
    }
    for calculation in &resource.calculations {
        let wanted = ExpectedType::Value { ty: &calculation.ty, nullable: calculation.nullable };
        trees.push(placed(field(&calculation.name), &calculation.tree, wanted));
    }
    for policy in &resource.policies {
        trees.push(placed(Subject::policy(resource, &policy.name), &policy.condition, ExpectedType::Condition));
    }
    for policy in &resource.field_policies {
        trees.push(placed(Subject::policy(resource, &policy.name), &policy.condition, ExpectedType::Condition));
    }
    for action in &resource.actions {
        let mut add = |tree, wanted| {
            let subject = Subject::action(resource, &action.name);
            trees.push(DeclaredTree { arguments: &action.arguments, ..placed(subject, tree, wanted) });
        };
        if let Some(filter) = action.read().and_then(|it| it.filter.as_ref()) {
            add(filter, ExpectedType::Condition);
        }
        if let Some(filter) = action.read().and_then(|it| it.default_filter.as_ref()) {
            add(filter, ExpectedType::Condition);
        }
        for change in &action.changes {
            if let Change::Set { attribute, value, when } = change
                && let Some((_, declared)) = resource.attribute(attribute)
            {
                add(value, ExpectedType::Value { ty: &declared.ty, nullable: declared.nullable });
                when.as_deref().into_iter().for_each(|it| add(it, ExpectedType::Condition));
            }
        }
        for requirement in &action.requirements {
            requirement.conditions().for_each(|it| add(it, ExpectedType::Condition));
            requirement.values.iter().for_each(|it| add(it, ExpectedType::Told));
        }
    }
    trees
}
