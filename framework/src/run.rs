//! The reads and the calls of generic actions of a [`Context`](crate::context::Context), and its questions whether something could be
//! done. Its writes are in [`crate::write`].
//!
//! ```text
//! read    query → authorize → plan → SQL → page
//! call    input → authorize → function → return value
//! ```

mod call;
mod can;
mod read;
mod system;
mod tenant;

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use crate::context::Context;
    use crate::ir::ResourceId;
    use crate::query::Query;
    use crate::record::Input;

    /// Servers move a request's future between threads, so no call may hold what cannot move. It is enough that this compiles.
    #[expect(dead_code, reason = "it is checked, not run")]
    fn calls_can_move_between_threads(cx: &Context, id: ResourceId) {
        fn moves<T: Send>(_: T) {}
        moves(cx.read(Query::unrestricted(id)));
        moves(cx.get(Query::unrestricted(id), Uuid::nil()));
        moves(cx.create(id, "", Input::new()));
        moves(cx.create_each(id, "", Vec::new()));
        moves(cx.update(id, "", Uuid::nil(), Input::new()));
        moves(cx.destroy(id, "", Uuid::nil(), Input::new()));
        moves(cx.call(id, "", Input::new()));
        moves(cx.can(id, "", None));
        moves(cx.can_each(id, &[], [Uuid::nil()]));
        moves(cx.acting_as(Uuid::nil()));
        moves(cx.transaction(async |inside| inside.read(Query::unrestricted(id)).await));
    }
}
