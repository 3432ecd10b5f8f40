//! The reads and calls of a [`Context`](crate::context::Context): each is one line of arrows from a request to records. Its writes are in [`crate::write`].
//!
//! ```text
//! read    query → authorize → plan → SQL → page
//! call    input → authorize → function → answer
//! ```

mod call;
mod can;
mod read;
mod system;

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use crate::context::Context;
    use crate::query::Query;
    use crate::record::Input;

    /// Servers move a request's future between threads, so no call may hold what cannot move. It is enough that this compiles.
    #[expect(dead_code, reason = "it is checked, not run")]
    fn calls_can_move_between_threads(cx: &Context) {
        fn moves<T: Send>(_: T) {}
        moves(cx.read(Query::unrestricted(0)));
        moves(cx.get(Query::unrestricted(0), Uuid::nil()));
        moves(cx.create(0, "", Input::new()));
        moves(cx.create_each(0, "", Vec::new()));
        moves(cx.update(0, "", Uuid::nil(), Input::new()));
        moves(cx.destroy(0, "", Uuid::nil(), Input::new()));
        moves(cx.call(0, "", Input::new()));
        moves(cx.can(0, "", None));
        moves(cx.can_each(0, &[], &[]));
        moves(cx.acting_as(Uuid::nil()));
        moves(cx.transaction(async |inside| inside.read(Query::unrestricted(0)).await));
    }
}
