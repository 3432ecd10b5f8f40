//! The TypeScript client of an API whose names are the worst: it compiles, strictly.

use std::path::Path;
use std::process::Command;

use samara::ir::{Action, ActionKind, App, Enum, Graphql, Read, Resource, Returns, ReturnsField, Type, Variant};
use samara_codegen::client::{Fragment, FragmentFile, Language, Model, fragments, typescript};
use samara_codegen::{DiagnosticCode, GeneratedFile};

use crate::declare::{Declare, Describe, action, argument, attribute, domain, resource};

fn in_api(resource: Resource, type_name: &'static str) -> Resource {
    Resource { graphql: Some(Graphql { type_name: type_name.into() }), ..resource }
}

/// Names that TypeScript, its standard library or the client's own part have; and all there is of types.
fn worst() -> App {
    let number = ReturnsField { name: "default".into(), docs: String::new(), ty: Type::BigInteger, nullable: true };
    let object = Returns::Object { name: "Error".into(), docs: "*/ alert(1) /*".to_owned(), fields: vec![number] };
    let list = Returns::List(Box::new(Returns::List(Box::new(Returns::Value {
        ty: Type::Enum("Map".into()),
        nullable: true,
    }))));
    let with = |name: &'static str, arguments: &[&'static str], kind| Action {
        arguments: arguments.iter().map(|it| argument(it, Type::Json, false)).collect(),
        ..action(name, kind)
    };
    let mut promise = in_api(resource("Promise", "check"), "Promise")
        .with(attribute("delete", Type::BigInteger))
        .with(attribute("class", Type::Json).optional())
        .with(attribute("read", Type::Enum("Map".into())))
        .belongs_to("function", "Record", samara::ir::OnDelete::Restrict);
    promise.docs = "One\n\nof */ several\\lines `${x}`".to_owned();
    promise.actions.extend([
        with(
            "then",
            &["select", "options", "given"],
            ActionKind::Generic { query: true, returns: Returns::List(Box::new(object)) },
        ),
        with("constructor", &["connection"], ActionKind::Generic { query: true, returns: list }),
        with("delete", &["id", "input"], ActionKind::Update),
        with("get", &[], ActionKind::Read(Read { get: true, ..Read::default() })),
        Action { accept: vec!["class".into()], ..action("new", ActionKind::Create) },
    ]);
    let record = in_api(resource("Record", "sign_out"), "Record");
    let values = ["NULL", "UNDEFINED"].map(|it| Variant { stored: it.into(), docs: "*/".to_owned() });
    let map = Enum { name: "Map".into(), docs: String::new(), variants: values.into() };
    let resources = vec![promise, record];
    App::new(vec![domain("Worst", &resources)], resources, vec![map])
}

fn made(app: &App, text: &str) -> (Model, Vec<Fragment>) {
    let model = Model::of(app, "worst").unwrap();
    let made = fragments(&model, &[FragmentFile { path: "web/a.graphql".into(), text: text.into() }]);
    let made = made.unwrap_or_else(|found| panic!("{}", found[0]));
    (model, made)
}

#[test]
fn names_that_the_language_has_are_no_hindrance() {
    let (model, fragments) = made(
        &worst(),
        "fragment ok on Promise { default: delete __typename fetch: function { ...Array } }
         fragment Array on Record { id }
         fragment ApiResult on Promise { class read }",
    );
    let files = typescript::files(&model, &fragments, &Language::Typescript.origin("worst")).unwrap();
    assert_eq!(files, typescript::files(&model, &fragments, &Language::Typescript.origin("worst")).unwrap());
    let [GeneratedFile::Present { text, .. }] = &files[..] else { panic!("{files:?}") };
    for line in [
        "export interface Promise_ {",
        "export interface Record_ {",
        "export type Map_ =",
        "export const ok_:",
        "readonly check_: {",
        "readonly signOut_: {",
    ] {
        assert!(text.contains(line), "{line}");
    }
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("index.ts"), text).unwrap();
    let tests = Path::new(env!("CARGO_MANIFEST_DIR")).join("../app/tests/typescript").canonicalize().unwrap();
    let settings = serde_json::json!({
        "extends": tests.join("tsconfig.browser.json"),
        "compilerOptions": { "rootDir": "." },
        "include": ["index.ts"],
    });
    std::fs::write(folder.path().join("tsconfig.json"), settings.to_string()).unwrap();
    let compiler = tests.join("node_modules/typescript/bin/tsc");
    assert!(compiler.exists(), "`npm ci` in app/tests/typescript installs the compiler; `scripts/test` does it");
    let output =
        Command::new("node").arg(compiler).args(["-p"]).arg(folder.path()).output().expect("Node is installed");
    assert!(output.status.success(), "{}\n{text}", String::from_utf8_lossy(&output.stdout));
}

#[test]
fn two_names_that_become_one_are_refused() {
    let (model, fragments) = made(&worst(), "fragment Promise_ on Promise { id }");
    let found = typescript::files(&model, &fragments, "").unwrap_err();
    assert_eq!(found[0].code, DiagnosticCode::ClientName);
    assert!(found[0].message.contains("would both be `Promise_`"), "{}", found[0]);
}
