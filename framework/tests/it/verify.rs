//! Rules across resources: each finds what it is for, all are asked at once, and a sound app passes.

mod deletions;
mod extents;
mod fields;
mod policies;
mod tenants;

use samara::ir::verify::{codes, verify};
use samara::ir::{
    Action, ActionKind, Admin, App, Applies, Arithmetic, Attribute, AttributeId, Calculation, CalculationId, Change,
    Domain, Enum, FieldPolicy, Graphql, Identity, Index, KeyType, NamedBy, Node, NodeId, OnDelete, Pagination, Read,
    RelationshipKind, Requirement, Resource, Returns, ReturnsField, Role, SortKey, Transition, Tree, Type, Upsert,
};
use samara::ir::{Direction, Policy};
use samara::value::Value;

use crate::support::declare::{
    accepting, action, argument, attribute, belongs_to, calculation, domain, enumeration, has_many, literal, names,
    nullable, policy, relationship, resource, setting, text, tree, unique,
};
use crate::support::{schema, sign_in};

/// An app that may be made unsound before it is put together.
struct Draft {
    domains: Vec<Domain>,
    resources: Vec<Resource>,
    enums: Vec<Enum>,
    admin: Option<Tree>,
}

impl Draft {
    fn resource(&mut self, name: &str) -> &mut Resource {
        self.resources.iter_mut().find(|it| it.name == *name).unwrap()
    }

    fn app(self) -> App {
        let app = App::new(self.domains, self.resources, self.enums);
        match self.admin {
            Some(condition) => app.with_admin(condition),
            None => app,
        }
    }
}

/// People who sign in, what they write, and all that goes with it.
fn draft() -> Draft {
    let resources =
        vec![user(), role(sign_in::magic_link()), role(sign_in::session()), post(), tag(), tagging(), profile()];
    Draft {
        domains: vec![domain("Blog", &resources)],
        resources,
        enums: vec![enumeration("State", ["DRAFT", "DONE"])],
        admin: None,
    }
}

fn user() -> Resource {
    let mut user = resource("User", "users");
    user.attributes.extend([
        attribute("display_name", Type::String),
        Attribute { guarded: true, ..attribute("email", Type::CiString) },
    ]);
    user.relationships = vec![
        has_many("posts", "Post", "author_id"),
        relationship("profile", "Profile", RelationshipKind::HasOne { attribute: "user_id".into() }),
    ];
    user.identities = vec![unique("email")];
    user.actions.push(Action {
        public: false,
        accept: names(&["email", "display_name"]),
        ..action("register", ActionKind::Create)
    });
    user.field_policies = vec![FieldPolicy {
        name: "own_email".into(),
        docs: String::new(),
        attributes: names(&["email"]),
        condition: tree(Some("User"), Some("User"), |tree| {
            let left = tree.push(Node::Column { path: Tree::ROW, attribute: AttributeId::at(0) });
            let right = tree.push(Node::Column { path: Tree::ACTOR, attribute: AttributeId::at(0) });
            tree.push(Node::Compare { op: samara::ir::Comparison::Eq, left, right })
        }),
    }];
    user.graphql = graphql("User");
    user.admin = Some(Admin { group: "Accounts".into(), columns: names(&["display_name", "profile"]) });
    user.role = Some(Role::Actor { identity: "email".into(), register: Role::register(), name: None });
    user
}

/// A role of sign-in as its macro declares it, open to everybody, as this app's people have no roles, and without screens.
fn role(declared: Resource) -> Resource {
    Resource { policies: resource("Any", "anys").policies, admin: None, ..declared }
}

fn post() -> Resource {
    let mut post = resource("Post", "posts");
    let done = literal(text("DONE"), Type::Enum("State".into()));
    post.attributes.extend([
        attribute("title", Type::String),
        Attribute { default: Some(done.clone()), ..attribute("state", Type::Enum("State".into())) },
        attribute("author_id", Type::Uuid),
        nullable(attribute("editor_id", Type::Uuid)),
    ]);
    post.relationships = vec![
        belongs_to("author", "User", OnDelete::Restrict),
        belongs_to("editor", "User", OnDelete::Nilify),
        relationship(
            "tags",
            "Tag",
            RelationshipKind::ManyToMany {
                through: "Tagging".into(),
                source_attribute: "post_id".into(),
                target_attribute: "tag_id".into(),
            },
        ),
    ];
    post.indexes = vec![Index { attributes: vec![("author_id".into(), false)] }];
    let pagination = Some(Pagination { default: 50, max: 250 });
    let sort = vec![SortKey { field: "title".into(), direction: Direction::Asc, private: false }];
    let read = Read { sort, pagination, ..Read::default() };
    post.actions = vec![
        Action { primary: true, ..action("list", ActionKind::Read(read)) },
        Action {
            changes: vec![Change::RelateActor { relationship: "author".into() }],
            ..accepting(action("write", ActionKind::Create), ["title"])
        },
        Action {
            changes: vec![setting("state", done)],
            requirements: vec![Requirement {
                old: true,
                condition: tree(Some("Post"), None, |tree| {
                    let title = tree.push(Node::Column { path: Tree::ROW, attribute: AttributeId::at(1) });
                    tree.push(Node::IsNull(title))
                }),
                message: "it is done".into(),
                fields: names(&["state"]),
                reported_at: None,
                when: None,
                values: Vec::new(),
            }],
            ..action("finish", ActionKind::Update)
        },
        action("summary", ActionKind::Generic { query: true, returns: Returns::List(Box::new(count("Count"))) }),
    ];
    post.calculations = vec![
        calculation(
            "length",
            Type::Integer,
            false,
            tree(Some("Post"), None, |tree| {
                let title = tree.push(Node::Column { path: Tree::ROW, attribute: AttributeId::at(1) });
                tree.push(Node::Length(title))
            }),
        ),
        calculation(
            "twice",
            Type::Integer,
            false,
            tree(Some("Post"), None, |tree| {
                let left = tree.push(Node::Calculation { path: Tree::ROW, calculation: CalculationId::at(0) });
                tree.push(Node::Arithmetic { op: Arithmetic::Add, left, right: left })
            }),
        ),
    ];
    post.graphql = graphql("Post");
    post
}

