//! A domain that does not say what is in it.

use samara::prelude::*;

#[domain]
pub struct Library;

fn main() {}
