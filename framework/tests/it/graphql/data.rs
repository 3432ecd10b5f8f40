//! Rows of the platform for tests: few, but with every kind of null, tie and secret that an answer could get wrong.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use heck::ToSnakeCase;
use samara::engine::Engine;
use sea_orm::ConnectionTrait;

/// One value, as simple as it can be.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Cell {
    Null,
    Bool(bool),
    Int(i64),
    /// A 64-bit integer, a string in answers.
    Big(i64),
    /// Text, an id, an enum value, or a time in its one form.
    Text(String),
    Json(serde_json::Value),
}

/// A row, by the names of GraphQL's fields.
pub(crate) type Row = BTreeMap<&'static str, Cell>;

/// All rows, by GraphQL's type.
pub(crate) struct Data(pub(crate) BTreeMap<&'static str, Vec<Row>>);

/// The one set of rows that every test reads.
pub(crate) static DATA: LazyLock<Data> = LazyLock::new(Data::new);

/// Types with their tables, in the order in which rows can be inserted.
const TABLES: [(&str, &str); 6] = [
    ("User", "users"),
    ("World", "worlds"),
    ("Membership", "memberships"),
    ("Activity", "activities"),
    ("Modification", "modifications"),
    ("Probe", "probes"),
];

pub(crate) const ADMIN: usize = 0;
pub(crate) const COORDINATOR: usize = 1;
pub(crate) const BUILDER: usize = 2;
pub(crate) const MEMBER: usize = 3;

/// The id of the row of that type at that position.
pub(crate) fn id(ty: &str, index: usize) -> String {
    let kind = TABLES.iter().position(|(it, _)| *it == ty).unwrap() as u128 + 1;
    // Not in the order of the rows, so that an order by id is not one by age.
    uuid::Uuid::from_u128((kind << 96) | (((index as u128 * 7 + 3) % 61) << 32) | index as u128 | (7 << 76)).to_string()
}

fn time(minutes: usize) -> Cell {
    let time =
        chrono::DateTime::from_timestamp(1_790_000_000 + minutes as i64 * 60, (minutes % 3) as u32 * 1_000).unwrap();
    Cell::Text(samara::value::timestamp_text(time))
}

fn text(it: &str) -> Cell {
    Cell::Text(it.to_owned())
}

fn key(ty: &str, index: Option<usize>) -> Cell {
    index.map_or(Cell::Null, |index| Cell::Text(id(ty, index)))
}

fn row<const N: usize>(ty: &'static str, index: usize, cells: [(&'static str, Cell); N]) -> Row {
    let mut row = Row::from(cells);
    row.insert("id", Cell::Text(id(ty, index)));
    row.insert("insertedAt", time(index / 2));
    row.insert("updatedAt", time(index));
    row
}