fn count(name: &'static str) -> Returns {
    let fields = vec![ReturnsField { name: "count".into(), docs: String::new(), ty: Type::Integer, nullable: false }];
    Returns::Object { name: name.into(), docs: String::new(), fields }
}

fn tag() -> Resource {
    let mut tag = resource("Tag", "tags");
    tag.attributes.push(attribute("name", Type::String));
    tag.admin = Some(Admin { group: "Blog".into(), columns: Vec::new() });
    tag
}

fn tagging() -> Resource {
    let mut tagging = resource("Tagging", "taggings");
    tagging.attributes.extend([attribute("post_id", Type::Uuid), attribute("tag_id", Type::Uuid)]);
    tagging.relationships =
        vec![belongs_to("post", "Post", OnDelete::Cascade), belongs_to("tag", "Tag", OnDelete::Cascade)];
    tagging
}

fn profile() -> Resource {
    let mut profile = resource("Profile", "profiles");
    profile.attributes.push(attribute("user_id", Type::Uuid));
    profile.relationships = vec![belongs_to("user", "User", OnDelete::Cascade)];
    profile.identities = vec![unique("user_id")];
    profile.admin = Some(Admin { group: "Blog".into(), columns: Vec::new() });
    profile
}

fn graphql(type_name: &'static str) -> Option<Graphql> {
    Some(Graphql { type_name: type_name.into() })
}

/// Breaks the sound app and expects these findings and no others: code and place, and a part of the message.
#[track_caller]
fn check(spoil: impl FnOnce(&mut Draft), expected: &[(&str, &str)]) {
    let mut draft = draft();
    spoil(&mut draft);
    let found = verify(&draft.app()).err().unwrap_or_default();
    let shown: Vec<_> = found.iter().map(ToString::to_string).collect();
    assert_eq!(found.len(), expected.len(), "{shown:#?}");
    for (shown, (start, part)) in shown.iter().zip(expected) {
        assert!(shown.starts_with(start) && shown.contains(part), "{shown}\nis not\n{start} … {part}");
    }
}

#[test]
fn sound_apps_pass() {
    check(|_| {}, &[]);
    assert_eq!(verify(&schema::app()), Ok(()));
    assert_eq!(verify(&App::new(Vec::new(), Vec::new(), Vec::new())), Ok(()));
}

#[test]
fn every_code_has_a_page() {
    for code in codes() {
        let path = format!("{}/../docs/errors/{code}.md", env!("CARGO_MANIFEST_DIR"));
        let page = std::fs::read_to_string(&path).unwrap_or_else(|_| panic!("{path} is missing"));
        assert!(page.starts_with(&format!("# {code}: ")), "{path} starts with its code");
    }
}

#[test]
fn all_problems_are_reported_at_once() {
    check(
        |it| {
            it.resource("Tag").policies.clear();
            it.resource("Tag").attributes[0].nullable = true;
            it.resource("Post").indexes[0].attributes[0].0 = "autor_id".into();
        },
        &[("R1004 Tag.id:", ""), ("R1005 Tag:", ""), ("R1009 Post.index:", "`autor_id`")],
    );
}

#[test]
fn resources_differ_and_are_in_one_domain() {
    check(
        |it| {
            it.domains[0].resources.pop();
            it.domains[0].resources.extend(names(&["Tag", "Nowhere"]));
        },
        &[("R1001 Tag:", "twice"), ("R1001 Nowhere:", "no such resource"), ("R1001 Profile:", "no domain")],
    );
}

#[test]
fn tables_differ() {
    check(|it| it.resource("Tag").table = "posts".into(), &[("R1002 Tag:", "`posts` is that of `Post`")]);
}

#[test]
fn of_two_resources_in_one_table_the_names_that_come_of_it_are_not_told_too() {
    check(
        |it| {
            let mut list = it.resource("Post").actions[0].clone();
            if let ActionKind::Read(read) = &mut list.kind {
                read.sort.clear();
            }
            let tag = it.resource("Tag");
            tag.table = "posts".into();
            tag.graphql = graphql("Tag");
            tag.actions = vec![list];
        },
        &[("R1002 Tag:", "`posts` is that of `Post`")],
    );
}

#[test]
fn names_differ() {
    check(
        |it| {
            let post = it.resource("Post");
            post.calculations[1].name = "title".into();
            post.actions[2].name = "write".into();
            post.actions[1].arguments.push(argument("title", Type::String, true));
            post.graphql = None;
            post.admin = Some(Admin { group: "Blog".into(), columns: Vec::new() });
        },
        &[("R1003 Post.title:", "calculations"), ("R1003 Post.write:", "actions"), ("R1003 Post.write:", "inputs")],
    );
}

#[test]
fn primary_keys_exist() {
    check(|it| it.resource("Tag").attributes[0].primary_key = false, &[("R1004 Tag:", "no primary key")]);
    check(|it| it.resource("Tag").attributes[1].primary_key = true, &[("R1004 Tag:", "more than one")]);
    check(|it| it.resource("Tag").attributes[0].generated = None, &[("R1004 Tag.id:", "that the framework makes")]);
    check(|it| it.resource("Tag").attributes[0].nullable = true, &[("R1004 Tag.id:", "never NULL nor guarded")]);
}

