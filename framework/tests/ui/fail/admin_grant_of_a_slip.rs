//! Three slips in how somebody becomes an admin: an action that is not there, a value of another type, and a resource that nobody acts as.

use samara::prelude::*;

#[resource(table = "books")]
pub struct Book {
    #[id]
    pub id: Uuid,
    #[attribute(public)]
    pub lent: bool,
}

#[actions]
impl Book {
    #[update(accept = [lent], required = [lent])]
    fn lend();
}

#[policies]
impl Book {
    #[policy(always, anyone)]
    fn everybody() -> bool {
        true
    }
}

#[domain(resources = [Book])]
pub struct Library;

fn unknown_action(server: samara::Server) {
    let _ = server.admin_grant(|book| Book::lent(book).lent(true));
}

fn another_type(server: samara::Server) {
    let _ = server.admin_grant(|book| Book::lend(book).lent("yes"));
}

fn acts_as_nobody(server: samara::Server) {
    let _ = server.admin_grant(|book| Book::lend(book).lent(true));
}

fn main() {}
