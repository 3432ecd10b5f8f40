//! The manifest loses nothing, is the same each time, and says what is wrong with one that cannot be read.

use chrono::TimeDelta;
use proptest::prelude::*;
use samara::ir::{
    Action, ActionKind, Admin, App, Applies, Argument, Arithmetic, Attribute, AttributeId, Calculation, CalculationId,
    Change, Comparison, Constraints, Direction, Domain, Enum, FieldPolicy, Generated, Graphql, Identity, Index, Many,
    Name, NamedBy, Node, OnDelete, Pagination, Path, Policy, Read, Relationship, RelationshipId, RelationshipKind,
    Requirement, Resource, Returns, ReturnsField, Role, SortKey, TextTest, TimePart, TimeUnit, Transition, Tree,
    TrimmedEnds, Type, Upsert, Variant,
};
use samara::manifest::{Manifest, ManifestError};
use samara::value::Value;
use uuid::Uuid;

use crate::support::rows::{Tape, tape, time};
use crate::support::schema;

/// Anything that the types can hold, sound or not.
struct Any(Tape);

impl Any {
    fn some<T>(&mut self, make: impl FnOnce(&mut Self) -> T) -> Option<T> {
        (self.0.below(2) == 1).then(|| make(self))
    }

    fn list<T>(&mut self, mut make: impl FnMut(&mut Self) -> T) -> Vec<T> {
        (0..self.0.below(4)).map(|_| make(self)).collect()
    }

    fn flag(&mut self) -> bool {
        self.0.below(2) == 1
    }

    fn number(&mut self) -> u32 {
        *self.0.pick(&[0, 1, 7, u32::MAX])
    }

    fn index(&mut self) -> u16 {
        *self.0.pick(&[0, 1, u16::MAX])
    }

    fn integer(&mut self) -> i64 {
        *self.0.pick(&[0, -1, 9_007_199_254_740_993, i64::MAX, i64::MIN])
    }

    fn text(&mut self) -> String {
        (*self.0.pick(&["", "a", "Grüße 𝄞", "\"\\\u{0}\u{2028}\n", "r#type", "null"])).into()
    }

    fn name(&mut self) -> Name {
        Name::from(self.text())
    }

    fn ty(&mut self) -> Type {
        match self.0.below(16) {
            0 => Type::String,
            1 => Type::CiString,
            2 => Type::Integer,
            3 => Type::BigInteger,
            4 => Type::Boolean,
            5 => Type::Uuid,
            6 => Type::Timestamp,
            7 => Type::Json,
            8 => Type::Enum(self.name()),
            9 => Type::Integer16,
            10 => Type::Integer32,
            11 => Type::Float,
            12 => Type::Date,
            13 => Type::Time,
            14 => Type::Bytes,
            _ => Type::Duration,
        }
    }

    fn value(&mut self) -> Value {
        match self.0.below(13) {
            0 => Value::Null,
            1 => Value::Bool(self.flag()),
            2 => Value::Int(self.integer()),
            3 => Value::Text(self.text()),
            4 => Value::Uuid(Uuid::from_u128(u128::from(self.number()) << 64)),
            5 => Value::Timestamp(time(self.number()) - TimeDelta::days(*self.0.pick(&[0, 700_000, -2_000_000]))),
            6 => Value::Json(self.json(2)),
            7 => Value::Duration(self.integer()),
            8 => Value::Float((*self.0.pick(&[0.1, -0.0, 1e300, f64::MIN_POSITIVE])).into()),
            9 => Value::Date((*self.0.pick(&["2026-03-01", "0000-01-01", "9999-12-31"])).parse().unwrap()),
            10 => Value::Time((*self.0.pick(&["00:00:00", "23:59:59.999999"])).parse().unwrap()),
            11 => Value::Bytes((*self.0.pick(&[&b""[..], &[0, 255]])).into()),
            _ => Value::List(self.list(Self::value)),
        }
    }

    fn json(&mut self, depth: usize) -> serde_json::Value {
        use serde_json::Value as Json;
        match self.0.below(if depth == 0 { 5 } else { 7 }) {
            0 => Json::Null,
            1 => Json::from(self.flag()),
            2 => Json::from(self.integer()),
            3 => Json::from(*self.0.pick(&[0.5, -12.75, 0.0, -0.0])),
            4 => Json::from(self.text()),
            5 => Json::from(self.list(|it| it.json(depth - 1))),
            _ => Json::Object(self.list(|it| (it.text(), it.json(depth - 1))).into_iter().collect()),
        }
    }