#[test]
fn targets_exist() {
    check(
        |it| {
            it.resource("User").relationships[0].target = "Pots".into();
            let kind = &mut it.resource("Post").relationships[2].kind;
            if let RelationshipKind::ManyToMany { through, .. } = kind {
                *through = "Nowhere".into();
            }
        },
        &[("R1006 User.posts:", "`Pots`"), ("R1006 Post.tags:", "`Nowhere`")],
    );
}

#[test]
fn keys_name_rows_that_point_back() {
    check(
        |it| {
            it.resource("User").relationships[0].kind = RelationshipKind::HasMany { attribute: "title".into() };
            it.resource("Tagging").relationships.pop();
            it.resource("Profile").identities.clear();
        },
        &[
            ("R1007 User.posts:", "is of type `String`, and the rows of `User` are known by a `Uuid`"),
            ("R1007 User.profile:", "same `user_id`"),
            ("R1007 Post.tags:", "`Tagging.tag_id` is not the key of a `belongs_to` of `Tag`"),
        ],
    );
}

#[test]
fn only_a_key_that_may_be_null_can_be_cleared() {
    check(
        |it| it.resource("Post").attributes[4].nullable = false,
        &[("R1008 Post.editor:", "`editor_id`"), ("R1025 Post.write:", "`editor_id`")],
    );
}

#[test]
fn names_exist() {
    check(
        |it| {
            let post = it.resource("Post");
            post.identities.push(unique("slug"));
            post.actions[1].accept.push("body".into());
            if let ActionKind::Read(read) = &mut post.actions[0].kind {
                read.sort[0].field = "titel".into();
            }
            post.actions[2].requirements[0].fields = names(&["stat"]);
            post.actions[2].requirements[0].reported_at = Some("done".into());
            it.resource("User").admin.as_mut().unwrap().columns.push("posts".into());
        },
        &[
            ("R1009 User.admin:", "`posts`"),
            ("R1009 Post.slug:", "`slug`"),
            ("R1009 Post.write:", "`body`"),
            ("R1009 Post.finish:", "`stat`"),
            ("R1009 Post.finish:", "`done`"),
            ("R1009 Post.list:", "`titel`"),
        ],
    );
}

#[test]
fn field_policies_and_guards_go_together() {
    check(
        |it| {
            it.resource("User").attributes[2].guarded = false;
            it.resource("Post").attributes[1].guarded = true;
        },
        &[("R1010 User.email:", "`Guarded<…>`"), ("R1010 Post.title:", "no field policy")],
    );
}

#[test]
fn enums_are_known() {
    check(
        |it| {
            it.resource("Tag").attributes[1].ty = Type::Enum("Colour".into());
            it.enums.push(enumeration("Empty", []));
        },
        &[("R1011 Empty:", "variants"), ("R1011 Tag.name:", "`Colour`")],
    );
}

#[test]
fn trees_are_well_formed_and_ask_only_what_is_there() {
    check(
        |it| {
            it.resource("Post").calculations[0].tree.nodes[0] =
                Node::Column { path: 0, attribute: AttributeId::at(99) };
            it.resource("Tag").policies[0].condition.row = Some("Post".into());
            let title =
                tree(Some("Post"), None, |tree| tree.push(Node::Column { path: 0, attribute: AttributeId::at(1) }));
            it.resource("Post").attributes[1].default = Some(title);
        },
        &[
            ("R1012 Post.title:", "asks a row of `Post`"),
            ("R1012 Post.length:", "no attribute 99"),
            ("R1012 Tag.everyone:", "asks a row of `Post`"),
        ],
    );
}

#[test]
fn answers_are_of_the_type_that_is_wanted() {
    check(
        |it| {
            let post = it.resource("Post");
            post.calculations[0].ty = Type::String;
            post.calculations.pop();
            post.attributes[1].default = Some(literal(Value::Null, Type::String));
            it.admin = Some(tree(None, Some("User"), |tree| tree.push(Node::Now)));
        },
        &[
            ("R1013 the admin's condition:", "not a `bool`"),
            ("R1013 Post.title:", "may be NULL"),
            ("R1013 Post.length:", "is a `i64` and not a `String`"),
        ],
    );
}

#[test]
fn calculations_do_not_need_themselves() {
    check(
        |it| {
            it.resource("Post").calculations[0].tree = tree(Some("Post"), None, |tree| {
                tree.push(Node::Calculation { path: Tree::ROW, calculation: CalculationId::at(1) })
            });
        },
        &[("R1014 Post.length:", "`Post.twice`")],
    );
}

#[test]
fn policies_name_actions_that_exist() {
    check(
        |it| it.resource("Post").policies[0].applies = vec![Applies::Read, Applies::Action("rite".into())],
        &[("R1015 Post.everyone:", "`rite`")],
    );
    // One that names nothing else is no second mistake.
    check(
        |it| {
            let post = it.resource("Post");
            let rite = Policy { applies: vec![Applies::Action("rite".into())], ..post.policies[0].clone() };
            post.policies.push(Policy { name: "rite".into(), ..rite });
        },
        &[("R1015 Post.rite:", "`rite`")],
    );
}

#[test]
fn primary_actions_are_clear() {
    check(
        |it| {
            let tag = it.resource("Tag");
            tag.actions[0].arguments.push(argument("word", Type::String, false));
            tag.actions.push(Action { primary: true, ..action("all", ActionKind::Read(Read::default())) });
        },
        &[("R1016 Tag:", "two"), ("R1016 Tag.list:", "argument")],
    );
}

#[test]
fn pages_fit() {
    check(
        |it| {
            if let ActionKind::Read(read) = &mut it.resource("Post").actions[0].kind {
                read.pagination = Some(Pagination { default: 300, max: 250 });
            }
        },
        &[("R1017 Post.list:", "300")],
    );
}

