//! Selections, loads and orders of what is not there, of what is worked out, and of what no read can give.

use samara::prelude::*;

#[path = "../blog.rs"]
mod blog;
use blog::*;

pub fn misspelt() {
    let _ = Post::query().select(|it| (it.titel, it.likes));
}

pub fn of_a_related_row_without_select() {
    let _ = Post::query().select(|it| it.user().name);
}

pub fn worked_out() {
    let _ = Post::query().select(|it| it.likes + 1);
}

pub fn plain_values() {
    let _ = Post::query().select(|_| 1);
}

pub fn loaded_in_parts() {
    let _ = Post::query().load(|it| it.user().select(|it| it.name));
}

pub fn loads_an_attribute() {
    let _ = Post::query().load(|it| it.title);
}

pub fn loads_the_row() {
    let _ = Post::query().load(|it| it);
}

pub fn loads_two_hops() {
    let _ = Post::query().load(|it| it.user().posts());
}

pub fn loads_after_a_selection() {
    let _ = Post::query().select(|it| it.title).load(|it| it.user());
}

pub fn limits_one_row() {
    let _ = Post::query().load(|it| it.user().limit(1));
}

pub fn asks_what_is_selected() {
    let _ = Post::query().select(|it| it.title.contains("a"));
}

pub fn counts_related_rows() {
    let _ = User::query().select(|it| it.posts().count());
}

pub fn sorts_by_a_related_row() {
    let _ = Post::query().sort(|it| it.user());
}

pub fn sorts_by_a_condition() {
    let _ = Post::query().sort(|it| it.likes > 3);
}

pub fn of_another_resource() {
    let _ = User::query().load(|it| it.posts().filter(expr!(|it| it.email == "a")));
}

pub async fn read_as_another_type(cx: &Context) -> Result<Vec<(String, String)>> {
    Post::query().select(|it| (it.title, it.likes)).all(cx).await
}

fn main() {}
