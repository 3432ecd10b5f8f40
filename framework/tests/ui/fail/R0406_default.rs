//! Defaults that would be the same for every row.

use samara::prelude::*;

#[resource(table = "books")]
pub struct Book {
    #[id]
    pub id: Uuid,
    #[attribute(public, default = Uuid::new_v4())]
    pub code: Uuid,
    #[attribute(public, default = "untitled".to_owned())]
    pub title: String,
    #[attribute(public, default = String::from("none"))]
    pub note: String,
    #[attribute(public, default = std::env::var("HOME").unwrap())]
    pub home: String,
    #[attribute(public, default = Default::default())]
    pub pages: i64,
    #[attribute(public, default = Json::object())]
    pub detail: Json,
    #[attribute(public, default = now())]
    pub written_at: DateTimeUtc,
    #[attribute(public, default = value!(Uuid::new_v4()))]
    pub edition: Uuid,
}

#[policies]
impl Book {
    #[policy(always)]
    fn everybody() -> bool {
        true
    }
}

#[domain(resources = [Book])]
pub struct Library;

fn main() {}
