//! The chapters of the book, as documentation: `cargo test` compiles their Rust. What a block needs and does not show is hidden in it, behind `#`.
//! The tutorial is a workspace of its own, with a test of its own.

macro_rules! chapters {
    ($($chapter:ident $file:literal)*) => {$(
        #[doc = include_str!(concat!("../../docs/book/src/", $file))]
        mod $chapter {}
    )*};
}

chapters! {
    admin "admin.md"
    asked "asked.md"
    coming_from_ash "coming-from-ash.md"
    coming_from_django "coming-from-django.md"
    coming_from_pocketbase "coming-from-pocketbase.md"
    coming_from_postgraphile "coming-from-postgraphile.md"
    coming_from_prisma "coming-from-prisma.md"
    declaration "declaration.md"
    functions "functions.md"
    graphql "graphql.md"
    migrations "migrations.md"
    policies "policies.md"
    running "running.md"
    sign_in "sign-in.md"
    your_app "your-app.md"
}
