//! What macros emit, pretty-printed and kept, so that a change of it shows in review.

mod bodies;

use proc_macro2::TokenStream;

/// Keeps the output of `expand` for `input` as a snapshot, with the input in its header.
pub(crate) fn check(name: &str, input: &str, expand: impl FnOnce(TokenStream) -> TokenStream) {
    let output = expand(input.parse().unwrap());
    let file = syn::parse2(output.clone()).unwrap_or_else(|error| panic!("{error} in {output}"));
    insta::with_settings!({ description => input, omit_expression => true, prepend_module_to_snapshot => false }, {
        insta::assert_snapshot!(name, prettyplease::unparse(&file));
    });
}
