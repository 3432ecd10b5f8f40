//! The schema as it is emitted: that of the declaration, and nothing of sign-in's own tables.

use samara::graphql::sdl;

use super::platform;

#[test]
fn nothing_of_sign_ins_own_tables_is_served() {
    let served = sdl(&platform::application().ir).unwrap();
    assert!(!served.contains("agic"), "{served}");
    assert!(served.contains("requestSignInCode"));
}

#[test]
fn the_emitted_schema_reads_well_and_is_always_the_same() {
    let app = platform::application().ir;
    assert_eq!(sdl(&app).unwrap(), sdl(&app).unwrap());
    insta::assert_snapshot!(sdl(&app).unwrap());
}