#[test]
fn one_resource_is_the_actor() {
    check(
        |it| it.resource("User").role = None,
        &[
            ("R1018 User.own_email:", "no resource"),
            ("R1018 MagicLink:", "no resource"),
            ("R1018 Session:", "no resource"),
            ("R1018 Post.write:", "no resource"),
        ],
    );
    check(
        |it| {
            let asked = tree(None, Some("Tag"), |tree| {
                let id = tree.push(Node::Column { path: Tree::ACTOR, attribute: AttributeId::at(0) });
                tree.push(Node::IsNull(id))
            });
            it.resource("Post").policies.push(policy("tags", [Applies::Always], asked));
        },
        &[("R1018 Post.tags:", "the actor is a `User`, not a `Tag`")],
    );
}

#[test]
fn the_actor_can_register() {
    check(
        |it| {
            let user = it.resource("User");
            user.identities.clear();
            user.attributes.push(attribute("age", Type::Integer));
            let register = user.actions.iter_mut().find(|it| it.name == "register").unwrap();
            register.public = true;
            register.accept = names(&["display_name", "age"]);
        },
        &[
            ("R1019 User:", "not unique"),
            ("R1019 User.register:", "public"),
            ("R1019 User.register:", "does not accept the identity"),
            ("R1019 User.register:", "needs `age`"),
            ("R1025 User.register:", "`email`"),
        ],
    );
    check(|it| it.resource("User").actions.retain(|it| it.name != "register"), &[("R1019 User:", "missing")]);
    let actor = |register: &'static str, name: &'static str| {
        Some(Role::Actor { identity: "email".into(), register: register.into(), name: Some(name.into()) })
    };
    check(
        |it| it.resource("User").role = actor("sign_up", "nick"),
        &[("R1019 User:", "`nick` is not an attribute"), ("R1019 User:", "`sign_up`, which is missing")],
    );
    check(
        |it| {
            let user = it.resource("User");
            user.role = actor("register", "display_name");
            let register = user.actions.iter_mut().find(|it| it.name == "register").unwrap();
            register.accept = names(&["email"]);
            user.attributes[1].nullable = true;
        },
        &[("R1019 User.register:", "does not accept the name `display_name`")],
    );
}

#[test]
fn magic_links_hold_what_signing_in_needs() {
    check(
        |it| {
            let link = it.resource("MagicLink");
            link.attributes.retain(|it| it.name != "requested_ip");
            link.attributes[3].sensitive = false;
            link.identities.clear();
            link.actions.retain(|it| it.name != "send");
            let issue = link.actions.iter_mut().find(|it| it.name == "issue").unwrap();
            issue.accept.retain(|it| *it != "requested_ip");
            issue.public = true;
        },
        &[
            ("R1020 MagicLink.token_hash:", "sensitive"),
            ("R1020 MagicLink.requested_ip:", "needs this attribute"),
            ("R1020 MagicLink.issue:", "accept `requested_ip`"),
            ("R1020 MagicLink.issue:", "private"),
            ("R1020 MagicLink.send:", "needs this action"),
            ("R1020 MagicLink.token_hash:", "unique"),
        ],
    );
}

#[test]
fn sessions_hold_what_staying_signed_in_needs() {
    check(
        |it| {
            let session = it.resource("Session");
            session.relationships.clear();
            session.attributes[4].ty = Type::String;
            session.actions.iter_mut().find(|it| it.name == "revoke").unwrap().changes.clear();
        },
        &[
            ("R1012 Session.revoke:", "does not go with"),
            ("R1021 Session.expires_at:", "`DateTimeUtc`"),
            ("R1021 Session.revoke:", "set `revoked_at`"),
            ("R1021 Session:", "belong to a `User`"),
            ("R1049 Session.revoke:", "changes nothing"),
        ],
    );
}

#[test]
fn rows_that_an_action_answers_can_be_read() {
    let row = |name: &'static str| Returns::Row { resource: name.into(), nullable: false };
    let asks = |name, returns| action(name, ActionKind::Generic { query: true, returns });
    check(
        |it| {
            let post = it.resource("Post");
            post.actions.push(asks("own", row("Post")));
            post.actions.push(asks("lost", row("Nothing")));
            post.actions.push(asks("tags", Returns::List(Box::new(row("Tag")))));
            post.actions.push(Action { public: false, ..asks("inside", row("Tag")) });
            post.actions.push(Action { public: false, ..asks("unread", row("Tagging")) });
            it.resource("Tagging").actions.retain(|it| !it.is_read());
        },
        &[
            ("R0427 Post.lost:", "`Nothing`, which is in no domain"),
            ("R0427 Post.tags:", "is in the GraphQL API and answers a row of `Tag`, which is not"),
            ("R0427 Post.unread:", "which has no primary read"),
            ("R1043 Tagging.everyone:", ""),
        ],
    );
}

#[test]
fn rows_are_named_by_identities_that_may_be_told() {
    check(
        |it| {
            let part = |it: &'static str, actor| vec![NamedBy { attribute: it.into(), actor }];
            let named =
                |name, kind, named_by| Action { named_by, public: false, ..accepting(action(name, kind), ["name"]) };
            let tag = it.resource("Tag");
            let among = |identity: &'static str, value| {
                let mut only = Tree::new(Some("Tag".into()), None);
                only.root = only.literal(Value::Bool(value), Type::Boolean);
                Identity { name: identity.into(), only: Some(only), ..unique("name") }
            };
            tag.identities.extend([among("ones", true), among("others", false)]);
            tag.actions.extend([
                Action {
                    named_identity: Some("others".into()),
                    ..named("one", ActionKind::Update, part("name", false))
                },
                named("either", ActionKind::Update, part("name", false)),
                named("fits", ActionKind::Update, part("id", false)),
                named("lost", ActionKind::Update, part("nothing", false)),
                named("own", ActionKind::Update, part("id", true)),
                named("none", ActionKind::Create, part("id", false)),
            ]);
        },
        &[
            ("R0428 Tag.either:", "`ones` and `others`: name one of them"),
            ("R0428 Tag.lost:", "by `nothing`, which is no identity"),
            ("R0428 Tag.own:", "`id` is no key of the resource whose rows act"),
            ("R0428 Tag.none:", "no update, destroy or read of one"),
        ],
    );
}