impl Data {
    fn new() -> Self {
        let people = ["Ada", "Bo", "Cleo", "Dan", "bo", "Éva", "Zoë \"Z\" 100%"];
        let roles = ["ADMIN", "COORDINATOR", "BUILDER", "MEMBER", "MEMBER", "MEMBER", "BUILDER"];
        let users = (0..7).map(|it| {
            let cells = [
                ("displayName", text(people[it])),
                ("email", text(&format!("{}@example.org", ["ada", "bo", "cleo", "dan", "bo2", "eva", "zoe"][it]))),
                ("role", text(roles[it])),
            ];
            row("User", it, cells)
        });
        let names = ["Atrium", "Basement", "atrium", "Café", "Dome", "Empty", "Forum", "Forum"];
        let worlds = (0..8).map(|it| {
            let cells = [
                ("name", text(names[it])),
                ("slug", text(&format!("world-{it}"))),
                ("visibility", text(if it % 3 == 1 { "PRIVATE" } else { "PUBLIC" })),
                ("capacity", [Cell::Null, Cell::Int(10), Cell::Int(20), Cell::Null, Cell::Int(10)][it % 5].clone()),
                ("ownerId", key("User", Some([1, 2, 3, 3, 0, 5, 2, 6][it]))),
            ];
            row("World", it, cells)
        });
        let members = [(0, 1), (0, 2), (0, 3), (1, 2), (1, 3), (2, 3), (3, 4), (4, 0), (4, 5), (6, 3), (6, 2), (7, 6)];
        let memberships = members.iter().enumerate().map(|(it, (world, user))| {
            let cells = [
                ("role", text(if it % 4 == 0 { "HOST" } else { "GUEST" })),
                ("worldId", key("World", Some(*world))),
                ("userId", key("User", Some(*user))),
            ];
            row("Membership", it, cells)
        });
        let kinds = ["EXPLORE", "SOCIALIZE", "BUILD", "SCRIPT", "COMPETE"];
        let activities = (0..48).map(|it| {
            let details = [
                serde_json::json!({}),
                // Keys in the order that is stored.
                serde_json::json!({"deep": [1, {"x": null}], "n": it}),
                serde_json::json!([true]),
            ];
            let cells = [
                ("kind", text(kinds[it * 3 % 5])),
                ("detail", Cell::Json(details[it % 3].clone())),
                ("occurredAt", time(1_000 - it * 13 % 40)),
                ("userId", key("User", Some(it % 6))),
                ("worldId", key("World", (it % 7 != 0).then_some(it * 5 % 8))),
            ];
            row("Activity", it, cells)
        });
        let states = ["PROPOSED", "APPROVED", "APPLIED", "REJECTED"];
        let modifications = (0..9).map(|it| {
            let cells = [
                ("title", text(&format!("Change {}%_\\{it}", if it % 2 == 0 { "A" } else { "b" }))),
                ("source", text("extends Node\n\nfunc _ready():\n\tpass")),
                ("sourceHash", text(&format!("{it:064x}"))),
                ("state", text(states[it % 4])),
                ("authorId", key("User", Some([2, 6, 1][it % 3]))),
                ("approverId", key("User", (it % 4 != 0).then_some(1))),
                ("worldId", key("World", (it % 3 != 0).then_some(it % 8))),
            ];
            row("Modification", it, cells)
        });
        let probes = (0..5).map(|it| {
            let cells = [
                ("label", text(["alpha", "beta", "gamma", "delta", "épsilon"][it])),
                ("total", [Cell::Big(i64::MAX), Cell::Null, Cell::Big(-1)][it % 3].clone()),
                ("size", Cell::Int([1, 5, 9, 5, -3][it])),
                ("live", Cell::Bool(it % 2 == 0)),
                ("worldId", key("World", [Some(0), None, Some(1), None, Some(4)][it])),
            ];
            row("Probe", it, cells)
        });
        Self(BTreeMap::from([
            ("User", users.collect()),
            ("World", worlds.collect()),
            ("Membership", memberships.collect()),
            ("Activity", activities.collect()),
            ("Modification", modifications.collect()),
            ("Probe", probes.collect()),
        ]))
    }

    pub(crate) fn rows(&self, ty: &str) -> &[Row] {
        &self.0[ty]
    }

    /// Puts all rows into empty tables.
    pub(crate) async fn insert(&self, engine: &Engine) {
        let connection = engine.system("a test").unpoliced("the data of the tests");
        for (ty, table) in TABLES {
            for row in self.rows(ty) {
                let columns: Vec<_> = row.keys().map(|it| it.to_snake_case()).collect();
                let values: Vec<_> = row.values().map(literal).collect();
                let sql = format!("INSERT INTO {table} ({}) VALUES ({})", columns.join(", "), values.join(", "));
                connection.execute_unprepared(&sql).await.unwrap();
            }
        }
    }
}

fn literal(cell: &Cell) -> String {
    match cell {
        Cell::Null => "NULL".into(),
        Cell::Bool(it) => it.to_string().to_uppercase(),
        Cell::Int(it) | Cell::Big(it) => it.to_string(),
        Cell::Text(it) => format!("'{}'", it.replace('\'', "''")),
        Cell::Json(it) => format!("'{}'", it.to_string().replace('\'', "''")),
    }
}
