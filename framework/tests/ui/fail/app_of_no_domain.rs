//! An app of something that is no domain.

pub struct Library;

samara::app!(pub App, domains = [Library]);

fn main() {}
