//! The declaration as pictures: resources, states, and who may do what.

use samara::prelude::*;
use samara_codegen::diagram::diagram;

use crate::command::{Workspace, status};

#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    Draft,
    Sent,
    Printed,
}

/// Who writes.
#[resource(table = "authors", timestamps = false)]
#[actor(identity = email)]
struct Author {
    #[id]
    id: Uuid,
    #[attribute(public, unique)]
    email: CiString,
    #[has_many(public, key = author)]
    letters: HasMany<Letter>,
}

#[actions]
impl Author {
    #[create(private, accept = [email])]
    fn register();
}

#[policies]
impl Author {
    #[policy(create, anyone)]
    fn everybody() -> bool {
        true
    }
}

/// What is written.
#[resource(table = "letters", timestamps = false)]
struct Letter {
    #[id]
    id: Uuid,
    #[attribute(public, default = Step::Draft)]
    step: Step,
    #[belongs_to(public, on_delete = cascade)]
    author: BelongsTo<Author>,
    #[belongs_to(public, on_delete = nilify)]
    reply_to: Option<BelongsTo<Letter>>,
}

#[actions]
impl Letter {
    #[read(primary)]
    fn list();

    #[create(relate_actor = author)]
    fn write();

    #[update(transition(step: Draft | Sent => Step::Sent))]
    fn send();

    #[update(transition(step: Sent => Step::Printed))]
    fn print();
}

#[policies]
impl Letter {
    #[policy(read, create, actions = [print])]
    fn signed_in(actor: Actor<Author>) -> bool {
        actor.is_present()
    }

    #[policy(actions = [send])]
    fn own(letter: Row<Letter>, actor: Actor<Author>) -> bool {
        letter.author_id == actor.id
    }
}

#[domain(resources = [Author, Letter])]
struct Post;

samara::app!(App, domains = [Post]);

const EXPECTED: &str = r#"# Resources

```mermaid
erDiagram
    Author {
        Uuid id PK
        CiString email UK
    }
    Letter {
        Uuid id PK
        Step step
        Uuid author_id FK
        Uuid reply_to_id FK
    }
    Letter }o--|| Author : "author"
    Letter }o--o| Letter : "reply_to"
```

# States

## Letter: step

```mermaid
stateDiagram-v2
    [*] --> DRAFT
    DRAFT --> SENT : send
    SENT --> SENT : send
    SENT --> PRINTED : print
    PRINTED --> [*]
```

# Who may do what

## Author

```mermaid
flowchart LR
    actor0(["nobody"])
    actor1(["somebody"])
    to0["register (create, private)"]
    actor0 --> to0
    actor1 --> to0
```

## Letter

```mermaid
flowchart LR
    actor0(["nobody"])
    actor1(["somebody"])
    to0["list (read)"]
    actor1 --> to0
    to1["write (create)"]
    actor1 --> to1
    to2["send (update)"]
    actor1 -. "letter.author_id == actor.id" .-> to2
    to3["print (update)"]
    actor1 --> to3
```
"#;

#[test]
fn shows_relationships_states_and_policies() {
    let app = App::application();
    samara::ir::verify::verify(&app.ir).unwrap();
    let drawn = diagram(&app.ir);
    assert!(drawn == EXPECTED, "{drawn}");
}

#[test]
fn a_file_is_written_and_compared() {
    let workspace = Workspace::new(&App::application().ir);
    let check = ["diagram", "--out", "../docs/diagram.md", "--check"];
    status(&workspace.samara(&check), 1);
    status(&workspace.samara(&check[..3]), 0);
    assert_eq!(workspace.read("docs/diagram.md"), EXPECTED);
    status(&workspace.samara(&check), 0);
    let printed = workspace.samara(&["diagram"]);
    assert_eq!(String::from_utf8(printed.stdout).unwrap(), EXPECTED);
    status(&workspace.samara(&["diagram", "--check"]), 2);
}
