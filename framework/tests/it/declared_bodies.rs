//! `#[policies]`, `#[calculations]` and `#[expression]` over resources as the macros make them.

mod library;

use library::{App, Book, Reader};
use samara::database::Backend;
use samara::ir::{Applies, Policy, Resource, Tree, Type};
use samara::resource::Declaration as _;
use samara::testing::{on, on_both};

/// The tree in the declaration's language.
fn said(tree: &Tree) -> String {
    tree.display(&App::application().ir).to_string()
}

#[track_caller]
fn policy(resource: &Resource, name: &str) -> Policy {
    resource.policies.iter().find(|it| it.name == name).unwrap().clone()
}

#[track_caller]
fn calculated(name: &str) -> String {
    said(&Book::declare().resource.calculation(name).unwrap().1.tree)
}

#[test]
fn policies_stand_in_the_order_written() {
    let book = Book::declare().resource;
    let names: Vec<String> = book.policies.iter().map(|it| it.name.to_string()).collect();
    assert_eq!(names, ["librarians", "cleaning", "open_or_lent", "own", "grown_up"]);
    assert_eq!(policy(&book, "librarians").docs, "Librarians do everything.");
    assert!(book.field_policies.is_empty());
}

#[test]
fn policies_say_which_actions_they_are_for() {
    let book = Book::declare().resource;
    let applies = |name| {
        let policy = policy(&book, name);
        (policy.bypass, policy.applies)
    };
    assert_eq!(applies("librarians"), (true, vec![Applies::Always]));
    assert_eq!(applies("cleaning"), (true, vec![Applies::Read, Applies::Action("burn".into())]));
    assert_eq!(applies("open_or_lent"), (false, vec![Applies::Read]));
    assert_eq!(applies("own"), (false, vec![Applies::Action("own".into()), Applies::Action("burn".into())]));
    assert_eq!(applies("grown_up"), (false, vec![Applies::Create]));
}

#[test]
fn bodies_say_what_was_written() {
    let book = Book::declare().resource;
    let condition = |name| said(&policy(&book, name).condition);
    assert_eq!(condition("librarians"), "actor.role == Role::Librarian");
    assert_eq!(condition("own"), "book.owner_id == actor.id");
    assert_eq!(
        condition("open_or_lent"),
        "book.open || book.lent_to().id == actor.id || \
         actor.books().any(|book_1| book_1.title == book.title && book_1.id != book.id)"
    );
    assert_eq!(condition("grown_up"), "actor.age.is_some() && actor.age >= 18");
}

#[test]
fn parameters_say_what_a_tree_reads() {
    let book = Book::declare().resource;
    let reads = |name| {
        let tree = policy(&book, name).condition;
        (tree.row.map(|it| it.to_string()), tree.actor.map(|it| it.to_string()))
    };
    assert_eq!(reads("librarians"), (None, Some("Reader".into())));
    assert_eq!(reads("cleaning"), (Some("Book".into()), None));
    assert_eq!(reads("open_or_lent"), (Some("Book".into()), Some("Reader".into())));
}

#[test]
fn field_policies_name_their_fields_and_may_ask_other_policies() {
    let reader = Reader::declare().resource;
    let own_email = &reader.field_policies[0];
    assert_eq!((own_email.name.as_str(), own_email.docs.as_str()), ("own_email", "One's own address."));
    assert_eq!(own_email.attributes, ["email"]);
    assert_eq!(said(&own_email.condition), "reader.id == actor.id || actor.role == Role::Librarian");
    assert_eq!(reader.policies.len(), 2);
}

#[test]
fn calculations_have_their_types_and_flags() {
    let book = Book::declare().resource;
    let of = |name| {
        let it = book.calculation(name).unwrap().1;
        (it.ty.clone(), it.nullable, it.public, it.unrestricted)
    };
    assert_eq!(of("size"), (Type::Enum("Size".into()), false, true, false));
    assert_eq!(of("of_owner"), (Type::Integer, false, true, true));
    assert_eq!(of("borrower"), (Type::String, true, false, false));
    assert_eq!(of("thick_and_mine"), (Type::Boolean, false, true, false));
    assert_eq!(book.calculation("size").unwrap().1.docs, "How thick it is.");
    let enums = App::application().ir;
    assert!(enums.find_enum("Size").is_some(), "an enum that only a calculation gives is declared too");
}

#[test]
fn calculations_say_what_was_written_and_ask_each_other_by_name() {
    assert_eq!(calculated("size"), "if book.pages > 300 { Size::Thick } else { Size::Thin }");
    assert_eq!(calculated("of_owner"), "book.owner().books().filter(|book_1| book_1.open).count()");
    assert_eq!(calculated("borrower"), "if book.lent_to().id.is_none() { None } else { book.lent_to().name }");
    assert_eq!(calculated("thick_and_mine"), "book.size() == Size::Thick && book.owner_id == actor.id");
    assert_eq!(calculated("note_or_title"), "book.note.unwrap_or(book.title)");
}

#[tokio::test]
async fn a_change_is_given_the_row_as_it_was_hidden_fields_too() {
    on_both(&App::application(), async |engine| {
        let system = engine.system("tests");
        let ada = Reader::register().email("ada@example.org").name("Ada").run(&system).await.unwrap();
        let bo = Reader::register().email("bo@example.org").name("Bo").run(&system).await.unwrap();
        let bo = system.acting_as(bo.id).await.unwrap();
        let renamed = Reader::rename(ada.id).name("Lady Ada").run(&bo).await.unwrap();
        assert_eq!(renamed.name, "Lady Ada, once Ada <ada@example.org>");
        assert!(renamed.email.is_hidden(), "what the function sees is not what is answered");
        let same = Reader::rename(ada.id).run(&bo).await.unwrap();
        assert_eq!(same.name, renamed.name);
    })
    .await;
}

#[tokio::test]
async fn others_may_refer_to_a_row_while_a_change_has_it() {
    on(Backend::Postgres, &App::application(), async |engine| {
        let system = engine.system("tests");
        let ada = Reader::register().email("ada@example.org").age(36).run(&system).await.unwrap();
        let cx = system.acting_as(ada.id).await.unwrap();
        let held = system.transaction(async |inside| {
            Reader::rename(ada.id).name("Lady Ada").run(inside).await?;
            Book::add().title("Notes").run(&cx).await
        });
        assert_eq!(held.await.unwrap().owner_id, ada.id);
    })
    .await;
}
