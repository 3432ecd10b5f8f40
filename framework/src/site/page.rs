//! The layout of every page.

use maud::{DOCTYPE, Markup, html};

use super::asset::{HTMX, ICON, LISTS, STYLESHEET, TIMES};
use super::value::{bdi, isolated};
use super::{Visitor, name};

/// htmx's settings. It would add styles for its indicators. And on Back and Forward it would replace the page's body, so that typed text
/// would be beside rows that it does not belong to; instead the page is loaded anew, as its address says.
const HTMX_SETTINGS: &str = r#"{"includeIndicatorCSS":false,"history":"reload"}"#;

/// A page for a visitor: the site's header with their sign-out button, `title`, and `main`.
///
/// `title` is the page's only `h1`; `main` starts below it.
pub fn page(visitor: &Visitor, title: &str, main: Markup) -> Markup {
    let main = html! { h1 { (bdi(title)) } (main) };
    document(&isolated(title), "narrow", &header(visitor), None, &main)
}

/// A page with a navigation beside `main`, which has the `h1`; `title` is the window's title. Links and forms in it may have htmx's
/// attributes.
pub fn framed(visitor: &Visitor, title: &str, navigation: &Markup, main: &Markup) -> Markup {
    document(title, "framed", &header(visitor), Some(navigation), main)
}

/// A page without a visitor, such as an error's.
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
                a href="/me" { (bdi(&visitor.name())) }
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

/// The logo and the site's name: the link to the start page.
fn brand() -> Markup {
    html! { a.brand href="/" { img src=(ICON.path()) alt="" width="24" height="24"; (name::current()) } }
}
