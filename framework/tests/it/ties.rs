//! Rows that are equal in every key of an order but the primary key: they come in its order, whoever puts them there, and on every page once.

use samara::call;
use samara::context::Context;
use samara::prelude::*;
use samara::testing::on_both;

/// Whoever has marks.
#[resource(table = "boards", timestamps = false)]
pub struct Board {
    #[id]
    pub id: Uuid,
    #[attribute(public)]
    pub name: String,
    #[has_many(public, key = board)]
    pub marks: HasMany<Mark>,
}

/// A mark, with keys that many share.
#[resource(table = "marks", timestamps = false, index = [board, -height])]
pub struct Mark {
    #[id]
    pub id: Uuid,
    #[attribute(public)]
    pub height: Option<i64>,
    #[attribute(public)]
    pub label: String,
    #[attribute(public)]
    pub note: CiString,
    #[belongs_to(public, on_delete = restrict)]
    pub board: BelongsTo<Board>,
}

#[actions]
impl Board {
    #[read(primary, sort = [name], paginate(keyset, default = 50, max = 250))]
    fn list();

    #[create(private, accept = [name])]
    fn make();
}

#[actions]
impl Mark {
    #[read(primary, sort = [-height], paginate(keyset, default = 50, max = 250))]
    fn list();

    #[create(private, accept = [height, label, note, board])]
    fn make();

    #[update(private, accept = [height])]
    fn lift();
}

#[policies]
impl Board {
    #[policy(always, anyone)]
    fn everybody() -> bool {
        true
    }
}

#[policies]
impl Mark {
    #[policy(always, anyone)]
    fn everybody() -> bool {
        true
    }
}

#[domain(resources = [Board, Mark])]
pub struct Marks;

samara::app!(App, domains = [Marks]);

/// The ids in the order of `key` and then of the ids, both turned round where that is said.
fn sorted<K: Ord>(marks: &[Mark], descends: bool, key: impl Fn(&Mark) -> K) -> Vec<Uuid> {
    let mut keys: Vec<(K, Uuid)> = marks.iter().map(|it| (key(it), it.id)).collect();
    keys.sort();
    if descends {
        keys.reverse();
    }
    keys.into_iter().map(|(_, id)| id).collect()
}

/// The ids of all pages of that size, and how many statements they cost.
async fn pages(cx: &Context, size: u32, read: impl Fn() -> call::Read<Mark>) -> (Vec<Uuid>, u64) {
    let before = cx.statements();
    let mut found: Vec<Uuid> = Vec::new();
    let mut after = None;
    loop {
        let read = read().limit(size);
        let page = match after {
            None => read.page(cx).await.unwrap(),
            Some(cursor) => read.after(cursor).page(cx).await.unwrap(),
        };
        found.extend(page.records.iter().map(|it| it.id));
        after = page.cursors.last().cloned().filter(|_| page.has_next);
        if after.is_none() {
            return (found, cx.statements() - before);
        }
    }
}

/// Marks of two boards in no order, six of each height, and six without one.
async fn marks(cx: &Context) -> (Vec<Board>, Vec<Mark>) {
    let mut boards = Vec::new();
    for name in ["left", "right"] {
        boards.push(Board::make().name(name).run(cx).await.unwrap());
    }
    let makes = (0..24_i64).map(|it| {
        let number = it * 7 % 24;
        let mark = Mark::make().label(format!("{}", number % 4)).note(format!("N{}", number % 5));
        let mark = mark.board(boards[(number % 2) as usize].id);
        match number / 6 {
            0 => mark,
            height => mark.height(height),
        }
    });
    let marks = call::create_many(makes).run(cx).await.unwrap();
    (boards, marks)
}

#[tokio::test]
async fn pages_of_equal_rows_hold_each_row_once_and_in_the_order_of_the_primary_key() {
    on_both(&App::application(), async |engine| {
        let cx = engine.system("tests");
        let (_, marks) = marks(&cx).await;
        let highest = sorted(&marks, true, |it| (it.height.is_none(), it.height));
        for size in 1..=25 {
            assert_eq!(pages(&cx, size, Mark::query).await.0, highest, "{size} by height");
            let by_label = pages(&cx, size, || Mark::query().sort(|it| it.label)).await.0;
            assert_eq!(by_label, sorted(&marks, false, |it| it.label.clone()), "{size} by label");
            let by_note = pages(&cx, size, || Mark::query().sort_desc(|it| it.note).sort(|it| it.height)).await.0;
            let notes = |it: &Mark| (std::cmp::Reverse(it.note.to_string()), it.height.is_none(), it.height);
            assert_eq!(by_note, sorted(&marks, false, notes), "{size} by note and height");
        }
    })
    .await;
}

#[tokio::test]
async fn related_rows_that_are_equal_come_in_the_order_of_the_primary_key_for_each_row() {
    on_both(&App::application(), async |engine| {
        let cx = engine.system("tests");
        let (boards, marks) = marks(&cx).await;
        for size in [1, 2, 3, 5, 11, 12, 30] {
            let read = Board::query().load(|it| it.marks().sort(|it| it.label).limit(size));
            for board in read.all(&cx).await.unwrap() {
                let own: Vec<Mark> = marks.iter().filter(|it| it.board_id == board.id).cloned().collect();
                let expected = sorted(&own, false, |it| it.label.clone());
                let found: Vec<Uuid> = board.marks.get().unwrap().iter().map(|it| it.id).collect();
                assert_eq!(found, expected[..expected.len().min(size as usize)], "{size} of {}", board.name);
            }
        }
        assert_eq!(boards.len(), 2);
    })
    .await;
}

#[tokio::test]
async fn ties_at_the_end_of_a_page_cost_one_more_statement_and_only_once() {
    on_both(&App::application(), async |engine| {
        let cx = engine.system("tests");
        let (_, marks) = marks(&cx).await;
        let highest = sorted(&marks, true, |it| (it.height.is_none(), it.height));
        // Six rows have each height: none of these pages ends between equal ones.
        assert_eq!(pages(&cx, 6, Mark::query).await, (highest.clone(), 4));
        // These do, and so the statement puts them in order from then on.
        assert_eq!(pages(&cx, 8, Mark::query).await, (highest.clone(), 4));
        assert_eq!(pages(&cx, 8, Mark::query).await, (highest, 3));
    })
    .await;
}
