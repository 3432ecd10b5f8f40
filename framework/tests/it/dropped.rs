//! Requests that nobody waits for any more: whichever `await` they are dropped at, no connection stays in a transaction, what was
//! acknowledged stays, and nothing stays half done.

pub(crate) mod place;
mod requests;
mod sockets;
mod transactions;
