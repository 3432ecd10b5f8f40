//! A domain and an app without anything in them.

use samara::prelude::*;

#[domain(resources = [])]
pub struct Library;

samara::app!(pub App, domains = []);

fn main() {}