    fn tree(&mut self) -> Tree {
        let mut tree = Tree::new(self.some(Self::name), self.some(Self::name));
        tree.paths.extend(self.list(|it| {
            let (from, relationship) = (it.index(), RelationshipId::at(it.index()));
            if it.flag() { Path::One { from, relationship } } else { Path::Each { from, relationship } }
        }));
        tree.nodes = self.list(Self::node);
        tree.root = self.number();
        tree
    }

    fn node(&mut self) -> Node {
        match self.0.below(22) {
            0 => Node::Literal { value: self.value(), ty: self.ty() },
            1 => Node::Column { path: self.index(), attribute: AttributeId::at(self.index()) },
            2 => Node::Calculation { path: self.index(), calculation: CalculationId::at(self.index()) },
            3 => Node::Argument { name: self.name(), ty: self.ty() },
            4 => Node::Now,
            5 => {
                let ops =
                    [Comparison::Eq, Comparison::Ne, Comparison::Lt, Comparison::Le, Comparison::Gt, Comparison::Ge];
                Node::Compare { op: *self.0.pick(&ops), left: self.number(), right: self.number() }
            }
            6 => {
                let ops = [Arithmetic::Add, Arithmetic::Sub, Arithmetic::Mul, Arithmetic::Div];
                Node::Arithmetic { op: *self.0.pick(&ops), left: self.number(), right: self.number() }
            }
            7 => Node::And(self.list(Self::number)),
            8 => Node::Or(self.list(Self::number)),
            9 => Node::Not(self.number()),
            10 => Node::IsNull(self.number()),
            11 => Node::In { item: self.number(), list: self.number() },
            12 => Node::Case { arms: self.list(|it| (it.number(), it.number())), otherwise: self.number() },
            13 => Node::Coalesce(self.number(), self.number()),
            14 => {
                let ops = [TextTest::Contains, TextTest::StartsWith, TextTest::EndsWith];
                Node::Text { op: *self.0.pick(&ops), subject: self.number(), pattern: self.number() }
            }
            15 => Node::Lower(self.number()),
            16 => Node::Length(self.number()),
            17 => Node::ByteLength(self.number()),
            18 => Node::Trim { ends: *self.0.pick(&TrimmedEnds::ALL), text: self.number() },
            19 => Node::TimePart { part: *self.0.pick(&TimePart::ALL), time: self.number() },
            20 => Node::TimeStart { unit: *self.0.pick(&TimeUnit::ALL), time: self.number() },
            _ => Node::Many {
                how: *self.0.pick(&[Many::Any, Many::All, Many::Count, Many::Sum]),
                each: self.index(),
                condition: self.some(Self::number),
                value: self.some(Self::number),
            },
        }
    }

    fn attribute(&mut self) -> Attribute {
        Attribute {
            name: self.name(),
            docs: self.text(),
            ty: self.ty(),
            nullable: self.flag(),
            public: self.flag(),
            primary_key: self.flag(),
            guarded: self.flag(),
            sensitive: self.flag(),
            immutable: self.flag(),
            filterable: self.flag(),
            sortable: self.flag(),
            default: self.some(Self::tree),
            generated: self.some(|it| {
                *it.0.pick(&[
                    Generated::Id,
                    Generated::InsertedAt,
                    Generated::UpdatedAt,
                    Generated::DeletedAt,
                    Generated::DeletionId,
                ])
            }),
            constraints: Constraints {
                min_length: self.some(Self::number),
                max_length: self.some(Self::number),
                min: self.some(Self::integer),
                max: self.some(Self::integer),
                email: self.flag(),
                slug: self.flag(),
                multiline: self.flag(),
            },
        }
    }

    fn relationship(&mut self) -> Relationship {
        let kind = match self.0.below(4) {
            0 => RelationshipKind::BelongsTo {
                attribute: self.name(),
                on_delete: *self.0.pick(&[OnDelete::Restrict, OnDelete::Cascade, OnDelete::Nilify]),
            },
            1 => RelationshipKind::HasMany { attribute: self.name() },
            2 => RelationshipKind::HasOne { attribute: self.name() },
            _ => RelationshipKind::ManyToMany {
                through: self.name(),
                source_attribute: self.name(),
                target_attribute: self.name(),
            },
        };
        Relationship { name: self.name(), docs: self.text(), target: self.name(), public: self.flag(), kind }
    }

