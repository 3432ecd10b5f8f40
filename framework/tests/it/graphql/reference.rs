//! A naive executor over rows in memory, to compare answers with. It shares nothing with the real one but the parser: no plan,
//! no loads, no expressions; every field is looked up when it is written, and policies are Rust conditions.

use std::cmp::Ordering;

use async_graphql::parser::parse_query;
use async_graphql::parser::types::{
    DocumentOperations, ExecutableDocument, Field, OperationDefinition, Selection, SelectionSet,
};
use async_graphql_value::Value;
use serde_json::{Map, Value as Json, json};

use super::data::{Cell, DATA, Row};

/// Stands for every cursor: they are opaque.
pub(crate) const CURSOR: &str = "•";

/// The answer's `data`, as text.
pub(crate) fn answer(
    actor: Option<usize>,
    query: &str,
    operation: Option<&str>,
    variables: &Map<String, Json>,
) -> String {
    let document = parse_query(query).unwrap();
    let chosen = match (&document.operations, operation) {
        (DocumentOperations::Single(it), _) => &it.node,
        (DocumentOperations::Multiple(all), Some(name)) => &all.get(name).unwrap().node,
        (DocumentOperations::Multiple(all), None) => &all.values().next().unwrap().node,
    };
    let actor = actor.map(|it| &DATA.rows("User")[it]);
    let run = Run { document: &document, operation: chosen, variables, actor };
    let roots = run.fields(&[&chosen.selection_set.node]);
    run.object(&roots, |field| run.root(field))
}

/// What a field of a row is.
#[derive(Clone, Copy)]
enum Kind {
    Plain,
    Ci,
    /// To one, by the key here.
    One(&'static str, &'static str),
    /// To one, by the key there.
    HasOne(&'static str, &'static str),
    Many(&'static str, &'static str),
    Worlds,
    MemberCount,
}

fn kind(ty: &str, field: &str) -> Kind {
    use Kind::*;
    match (ty, field) {
        ("User", "worlds") => Worlds,
        ("User", "activities") => Many("Activity", "userId"),
        ("User", "email") | ("Probe", "label") => Ci,
        ("World", "owner") => One("User", "ownerId"),
        ("World", "memberships") => Many("Membership", "worldId"),
        ("World", "activities") => Many("Activity", "worldId"),
        ("World", "probe") => HasOne("Probe", "worldId"),
        ("World", "memberCount") => MemberCount,
        ("Membership" | "Activity" | "Modification" | "Probe", "world") => One("World", "worldId"),
        ("Membership" | "Activity", "user") => One("User", "userId"),
        ("Modification", "author") => One("User", "authorId"),
        ("Modification", "approver") => One("User", "approverId"),
        _ => Plain,
    }
}

struct Run<'a> {
    document: &'a ExecutableDocument,
    operation: &'a OperationDefinition,
    variables: &'a Map<String, Json>,
    actor: Option<&'a Row>,
}

/// A field of the answer: its key, its first occurrence, and everything that is selected of it.
struct Asked<'a> {
    key: &'a str,
    field: &'a Field,
    children: Vec<&'a SelectionSet>,
}

