//! The screens' HTML. The functions here only render what they are given: they read nothing.

pub(super) mod detail;
pub(super) mod error;
pub(super) mod form;
pub(super) mod home;
pub(super) mod list;
pub(super) mod return_value;
pub(super) mod revoke;
mod shell;
mod table;
mod value;
mod widget;
