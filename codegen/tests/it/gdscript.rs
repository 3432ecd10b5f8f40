//! The GDScript client of the reference application: what the generator makes of its API and the game's fragments.

use std::collections::BTreeSet;
use std::path::Path;

use samara_codegen::GeneratedFile;
use samara_codegen::client::{Fragment, FragmentFile, Model, fragments, gdscript};

const HEADER: &str = "Generated.";

fn model() -> Model {
    Model::of(&app::App::application().ir, "app").expect("the app has an API")
}

fn selected(text: &str) -> Vec<Fragment> {
    let file = FragmentFile { path: "cards.graphql".into(), text: text.to_owned() };
    fragments(&model(), &[file]).expect("fragments of the API")
}

fn generated(fragments: &[Fragment]) -> Vec<GeneratedFile> {
    let options =
        gdscript::Options { path: "addons/app".into(), can_wait: BTreeSet::from(["recordActivity".to_owned()]) };
    gdscript::files(&model(), fragments, &options, HEADER).expect("templates that render")
}

/// The text of one of the files.
fn text(files: &[GeneratedFile], path: &str) -> String {
    let file = files.iter().find(|it| it.path() == Path::new(path));
    file.unwrap_or_else(|| panic!("there is no {path}")).text().to_owned()
}

#[test]
fn what_is_required_is_a_parameter_and_what_may_wait_is_said() {
    let calls = text(&generated(&[]), "calls/activities.gd");
    assert!(
        calls.contains("func record(kind: Enums.ActivityKind, more: Dictionary = {}) -> Activity.Result:\n"),
        "{calls}"
    );
    assert_eq!(calls.matches("asked.can_wait = true").count(), 1, "only that which was named waits");
}

#[test]
fn a_fragment_has_a_class_and_calls_that_answer_it() {
    let card = "# A card.\nfragment WorldCard on World { id name capacity owner { displayName } }";
    let files = generated(&selected(card));
    let class = text(&files, "fragments/world_card.gd");
    insta::assert_snapshot!("gdscript_fragment", class);
    let calls = text(&files, "calls/worlds.gd");
    assert!(calls.contains("func as_world_card() -> WorldsAsWorldCard:"), "{calls}");
    let calls = text(&files, "calls/worlds_as_world_card.gd");
    assert!(calls.contains("func find(id: String) -> WorldCard.Result:"), "{calls}");
}

#[test]
fn every_script_begins_with_the_header_and_the_same_comes_out_twice() {
    let files = generated(&[]);
    assert_eq!(files, generated(&[]));
    for file in files.iter().filter(|it| it.path().extension().is_some_and(|it| it == "gd")) {
        assert!(file.text().starts_with("# Generated.\n"), "{}", file.path().display());
        assert!(!file.text().contains("\n\n\n\n"), "{}", file.path().display());
    }
}

#[test]
fn no_file_holds_a_token_or_prints_one() {
    for file in generated(&[]) {
        let prints = file.text().lines().filter(|it| it.trim_start().starts_with("print"));
        assert_eq!(prints.count(), 0, "{}", file.path().display());
    }
}
