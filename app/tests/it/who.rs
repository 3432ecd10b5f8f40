//! Who may see and do what, as one table: every person, every action, every record. List, get, count, filter and load agree on it.

use std::collections::{BTreeMap, BTreeSet};

use samara::database::Backend;
use serde_json::{Value, json};

use crate::client::Client;
use crate::server::Server;

#[tokio::test(flavor = "multi_thread")]
async fn who_may_what_on_sqlite() {
    who_may_what(Backend::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_may_what_on_postgres() {
    who_may_what(Backend::Postgres).await;
}

/// One letter each: nobody, a member, an outsider (a member, too), a builder, a coordinator, an admin.
const EVERYBODY: &str = "nmobca";

/// A record by its name here, and who sees it.
///
/// The member owns the harbour, which the builder belongs to; the builder owns the private den, which the member belongs to; the
/// private vault is the coordinator's alone.
const SEEN: [(&str, &str, &str); 22] = [
    ("user", "member", "mobca"),
    ("user", "outsider", "mobca"),
    ("user", "builder", "mobca"),
    ("user", "coordinator", "mobca"),
    ("user", "admin", "mobca"),
    ("world", "harbour", "nmobca"),
    ("world", "den", "mbca"),
    ("world", "vault", "ca"),
    ("membership", "builder in harbour", "mobca"),
    ("membership", "member in den", "mbca"),
    ("activity", "of member in harbour", "mca"),
    ("activity", "of member in den", "mca"),
    ("activity", "of outsider", "oca"),
    ("activity", "of builder in den", "bca"),
    ("activity", "of coordinator in vault", "ca"),
    ("activity", "of admin", "ca"),
    ("modification", "proposed by builder", "bca"),
    ("modification", "approved of builder", "mobca"),
    ("modification", "applied of builder", "mobca"),
    ("modification", "rejected of builder", "bca"),
    ("modification", "proposed by coordinator", "ca"),
    ("modification", "proposed by admin", "ca"),
];

/// A write of stored records that changes nothing that the table says: its selection, its records, who may do it.
const WRITES: [(&str, &str, &str, &str); 17] = [
    ("updateUser(id: $id, input: {})", "user", "member", "ma"),
    ("updateUser(id: $id, input: {})", "user", "coordinator", "ca"),
    ("setUserRole(id: $id, input: {role: BUILDER})", "user", "builder", "a"),
    ("updateWorld(id: $id, input: {})", "world", "harbour", "mca"),
    ("updateWorld(id: $id, input: {})", "world", "den", "bca"),
    ("updateWorld(id: $id, input: {})", "world", "vault", "ca"),
    ("destroyWorld(id: $id)", "world", "harbour", "mca"),
    ("destroyWorld(id: $id)", "world", "den", "bca"),
    ("destroyWorld(id: $id)", "world", "vault", "ca"),
    ("destroyMembership(id: $id)", "membership", "builder in harbour", "mba"),
    ("destroyMembership(id: $id)", "membership", "member in den", "mba"),
    ("destroyActivity(id: $id)", "activity", "of member in harbour", "a"),
    ("destroyActivity(id: $id)", "activity", "of coordinator in vault", "a"),
    ("approveModification(id: $id)", "modification", "proposed by builder", "ca"),
    ("rejectModification(id: $id)", "modification", "approved of builder", "ca"),
    ("applyModification(id: $id)", "modification", "proposed by coordinator", "ca"),
    ("applyModification(id: $id)", "modification", "rejected of builder", "ca"),
];

/// Relationships to many: of what, the field, to what, and by which key of it.
const LOADS: [(&str, &str, &str, &str); 3] = [
    ("user", "activities", "activity", "userId"),
    ("world", "activities", "activity", "worldId"),
    ("world", "memberships", "membership", "worldId"),
];

/// Those who ask, and the ids of all records.
struct Cast {
    people: BTreeMap<char, Client>,
    ids: BTreeMap<(&'static str, &'static str), String>,
}

async fn who_may_what(backend: Backend) {
    let server = Server::start(backend).await;
    let cast = Cast::assemble(&server).await;
    for who in EVERYBODY.chars() {
        for kind in ["user", "world", "membership", "activity", "modification"] {
            cast.reads_agree(who, kind).await;
        }
        cast.loads_agree(who).await;
        cast.creates_are_as_declared(who).await;
    }
    for (action, kind, name, may) in WRITES {
        cast.writes_are_as_declared(action, kind, name, may).await;
    }
}

fn plural(kind: &str) -> String {
    match kind.strip_suffix('y') {
        Some(stem) => format!("{stem}ies"),
        None => format!("{kind}s"),
    }
}

impl Cast {
    async fn assemble(server: &Server) -> Self {
        let granted = server.run(&["admin", "grant", "admin@example.org"]);
        assert!(granted.status.success(), "{}", String::from_utf8_lossy(&granted.stderr));
        let mut people = BTreeMap::from([('n', Client::anonymous(server))]);
        for name in ["admin", "member", "outsider", "builder", "coordinator"] {
            let person = Client::sign_in(server, &format!("{name}@example.org")).await;
            people.extend(name.chars().next().map(|letter| (letter, person)));
        }
        let mut cast = Self { people, ids: BTreeMap::new() };
        for name in ["admin", "member", "outsider", "builder", "coordinator"] {
            let id = cast.people[&name.chars().next().unwrap()].id.clone();
            cast.ids.insert(("user", name), id);
        }
        for (letter, role) in [('b', "BUILDER"), ('c', "COORDINATOR")] {
            let variables = json!({ "id": cast.people[&letter].id, "role": role });
            let set = "mutation($id: ID!, $role: Role!) { setUserRole(id: $id, input: {role: $role}) { result { id } errors { code } } }";
            cast.people[&'a'].act(set, variables).await;
        }
        cast.furnish().await;
        assert_eq!(cast.ids.len(), SEEN.len());
        cast
    }

    /// Worlds, who belongs to them, what is done in them, and modifications in each state.
    async fn furnish(&mut self) {
        for (who, slug, visibility) in [('m', "harbour", "PUBLIC"), ('b', "den", "PRIVATE"), ('c', "vault", "PRIVATE")]
        {
            let input = json!({ "name": slug, "slug": slug, "visibility": visibility });
            self.make(who, "createWorld", "CreateWorldInput", ("world", slug), input).await;
        }
        for (who, name, world, user) in
            [('m', "builder in harbour", "harbour", "builder"), ('b', "member in den", "den", "member")]
        {
            let input = json!({ "worldId": self.ids[&("world", world)], "userId": self.ids[&("user", user)] });
            self.make(who, "createMembership", "CreateMembershipInput", ("membership", name), input).await;
        }
        for (who, name, world) in [
            ('m', "of member in harbour", Some("harbour")),
            ('m', "of member in den", Some("den")),
            ('o', "of outsider", None),
            ('b', "of builder in den", Some("den")),
            ('c', "of coordinator in vault", Some("vault")),
            ('a', "of admin", None),
        ] {
            let world = world.map(|it| self.ids[&("world", it)].clone());
            let input = json!({ "kind": "BUILD", "worldId": world });
            self.make(who, "recordActivity", "RecordActivityInput", ("activity", name), input).await;
        }
        for (who, name, steps) in [
            ('b', "proposed by builder", &[][..]),
            ('b', "approved of builder", &["approve"]),
            ('b', "applied of builder", &["approve", "apply"]),
            ('b', "rejected of builder", &["reject"]),
            ('c', "proposed by coordinator", &[]),
            ('a', "proposed by admin", &[]),
        ] {
            let input = json!({ "title": name, "source": "extends Node" });
            let id =
                self.make(who, "proposeModification", "ProposeModificationInput", ("modification", name), input).await;
            for step in steps {
                let step = format!(
                    "mutation($id: ID!) {{ {step}Modification(id: $id) {{ result {{ id }} errors {{ code }} }} }}"
                );
                self.people[&'c'].act(&step, json!({ "id": id })).await;
            }
        }
    }

    async fn make(
        &mut self,
        who: char,
        action: &str,
        input: &str,
        record: (&'static str, &'static str),
        given: Value,
    ) -> String {
        let create =
            format!("mutation($input: {input}!) {{ {action}(input: $input) {{ result {{ id }} errors {{ code }} }} }}");
        let made = self.people[&who].act(&create, json!({ "input": given })).await;
        let id = made["id"].as_str().expect("an id").to_owned();
        self.ids.insert(record, id.clone());
        id
    }

    fn sees(who: char, kind: &str, name: &str) -> bool {
        SEEN.iter().any(|(its_kind, its_name, by)| *its_kind == kind && *its_name == name && by.contains(who))
    }

    /// The ids of the records of a kind that somebody sees by the table.
    fn seen(&self, who: char, kind: &str) -> BTreeSet<String> {
        let seen = self.ids.iter().filter(|((its_kind, name), _)| *its_kind == kind && Self::sees(who, kind, name));
        seen.map(|(_, id)| id.clone()).collect()
    }

    async fn reads_agree(&self, who: char, kind: &str) {
        let (person, many, seen) = (&self.people[&who], plural(kind), self.seen(who, kind));
        let list = person.ok(&format!("{{ {many} {{ totalCount nodes {{ id }} }} }}"), json!({})).await;
        assert_eq!(ids(&list[&many]["nodes"]), seen, "{who} lists {many}");
        assert_eq!(list[&many]["totalCount"], seen.len(), "{who} counts {many}");
        let get = format!(
            "query($id: ID!) {{ {kind}(id: $id) {{ id }} {many}(filter: {{ id: {{ eq: $id }} }}) {{ totalCount }} }}"
        );
        for ((its_kind, name), id) in &self.ids {
            let sees = *its_kind == kind && Self::sees(who, kind, name);
            let found = person.ok(&get, json!({ "id": id })).await;
            assert_eq!(
                found[kind]["id"].as_str(),
                sees.then_some(id.as_str()),
                "{who} gets {its_kind} {name} as {kind}"
            );
            assert_eq!(found[&many]["totalCount"], u8::from(sees), "{who} filters for {its_kind} {name}");
        }
    }

    /// What is loaded with a record, and found by a filter through it, is what is seen by itself.
    async fn loads_agree(&self, who: char) {
        let person = &self.people[&who];
        for (of, field, to, key) in LOADS {
            let (many, targets) = (plural(of), plural(to));
            let rows = person.ok(&format!("{{ {targets} {{ nodes {{ id {key} }} }} }}"), json!({})).await;
            let query = format!("{{ {many} {{ nodes {{ id {field} {{ totalCount nodes {{ id }} }} }} }} }}");
            let loaded = person.ok(&query, json!({})).await;
            let with = format!("{{ {many}(filter: {{ {field}: {{}} }}) {{ nodes {{ id }} }} }}");
            let with = ids(&person.ok(&with, json!({})).await[&many]["nodes"]);
            for node in loaded[&many]["nodes"].as_array().expect("nodes") {
                let own = rows[&targets]["nodes"].as_array().expect("nodes").iter().filter(|it| it[key] == node["id"]);
                let own: BTreeSet<String> = own.map(|it| it["id"].as_str().expect("an id").to_owned()).collect();
                assert_eq!(ids(&node[field]["nodes"]), own, "{who} loads {field} of {node}");
                assert_eq!(node[field]["totalCount"], own.len(), "{who} counts {field} of {node}");
                let id = node["id"].as_str().expect("an id");
                assert_eq!(with.contains(id), !own.is_empty(), "{who} filters {many} by {field}");
            }
        }
        // To one: null where the record at the other end is hidden.
        let query = "{ activities { nodes { worldId world { id } userId user { id } } } modifications { nodes { authorId author { id } } } }";
        let loaded = person.ok(query, json!({})).await;
        let (worlds, users) = (self.seen(who, "world"), self.seen(who, "user"));
        for (list, key, field, seen) in [
            ("activities", "worldId", "world", &worlds),
            ("activities", "userId", "user", &users),
            ("modifications", "authorId", "author", &users),
        ] {
            for node in loaded[list]["nodes"].as_array().expect("nodes") {
                let expected = node[key].as_str().filter(|it| seen.contains(*it));
                assert_eq!(node[field]["id"].as_str(), expected, "{who} loads {field} of {node}");
            }
        }
    }

    async fn writes_are_as_declared(&self, action: &str, kind: &str, name: &str, may: &str) {
        let id = &self
            .ids
            .iter()
            .find(|((its_kind, its_name), _)| *its_kind == kind && *its_name == name)
            .expect("a record")
            .1;
        let write = format!("mutation($id: ID!) {{ {action} {{ result {{ id }} errors {{ code }} }} }}");
        for who in EVERYBODY.chars() {
            let expected = match (who, may.contains(who)) {
                // Once done, it would be gone for the next.
                (_, true) if action.starts_with("destroy") || action.starts_with("approve") => continue,
                // In order of states only.
                (_, true) if kind == "modification" => "INVALID",
                (_, true) => {
                    let done = self.people[&who].act(&write, json!({ "id": id })).await;
                    assert_eq!(done["id"].as_str(), Some(id.as_str()), "{who} {action} {name}");
                    continue;
                }
                ('n', false) => "UNAUTHENTICATED",
                (_, false) if Self::sees(who, kind, name) => "FORBIDDEN",
                (_, false) => "NOT_FOUND",
            };
            assert_eq!(self.people[&who].refused(&write, json!({ "id": id })).await, expected, "{who} {action} {name}");
        }
    }

    /// What is never anybody's to make, and what names a record that is hidden.
    async fn creates_are_as_declared(&self, who: char) {
        let admit = "mutation($world: ID!, $user: ID!) { createMembership(input: {worldId: $world, userId: $user}) { result { id } errors { code } } }";
        let record = "mutation($world: ID!) { recordActivity(input: {kind: BUILD, worldId: $world, occurredAt: \"2026-01-01T00:00:00Z\"}) { result { id } errors { code } } }";
        for (world, owners) in [("harbour", "ma"), ("den", "ba"), ("vault", "ca")] {
            let variables = json!({ "world": self.ids[&("world", world)], "user": self.ids[&("user", "outsider")] });
            let sees = Self::sees(who, "world", world);
            let expected = match (who, owners.contains(who), sees) {
                ('n', ..) => "UNAUTHENTICATED",
                (_, true, _) => continue,
                (_, false, true) => "FORBIDDEN",
                (_, false, false) => "NOT_FOUND",
            };
            assert_eq!(self.people[&who].refused(admit, variables.clone()).await, expected, "{who} admits to {world}");
            if !sees {
                assert_eq!(self.people[&who].refused(record, variables).await, expected, "{who} acts in {world}");
            }
        }
        let propose =
            "mutation { proposeModification(input: {title: \"t\", source: \"s\"}) { result { id } errors { code } } }";
        let expected = match who {
            'n' => "UNAUTHENTICATED",
            'm' | 'o' => "FORBIDDEN",
            _ => return,
        };
        assert_eq!(self.people[&who].refused(propose, json!({})).await, expected, "{who} proposes");
    }
}

fn ids(nodes: &Value) -> BTreeSet<String> {
    let nodes = nodes.as_array().expect("nodes").iter();
    nodes.map(|it| it["id"].as_str().expect("an id").to_owned()).collect()
}
