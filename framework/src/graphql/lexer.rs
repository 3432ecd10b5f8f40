//! The tokens of a document, for checks of the text itself: its size, and mistakes that the parser does not report.
//!
//! ```text
//! { worlds(first: 3) }   →   { · worlds · ( · first · : · 3 · ) · }
//! ```
//! It is lenient: the parser decides whether the text is a document.
//!
//! Source: GraphQL specification, "Lexical Tokens".

use std::borrow::Cow;
use std::collections::HashSet;

use async_graphql::Pos;

use super::error::ResponseError;

/// The tokens of a text, each with the byte that it starts at.
pub(super) struct Tokens<'a> {
    text: &'a [u8],
    at: usize,
}

impl<'a> Tokens<'a> {
    pub(super) fn of(text: &'a str) -> Self {
        Self { text: text.as_bytes(), at: 0 }
    }
}

impl<'a> Iterator for Tokens<'a> {
    type Item = (usize, &'a [u8]);

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let rest = &self.text[self.at..];
            let ignored = match rest.first()? {
                b' ' | b'\t' | b'\r' | b'\n' | b',' => 1,
                b'#' => rest.iter().position(|it| matches!(it, b'\n' | b'\r')).unwrap_or(rest.len()),
                _ => break,
            };
            self.at += ignored;
        }
        let rest = &self.text[self.at..];
        let length = match rest.first()? {
            b'"' => string(rest),
            b'.' => rest.iter().take(3).take_while(|it| **it == b'.').count(),
            it if is_word(*it) => rest.iter().take_while(|it| is_word(**it)).count(),
            _ => 1,
        };
        let start = self.at;
        self.at += length;
        Some((start, &rest[..length]))
    }
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'+')
}

/// The length of the string that `text` starts with; a string that does not end extends to the end of its line.
fn string(text: &[u8]) -> usize {
    let block = is_block(text);
    let mut rest = &text[if block { 3 } else { 1 }..];
    loop {
        rest = match rest {
            [b'\\', b'"', b'"', b'"', after @ ..] if block => after,
            [b'"', b'"', b'"', after @ ..] if block => return text.len() - after.len(),
            [b'\\', _, after @ ..] if !block => after,
            [b'"' | b'\n', after @ ..] if !block => return text.len() - after.len(),
            [_, after @ ..] => after,
            [] => return text.len(),
        };
    }
}

