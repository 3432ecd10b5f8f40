//! What several test modules need.

pub(crate) mod catalogue;
pub(crate) mod contention;
pub(crate) mod declare;
pub(crate) mod expression;
pub(crate) mod log;
pub(crate) mod people;
pub(crate) mod platform;
pub(crate) mod rows;
pub(crate) mod schema;
pub(crate) mod served;
pub(crate) mod sign_in;
pub(crate) mod trees;
pub(crate) mod write;
