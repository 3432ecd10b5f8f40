//! Variants that hold data, and an enum with a parameter.

use samara::prelude::*;

#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    New,
    Sold(i64),
    Lent { to: i64 },
}

fn main() {}
