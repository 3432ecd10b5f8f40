//! The layout that every page stands in.

use maud::{DOCTYPE, Markup, html};

use super::asset::{HTMX, ICON, LISTS, STYLESHEET, TIMES};
use super::value::isolated;
use super::{Visitor, name};

/// htmx brings styles for its indicators if it is let. On Back and Forward it would exchange the page's body, and what was typed would stand
/// beside rows that it does not belong to; a page that is loaded as at first is what the address says.
const HTMX_SETTINGS: &str = r#"{"includeIndicatorCSS":false,"history":"reload"}"#;

/// A page for somebody: `title`, the site's head with their sign-out button, and `main`.
///
/// `title` is the page's only `h1`; `main` starts below it.
pub fn page(visitor: &Visitor, title: &str, main: Markup) -> Markup {
    let main = html! { h1 { bdi { (title) } } (main) };
    document(&isolated(title), "narrow", &header(visitor), None, &main)
}

/// A page with a navigation of its own beside `main`, which brings its `h1`; `title` is the window's as it stands. Links and forms in it may
/// carry htmx's attributes.
pub fn framed(visitor: &Visitor, title: &str, navigation: &Markup, main: &Markup) -> Markup {
    document(title, "framed", &header(visitor), Some(navigation), main)
}

/// A page that knows nobody, such as an error's.
pub fn bare(title: &str, main: Markup) -> Markup {
    let main = html! { h1 { (title) } (main) };
    document(title, "narrow", &brand(), None, &main)
}

fn document(title: &str, layout: &str, header: &Markup, navigation: Option<&Markup>, main: &Markup) -> Markup {
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                meta name="robots" content="noindex";
                title { (title) " – " (name::current()) }
                link rel="icon" href=(ICON.path()) type="image/svg+xml";
                link rel="stylesheet" href=(STYLESHEET.path());
                script src=(TIMES.path()) defer {}
                @if navigation.is_some() {
                    meta name="htmx-config" content=(HTMX_SETTINGS);
                    script src=(HTMX.path()) defer {}
                    script src=(LISTS.path()) defer {}
                }
            }
            body class=(layout) {
                a.skip href="#main" { "Skip to the content" }
                header.site { (header) }
                @if let Some(navigation) = navigation { (navigation) }
                main #main tabindex="-1" { (main) }
            }
        }
    }
}

fn header(visitor: &Visitor) -> Markup {
    html! {
        (brand())
        nav aria-label="Account" {
            @if visitor.user().is_some() {
                a href="/me" { bdi { (visitor.name()) } }
                form method="post" action="/sign-out" {
                    (visitor.csrf_field())
                    button.quiet.small type="submit" { "Sign out" }
                }
            } @else {
                a href="/sign-in" { "Sign in" }
            }
        }
    }
}

/// The winged seed and the site's name: the way to the start page.
fn brand() -> Markup {
    html! { a.brand href="/" { img src=(ICON.path()) alt="" width="24" height="24"; (name::current()) } }
}