impl<'a> Run<'a> {
    fn fields(&self, sets: &[&'a SelectionSet]) -> Vec<Asked<'a>> {
        let mut all: Vec<Asked<'a>> = Vec::new();
        for set in sets {
            for selection in &set.items {
                let wanted = selection.node.directives().iter().all(|it| {
                    let on = self.value(&it.node.get_argument("if").unwrap().node) == Some(json!(true));
                    on == (it.node.name.node == "include")
                });
                if !wanted {
                    continue;
                }
                let found = match &selection.node {
                    Selection::Field(field) => {
                        let field = &field.node;
                        let children = vec![&field.selection_set.node];
                        vec![Asked { key: &field.response_key().node, field, children }]
                    }
                    Selection::InlineFragment(it) => self.fields(&[&it.node.selection_set.node]),
                    Selection::FragmentSpread(it) => {
                        let fragment = &self.document.fragments[&it.node.fragment_name.node];
                        self.fields(&[&fragment.node.selection_set.node])
                    }
                };
                for field in found {
                    match all.iter_mut().find(|it| it.key == field.key) {
                        Some(present) => present.children.extend(field.children),
                        None => all.push(field),
                    }
                }
            }
        }
        all
    }

    fn object(&self, fields: &[Asked<'a>], mut write: impl FnMut(&Asked<'a>) -> String) -> String {
        let members: Vec<_> = fields.iter().map(|it| format!("\"{}\":{}", it.key, write(it))).collect();
        format!("{{{}}}", members.join(","))
    }

    /// The value of a literal; `None` for a variable without one.
    fn value(&self, value: &Value) -> Option<Json> {
        Some(match value {
            Value::Variable(name) => match self.variables.get(name.as_str()) {
                Some(value) => value.clone(),
                None => {
                    let mut definitions = self.operation.variable_definitions.iter();
                    let definition = definitions.find(|it| it.node.name.node == *name).unwrap();
                    let default = definition.node.default_value.as_ref()?;
                    return self.value(&default.node.clone().into_value());
                }
            },
            Value::List(items) => items.iter().map(|it| self.value(it).unwrap_or_default()).collect(),
            Value::Object(members) => {
                members.iter().filter_map(|(name, it)| Some((name.to_string(), self.value(it)?))).collect()
            }
            Value::Enum(name) => json!(name.as_str()),
            Value::Null => Json::Null,
            Value::Boolean(it) => json!(it),
            Value::Number(it) => Json::Number(it.clone()),
            Value::String(it) => json!(it),
            Value::Binary(_) => unreachable!(),
        })
    }

    fn argument(&self, field: &Field, name: &str) -> Option<Json> {
        self.value(&field.get_argument(name)?.node).filter(|it| !it.is_null())
    }

    fn root(&self, asked: &Asked<'a>) -> String {
        let one = |ty: &'static str, row: Option<&'a Row>| self.one(asked, ty, row);
        let by_id = |ty: &'static str| {
            let id = self.argument(asked.field, "id").unwrap();
            let id = id.as_str().map_or(id.to_string(), |it| it.to_lowercase());
            one(ty, self.readable(ty).into_iter().find(|it| it["id"] == Cell::Text(id.clone())))
        };
        match asked.field.name.node.as_str() {
            "__typename" => "\"Query\"".into(),
            "users" => self.page(asked, "User", self.readable("User")),
            "worlds" => self.page(asked, "World", self.readable("World")),
            "memberships" => self.page(asked, "Membership", self.readable("Membership")),
            "activities" => self.page(asked, "Activity", self.readable("Activity")),
            "modifications" => self.page(asked, "Modification", self.readable("Modification")),
            "probes" => self.list(asked, "Probe", self.readable("Probe")),
            "largeProbes" => {
                let least = self.argument(asked.field, "least").and_then(|it| it.as_i64()).unwrap();
                let large = |it: &&Row| matches!(it["size"], Cell::Int(size) if size >= least);
                self.list(asked, "Probe", self.readable("Probe").into_iter().filter(large).collect())
            }
            "probeByLabel" => {
                let label = self.argument(asked.field, "label").unwrap().as_str().unwrap().to_lowercase();
                one("Probe", self.readable("Probe").into_iter().find(|it| it["label"] == Cell::Text(label.clone())))
            }
            "user" => by_id("User"),
            "world" => by_id("World"),
            "membership" => by_id("Membership"),
            "activity" => by_id("Activity"),
            "modification" => by_id("Modification"),
            "probe" => by_id("Probe"),
            "currentUser" => one("User", self.actor),
            other => unreachable!("{other}"),
        }
    }

    fn one(&self, asked: &Asked<'a>, ty: &'static str, row: Option<&'a Row>) -> String {
        row.map_or("null".into(), |row| self.row(&asked.children, ty, row))
    }

    fn row(&self, children: &[&'a SelectionSet], ty: &'static str, row: &'a Row) -> String {
        self.object(&self.fields(children), |asked| {
            let name = asked.field.name.node.as_str();
            match kind(ty, name) {
                _ if name == "__typename" => format!("\"{ty}\""),
                Kind::One(target, _) | Kind::HasOne(target, _) => {
                    self.one(asked, target, self.hop(ty, Some(row), name))
                }
                Kind::Many("Probe", _) => self.list(asked, "Probe", self.many(ty, Some(row), name).1),
                Kind::Many(..) | Kind::Worlds => {
                    let (target, rows) = self.many(ty, Some(row), name);
                    self.page(asked, target, rows)
                }
                Kind::Plain | Kind::Ci | Kind::MemberCount => match self.cell(ty, Some(row), name) {
                    Cell::Null => "null".into(),
                    Cell::Bool(it) => it.to_string(),
                    Cell::Int(it) => it.to_string(),
                    Cell::Big(it) => format!("\"{it}\""),
                    Cell::Text(it) => json!(it).to_string(),
                    Cell::Json(it) => it.to_string(),
                },
            }
        })
    }

    fn list(&self, asked: &Asked<'a>, ty: &'static str, rows: Vec<&'a Row>) -> String {
        let rows = self.ordered(asked.field, ty, rows);
        let rows: Vec<_> = rows.into_iter().map(|it| self.row(&asked.children, ty, it)).collect();
        format!("[{}]", rows.join(","))
    }

    fn page(&self, asked: &Asked<'a>, ty: &'static str, rows: Vec<&'a Row>) -> String {
        let all = self.ordered(asked.field, ty, rows);
        let number = |name| self.argument(asked.field, name).and_then(|it| it.as_f64()).map(|it| it as usize);
        // The tests give the row's id where the real one is given a cursor.
        let place = |name| {
            let id = self.argument(asked.field, name)?;
            all.iter().position(|it| it["id"] == Cell::Text(id.as_str().unwrap().into()))
        };
        let start = place("after").map_or(0, |it| it + 1);
        let end = place("before").unwrap_or(all.len()).max(start);
        let (from, to) = match (number("first"), number("last")) {
            (_, Some(last)) => (end.saturating_sub(last).max(start), end),
            (first, None) => (start, end.min(start + first.unwrap_or(50))),
        };
        let rows = &all[from..to];
        let backwards = number("last").is_some();
        let next = if backwards { place("before").is_some() } else { to < end };
        let previous = if backwards { from > start } else { place("after").is_some() };
        let total = all.len();
        self.object(&self.fields(&asked.children), |asked| match asked.field.name.node.as_str() {
            "__typename" => format!("\"{ty}Connection\""),
            "nodes" => {
                let rows: Vec<_> = rows.iter().map(|it| self.row(&asked.children, ty, it)).collect();
                format!("[{}]", rows.join(","))
            }
            "edges" => {
                let edges = rows.iter().map(|row| {
                    self.object(&self.fields(&asked.children), |asked| match asked.field.name.node.as_str() {
                        "__typename" => format!("\"{ty}Edge\""),
                        "cursor" => format!("\"{CURSOR}\""),
                        _ => self.row(&asked.children, ty, row),
                    })
                });
                format!("[{}]", edges.collect::<Vec<_>>().join(","))
            }
            "pageInfo" => self.object(&self.fields(&asked.children), |asked| match asked.field.name.node.as_str() {
                "__typename" => "\"PageInfo\"".into(),
                "hasNextPage" => next.to_string(),
                "hasPreviousPage" => previous.to_string(),
                _ if rows.is_empty() => "null".into(),
                _ => format!("\"{CURSOR}\""),
            }),
            "totalCount" => total.to_string(),
            other => unreachable!("{other}"),
        })
    }

    /// The rows that match `filter`, in the order of `sort`.
    fn ordered(&self, field: &Field, ty: &'static str, mut rows: Vec<&'a Row>) -> Vec<&'a Row> {
        if let Some(filter) = self.argument(field, "filter") {
            rows.retain(|it| self.matches(ty, Some(it), &filter) == Some(true));
        }
        let mut keys: Vec<(String, bool, bool)> = Vec::new();
        for key in self.argument(field, "sort").iter().flat_map(|it| match it {
            Json::Array(keys) => keys.clone(),
            one => vec![one.clone()],
        }) {
            let name = heck::AsLowerCamelCase(key["field"].as_str().unwrap()).to_string();
            let order = key["order"].as_str().unwrap_or("ASC");
            let down = order.starts_with("DESC");
            keys.push((name, down, order.ends_with("FIRST") || (order == "DESC")));
        }
        if keys.is_empty() {
            let (name, down) = match ty {
                "User" => ("displayName", false),
                "World" => ("name", false),
                "Membership" => ("insertedAt", false),
                "Activity" => ("occurredAt", true),
                "Modification" => ("insertedAt", true),
                _ => ("id", false),
            };
            keys.push((name.into(), down, down));
        }
        let last = keys.last().is_some_and(|it| it.1);
        keys.push(("id".into(), last, last));
        rows.sort_by(|one, other| {
            let orders = keys.iter().map(|(name, down, nulls_first)| {
                let (one, other) = (self.cell(ty, Some(one), name), self.cell(ty, Some(other), name));
                match (&one, &other) {
                    (Cell::Null, Cell::Null) => Ordering::Equal,
                    (Cell::Null, _) => {
                        if *nulls_first {
                            Ordering::Less
                        } else {
                            Ordering::Greater
                        }
                    }
                    (_, Cell::Null) => {
                        if *nulls_first {
                            Ordering::Greater
                        } else {
                            Ordering::Less
                        }
                    }
                    _ if *down => compare(&other, &one),
                    _ => compare(&one, &other),
                }
            });
            orders.fold(Ordering::Equal, Ordering::then)
        });
        rows
    }

    /// Three-valued: `None` is unknown.
    fn matches(&self, ty: &'static str, row: Option<&'a Row>, filter: &Json) -> Option<bool> {
        let all = filter.as_object().unwrap().iter().filter(|(_, it)| !it.is_null()).map(|(name, wanted)| {
            let each = || match wanted {
                Json::Array(items) => items.clone(),
                one => vec![one.clone()],
            };
            match (name.as_str(), kind(ty, name)) {
                ("and", _) => conjunction(each().iter().map(|it| self.matches(ty, row, it))),
                ("or", _) => {
                    let none = each().iter().map(|it| self.matches(ty, row, it).map(|it| !it)).collect::<Vec<_>>();
                    conjunction(none.into_iter()).map(|it| !it)
                }
                ("not", _) => self.matches(ty, row, wanted).map(|it| !it),
                (_, Kind::One(target, _) | Kind::HasOne(target, _)) => {
                    self.matches(target, self.hop(ty, row, name), wanted)
                }
                (_, Kind::Many(..) | Kind::Worlds) => {
                    let (target, rows) = self.many(ty, row, name);
                    Some(rows.into_iter().any(|it| self.matches(target, Some(it), wanted) == Some(true)))
                }
                (_, kind) => {
                    let cell = self.cell(ty, row, name);
                    let tests = wanted.as_object().unwrap().iter();
                    conjunction(tests.map(|(operator, operand)| test(&cell, kind, operator, operand)))
                }
            }
        });
        conjunction(all)
    }

    /// The row at the other end that the actor may read.
    fn hop(&self, ty: &'static str, row: Option<&'a Row>, name: &str) -> Option<&'a Row> {
        let row = row?;
        match kind(ty, name) {
            Kind::One(target, key) => self.readable(target).into_iter().find(|it| it["id"] == row[key]),
            Kind::HasOne(target, key) => self.readable(target).into_iter().find(|it| it[key] == row["id"]),
            _ => unreachable!(),
        }
    }

