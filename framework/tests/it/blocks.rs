//! A resource whose actions, policies and calculations stand in several blocks.

use samara::prelude::*;
use samara::testing::on_both;

/// Something that is reviewed.
#[resource(table = "papers", actions = [review, archive], policies = [review], calculations = [review, archive])]
#[admin(group = "Papers", columns = [title, length, is_short])]
pub struct Paper {
    #[id]
    pub id: Uuid,
    #[attribute(public)]
    pub title: String,
    #[attribute(public, default = 0)]
    pub grade: i64,
    #[attribute(public, default = false)]
    pub archived: bool,
}

#[actions]
impl Paper {
    #[read(primary, sort = [title])]
    fn list();
    #[create(accept = [title])]
    fn submit();
}

#[actions(review)]
impl Paper {
    #[update(accept = [grade], required = [grade])]
    fn grade();
}

#[actions(archive)]
impl Paper {
    #[update(set(archived = true))]
    fn archive();
    #[action(query)]
    async fn number(cx: &Context) -> Result<i64> {
        Ok(Paper::query().count(cx).await? as i64)
    }
    #[destroy]
    fn burn();
}

#[policies]
impl Paper {
    #[policy(read, create, generic, anyone)]
    fn everybody() -> bool {
        true
    }
}

#[policies(review)]
impl Paper {
    /// It may name actions of every block.
    #[policy(actions = [grade, archive])]
    fn while_open(paper: Row<Paper>) -> bool {
        Self::is_open(paper)
    }

    #[policy(destroy)]
    fn is_open(paper: Row<Paper>) -> bool {
        !paper.archived
    }
}

#[calculations]
impl Paper {
    #[calculation(public)]
    fn length(paper: Row<Paper>) -> i64 {
        paper.title.len()
    }
}

#[calculations(review)]
impl Paper {
    #[calculation(public)]
    fn doubled(paper: Row<Paper>) -> i64 {
        paper.grade * 2
    }

    #[calculation(public)]
    fn quadrupled(paper: Row<Paper>) -> i64 {
        paper.doubled() * 2
    }
}

#[calculations(archive)]
impl Paper {
    #[calculation(public)]
    fn is_short(paper: Row<Paper>) -> bool {
        paper.length() < 10 && paper.quadrupled() < 100
    }
}

/// Papers.
#[domain(resources = [Paper])]
pub struct Journal;

samara::app!(pub App, domains = [Journal]);

#[test]
fn blocks_follow_in_the_order_of_their_lists() {
    let app = App::application().ir;
    let paper = app.resource(app.find("Paper").unwrap());
    let actions: Vec<_> = paper.actions.iter().map(|it| it.name.as_str()).collect();
    assert_eq!(actions, ["list", "submit", "grade", "archive", "number", "burn"]);
    let policies: Vec<_> = paper.policies.iter().map(|it| it.name.as_str()).collect();
    assert_eq!(policies, ["everybody", "while_open", "is_open"]);
    let calculations: Vec<_> = paper.calculations.iter().map(|it| it.name.as_str()).collect();
    assert_eq!(calculations, ["length", "doubled", "quadrupled", "is_short"]);
    assert_eq!(samara::ir::verify::verify(&app), Ok(()));
    let shown = paper.calculations[3].tree.display(&app).to_string();
    assert_eq!(shown, "paper.length() < 10 && paper.quadrupled() < 100");
}

#[tokio::test]
async fn every_block_works() {
    on_both(&App::application(), async |engine| {
        let cx = engine.context(samara::context::Actor::Anonymous);
        let paper = Paper::submit().title("Ash").run(&cx).await.unwrap();
        assert_eq!(Paper::grade(paper.id).grade(9).run(&cx).await.unwrap().grade, 9);
        let short = Paper::query().filter(expr!(|it| it.is_short() && it.quadrupled() == 36 && it.doubled() == 18));
        assert_eq!(short.all(&cx).await.unwrap().len(), 1);
        assert_eq!(Paper::number().run(&cx).await.unwrap(), 1);
        assert!(Paper::archive(paper.id).run(&cx).await.is_err(), "what it becomes is asked too");
    })
    .await;
}