    fn action(&mut self) -> Action {
        let kind = match self.0.below(5) {
            0 => ActionKind::Read(Read {
                get: self.flag(),
                filter: self.some(Self::tree),
                default_filter: self.some(Self::tree),
                sort: self.list(|it| SortKey { field: it.name(), direction: it.direction(), private: it.flag() }),
                pagination: self.some(|it| Pagination { default: it.number(), max: it.number() }),
            }),
            1 => ActionKind::Create,
            2 => ActionKind::Update,
            3 => ActionKind::Destroy,
            _ => ActionKind::Generic { query: self.flag(), returns: self.returns(2) },
        };
        Action {
            name: self.name(),
            docs: self.text(),
            kind,
            primary: self.flag(),
            public: self.flag(),
            sensitive: self.flag(),
            accept: self.list(Self::name),
            required: self.list(Self::name),
            upsert: self.some(|it| Upsert {
                identity: it.name(),
                update: it.some(Self::name),
                fields: it.some(|it| it.list(Self::name)),
            }),
            named_by: self.list(|it| NamedBy { attribute: it.name(), actor: it.flag() }),
            named_identity: self.some(Self::name),
            of_deleted: self.flag(),
            arguments: self.list(|it| Argument { name: it.name(), docs: it.text(), ty: it.ty(), nullable: it.flag() }),
            changes: self.list(Self::change),
            transition: self.some(|it| Transition { attribute: it.name(), from: it.list(Self::name), to: it.name() }),
            requirements: self.list(|it| Requirement {
                old: it.flag(),
                when: it.some(Self::tree),
                condition: it.tree(),
                message: it.text(),
                values: it.list(Self::tree),
                fields: it.list(Self::name),
                reported_at: it.some(Self::name),
            }),
            before: self.list(Self::name),
            after: self.list(Self::name),
            after_commit: self.list(Self::name),
            graphql_name: self.some(Self::name),
        }
    }

    fn direction(&mut self) -> Direction {
        *self.0.pick(&[
            Direction::Asc,
            Direction::Desc,
            Direction::AscNullsFirst,
            Direction::AscNullsLast,
            Direction::DescNullsFirst,
            Direction::DescNullsLast,
        ])
    }

    fn change(&mut self) -> Change {
        match self.0.below(4) {
            0 => Change::Set { attribute: self.name(), value: self.tree(), when: self.some(|it| Box::new(it.tree())) },
            1 => Change::RelateActor { relationship: self.name() },
            2 => Change::Function { name: self.name() },
            _ => Change::RowFunction { name: self.name() },
        }
    }

    fn returns(&mut self, depth: usize) -> Returns {
        match self.0.below(if depth == 0 { 3 } else { 4 }) {
            2 => Returns::Row { resource: self.name(), nullable: self.flag() },
            0 => Returns::Value { ty: self.ty(), nullable: self.flag() },
            1 => Returns::Object {
                name: self.name(),
                docs: self.text(),
                fields: self.list(|it| ReturnsField {
                    name: it.name(),
                    docs: it.text(),
                    ty: it.ty(),
                    nullable: it.flag(),
                }),
            },
            _ => Returns::List(Box::new(self.returns(depth - 1))),
        }
    }

    fn policy(&mut self) -> Policy {
        let applies = self.list(|it| match it.0.below(7) {
            0 => Applies::Always,
            1 => Applies::Read,
            2 => Applies::Create,
            3 => Applies::Update,
            4 => Applies::Destroy,
            5 => Applies::Generic,
            _ => Applies::Action(it.name()),
        });
        Policy {
            name: self.name(),
            docs: self.text(),
            bypass: self.flag(),
            anyone: self.flag(),
            applies,
            condition: self.tree(),
        }
    }

    fn role(&mut self) -> Role {
        match self.0.below(3) {
            0 => Role::Actor { identity: self.name(), register: self.name(), name: self.flag().then(|| self.name()) },
            1 => Role::MagicLink { user: self.name(), lifetime: self.number() },
            _ => Role::Session { user: self.name() },
        }
    }

