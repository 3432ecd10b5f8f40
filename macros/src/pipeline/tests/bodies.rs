//! Policies, calculations and helper functions.

use proc_macro2::TokenStream;
use quote::quote;

use super::rust;
use crate::pipeline::{calculations, expression, policies};

/// Keeps the output of `expand` for `input` as a snapshot, with the input in its header.
fn check(name: &str, input: &str, expand: impl FnOnce(TokenStream) -> TokenStream) {
    let output = rust(expand(input.parse().unwrap()));
    insta::with_settings!({ description => input, omit_expression => true, prepend_module_to_snapshot => false }, {
        insta::assert_snapshot!(name, output);
    });
}

#[test]
fn policies_of_a_resource() {
    let input = "
impl Activity {
    /// Admins see and do everything.
    #[bypass]
    fn admins(actor: Actor<User>) -> bool { actor.role == Role::Admin }

    /// People read what they did.
    #[policy(read, actions = [record])]
    fn own(activity: Row<Activity>, actor: Actor<User>) -> bool {
        activity.user_id == actor.id || Self::admins(actor)
    }

    #[field_policy(email)]
    fn own_email(activity: Row<Activity>, actor: Actor<User>) -> bool { activity.user_id == actor.id }
}";
    check("policies", input, |item| policies(TokenStream::new(), item));
}

#[test]
fn calculations_of_a_resource() {
    let input = "
impl World {
    /// How many belong to it.
    #[calculation(public)]
    fn member_count(world: Row<World>) -> i64 { world.members().count() }

    #[calculation(unrestricted)]
    fn crowded(world: Row<World>) -> bool { world.member_count() > 9 }
}";
    check("calculations", input, |item| calculations(TokenStream::new(), item));
}

#[test]
fn every_kind_of_branch() {
    let input = "
fn weight(post: Row<Post>) -> i64 {
    let base = if post.public { 1 } else { post.likes };
    match post.kind {
        Kind::Build | Kind::Modify => base * 2,
        Kind::Explore => 0,
    }
}";
    check("branches", input, |item| expression(TokenStream::new(), item));
}

#[test]
fn operators_and_closures() {
    let input = "
fn visible(world: Row<World>, actor: Actor<User>) -> bool {
    3 < world.rank
        || !world.hidden && (world.members().any(|m| m.user_id == actor.id))
        || matches!(world.kind, Kind::A | Kind::B)
        || world.rank > value!(plain > 3)
}";
    check("operators", input, |item| expression(TokenStream::new(), item));
}

#[test]
fn a_broken_body_is_replaced_and_the_rest_stays() {
    let input = "
impl Post {
    #[policy(read)]
    fn broken(post: Row<Post>) -> bool { post.likes % 2 == 0 }

    #[policy(create)]
    fn sound(actor: Actor<User>) -> bool { actor.is_present() }
}";
    check("broken_body", input, |item| policies(TokenStream::new(), item));
}

#[test]
fn an_ad_hoc_filter_is_a_bare_closure() {
    check("expr", "|a| a.kind == Kind::Build && a.likes > least", |input| {
        let closure = crate::pipeline::expr(input);
        quote!(const FILTER: () = #closure;)
    });
}
