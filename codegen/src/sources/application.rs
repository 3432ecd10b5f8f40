//! `samara::app!`, found in the sources: what it makes, and where it can be edited.

use proc_macro2::{Delimiter, TokenStream, TokenTree};
use syn::Item;

use super::edit::{Edits, bytes};
use super::search::last_words;
use super::{SourceFile, Sources};

/// `samara::app!(pub App, domains = […], …);`.
#[derive(Clone, Debug)]
pub(crate) struct ApplicationDeclaration<'a> {
    pub(crate) source: &'a SourceFile,
    /// The type that it makes.
    pub(crate) name: String,
    /// The domains that it lists, each by the last word of its path.
    pub(crate) domains: Vec<String>,
    /// Whether every crate may name the type, if its module can be named.
    pub(crate) is_public: bool,
    /// Whether it says whom the admin screens let in.
    pub(crate) has_admin: bool,
    /// The byte after its last argument, or that one's comma.
    end_of_arguments: usize,
    /// Whether a comma must be put before the next argument.
    needs_comma: bool,
    /// Whether its arguments have lines of their own.
    is_on_lines: bool,
}

impl Sources {
    /// The app's `samara::app!`.
    pub(crate) fn application(&self) -> Option<ApplicationDeclaration<'_>> {
        self.of_the_app().find_map(|source| {
            source.file.items.iter().find_map(|it| match it {
                Item::Macro(item) if item.mac.path.segments.last().is_some_and(|it| it.ident == "app") => {
                    ApplicationDeclaration::of(source, &item.mac.tokens)
                }
                _ => None,
            })
        })
    }
}

impl<'a> ApplicationDeclaration<'a> {
    fn of(source: &'a SourceFile, tokens: &TokenStream) -> Option<Self> {
        let tokens: Vec<TokenTree> = tokens.clone().into_iter().collect();
        let word = |it: &TokenTree| match it {
            TokenTree::Ident(it) => Some(it.to_string()),
            _ => None,
        };
        let name = tokens.iter().filter_map(word).find(|it| it != "pub")?;
        let is_restricted = |it: &TokenTree| matches!(it, TokenTree::Group(_));
        let is_public =
            tokens.first().and_then(word).is_some_and(|it| it == "pub") && !tokens.get(1).is_some_and(is_restricted);
        let option = |name: &str| tokens.iter().position(|it| word(it).is_some_and(|it| it == name));
        let lists = tokens.get(option("domains")?..)?;
        let domains = lists.iter().find_map(|it| match it {
            TokenTree::Group(group) if group.delimiter() == Delimiter::Bracket => Some(last_words(group.stream())),
            _ => None,
        });
        let is_given = |at: usize| matches!(tokens.get(at + 1), Some(TokenTree::Punct(it)) if it.as_char() == '=');
        let (first, last) = (tokens.first()?, tokens.last()?);
        let range = bytes(first.span()).start..bytes(last.span()).end;
        Some(Self {
            source,
            name,
            domains: domains.unwrap_or_default(),
            is_public,
            has_admin: option("admin").is_some_and(is_given),
            end_of_arguments: range.end,
            needs_comma: !matches!(last, TokenTree::Punct(it) if it.as_char() == ','),
            is_on_lines: source.text.get(range).is_some_and(|it| it.contains('\n')),
        })
    }

    /// Adds an argument at the end.
    pub(crate) fn add(&self, argument: &str, edits: &mut Edits) {
        let comma = if self.needs_comma { "," } else { "" };
        let text = match self.is_on_lines {
            true => format!("{comma}\n    {argument},"),
            false => format!("{comma} {argument}"),
        };
        edits.insert(self.end_of_arguments, text);
    }
}