    fn many(&self, ty: &'static str, row: Option<&'a Row>, name: &str) -> (&'static str, Vec<&'a Row>) {
        let id = row.map(|it| it["id"].clone());
        match kind(ty, name) {
            Kind::Many(target, key) => {
                (target, self.readable(target).into_iter().filter(|it| Some(&it[key]) == id.as_ref()).collect())
            }
            _ => {
                let joined = |world: &&Row| {
                    DATA.rows("Membership")
                        .iter()
                        .any(|it| Some(&it["userId"]) == id.as_ref() && it["worldId"] == world["id"])
                };
                ("World", self.readable("World").into_iter().filter(joined).collect())
            }
        }
    }

    /// What the actor sees in a field.
    fn cell(&self, ty: &'static str, row: Option<&'a Row>, name: &str) -> Cell {
        let Some(row) = row else { return Cell::Null };
        match (ty, name) {
            ("World", "memberCount") => Cell::Int(self.many(ty, Some(row), "memberships").1.len() as i64),
            ("User", "email") if !(self.is(row) || self.role("ADMIN")) => Cell::Null,
            ("User", "role") if !(self.is(row) || self.role("COORDINATOR") || self.role("ADMIN")) => Cell::Null,
            _ => row[name].clone(),
        }
    }

    fn is(&self, user: &Row) -> bool {
        self.actor.is_some_and(|it| it["id"] == user["id"])
    }

