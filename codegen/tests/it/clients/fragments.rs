//! Fragments beside a client's sources: what they select, and everything that can be wrong with them.

use samara_codegen::client::{Fragment, FragmentFile, fragments};

use super::model;

fn file(path: &str, text: &str) -> FragmentFile {
    FragmentFile { path: path.into(), text: text.into() }
}

fn read(text: &str) -> Vec<Fragment> {
    fragments(&model(), &[file("game/a.graphql", text)]).unwrap_or_else(|found| panic!("{}", found[0]))
}

/// What is reported, each in one line: code, place, message, help.
fn reported(files: &[FragmentFile]) -> Vec<String> {
    let found = fragments(&model(), files).expect_err("something is wrong");
    found
        .iter()
        .map(|it| {
            let place = it.location.as_deref().unwrap_or("nowhere");
            format!("{} {place} {} | {}", it.code.as_str(), it.message, it.help)
        })
        .collect()
}

#[track_caller]
fn refused(text: &str, expected: &[&str]) {
    assert_eq!(reported(&[file("a.graphql", text)]), expected, "{text}");
}

#[test]
fn a_fragment_selects_fields_with_their_types() {
    let read = read(
        "# A world, for the lobby.\n# With its members.\nfragment WorldCard on World {\n  id\n  title: name\n  owner { ...Face }\n  \
         memberships(first: 3, sort: [{field: ROLE, order: DESC}]) { nodes { role user { id ...Face } } }\n}\n\
         fragment Face on User { displayName }",
    );
    let [face, card] = &read[..] else { panic!("{read:?}") };
    assert_eq!((face.name.as_str(), face.docs.as_str(), face.selection.on.as_str()), ("Face", "", "User"));
    assert_eq!(card.docs, "A world, for the lobby.\nWith its members.");
    assert_eq!(
        card.selection.text(),
        "{ id title: name owner { displayName } memberships(first: 3, sort: [{field: ROLE, order: DESC}]) { nodes { role user { id displayName } } } }"
    );
    let field = |name: &str| card.selection.fields.iter().find(|it| it.response == name).unwrap();
    assert_eq!((field("title").name.as_str(), field("title").ty.to_string().as_str()), ("name", "String!"));
    assert_eq!(field("title").docs, "What people call it.");
    assert_eq!(field("owner").ty.to_string(), "User");
    // That is a fragment's own type; with a field beside it, it is another.
    assert_eq!(field("owner").selection.as_ref().unwrap().fragment.as_deref(), Some("Face"));
    let nodes = &field("memberships").selection.as_ref().unwrap().fields[0];
    assert_eq!(nodes.ty.to_string(), "[Membership!]!");
    let user = nodes.selection.as_ref().unwrap().fields[1].selection.as_ref().unwrap();
    assert_eq!((user.fragment.as_deref(), user.fields.len()), (None, 2));
}

#[test]
fn equal_fields_become_one() {
    let read = read(
        "fragment A on World { owner { id } ...B owner { id role } ... { slug } ... on World { slug } __typename }
         fragment B on World { owner { displayName } id }",
    );
    assert_eq!(read[0].selection.text(), "{ owner { id displayName role } id slug __typename }");
}

#[test]
fn fragments_know_each_other_across_files() {
    let files =
        [file("a.graphql", "fragment A on World { owner { ...B } }"), file("b.graphql", "fragment B on User { id }")];
    let read = fragments(&model(), &files).unwrap();
    assert_eq!(read.iter().map(|it| it.path.to_str().unwrap()).collect::<Vec<_>>(), ["a.graphql", "b.graphql"]);
    assert_eq!(fragments(&model(), &[]).unwrap(), []);
    assert_eq!(fragments(&model(), &[file("c.graphql", "# nothing yet\n")]).unwrap(), []);
}

#[test]
fn what_the_api_does_not_have_is_named_with_what_is_near() {
    refused(
        "fragment A on Wrold {\n  id\n}",
        &["R0812 a.graphql:1:15 the API has no type `Wrold` | did you mean `World`?"],
    );
    refused(
        "fragment A on World {\n  id\n  nmae\n  owner { displayname zebra }\n}",
        &[
            "R0812 a.graphql:3:3 `World` has no field `nmae` | did you mean `name`?",
            "R0812 a.graphql:4:11 `User` has no field `displayname` | did you mean `displayName`?",
            "R0812 a.graphql:4:23 `User` has no field `zebra` | `schema.graphql` lists the fields of `User`",
        ],
    );
    refused(
        "fragment A on World { memberships(frist: 3) { nodes { id } } }",
        &["R0812 a.graphql:1:35 `memberships` has no argument `frist` | did you mean `first`?"],
    );
    refused(
        "fragment A on World { memberships(filter: {role: {eq: HOTS}}) { nodes { id } } }",
        &["R0812 a.graphql:1:43 the enum `MembershipRole` has no value `HOTS` | did you mean `HOST`?"],
    );
    refused(
        "fragment A on World { memberships(filter: {rol: {eq: HOST}}) { nodes { id } } }",
        &["R0812 a.graphql:1:43 `MembershipFilter` has no field `rol` | did you mean `role`?"],
    );
    refused(
        "fragment Card on World { id ...Crad }",
        &["R0812 a.graphql:1:32 there is no fragment `Crad` | did you mean `Card`?"],
    );
}

