//! Tokens in, model out: parses what was written, and checks each attribute by itself.

pub(crate) mod actions;
pub(crate) mod app;
pub(crate) mod attributes;
pub(crate) mod block;
pub(crate) mod calculations;
mod calls;
pub(crate) mod domain;
pub(crate) mod enumeration;
pub(crate) mod field;
pub(crate) mod function;
pub(crate) mod names;
pub(crate) mod object;
pub(crate) mod options;
pub(crate) mod policies;
pub(crate) mod requirement;
pub(crate) mod resource;
mod row_name;
pub(crate) mod storable;
pub(crate) mod strategy;
mod transition;