#[test]
fn upserts_find_their_row_by_an_identity_and_change_it_by_an_update_that_can() {
    let upsert = |name, identity: &'static str, update: Option<&'static str>| Action {
        upsert: Some(Upsert { identity: identity.into(), update: update.map(Into::into), fields: None }),
        public: false,
        ..accepting(action(name, ActionKind::Create), ["name", "note"])
    };
    check(
        |it| {
            let tag = it.resource("Tag");
            tag.identities.push(unique("name"));
            let update = |name| Action { public: false, ..accepting(action(name, ActionKind::Update), ["name"]) };
            let by_function = vec![Change::Function { name: "look".into() }];
            let told = argument("told", Type::String, false);
            tag.attributes.push(nullable(attribute("note", Type::String)));
            tag.attributes.push(nullable(Attribute { immutable: true, ..attribute("code", Type::String) }));
            let yes = || tree(Some("Tag"), None, |tree| tree.literal(Value::Bool(true), Type::Boolean));
            let note = tree(None, None, |tree| tree.literal(Value::Text("x".into()), Type::String));
            let sometimes = vec![Change::Set { attribute: "note".into(), value: note, when: Some(Box::new(yes())) }];
            tag.actions.extend([
                Action { changes: sometimes, ..update("sometimes") },
                update("rename"),
                Action { changes: by_function, ..update("by_function") },
                Action { arguments: vec![told], ..update("told") },
                upsert("keep", "name", None),
                upsert("take", "name", Some("rename")),
                upsert("lost", "nothing", None),
                upsert("by_none", "name", Some("nothing")),
                upsert("by_itself", "name", Some("keep")),
                upsert("blind", "name", Some("by_function")),
                upsert("silent", "name", Some("told")),
                upsert("lossy", "name", Some("sometimes")),
                Action {
                    upsert: Some(Upsert {
                        identity: "name".into(),
                        update: Some("rename".into()),
                        fields: Some(names(&["code"])),
                    }),
                    ..upsert("kept", "name", None)
                },
            ]);
        },
        &[
            ("R0429 Tag.lost:", "`nothing`, which is no identity"),
            ("R0429 Tag.by_none:", "`nothing`, which is no update of `Tag`"),
            ("R0429 Tag.by_itself:", "`keep`, which is no update of `Tag`"),
            ("R0429 Tag.blind:", "runs a `change` or `before` function"),
            ("R0429 Tag.silent:", "must be given `told`"),
            ("R0429 Tag.lossy:", "which sets `note` only sometimes"),
            ("R0429 Tag.kept:", "it upserts `code`, which no stored row takes"),
        ],
    );
    check(
        |it| {
            let tag = it.resource("Tag");
            tag.identities.push(unique("name"));
            let given = Attribute { primary_key: true, immutable: true, ..attribute("id", Type::Key(KeyType::String)) };
            tag.attributes[0] = given;
            let mut keep = upsert("keep", "name", None);
            keep.accept = names(&["id", "name"]);
            tag.actions.push(keep);
            let key = it.resource("Tagging").attributes.iter_mut().find(|it| it.name == "tag_id").unwrap();
            key.ty = Type::Key(KeyType::String);
        },
        &[("R0429 Tag.keep:", "known by a key that is given")],
    );
    // Without a read there is nobody to answer a row that was there already.
    check(
        |it| {
            let tagging = it.resource("Tagging");
            tagging.identities.push(unique("post_id"));
            tagging.actions.retain(|it| !it.is_read());
            tagging.actions.push(Action { accept: names(&["post_id", "tag_id"]), ..upsert("put", "post_id", None) });
        },
        &[("R0429 Tagging.put:", "declare a `#[read(primary)]`")],
    );
}

#[test]
fn default_filters_read_the_row_alone() {
    let reading = |name, get, filter| {
        let read = Read { get, default_filter: Some(filter), ..Read::default() };
        action(name, ActionKind::Read(read))
    };
    let untitled = || {
        tree(Some("Post"), None, |tree| {
            let title = tree.push(Node::Column { path: Tree::ROW, attribute: AttributeId::at(1) });
            tree.push(Node::IsNull(title))
        })
    };
    check(
        |it| {
            it.resource("Post").actions.extend([
                reading("untitled", false, untitled()),
                reading("one", true, untitled()),
                reading("always", false, literal(Value::Bool(true), Type::Boolean)),
            ]);
        },
        &[("R0430 Post.one:", "a default filter is of a list"), ("R0430 Post.always:", "reads nothing of the row")],
    );
}

#[test]
fn graphql_types_have_fields() {
    check(
        |it| {
            let tag = it.resource("Tag");
            tag.graphql = graphql("Tag");
            tag.attributes.iter_mut().for_each(|it| it.public = false);
            let returns = Returns::Object { name: "Nothing".into(), docs: String::new(), fields: Vec::new() };
            tag.actions.push(action("ask", ActionKind::Generic { query: true, returns }));
        },
        &[("R1022 Tag:", "public"), ("R1022 Tag.ask:", "without fields")],
    );
}