#[test]
fn what_does_not_fit_is_told() {
    refused(
        "fragment A on World { owner }",
        &[
            "R0813 a.graphql:1:23 `owner` is a `User`, and nothing of it is selected | say what: `owner { id displayName email role insertedAt updatedAt }`",
        ],
    );
    refused(
        "fragment A on World { name { first } }",
        &["R0813 a.graphql:1:28 `name` is a `String`, which has no fields to select | leave it at `name`"],
    );
    refused(
        "fragment A on World { ...B } fragment B on User { id }",
        &[
            "R0813 a.graphql:1:26 `B` is a fragment on `User`, and this is a `World` | spread it where a `User` is selected",
        ],
    );
    refused(
        "fragment A on World { ... on User { id } }",
        &[
            "R0813 a.graphql:1:23 this is a `World`, never another type | the API has neither interfaces nor unions: select the fields themselves",
        ],
    );
    refused(
        "fragment A on World { name name: slug }",
        &[
            "R0813 a.graphql:1:28 `name` would be both `name` and `slug` | give one an alias, `other: slug`; the first is in line 1",
        ],
    );
    for (value, told) in [
        ("first: \"3\"", "\"3\" is no `Int` | give a value of that type"),
        ("first: 3000000000", "3000000000 is no `Int` | give a value of that type"),
        ("sort: [{order: ASC}]", "`MembershipSort` needs `field` | give it: a `MembershipSortField!`"),
        ("sort: [null]", "`null` is no `MembershipSort!` | give a value"),
        ("sort: ROLE", "ROLE is no `MembershipSort` | it is written in braces: `{ field: value }`"),
        (
            "sort: {field: \"ROLE\"}",
            "\"ROLE\" is no `MembershipSortField` | values of enums are written without quotes",
        ),
    ] {
        let column = 35 + value.find(": ").unwrap() + 2;
        refused(
            &format!("fragment A on World {{ memberships({value}) {{ nodes {{ id }} }} }}"),
            &[&format!("R0813 a.graphql:1:{column} {told}")],
        );
    }
    refused(
        "fragment A on World { memberships(first: 1, first: 2) { nodes { id } } }",
        &["R0813 a.graphql:1:45 the argument `first` is given twice | leave one of them out"],
    );
    refused(
        "fragment A on Visibility { id }",
        &["R0813 a.graphql:1:15 `Visibility` has no fields to select | `schema.graphql` lists the types"],
    );
}

#[test]
fn names_clash_with_nothing() {
    let two = [file("a.graphql", "fragment A on World { id }"), file("b.graphql", "\nfragment A on User { id }")];
    assert_eq!(
        reported(&two),
        ["R0811 b.graphql:2:1 there are two fragments `A` | rename one of the two; the other is at a.graphql:1:1"]
    );
    refused(
        "fragment A on World { id }\nfragment A on User { id }",
        &["R0811 a.graphql:2:1 there are two fragments `A` | rename one of the two; the other is at a.graphql:1:1"],
    );
    refused(
        "fragment World on World { id }",
        &[
            "R0811 a.graphql:1:1 `World` is a type of the API, and a fragment is one of the client's types | give the fragment another name: `WorldCard`",
        ],
    );
}

#[test]
fn a_fragment_does_not_hold_itself() {
    refused(
        "fragment A on World { owner { ...B } }\nfragment B on User { worlds { nodes { ...A } } }",
        &["R0811 a.graphql:2:42 the fragment `A` holds itself: A → B → A | leave one of them out"],
    );
    // Each selects the next one twice: what that is worth is told, not tried.
    let doubling: String = (0..40)
        .map(|it| format!("fragment F{it} on World {{ owner {{ a: worlds {{ nodes {{ ...F{next} }} }} b: worlds {{ nodes {{ ...F{next} }} }} }} }}\n", next = it + 1))
        .collect();
    let found = reported(&[file("a.graphql", &format!("{doubling}fragment F40 on World {{ id }}"))]);
    assert!(found[0].contains("selects more than 10000 fields, its fragments spread"), "{found:?}");
}

#[test]
fn only_fragments_stand_there() {
    let operation = "only fragments stand here, and this is an operation | the client has a call for each query and mutation; say what it selects as `fragment Name on Type { … }`";
    for text in ["query A { worlds { totalCount } }", "{ worlds { totalCount } }", "mutation { signOut { result } }"] {
        refused(text, &[&format!("R0810 a.graphql:1:1 {operation}")]);
    }
    refused(
        "fragment A on World { memberships(first: $n) { nodes { id } } }",
        &[
            "R0810 a.graphql:1:42 a fragment takes no variables | write a value; what differs from call to call is an argument of the call itself",
        ],
    );
    refused(
        "fragment A on World { id @include(if: true) }",
        &[
            "R0810 a.graphql:1:26 a fragment takes no directives, and this is `@include` | leave it out; what is sometimes selected is a fragment of its own",
        ],
    );
}

#[test]
fn what_is_no_graphql_has_its_line() {
    let said = reported(&[file("a.graphql", "fragment A on World {\n  id,,\n  owner { }\n}")]);
    assert!(said[0].starts_with("R0809 a.graphql:3:11 it is no GraphQL"), "{said:?}");
    let said = reported(&[file("a.graphql", "fragment A on World { id")]);
    assert!(said[0].starts_with("R0809 a.graphql:1:25 it is no GraphQL: something is not closed"), "{said:?}");
    // What is wrong in one file hides nothing of another.
    let said = reported(&[file("a.graphql", "fragment"), file("b.graphql", "fragment A on World { nmae }")]);
    assert_eq!(said.len(), 2, "{said:?}");
    assert!(said[1].starts_with("R0812 b.graphql:1:23"), "{said:?}");
}
