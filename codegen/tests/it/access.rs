//! Who may do what: policies as they are left for nobody and for each role.

use samara::application::Application;
use samara::prelude::*;
use samara_codegen::access::{access, as_markdown, as_text};

/// What somebody may do.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
enum Rank {
    /// Looks on.
    Guest,
    /// Runs it.
    Chief,
}

#[resource(table = "people")]
#[actor(identity = email)]
struct Person {
    #[id]
    id: Uuid,
    #[attribute(public, email, unique)]
    email: Guarded<CiString>,
    #[attribute(public, default = Rank::Guest)]
    rank: Rank,
    #[attribute(public, default = false)]
    banned: bool,
}

#[actions]
impl Person {
    #[read(primary, sort = [email])]
    fn list();
    #[create(private, accept = [email])]
    fn register();
    #[update(accept = [banned])]
    fn ban();
    #[destroy]
    fn leave();
}

#[policies]
impl Person {
    #[bypass(update)]
    fn chiefs(actor: Actor<Person>) -> bool {
        actor.rank == Rank::Chief
    }

    #[policy(always)]
    fn welcome(actor: Actor<Person>) -> bool {
        !actor.banned
    }

    #[policy(read)]
    fn of_age(person: Row<Person>) -> bool {
        person.inserted_at < now() - days(7)
    }

    #[policy(update, destroy)]
    fn oneself(person: Row<Person>, actor: Actor<Person>) -> bool {
        person.id == actor.id || person.rank == Rank::Guest && actor.rank == Rank::Guest
    }

    #[policy(destroy)]
    fn after_a_day(person: Row<Person>) -> bool {
        person.inserted_at < now() - days(1)
    }

    #[field_policy(email)]
    fn own_email(person: Row<Person>, actor: Actor<Person>) -> bool {
        person.id == actor.id
    }
}

#[domain(resources = [Person])]
struct Everybody;

samara::app!(App, domains = [Everybody]);

fn declared() -> Application {
    App::application()
}

#[test]
fn each_role_has_what_policies_leave_it() {
    let text = as_text(&access(&declared().ir));
    let person = text.split("\n\n").find(|it| it.starts_with("Person\n")).unwrap();
    let expected = "\
Person
  list (read)
    nobody: never
    GUEST, CHIEF: !actor.banned && (person.inserted_at < now() - days(7))
  register (create, private)
    nobody: never
    GUEST, CHIEF: !actor.banned
  ban (update)
    nobody: never
    GUEST: !actor.banned && (person.id == actor.id || person.rank == Rank::Guest) && (person.inserted_at < now() - days(7))
    CHIEF: !actor.banned && (person.inserted_at < now() - days(7))
  leave (destroy)
    nobody: never
    GUEST: !actor.banned && (person.id == actor.id || person.rank == Rank::Guest) && (person.inserted_at < now() - days(1)) && (person.inserted_at < now() - days(7))
    CHIEF: !actor.banned && (person.id == actor.id) && (person.inserted_at < now() - days(1)) && (person.inserted_at < now() - days(7))
  email (field)
    nobody: never
    GUEST, CHIEF: person.id == actor.id";
    assert_eq!(person.trim_end(), expected);
}

#[test]
fn the_same_is_written_as_tables_and_for_programs() {
    let access = access(&declared().ir);
    let markdown = as_markdown(&access);
    assert!(
        markdown.contains("## Person\n\n| what | who | where |\n|---|---|---|\n| list (read) | nobody | never |\n")
    );
    assert!(markdown.contains(
        "| ban (update) | GUEST | `!actor.banned && (person.id == actor.id \\|\\| person.rank == Rank::Guest) && "
    ));
    let json = serde_json::to_value(&access).unwrap();
    let person = json.as_array().unwrap().iter().find(|it| it["resource"] == "Person").unwrap();
    assert_eq!(
        person["subjects"][0]["access"][1],
        serde_json::json!(["GUEST", { "where": "!actor.banned && (person.inserted_at < now() - days(7))" }])
    );
    assert_eq!(person["subjects"][0]["access"][0], serde_json::json!(["nobody", "never"]));
}

/// An app whose policies ask for the role by calculations alone, of which one calls another.
mod by_calculation {
    use samara::prelude::*;

    /// What somebody may do.
    #[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
    pub(super) enum Rank {
        /// Looks on.
        Guest,
        /// Helps.
        Helper,
        /// Runs it.
        Chief,
    }

    #[resource(table = "people")]
    #[actor(identity = email)]
    pub(super) struct Person {
        #[id]
        id: Uuid,
        #[attribute(public, email, unique)]
        email: CiString,
        #[attribute(public, default = Rank::Guest)]
        rank: Rank,
    }

    #[actions]
    impl Person {
        #[read(primary, sort = [email])]
        fn list();
        #[create(private, accept = [email])]
        fn register();
        #[update(accept = [rank])]
        fn promote();
        #[destroy]
        fn leave();
    }

    #[calculations]
    impl Person {
        #[calculation]
        fn is_chief(person: Row<Person>) -> bool {
            person.rank == Rank::Chief
        }

        #[calculation]
        fn is_staff(person: Row<Person>) -> bool {
            person.is_chief() || person.rank == Rank::Helper
        }

        #[calculation]
        fn is_new_staff(person: Row<Person>) -> bool {
            person.is_staff() && now() < person.inserted_at + days(7)
        }
    }

    #[policies]
    impl Person {
        #[policy(read)]
        fn staff(actor: Actor<Person>) -> bool {
            actor.is_staff()
        }

        #[policy(update)]
        fn chiefs(actor: Actor<Person>) -> bool {
            actor.is_chief()
        }

        #[policy(destroy)]
        fn new_staff(person: Row<Person>, actor: Actor<Person>) -> bool {
            actor.is_new_staff() && person.id == actor.id
        }
    }

    #[domain(resources = [Person])]
    pub(super) struct Everybody;

    samara::app!(pub(super) App, domains = [Everybody]);
}

#[test]
fn a_role_that_a_calculation_asks_for_is_told_apart() {
    let text = as_text(&access(&by_calculation::App::application().ir));
    let person = text.split("\n\n").find(|it| it.starts_with("Person\n")).unwrap();
    let expected = "\
Person
  list (read)
    nobody, GUEST: never
    HELPER, CHIEF: always
  register (create, private)
    nobody, GUEST, HELPER, CHIEF: never
  promote (update)
    nobody, GUEST, HELPER: never
    CHIEF: always
  leave (destroy)
    nobody, GUEST: never
    HELPER, CHIEF: actor.is_new_staff() && person.id == actor.id";
    assert_eq!(person.trim_end(), expected);
}