#[test]
fn graphql_names_differ() {
    check(
        |it| {
            let tag = it.resource("Tag");
            tag.graphql = graphql("PostConnection");
            tag.attributes.push(nullable(attribute("na_me", Type::String)));
            tag.attributes.push(nullable(attribute("naMe", Type::String)));
            tag.actions.push(Action {
                graphql_name: Some("signOut".into()),
                ..action("leave", ActionKind::Generic { query: true, returns: count("Count") })
            });
            tag.actions.push(Action {
                graphql_name: Some("writePost".into()),
                ..action("other", ActionKind::Generic { query: true, returns: Returns::List(Box::new(other())) })
            });
        },
        &[
            (
                "R1023 Tag.other:",
                "answers a `Count` with other fields than that of `Post.summary`; rename one of the structs (Post.summary: makes it first)",
            ),
            (
                "R1023 Tag:",
                "makes GraphQL's `PostConnection`, as the resource `Post` does; write `#[graphql(type = \"Tag\")]` on `Tag` (Post: makes",
            ),
            (
                "R1023 Tag.naMe:",
                "the attribute `naMe` makes GraphQL's `PostConnection.naMe`, as the attribute `na_me` does; rename one (Tag.na_me: makes",
            ),
        ],
    );
}

#[test]
fn each_name_in_graphql_that_is_there_twice_is_told_once_with_both_declarations_and_one_that_is_free() {
    let named = |name: &'static str, action: Action| Action { graphql_name: Some(name.into()), ..action };
    let text = || Returns::Value { ty: Type::String, nullable: false };
    check_names(
        |it| {
            let tag = it.resource("Tag");
            tag.graphql = graphql("Tag");
            tag.actions.extend([
                named("currentUser", action("me", ActionKind::Generic { query: true, returns: text() })),
                named("signOut", action("leave", ActionKind::Generic { query: false, returns: text() })),
                named("writePost", action("other", ActionKind::Generic { query: false, returns: text() })),
            ]);
        },
        &[
            (
                "R1023 Tag.me:",
                "makes GraphQL's `Query.currentUser`, as the framework does; write `name = \"meTag\"` in the options of `Tag.me`",
            ),
            (
                "R1023 Tag.leave:",
                "makes GraphQL's `Mutation.signOut`, as the framework does; write `name = \"leaveTag\"`",
            ),
            (
                "R1023 Tag.other:",
                "makes GraphQL's `Mutation.writePost`, as `Post.write` does; write `name = \"otherTag\"` in the options of `Tag.other` (Post.write:",
            ),
        ],
    );
    // All that is made of a type's name meets; it is one mistake.
    check_names(
        |it| {
            let tag = it.resource("Tag");
            tag.graphql = graphql("Post");
            tag.attributes.push(attribute("title", Type::String));
            tag.actions.push(Action { accept: names(&["title"]), ..action("write", ActionKind::Create) });
            tag.policies = Vec::new();
        },
        &[(
            "R1023 Tag:",
            "makes GraphQL's `Post`, as the resource `Post` does; write `#[graphql(type = \"Tag\")]` on `Tag` (Post: makes it first)",
        )],
    );
}

#[test]
fn a_query_and_a_mutation_may_have_the_same_name() {
    let follow = |it: &mut Draft| {
        let tag = it.resource("Tag");
        tag.graphql = graphql("Tag");
        let text = || Returns::Value { ty: Type::String, nullable: false };
        for (name, query) in [("ask", true), ("tell", false)] {
            let kind = ActionKind::Generic { query, returns: text() };
            tag.actions.push(Action { graphql_name: Some("follow".into()), ..action(name, kind) });
        }
    };
    check_names(follow, &[]);
    let mut draft = draft();
    follow(&mut draft);
    let served = samara::graphql::sdl(&draft.app()).unwrap();
    assert!(served.contains("follow: String!") && served.contains("follow: FollowPayload!"), "{served}");
}

#[test]
fn what_an_action_is_given_has_a_name_for_each() {
    check_names(
        |it| {
            let tag = it.resource("Tag");
            tag.graphql = graphql("Tag");
            let text = |name: &'static str| argument(name, Type::String, true);
            tag.actions
                .push(Action { arguments: vec![text("filter")], ..action("found", ActionKind::Read(Read::default())) });
            let told = Returns::Value { ty: Type::String, nullable: false };
            let kind = ActionKind::Generic { query: true, returns: told };
            tag.actions.push(Action { arguments: vec![text("na_me"), text("naMe")], ..action("told", kind) });
        },
        &[
            (
                "R1023 Tag.found:",
                "the argument `filter` makes GraphQL's `foundTags.filter`, as the list itself does; rename one",
            ),
            (
                "R1023 Tag.told:",
                "the argument `naMe` makes GraphQL's `toldTag.naMe`, as the argument `na_me` does; rename one",
            ),
        ],
    );
}

/// As [`check`], of the names in GraphQL alone: what else is wrong with them is other rules'.
#[track_caller]
fn check_names(spoil: impl FnOnce(&mut Draft), expected: &[(&str, &str)]) {
    let mut draft = draft();
    spoil(&mut draft);
    let found = verify(&draft.app()).err().unwrap_or_default();
    let shown: Vec<_> = found.iter().filter(|it| it.code == "R1023").map(ToString::to_string).collect();
    assert_eq!(shown.len(), expected.len(), "{shown:#?}");
    for (shown, (start, part)) in shown.iter().zip(expected) {
        assert!(shown.starts_with(start) && shown.contains(part), "{shown}\nis not\n{start} … {part}");
    }
}

fn other() -> Returns {
    let fields = vec![ReturnsField { name: "sum".into(), docs: String::new(), ty: Type::Integer, nullable: false }];
    Returns::Object { name: "Count".into(), docs: String::new(), fields }
}

