//! A declaration as the macros understand it: every default resolved, every name in its place, spans kept.

pub(crate) mod action;
pub(crate) mod attribute;
pub(crate) mod calculation;
pub(crate) mod call;
pub(crate) mod docs;
pub(crate) mod enumeration;
pub(crate) mod function;
pub(crate) mod object;
pub(crate) mod order;
pub(crate) mod policy;
pub(crate) mod relationship;
pub(crate) mod resource;
pub(crate) mod types;
pub(crate) mod values;
