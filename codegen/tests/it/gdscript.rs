//! The GDScript client of the reference application: what the generator makes of its API and the game's fragments.

mod hostile;
mod names;

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
    const SPEAKS: [&str; 6] = ["print(", "printerr(", "prints(", "print_rich(", "push_error(", "push_warning("];
    // What an answer, a request or a session is held in.
    const SECRET: [&str; 9] = ["token", "header", "body", "code", "variables", "request", "reply", "answer", "session"];
    for file in generated(&[]).iter().filter(|it| it.path().extension().is_some_and(|it| it == "gd")) {
        let lines = file.text().lines().filter(|it| !it.trim_start().starts_with('#'));
        let code: String = lines.map(|it| format!("{it}\n")).collect();
        for (at, speaks) in SPEAKS.iter().flat_map(|it| code.match_indices(it)) {
            let statement = code[at..].split("\n\n").next().unwrap();
            let statement = statement.split_once(")\n").map_or(statement, |it| it.0);
            // Between quotes stand words for people.
            let values: String = statement.split('"').step_by(2).collect();
            let told: Vec<&&str> = SECRET.iter().filter(|it| values.contains(**it)).collect();
            assert!(told.is_empty(), "{}: {speaks}…) tells {told:?}: {statement}", file.path().display());
        }
    }
}

/// The add-on of an API in which everything meets something.
fn hostile() -> Vec<GeneratedFile> {
    let options = gdscript::Options { path: "addons/shop".into(), can_wait: BTreeSet::new() };
    gdscript::files(&hostile::model(), &hostile::selected(), &options, HEADER).expect("templates that render")
}

#[test]
fn no_name_is_declared_twice_or_is_one_of_the_engine() {
    assert_eq!(names::problems(&generated(&[])), Vec::<String>::new());
    assert_eq!(names::problems(&hostile()), Vec::<String>::new());
}

#[test]
fn what_has_its_name_first_keeps_it() {
    let files = hostile();
    let holds = |path: &str, lines: &[&str]| {
        let text = text(&files, path);
        for line in lines {
            assert!(text.contains(line), "{path} has no {line}:\n{text}");
        }
    };
    holds(
        "api.gd",
        &[
            "const Stats = preload(\"types/stats.gd\")\n",
            "const StatsCalls = preload(\"calls/stats.gd\")\n",
            "const ImageRow = preload(\"types/image.gd\")\n",
            "const ImageRowRow = preload(\"types/image_row.gd\")\n",
            "const Worlds = preload(\"calls/worlds.gd\")\n",
            "const WorldsRow = preload(\"fragments/worlds.gd\")\n",
            "const ErrorEnum = Enums.ErrorEnum\n",
            "var inputs_calls: InputsCalls = InputsCalls.new(self)\n",
            "var owner_calls: Owner = Owner.new(self)\n",
        ],
    );
    holds(
        "calls/worlds.gd",
        &[
            "\nfunc find(id: String) -> World.Result:\n",
            "\nfunc find_(\n\tasked_: int,\n\treply_: Enums.ColorEnum,\n\tmore_: Dictionary,\n",
            "\nfunc as_card() -> World.Rows:\n",
            "\nfunc as_card_() -> WorldsAsCardCalls:\n",
            "\t\"with_total_\": [\"with_total\", \"Boolean\", false],\n",
            "\t\"with_total\": [\"_counted\", \"Boolean!\", false],\n",
        ],
    );
    holds("fragments/card.gd", &["\nvar world_name: String", "\nvar world_name_: String", "\nclass RowRow:\n"]);
    holds("types/stats.gd", &["\nvar has_world_name: bool", "\nvar has_world_name_: bool"]);
    holds("enums.gd", &["\tPI_,\n", "\tUNKNOWN_,\n\tUNKNOWN__,\n"]);
    holds("operations.gd", &["const PI_: String = ", "const PI_2: String = ", "const CONNECT_DEFERRED_: String = "]);
}

#[test]
fn a_list_that_must_be_given_says_of_what() {
    let calls = text(&hostile(), "calls/worlds.gd");
    let parameters = [
        "find_2: Array[String]",
        "colors_: Array[Enums.ColorEnum]",
        "filters: Array[Dictionary]",
        "maybe: Array,",
        "class_: Variant",
    ];
    for it in parameters {
        assert!(calls.contains(it), "{it} is not in\n{calls}");
    }
}

#[test]
fn what_is_no_row_is_read_as_what_it_is() {
    let files = hostile();
    let calls = text(&files, "calls/worlds.gd");
    assert!(calls.contains("func operations_() -> Answers.Text:\n"), "a scalar that may be null\n{calls}");
    assert!(calls.contains("func lists() -> Answers.List:\n"), "lists of lists of rows\n{calls}");
    assert!(calls.contains("is the name of a member of [code]Enums.ColorEnum[/code]"), "{calls}");
    for file in &files {
        let lines = file.text().lines().filter(|it| it.contains("Answers.") && it.contains(".of_row("));
        assert_eq!(lines.count(), 0, "{}", file.path().display());
    }
}

#[test]
fn an_api_without_sign_in_has_no_scene_for_it() {
    let files = hostile();
    assert!(!files.iter().any(|it| it.path().starts_with("sign_in")));
    for file in files.iter().filter(|it| it.path().components().count() == 1) {
        assert!(!file.text().contains("sign_in"), "{}", file.path().display());
    }
    assert!(text(&generated(&[]), "README.md").contains("sign_in/sign_in.tscn"));
}