#[test]
fn the_settings_of_an_action_go_together() {
    check(
        |it| {
            let post = it.resource("Post");
            post.actions[1].required = names(&["state"]);
            post.actions[1].changes = vec![Change::RelateActor { relationship: "tags".into() }];
            post.actions[2].accept = names(&["id"]);
            post.actions.push(Action {
                public: false,
                accept: names(&["id", "title", "author_id"]),
                ..action("import", ActionKind::Create)
            });
            post.actions[2].requirements[0].old = false;
            post.actions[1].requirements = post.actions[2].requirements.clone();
            post.actions[1].requirements[0].old = true;
            post.actions[3].accept = names(&["title"]);
        },
        &[
            ("R1018 Post.write:", "not a `Tag`"),
            ("R1024 Post.write:", "`state`"),
            ("R1024 Post.write:", "`tags`"),
            ("R1024 Post.write:", "`require`"),
            ("R1024 Post.finish:", "`id`"),
            ("R1024 Post.summary:", "accepts"),
            ("R1025 Post.write:", "`author_id`"),
        ],
    );
}

#[test]
fn a_create_gives_a_value_to_all_that_is_never_null() {
    check(|it| it.resource("Post").actions[1].accept.clear(), &[("R1025 Post.write:", "`title`")]);
    check(
        |it| {
            let write = &mut it.resource("Post").actions[1];
            write.accept.clear();
            write.changes.push(Change::Function { name: "entitle".into() });
        },
        &[],
    );
}

#[test]
fn states_are_reached_and_move_by_transitions() {
    let to = |to: &'static str| Transition { attribute: "state".into(), from: names(&["DRAFT"]), to: to.into() };
    check(
        |it| {
            let post = it.resource("Post");
            post.actions[2].transition = Some(to("DRAFT"));
            post.actions[2].accept.push("state".into());
            let other = Transition { attribute: "title".into(), ..to("DRAFT") };
            let mut again = post.actions[2].clone();
            (again.name, again.transition, again.changes) = ("again".into(), Some(other), Vec::new());
            again.accept = names(&["title"]);
            post.actions.push(again);
        },
        &[
            ("R0422 Post.again:", "`title`, which is no attribute of an enum"),
            ("R0422 Post.state:", "no row can become DRAFT"),
            ("R0423 Post.finish:", "`state` beside its transitions"),
            ("R0423 Post.again:", "`title` beside its transitions"),
        ],
    );
}

#[test]
fn no_update_changes_what_is_immutable() {
    check(
        |it| {
            let post = it.resource("Post");
            for attribute in &mut post.attributes {
                attribute.immutable = ["title", "state", "author_id"].iter().any(|it| attribute.name == **it);
            }
            post.actions[2].accept.push("title".into());
            post.actions[2].changes.push(Change::RelateActor { relationship: "author".into() });
        },
        &[
            ("R0424 Post.finish:", "`title`, which is immutable"),
            ("R0424 Post.finish:", "`state`, which is immutable"),
            ("R0424 Post.finish:", "`author_id`, which is immutable"),
        ],
    );
}

#[test]
fn a_message_tells_nothing_that_its_reader_may_not_see() {
    let told = |attribute: AttributeId| {
        tree(Some("Post"), None, |tree| tree.push(Node::Column { path: Tree::ROW, attribute }))
    };
    check(
        |it| {
            let post = it.resource("Post");
            let secret = AttributeId::at(post.attributes.len() as u16);
            post.attributes.push(nullable(Attribute { sensitive: true, ..attribute("secret", Type::String) }));
            let author = post.relationship("author").unwrap().0;
            let of_author = tree(Some("Post"), None, |tree| {
                let path = tree.one(Tree::ROW, author);
                tree.push(Node::Column { path, attribute: AttributeId::at(1) })
            });
            let requirement = &mut post.actions[2].requirements[0];
            requirement.message = "{} {} {}".into();
            requirement.values = vec![told(AttributeId::at(1)), told(secret), of_author];
            let inner = AttributeId::at(post.attributes.len() as u16);
            post.attributes.push(nullable(Attribute { public: false, ..attribute("inner", Type::String) }));
            post.actions[2].requirements[0].values.push(told(inner));
            let mut own = post.actions[2].clone();
            (own.name, own.public) = ("own".into(), false);
            own.requirements[0].values = vec![told(inner)];
            post.actions.push(own);
        },
        &[
            ("R0421 Post.finish:", "`secret`, which is sensitive"),
            ("R0421 Post.finish:", "other rows"),
            ("R0421 Post.finish:", "`inner`, which no surface shows"),
        ],
    );
    // What no read says, a write's own policies do not say either.
    check(
        |it| {
            let tagging = it.resource("Tagging");
            tagging.actions.retain(|it| !it.is_read());
            let value = tree(Some("Tagging"), None, |tree| {
                tree.push(Node::Column { path: Tree::ROW, attribute: AttributeId::at(1) })
            });
            let condition = tree(Some("Tagging"), None, |tree| tree.literal(Value::Bool(true), Type::Boolean));
            let mut untag = action("untag", ActionKind::Destroy);
            untag.requirements.push(Requirement {
                old: true,
                when: None,
                condition,
                message: "is on {}".into(),
                values: vec![value],
                fields: Vec::new(),
                reported_at: None,
            });
            tagging.actions.push(untag);
        },
        &[("R0421 Tagging.untag:", "`post_id`, which nobody reads")],
    );
    check(
        |it| {
            let post = it.resource("Post");
            let when = tree(Some("Post"), None, |tree| tree.literal(Value::Int(1), Type::Integer));
            post.actions[2].requirements[0].when = Some(when);
        },
        &[("R1013 Post.finish:", "a `i64` and not a `bool`")],
    );
}

