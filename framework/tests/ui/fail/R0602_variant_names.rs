//! Variants stored as the same text.

use samara::prelude::*;

#[allow(non_camel_case_types)]
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    ForSale,
    For_Sale,
}

fn main() {}