    fn resource(&mut self) -> Resource {
        Resource {
            name: self.name(),
            table: self.name(),
            docs: self.text(),
            attributes: self.list(Self::attribute),
            relationships: self.list(Self::relationship),
            identities: self.list(|it| Identity {
                name: it.name(),
                attributes: it.list(Self::name),
                only: it.some(Self::tree),
                message: it.some(Self::text),
                nulls_equal: it.flag(),
            }),
            indexes: self.list(|it| Index { attributes: it.list(|it| (it.name(), it.flag())) }),
            actions: self.list(Self::action),
            calculations: self.list(|it| Calculation {
                name: it.name(),
                docs: it.text(),
                ty: it.ty(),
                nullable: it.flag(),
                public: it.flag(),
                unrestricted: it.flag(),
                tree: it.tree(),
            }),
            policies: self.list(Self::policy),
            field_policies: self.list(|it| FieldPolicy {
                name: it.name(),
                docs: it.text(),
                attributes: it.list(Self::name),
                condition: it.tree(),
            }),
            graphql: self.some(|it| Graphql { type_name: it.name() }),
            admin: self.some(|it| Admin { group: it.text(), columns: it.list(Self::name) }),
            role: self.some(Self::role),
            base_filter: self.some(Self::tree),
            tenant: self.some(Self::name),
        }
    }

    fn app(&mut self) -> App {
        let domains = self.list(|it| Domain { name: it.name(), docs: it.text(), resources: it.list(Self::name) });
        let enums = self.list(|it| Enum {
            name: it.name(),
            docs: it.text(),
            variants: it.list(|it| Variant { stored: it.name(), docs: it.text() }),
        });
        let resources = self.list(Self::resource);
        let app = App::new(domains, resources, enums);
        let app = match self.some(Self::tree) {
            Some(condition) => app.with_admin(condition),
            None => app,
        };
        match self.some(Self::tree) {
            Some(condition) => app.with_tenants(condition),
            None => app,
        }
    }
}

fn apps() -> impl Strategy<Value = App> {
    tape(2000).prop_map(|tape| Any(tape).app())
}

proptest! {
    #[test]
    fn a_declaration_survives_json(app in apps()) {
        let manifest = Manifest::new(app);
        let text = manifest.to_json().unwrap();
        let read = Manifest::from_json(&text).unwrap();
        prop_assert_eq!(&read, &manifest);
        prop_assert_eq!(read.to_json().unwrap(), text);
    }

    #[test]
    fn a_node_survives_json(tape in tape(40)) {
        let node = Any(tape).node();
        let text = serde_json::to_string(&node).unwrap();
        prop_assert_eq!(serde_json::from_str::<Node>(&text).unwrap(), node);
    }

    #[test]
    fn no_float_is_read_as_another(bits in any::<u64>()) {
        let float = f64::from_bits(bits);
        prop_assume!(float.is_finite());
        let node = Node::Literal { value: Value::Json(float.into()), ty: Type::Json };
        let text = serde_json::to_string(&node).unwrap();
        let Node::Literal { value: Value::Json(read), .. } = serde_json::from_str::<Node>(&text).unwrap() else {
            unreachable!("it is a literal")
        };
        prop_assert_eq!(read.as_f64().map(f64::to_bits), Some(bits));
    }

    #[test]
    fn a_manifest_that_is_cut_off_is_an_error(app in apps(), at in 0..10_000_usize) {
        let text = Manifest::new(app).to_json().unwrap();
        let cut: String = text.chars().take(at % (text.chars().count() - 2)).collect();
        prop_assert!(matches!(Manifest::from_json(&cut), Err(ManifestError::NotJson(_))));
    }
}

#[test]
fn equal_declarations_give_equal_text() {
    let text = Manifest::new(schema::app()).to_json().unwrap();
    assert_eq!(text, Manifest::new(schema::app()).to_json().unwrap());
    let start = format!("{{\n  \"samara\": \"{}\",\n  \"format\": 1,\n  \"app\": {{", env!("CARGO_PKG_VERSION"));
    assert!(text.starts_with(&start) && text.ends_with("}\n"), "{text}");
}

#[test]
fn what_cannot_be_read_says_why() {
    let read = |text: &str| Manifest::from_json(text).unwrap_err().to_string();
    assert!(read("{").starts_with("the manifest is not JSON: "));
    assert_eq!(read("[]"), "this is not a manifest: it has no `format`");
    assert_eq!(read(r#"{ "app": {} }"#), "this is not a manifest: it has no `format`");
    let newer = read(r#"{ "samara": "9.0.0", "format": 2, "app": { "shape": "unknown" } }"#);
    assert!(newer.starts_with("the manifest has format 2, written by samara 9.0.0; this is samara "), "{newer}");
    let content = read(r#"{ "samara": "0.1.0", "format": 1, "app": { "domains": [] } }"#);
    assert!(content.starts_with("the manifest cannot be understood: missing field `resources`"), "{content}");
    let unknown = read(r#"{ "samara": "0.1.0", "format": 1, "app": 1, "extra": 1 }"#);
    assert!(unknown.starts_with("the manifest cannot be understood"), "{unknown}");
}