    fn role(&self, role: &str) -> bool {
        self.actor.is_some_and(|it| it["role"] == Cell::Text(role.into()))
    }

    fn readable(&self, ty: &'static str) -> Vec<&'a Row> {
        DATA.rows(ty).iter().filter(|it| self.may_read(ty, it)).collect()
    }

    fn may_read(&self, ty: &str, row: &Row) -> bool {
        let own = |key: &str| self.actor.is_some_and(|it| it["id"] == row[key]);
        let signed_in = self.actor.is_some();
        match ty {
            _ if self.role("ADMIN") => true,
            "User" => signed_in,
            "World" => {
                let mut memberships = DATA.rows("Membership").iter();
                let member = memberships.any(|it| {
                    it["worldId"] == row["id"] && self.actor.is_some_and(|actor| actor["id"] == it["userId"])
                });
                row["visibility"] == Cell::Text("PUBLIC".into()) || own("ownerId") || member || self.role("COORDINATOR")
            }
            "Membership" => {
                let world = DATA.rows("World").iter().find(|it| it["id"] == row["worldId"]).unwrap();
                signed_in && self.may_read("World", world)
            }
            "Activity" => own("userId") || self.role("COORDINATOR"),
            "Modification" => {
                let told = ["APPROVED", "APPLIED"].iter().any(|it| row["state"] == Cell::Text((*it).into()));
                own("authorId") || self.role("COORDINATOR") || (signed_in && told)
            }
            _ => true,
        }
    }
}

fn conjunction(mut all: impl Iterator<Item = Option<bool>>) -> Option<bool> {
    let mut unknown = false;
    let no = all.any(|it| {
        unknown |= it.is_none();
        it == Some(false)
    });
    if no {
        Some(false)
    } else if unknown {
        None
    } else {
        Some(true)
    }
}

fn test(cell: &Cell, kind: Kind, operator: &str, operand: &Json) -> Option<bool> {
    let null = *cell == Cell::Null;
    match (operator, operand) {
        ("isNil", Json::Null) => return Some(true),
        ("isNil", wanted) => return Some(null == wanted.as_bool().unwrap()),
        ("eq", Json::Null) => return Some(null),
        ("notEq", Json::Null) => return Some(!null),
        (_, Json::Null) => return None,
        _ => {}
    }
    let same = |it: &Json| compare(cell, &like(cell, kind, it)) == Ordering::Equal;
    if let "in" | "notIn" = operator {
        let list = match operand {
            Json::Array(items) => items.clone(),
            one => vec![one.clone()],
        };
        if !list.is_empty() && null {
            return None;
        }
        return Some(list.iter().any(same) == (operator == "in"));
    }
    if null {
        return None;
    }
    let other = like(cell, kind, operand);
    let texts = || match (cell, &other) {
        (Cell::Text(one), Cell::Text(other)) => (one.clone(), other.clone()),
        _ => unreachable!(),
    };
    let order = compare(cell, &other);
    Some(match operator {
        "eq" => order == Ordering::Equal,
        "notEq" => order != Ordering::Equal,
        "lt" => order == Ordering::Less,
        "lte" => order != Ordering::Greater,
        "gt" => order == Ordering::Greater,
        "gte" => order != Ordering::Less,
        "contains" => texts().0.contains(&texts().1),
        "startsWith" => texts().0.starts_with(&texts().1),
        "endsWith" => texts().0.ends_with(&texts().1),
        "iEq" => texts().0.eq_ignore_ascii_case(&texts().1),
        other => unreachable!("{other}"),
    })
}

/// An operand as a cell of the same kind.
fn like(cell: &Cell, kind: Kind, operand: &Json) -> Cell {
    match (cell, operand) {
        (Cell::Json(_), it) => Cell::Json(it.clone()),
        (Cell::Big(_), it) => Cell::Big(it.as_i64().unwrap_or_else(|| it.as_str().unwrap().parse().unwrap())),
        (_, Json::Bool(it)) => Cell::Bool(*it),
        (_, Json::Number(it)) => Cell::Int(it.as_i64().unwrap()),
        (Cell::Text(_), Json::String(it)) => match chrono::DateTime::parse_from_rfc3339(it) {
            Ok(time) => Cell::Text(samara::value::timestamp_text(time.to_utc())),
            Err(_) if matches!(kind, Kind::Ci) => Cell::Text(it.to_lowercase()),
            Err(_) => Cell::Text(it.clone()),
        },
        (_, it) => Cell::Text(it.as_str().unwrap().to_owned()),
    }
}

fn compare(one: &Cell, other: &Cell) -> Ordering {
    match (one, other) {
        (Cell::Bool(one), Cell::Bool(other)) => one.cmp(other),
        (Cell::Int(one) | Cell::Big(one), Cell::Int(other) | Cell::Big(other)) => one.cmp(other),
        (Cell::Text(one), Cell::Text(other)) => one.cmp(other),
        (Cell::Json(one), Cell::Json(other)) if one == other => Ordering::Equal,
        _ => Ordering::Less,
    }
}