fn is_block(string: &[u8]) -> bool {
    string.starts_with(br#"""""#)
}

/// Refuses an input object that gives a field twice: the parser silently keeps the last one.
///
/// Source: GraphQL specification, "Input Object Field Uniqueness".
pub(super) fn input_fields_differ(document: &str) -> Result<(), ResponseError> {
    enum Bracket<'a> {
        Selection,
        Value,
        Object(HashSet<&'a [u8]>),
    }
    let mut open: Vec<Bracket<'_>> = Vec::new();
    let mut before: (usize, &[u8]) = (0, b"");
    for token in Tokens::of(document) {
        match (token.1, open.last()) {
            // Values occur only within the brackets of arguments and of variables.
            (b"{", None | Some(Bracket::Selection)) => open.push(Bracket::Selection),
            (b"{", _) => open.push(Bracket::Object(HashSet::new())),
            (b"(" | b"[", _) => open.push(Bracket::Value),
            (b"}" | b")" | b"]", _) => drop(open.pop()),
            _ => {}
        }
        if let (b":", Some(Bracket::Object(fields))) = (token.1, open.last_mut())
            && !fields.insert(before.1)
        {
            let message = format!("an input object gives `{}` twice", String::from_utf8_lossy(before.1));
            return Err(ResponseError::invalid(message).at(position(document, before.0)));
        }
        before = token;
    }
    Ok(())
}

/// The line and column of a byte, as the parser counts them.
fn position(text: &str, at: usize) -> Pos {
    let before = text.get(..at).unwrap_or(text);
    let line = before.rsplit('\n').next().unwrap_or_default();
    Pos { line: before.matches('\n').count() + 1, column: line.chars().count() + 1 }
}

/// The document with rewritten forms of what the parser does not understand: the escape `\u{1F331}`, pairs of surrogates, and the integer
/// `-0`, which it reads as a float. An escape that is no character is left as it is, and the parser refuses it.
///
/// Source: GraphQL specification, "String Value", "Int Value".
pub(super) fn with_known_forms(document: &str) -> Cow<'_, str> {
    let (mut text, mut copied) = (String::new(), 0);
    for (start, token) in Tokens::of(document) {
        let end = start + token.len();
        if token == b"-0" && document.as_bytes().get(end) != Some(&b'.') {
            text.push_str(&document[copied..start]);
            // Of the same length, so that no column changes.
            text.push_str(" 0");
            copied = end;
        }
        if token.first() != Some(&b'"') || is_block(token) {
            continue;
        }
        let mut at = start;
        while at < end {
            let rest = document.get(at..end).unwrap_or_default();
            if let Some((escape, character)) = character(rest) {
                text.push_str(&document[copied..at]);
                match u16::try_from(u32::from(character)) {
                    // A character with a meaning in strings must stay escaped.
                    Ok(unit) => text.push_str(&format!("\\u{unit:04X}")),
                    Err(_) => text.push(character),
                }
                copied = at + escape;
                at = copied;
            } else if rest.starts_with('\\') {
                at += 2;
            } else {
                at += 1;
            }
        }
    }
    if copied == 0 {
        return document.into();
    }
    text.push_str(&document[copied..]);
    text.into()
}

