//! Behaviour of the framework, one module for each.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]
#![allow(unreachable_pub, reason = "declarations are written here as an application writes them")]

/// The reference application: its declaration is that of the tests.
#[path = "../../../app/src/lib.rs"]
#[allow(dead_code, unused_imports, reason = "tests use some of it")]
mod app;

mod admin;
mod auth;
mod blocks;
mod calls;
mod cursors;
mod declared_bodies;
mod declared_upserts;
mod default_filters;
mod dropped;
mod engine_expression;
mod engine_fault;
mod engine_policy;
mod engine_read;
mod engine_stored;
mod engine_value;
mod engine_write;
mod entity;
mod expr_eval;
mod expr_fold;
mod expr_handles;
mod expr_print;
mod expr_types;
mod extents;
mod foreign_ids;
mod graphql;
mod hooks;
mod identities;
mod kept_rows;
mod keys;
mod keywords;
mod language;
mod manifest;
mod migration;
mod named_rows;
mod places;
mod pooler;
mod prepared_plans;
mod prepared_reads;
mod rebuild;
mod returned_rows;
mod selections;
mod sensitive;
mod soft_deletes;
mod support;
mod tenants;
mod ties;
mod ui;
mod values;
mod verify;
mod visibility;
mod warm_cache;
mod web;
mod write_events;
mod write_limits;
mod write_many;
mod write_told;
mod written;

use app::{accounts, platform};
