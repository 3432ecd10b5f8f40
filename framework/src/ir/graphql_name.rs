//! The names that declared things take in GraphQL: the one place that spells them, for the schema and for its rules.
//!
//! ```text
//! Activity, table `activities`   type Activity, fields activity and activities, inputs ActivityFilter, ActivitySort, …
//! create `record`                recordActivity(input: RecordActivityInput!): RecordActivityPayload!
//! update `set_role` of `User`    setUserRole(id: ID!, input: SetUserRoleInput!): SetUserRolePayload!
//! read `by_kind`                 activitiesByKind
//! attribute `occurred_at`        field occurredAt, sort field OCCURRED_AT
//! ```

use heck::{ToLowerCamelCase, ToPascalCase};

use super::{Action, Graphql, Name, Resource};

/// Words that say which rows are meant, and so follow what the rows are.
const PREPOSITIONS: [&str; 32] = [
    "about", "above", "across", "after", "against", "among", "around", "at", "before", "behind", "below", "between",
    "beyond", "by", "during", "except", "for", "from", "in", "inside", "near", "of", "on", "outside", "over", "per",
    "since", "under", "until", "via", "with", "without",
];

/// The field of a page of rows: `magic_links` → `magicLinks`.
pub fn plural(resource: &Resource) -> String {
    resource.table.camel()
}

/// The field of one row: `MagicLink` → `magicLink`.
pub fn singular(graphql: &Graphql) -> String {
    graphql.type_name.camel()
}

/// The field of an action that is not the primary read, of which `action_on` makes the name unless one is declared. A read of several
/// rows is named after the table, any other action after the type.
pub fn action(action: &Action, resource: &Resource, graphql: &Graphql) -> String {
    if let Some(name) = &action.graphql_name {
        return name.as_str().to_owned();
    }
    let object = match action.read() {
        Some(read) if !read.get => Name::from(resource.table.snake()),
        _ => Name::from(graphql.type_name.snake()),
    };
    action_on(&action.name, &object)
}

/// What is done, and with what:
///
/// ```text
/// record     Activity   recordActivity
/// set_role   User       setUserRole       the object follows the verb
/// by_status  tickets    ticketsByStatus   or comes first, where the action begins with a preposition
/// follow     Follow     follow            and is not said twice
/// ```
fn action_on(action: &Name, object: &Name) -> String {
    let words = action.snake();
    let words: Vec<_> = words.split('_').collect();
    let of_object = object.snake();
    let of_object: Vec<_> = of_object.split('_').collect();
    let says_object = words.windows(of_object.len()).any(|it| it == of_object);
    let (first, rest) = words.split_at(1);
    let words = match first {
        _ if says_object => words,
        [word] if PREPOSITIONS.contains(word) => [of_object, words].concat(),
        verb => [verb, of_object.as_slice(), rest].concat(),
    };
    words.join("_").to_lower_camel_case()
}

/// `setUserRole` → `SetUserRoleInput`.
pub fn input(field: &str) -> String {
    format!("{}Input", field.to_pascal_case())
}

/// `setUserRole` → `SetUserRolePayload`.
pub fn payload(field: &str) -> String {
    format!("{}Payload", field.to_pascal_case())
}

/// `User` → `UserConnection`.
pub fn connection(object: &str) -> String {
    format!("{object}Connection")
}

/// `User` → `UserEdge`.
pub fn edge(object: &str) -> String {
    format!("{object}Edge")
}

/// `User` → `UserFilter`; the filter of a scalar or enum too.
pub fn filter(ty: &str) -> String {
    format!("{ty}Filter")
}

/// `User` → `UserSort`.
pub fn sort(object: &str) -> String {
    format!("{object}Sort")
}

/// `User` → `UserSortField`.
pub fn sort_field(object: &str) -> String {
    format!("{object}SortField")
}

/// `occurred_at` → `occurredAt`; what an error's `fields` and `path` say too.
pub fn field(name: &str) -> String {
    name.to_lower_camel_case()
}

/// `occurred_at` → `OCCURRED_AT`.
pub fn sort_value(name: &Name) -> String {
    name.screaming()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_action_is_named_by_its_verb_and_its_object() {
        let named = |action: &'static str, object: &'static str| action_on(&Name::new(action), &Name::new(object));
        assert_eq!(named("record", "Activity"), "recordActivity");
        assert_eq!(named("set_role", "User"), "setUserRole");
        assert_eq!(named("assign_to_me", "Ticket"), "assignTicketToMe");
        assert_eq!(named("recent", "magic_links"), "recentMagicLinks");
        assert_eq!(named("by_status", "tickets"), "ticketsByStatus");
        assert_eq!(named("by_slug", "World"), "worldBySlug");
        assert_eq!(named("in_progress", "MagicLink"), "magicLinkInProgress");
        assert_eq!(named("bypass", "Check"), "bypassCheck");
        assert_eq!(named("follow", "Follow"), "follow");
        assert_eq!(named("send_magic_link", "MagicLink"), "sendMagicLink");
        assert_eq!(named("unfollow", "Follow"), "unfollowFollow");
        assert_eq!(named("of_ticket", "Ticket"), "ofTicket");
        assert_eq!(named("link", "MagicLink"), "linkMagicLink");
    }
}
