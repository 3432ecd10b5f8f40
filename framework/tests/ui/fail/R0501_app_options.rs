//! An app that does not say what is in it.

samara::app!(pub App);

fn main() {}
