//! The limits that a server can choose.

use std::time::Duration;

use crate::error::{Code, Error};
use crate::graphql::Limits;

/// The limits that a server can choose. The values of [`ServerLimits::default`] are in brackets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServerLimits {
    /// How large a GraphQL operation may be.
    pub graphql: Limits,
    /// Connections that are open at once (1,000). Further clients wait until one of them is closed; an idle one is closed after
    /// [`ServerLimits::head`].
    pub connections: usize,
    /// How long a client may take to send a request's head, and how long a connection may be idle (10 s).
    pub head: Duration,
    /// How long a response may take to begin (10 s); after that it is 503, `TIMEOUT`.
    pub answer: Duration,
}

impl Default for ServerLimits {
    fn default() -> Self {
        let (head, answer) = (Duration::from_secs(10), Duration::from_secs(10));
        Self { graphql: Limits::default(), connections: 1_000, head, answer }
    }
}

impl ServerLimits {
    /// Checks that requests can be served within the limits.
    ///
    /// # Errors
    /// `INVALID` if there is no connection, or no time.
    pub(crate) fn check(&self) -> Result<(), Error> {
        if self.connections == 0 || self.head.is_zero() || self.answer.is_zero() {
            return Err(Error::new(Code::Invalid, "a server needs a connection, and time to read and to answer"));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bounds_within_which_nothing_could_be_done_are_refused() {
        assert!(ServerLimits::default().check().is_ok());
        for bounds in [
            ServerLimits { connections: 0, ..ServerLimits::default() },
            ServerLimits { head: Duration::ZERO, ..ServerLimits::default() },
            ServerLimits { answer: Duration::ZERO, ..ServerLimits::default() },
        ] {
            assert_eq!(bounds.check().map_err(|it| it.code()), Err(Code::Invalid), "{bounds:?}");
        }
    }
}
