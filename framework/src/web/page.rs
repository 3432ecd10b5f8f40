//! The layout that every page stands in.

use maud::{DOCTYPE, Markup, html};

use super::Visitor;
use super::asset::STYLESHEET;

/// A page for somebody: `title`, the site's head with their sign-out button, and `main`.
///
/// `title` is the page's only `h1`; `main` starts below it.
pub fn page(visitor: &Visitor, title: &str, main: Markup) -> Markup {
    document(title, header(visitor), main)
}

/// A page that knows nobody, such as an error's.
pub fn bare(title: &str, main: Markup) -> Markup {
    document(title, html! { a.brand href="/" { "Home" } }, main)
}

fn document(title: &str, header: Markup, main: Markup) -> Markup {
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                meta name="robots" content="noindex";
                title { (title) }
                link rel="icon" href="data:,";
                link rel="stylesheet" href=(STYLESHEET.path());
            }
            body {
                a.skip href="#main" { "Skip to the content" }
                header.site { (header) }
                main #main tabindex="-1" {
                    h1 { (title) }
                    (main)
                }
            }
        }
    }
}

fn header(visitor: &Visitor) -> Markup {
    html! {
        a.brand href="/" { "Home" }
        nav aria-label="Account" {
            @if visitor.user().is_some() {
                a href="/me" { (visitor.name()) }
                form method="post" action="/sign-out" {
                    (visitor.csrf_field())
                    button.quiet type="submit" { "Sign out" }
                }
            } @else {
                a href="/sign-in" { "Sign in" }
            }
        }
    }
}