#[test]
fn what_is_sensitive_is_not_given_out_under_another_name() {
    let column = |attribute| Node::Column { path: Tree::ROW, attribute };
    check(
        |it| {
            let post = it.resource("Post");
            let secret = AttributeId::at(post.attributes.len() as u16);
            post.attributes.push(nullable(Attribute { sensitive: true, ..attribute("secret", Type::String) }));
            post.attributes.push(nullable(attribute("copy", Type::String)));
            let gives = |make: &dyn Fn(&mut Tree) -> NodeId| tree(Some("Post"), None, make);
            let or_empty = |tree: &mut Tree| {
                let (value, empty) =
                    (tree.push(column(secret)), tree.literal(Value::Text(String::new()), Type::String));
                let value = tree.push(Node::Lower(value));
                tree.push(Node::Coalesce(value, empty))
            };
            let is_there = |tree: &mut Tree| {
                let value = tree.push(column(secret));
                tree.push(Node::IsNull(value))
            };
            let mut shown = post.calculations[0].clone();
            (shown.name, shown.ty, shown.nullable) = ("shown".into(), Type::String, false);
            let mut lacks = shown.clone();
            (lacks.name, lacks.ty) = ("lacks".into(), Type::Boolean);
            (shown.tree, lacks.tree) = (gives(&or_empty), gives(&is_there));
            post.calculations.extend([shown, lacks]);
            let (copying, keeping) = (setting("copy", gives(&or_empty)), setting("secret", gives(&or_empty)));
            let update = action("reveal", ActionKind::Update);
            post.actions.push(Action { changes: vec![copying, keeping], ..update });
        },
        &[("R1031 Post.shown:", "`secret`"), ("R1031 Post.reveal:", "into `copy`")],
    );
}

#[test]
fn what_surfaces_show_can_be_read() {
    let unread = |it: &mut Resource| it.actions.retain(|action| !action.is_read());
    check(
        |it| {
            unread(it.resource("Post"));
            unread(it.resource("User"));
        },
        &[("R1026 User:", "admin screen"), ("R1026 Post:", "primary read for their results")],
    );
    // What leads to a resource of which nothing else is shown.
    check(
        |it| {
            unread(it.resource("User"));
            it.resource("User").admin = None;
        },
        &[("R1026 Post.author:", "`User`"), ("R1026 Post.editor:", "`User`")],
    );
    // Nothing of it is shown.
    check(
        |it| {
            it.resource("User").relationships[0].public = false;
            let post = it.resource("Post");
            unread(post);
            post.graphql = None;
        },
        &[],
    );
}

/// Orders posts' primary read by these, with their marks.
fn order(draft: &mut Draft, keys: &[(&'static str, bool)]) {
    if let ActionKind::Read(read) = &mut draft.resource("Post").actions[0].kind {
        let key = |(field, private): &(&'static str, bool)| SortKey {
            field: (*field).into(),
            direction: Direction::Desc,
            private: *private,
        };
        read.sort = keys.iter().map(key).collect();
    }
}

/// A post's attribute that surfaces do not show.
fn unshown(draft: &mut Draft, name: &'static str, sensitive: bool) {
    let attribute = Attribute { public: false, sensitive, ..nullable(attribute(name, Type::Integer)) };
    draft.resource("Post").attributes.push(attribute);
}

/// A post's calculation that is what `of` reads.
fn worked_out(draft: &mut Draft, name: &'static str, public: bool, of: Node) {
    let tree = tree(Some("Post"), None, |tree| tree.push(of));
    let calculation = Calculation { public, ..calculation(name, Type::Integer, true, tree) };
    draft.resource("Post").calculations.push(calculation);
}

#[test]
fn an_order_that_tells_of_what_is_private_says_so() {
    let rank = |attribute| Node::Column { path: Tree::ROW, attribute };
    for (graphql, admin, public, primary, shows) in [
        (true, true, true, true, true),
        (true, false, true, false, true),
        (true, false, false, true, true),
        (false, true, true, true, true),
        (true, true, false, false, false),
        (false, false, true, true, false),
    ] {
        let spoil = |it: &mut Draft, marked: bool| {
            unshown(it, "rank", false);
            let id = it.resource("Post").attribute("rank").unwrap().0;
            worked_out(it, "score", false, rank(id));
            worked_out(it, "shown_score", true, rank(id));
            let keys = [("title", false), ("rank", marked), ("score", marked), ("shown_score", false), ("id", false)];
            order(it, &keys);
            let post = it.resource("Post");
            if !graphql {
                post.graphql = None;
            }
            post.admin = admin.then(|| Admin { group: "Posts".into(), columns: Vec::new() });
            (post.actions[0].public, post.actions[0].primary) = (public, primary);
            it.resource("User").relationships[0].public = graphql || admin;
            let post = it.resource("Post");
            if !primary {
                post.actions.push(Action { primary: true, ..action("all", ActionKind::Read(Read::default())) });
            }
        };
        let told = [("R1027 Post.list:", "`rank(private)`"), ("R1027 Post.list:", "`score(private)`")];
        check(|it| spoil(it, false), if shows { &told } else { &[] });
        check(|it| spoil(it, true), &[]);
    }
    let public = [("R1027 Post.list:", "`title` is public")];
    check(|it| order(it, &[("title", true), ("state", false)]), &public);
}

#[test]
fn no_order_tells_of_what_is_sensitive() {
    for marked in [false, true] {
        let spoil = |it: &mut Draft| {
            unshown(it, "pin", true);
            order(it, &[("pin", marked)]);
        };
        check(spoil, &[("R1028 Post.list:", "`pin`, which is sensitive")]);
        check(
            |it| {
                spoil(it);
                it.resource("Post").actions[0].public = false;
                it.resource("Post").actions[0].primary = false;
                let all = Action { primary: true, ..action("all", ActionKind::Read(Read::default())) };
                it.resource("Post").actions.push(all);
            },
            &[],
        );
    }
}
