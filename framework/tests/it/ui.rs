//! What the compiler says of mistakes.
//!
//! Only failures: a case that passes would make `trybuild` build all dependencies again, where checking is enough. What bodies
//! can say is in `declared_bodies` and `expr_handles`.

#[test]
fn ui() {
    trybuild::TestCases::new().compile_fail("tests/ui/fail/*.rs");
}
