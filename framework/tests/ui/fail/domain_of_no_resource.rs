//! A domain of something that is no resource.

use samara::prelude::*;

pub struct Book;

#[domain(resources = [Book])]
pub struct Library;

fn main() {}
