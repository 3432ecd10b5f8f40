//! What holds of the API as a whole, whatever the declaration.

use super::*;

/// Servers run requests on many threads.
#[test]
fn executing_is_send() {
    fn is_send<T: Send>(_: impl Fn(&'static Api, &'static Context, Request) -> T) {}
    is_send(|api, cx, request| api.execute(cx, request));
}