/// The character of an escape at the start of `text`, and the escape's length in bytes; only for escapes that the parser does not
/// understand.
fn character(text: &str) -> Option<(usize, char)> {
    let digits = text.strip_prefix("\\u")?;
    if let Some(braced) = digits.strip_prefix('{') {
        // Only the digits are read: if each escape searched for its closing brace, a text of escapes without one would take quadratic
        // time.
        let (digits, rest) = braced.split_at(braced.bytes().take_while(u8::is_ascii_hexdigit).count());
        let code = u32::from_str_radix(digits, 16).ok().filter(|_| rest.starts_with('}'))?;
        return Some((digits.len() + 4, char::from_u32(code)?));
    }
    let unit = |text: &str| {
        let digits = text.get(..4).filter(|it| it.bytes().all(|it| it.is_ascii_hexdigit()));
        digits.and_then(|it| u16::from_str_radix(it, 16).ok())
    };
    let pair = [unit(digits)?, unit(digits.get(4..)?.strip_prefix("\\u")?)?];
    let mut decoded = char::decode_utf16(pair);
    match (decoded.next(), decoded.next()) {
        (Some(Ok(character)), None) => Some((12, character)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Limits, document};
    use super::*;
    use crate::error::Code;

    #[test]
    fn a_document_is_taken_apart() {
        let text = "# {\n{ a(s: \"}\\\"\", t: \"\"\"\n\\\"\"\" } \"\"\", n: -1.5) ...É }";
        let tokens: Vec<_> = Tokens::of(text).map(|(_, it)| String::from_utf8_lossy(it).into_owned()).collect();
        let expected = ["{", "a", "(", "s", ":", "\"}\\\"\"", "t", ":", "\"\"\"\n\\\"\"\" } \"\"\"", "n", ":", "-1"];
        assert_eq!(tokens[..12], expected);
        assert!(Tokens::of(text).all(|(at, it)| text.as_bytes()[at..].starts_with(it)));
        for unfinished in ["\"", "\"\\", "\"\"\"", "\"\"\"\\", "#", ".", "\"a\nb"] {
            assert!(Tokens::of(unfinished).count() <= 2, "{unfinished}");
        }
    }

    #[test]
    fn a_field_may_be_given_once() {
        let check = |query: &str| input_fields_differ(query).err().map(|it| (it.message, it.locations));
        for query in [
            "{ a: x a: x }",
            "{ x(o: {a: 1, b: {a: 1}}) { y(o: {a: 1}) } }",
            "{ x(l: [{a: 1}, {a: 1}], s: \"a: a:\") }",
            "query($a: [X!]! = [{a: 1}, {a: 2}]) { x(a: $a) @skip(if: true) { a: b a: b } }",
            "} ) ] : { : }",
        ] {
            assert_eq!(check(query), None, "{query}");
        }
        let expected = Some(("an input object gives `a` twice".to_owned(), vec![Pos { line: 2, column: 12 }]));
        assert_eq!(
            check("{\n x(É: {a: {}, a: 2}) }"),
            expected.clone().map(|(it, _)| (it, vec![Pos { line: 2, column: 15 }]))
        );
        assert_eq!(check("{\n x(o: {a:1,a: $a}) }"), expected);
        assert!(check("query($a: X = {a: 1, a: 1}) { x(a: $a) }").is_some());
        assert!(check("{ x @d(o: [{b: 1, b: {a: 1}}]) }").is_some());
    }

    #[test]
    fn escapes_that_the_parser_does_not_know_are_put_into_words_that_it_does() {
        for (text, expected) in [
            (r#"{ x(s: "\u{1F331} \uD83C\uDF31 \u00e9") }"#, "{ x(s: \"\u{1f331} \u{1f331} \\u00e9\") }"),
            (r#"{ x(s: "\u{22}\u{5c}\u{000A}") }"#, r#"{ x(s: "\u0022\u005C\u000A") }"#),
            (
                r#"{ x(s: "\\u{1F331} é", t: """\u{1F331}""") # \u{1F331}"#,
                r#"{ x(s: "\\u{1F331} é", t: """\u{1F331}""") # \u{1F331}"#,
            ),
        ] {
            assert_eq!(with_known_forms(text), expected);
        }
        for broken in [
            r"\uD83C",
            r"\uD83C\n",
            r"\uDF31\uD83C",
            r"\u{}",
            r"\u{110000}",
            r"\u{D800}",
            r"\u{+41}",
            r"\u{",
            r"\u{41",
            r"\u{4 1}",
            r"\u{\u{1F331",
            r"\u12",
            r"\",
        ] {
            let text = format!("{{ x(s: \"{broken}\") }}");
            assert_eq!(with_known_forms(&text), text);
        }
    }

    #[test]
    fn minus_zero_is_an_integer() {
        for (text, expected) in [
            ("{ x(n: -0) y(l: [-0,-0]) }", "{ x(n:  0) y(l: [ 0, 0]) }"),
            (r#"{ x(n: -0, s: "-0 \u{41}") # -0"#, r#"{ x(n:  0, s: "-0 \u0041") # -0"#),
        ] {
            assert_eq!(with_known_forms(text), expected);
        }
        for other in
            ["{ x(n: -0.0) }", "{ x(n: -0e1) }", "{ x(n: -01) }", "{ x(n: 0, m: -10) }", "{ x(s: \"\"\"-0\"\"\") }"]
        {
            assert_eq!(with_known_forms(other), other);
        }
    }

    #[test]
    fn a_text_of_escapes_without_an_end_is_refused() {
        for escape in [r"\u{", r"\u{0", r"\u{D83C", r"\u", r"\uD83C"] {
            let text = format!("{{ x(s: \"{}\") }}", escape.repeat(35_000));
            assert_eq!(with_known_forms(&text), text, "{escape}");
            let fault = document::parse(&text, &Limits::default()).err();
            assert_eq!(fault.map(|it| it.code), Some(Code::Invalid), "{escape}");
        }
        let long = format!("{{ x(s: \"\\u{{{}41}}\") }}", "0".repeat(200_000));
        assert_eq!(with_known_forms(&long), r#"{ x(s: "\u0041") }"#);
    }
}
