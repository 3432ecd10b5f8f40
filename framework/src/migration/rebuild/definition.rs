//! The text of a table's definition on SQLite, which the database keeps as it was written: taken apart at its commas and put together
//! again with other columns. What nobody asked to change stays word for word: a constraint by hand, `STRICT`, a collation.

use super::super::{Error, MigrationCode};

/// `CREATE TABLE "worlds" (…) STRICT`, taken apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Definition {
    /// The columns and table constraints, in order.
    parts: Vec<Part>,
    /// What follows the closing parenthesis.
    options: String,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Part {
    /// The column's name; `None` of a constraint of the table.
    column: Option<String>,
    text: String,
}

/// One word, name, text, or sign of SQL.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Token<'a> {
    text: &'a str,
    start: usize,
    kind: TokenKind,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum TokenKind {
    Word,
    /// A name in quotes.
    Quoted,
    Sign,
}

/// The words with which a constraint of the table begins, not a column.
const OF_TABLE: [&str; 5] = ["CONSTRAINT", "PRIMARY", "UNIQUE", "CHECK", "FOREIGN"];
/// What no migration writes into a column: it would be lost with the column's definition.
const BY_HAND: [&str; 9] =
    ["CHECK", "COLLATE", "UNIQUE", "GENERATED", "AS", "AUTOINCREMENT", "CONFLICT", "DEFERRABLE", "UPDATE"];

/// What a migration writes into some columns: in another one it was put by hand, and would be lost too.
const ONLY_IF_WRITTEN: [&str; 3] = ["REFERENCES", "PRIMARY", "NOT"];

impl Definition {
    /// Takes a definition apart.
    ///
    /// # Errors
    /// `R0731` if it is none: a virtual table, say.
    pub(super) fn read(table: &str, sql: &str) -> Result<Self, Error> {
        let strange = || {
            let message = format!("the table `{table}` is none that a migration makes: `{}`", first_line(sql));
            Error::new(MigrationCode::ByHand, message, "make the change by a migration of your own")
        };
        let tokens = tokens(sql);
        let open = tokens.iter().position(|it| it.text == "(").ok_or_else(strange)?;
        let starts = |at: usize, word: &str| tokens.get(at).is_some_and(|it| it.text.eq_ignore_ascii_case(word));
        if !starts(0, "CREATE") || !starts(1, "TABLE") {
            return Err(strange());
        }
        let (mut parts, mut depth, mut from, mut close) = (Vec::new(), 0_usize, tokens[open].start + 1, None);
        for token in &tokens[open..] {
            match token.text {
                "(" => depth += 1,
                ")" if depth == 1 => {
                    parts.push(part(&sql[from..token.start]));
                    close = Some(token.start + 1);
                    break;
                }
                ")" => depth -= 1,
                "," if depth == 1 => {
                    parts.push(part(&sql[from..token.start]));
                    from = token.start + 1;
                }
                _ => {}
            }
        }
        let options = sql[close.ok_or_else(strange)?..].trim().to_owned();
        Ok(Self { parts, options })
    }

    /// Puts the one column of `to` in the place of the one of `from`: both are definitions as migrations write them.
    ///
    /// # Errors
    /// `R0731` if there is no such column, or if it holds something that no migration writes.
    pub(super) fn replace(&mut self, table: &str, from: &Self, to: &Self) -> Result<(), Error> {
        let (Some(from), Some(to)) = (from.parts.first(), to.parts.first()) else { return Ok(()) };
        let column = from.column.as_deref().unwrap_or_default();
        let help = "take it away by a migration of your own first, or make the change by hand";
        let Some(place) = self.parts.iter_mut().find(|it| it.is(column)) else {
            let message = format!("the table `{table}` has no column `{column}`, though its migrations made one");
            return Err(Error::new(MigrationCode::ByHand, message, help));
        };
        let only_if_written = ONLY_IF_WRITTEN.into_iter().filter(|it| !holds(&from.text, it));
        if let Some(word) = BY_HAND.into_iter().chain(only_if_written).find(|it| holds(&place.text, it)) {
            let message =
                format!("the column `{table}.{column}` has a `{word}` that no migration wrote, and that would be lost");
            return Err(Error::new(MigrationCode::ByHand, message, help));
        }
        place.clone_from(to);
        Ok(())
    }

    /// Takes the table's name from before the names of its columns: a `CHECK` may say `worlds.size`, and the table is made under another name.
    pub(super) fn name_columns_alone(&mut self, table: &str) {
        for part in &mut self.parts {
            part.text = without_qualifier(&part.text, table);
        }
    }

    /// The statement that makes the table under that name, which is quoted.
    pub(super) fn create(&self, name: &str) -> String {
        let parts: Vec<&str> = self.parts.iter().map(|it| it.text.as_str()).collect();
        // A comment to the end of a line may close a part.
        format!("CREATE TABLE {name} ( {}\n) {}", parts.join("\n, "), self.options).trim_end().to_owned()
    }
}

impl Part {
    fn is(&self, column: &str) -> bool {
        self.column.as_deref().is_some_and(|it| it.eq_ignore_ascii_case(column))
    }
}

fn part(text: &str) -> Part {
    let column = tokens(text).first().and_then(|first| match first.kind {
        TokenKind::Word if OF_TABLE.iter().any(|it| first.text.eq_ignore_ascii_case(it)) => None,
        TokenKind::Word => Some(first.text.to_owned()),
        TokenKind::Quoted => Some(unquoted(first.text)),
        TokenKind::Sign => None,
    });
    Part { column, text: text.trim().to_owned() }
}

/// The text with `table.` taken from before names. No other table can be named so in a definition.
fn without_qualifier(text: &str, table: &str) -> String {
    let tokens = tokens(text);
    let is_table = |it: &Token<'_>| match it.kind {
        TokenKind::Word => it.text.eq_ignore_ascii_case(table),
        TokenKind::Quoted => unquoted(it.text).eq_ignore_ascii_case(table),
        TokenKind::Sign => false,
    };
    let (mut kept, mut from) = (String::with_capacity(text.len()), 0);
    for pair in tokens.windows(3) {
        if is_table(&pair[0]) && pair[1].text == "." && pair[2].kind != TokenKind::Sign {
            kept.push_str(&text[from..pair[0].start]);
            from = pair[2].start;
        }
    }
    kept.push_str(&text[from..]);
    kept
}

/// Whether the definition of a column holds that word.
fn holds(text: &str, word: &str) -> bool {
    // The first token is the column's name.
    let tokens = tokens(text);
    tokens.iter().skip(1).any(|it| it.kind == TokenKind::Word && it.text.eq_ignore_ascii_case(word))
}

fn unquoted(name: &str) -> String {
    let quote = name.chars().next().unwrap_or_default();
    let close = if quote == '[' { ']' } else { quote };
    let inside = name.strip_prefix(quote).and_then(|it| it.strip_suffix(close)).unwrap_or(name);
    inside.replace(&format!("{close}{close}"), &close.to_string())
}

/// Splits SQL into tokens, without white space and comments.
///
/// Source: SQLite's tokenizer, `tokenize.c`.
fn tokens(sql: &str) -> Vec<Token<'_>> {
    let mut tokens = Vec::new();
    let mut start = 0;
    while let Some(first) = sql[start..].chars().next() {
        let rest = &sql[start..];
        let (length, kind) = match first {
            _ if first.is_whitespace() => (first.len_utf8(), None),
            _ if rest.starts_with("--") => (rest.find('\n').unwrap_or(rest.len()), None),
            _ if rest.starts_with("/*") => (rest[2..].find("*/").map_or(rest.len(), |it| it + 4), None),
            '\'' => (quoted_length(rest, '\''), Some(TokenKind::Sign)),
            '"' | '`' => (quoted_length(rest, first), Some(TokenKind::Quoted)),
            '[' => (rest.find(']').map_or(rest.len(), |it| it + 1), Some(TokenKind::Quoted)),
            _ if is_in_word(first) => (rest.find(|it| !is_in_word(it)).unwrap_or(rest.len()), Some(TokenKind::Word)),
            _ => (first.len_utf8(), Some(TokenKind::Sign)),
        };
        if let Some(kind) = kind {
            tokens.push(Token { text: &rest[..length], start, kind });
        }
        start += length;
    }
    tokens
}

fn is_in_word(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || matches!(letter, '_' | '$') || !letter.is_ascii()
}

/// The length of what stands in quotes, in which the quote is doubled.
fn quoted_length(text: &str, quote: char) -> usize {
    let mut letters = text.char_indices().skip(1).peekable();
    while let Some((at, letter)) = letters.next() {
        if letter == quote && letters.next_if(|(_, next)| *next == quote).is_none() {
            return at + 1;
        }
    }
    text.len()
}

fn first_line(sql: &str) -> String {
    sql.lines().next().unwrap_or_default().chars().take(80).collect()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn read(sql: &str) -> Definition {
        Definition::read("t", sql).unwrap()
    }

    #[test]
    fn a_definition_is_taken_apart_and_put_together() {
        let sql = "CREATE TABLE \"t\" (a TEXT DEFAULT 'x, (y', \"b \"\"c\" INTEGER -- one, two\n, [d] TEXT CHECK (d IN ('p', 'q')),\n\
                   CONSTRAINT k UNIQUE (a, d)) STRICT";
        let read = read(sql);
        let columns: Vec<Option<&str>> = read.parts.iter().map(|it| it.column.as_deref()).collect();
        assert_eq!(columns, [Some("a"), Some("b \"c"), Some("d"), None]);
        assert_eq!(
            read.create("\"n\""),
            "CREATE TABLE \"n\" ( a TEXT DEFAULT 'x, (y'\n, \"b \"\"c\" INTEGER -- one, two\n, [d] TEXT CHECK (d IN ('p', 'q'))\n, \
             CONSTRAINT k UNIQUE (a, d)\n) STRICT"
        );
    }

    #[test]
    fn one_column_is_replaced_and_the_others_stay() {
        let mut definition =
            read("CREATE TABLE t (a TEXT CHECK (a <> ''), B TEXT NOT NULL REFERENCES u (id) ON DELETE CASCADE)");
        let was = read("CREATE TABLE x (b TEXT NOT NULL REFERENCES u (id))");
        definition.replace("t", &was, &read("CREATE TABLE x (\"b\" INTEGER NULL)")).unwrap();
        assert_eq!(definition.create("t"), "CREATE TABLE t ( a TEXT CHECK (a <> '')\n, \"b\" INTEGER NULL\n)");
    }

    #[test]
    fn columns_are_named_without_their_table() {
        let mut definition = read(
            "CREATE TABLE t (t TEXT CHECK (T.t <> 't.t' AND \"t\" . \"t\" <> u.t), n REAL DEFAULT 1.5, CHECK (t . n > t.n AND t > 0))",
        );
        definition.name_columns_alone("t");
        assert_eq!(
            definition.create("t"),
            "CREATE TABLE t ( t TEXT CHECK (t <> 't.t' AND \"t\" <> u.t)\n, n REAL DEFAULT 1.5\n, CHECK (n > n AND t > 0)\n)"
        );
    }

    #[test]
    fn what_would_be_lost_is_named() {
        let mut definition = read("CREATE TABLE t (a TEXT CHECK (a <> ''), \"check\" TEXT DEFAULT 'UNIQUE', c TEXT)");
        let written = read("CREATE TABLE x (c TEXT)");
        let text = |column: &str| read(&format!("CREATE TABLE x (\"{column}\" TEXT)"));
        let error = definition.replace("t", &text("a"), &written).unwrap_err();
        assert!(error.message().contains("`t.a` has a `CHECK`"), "{error}");
        definition.replace("t", &text("check"), &written).unwrap();
        assert!(definition.replace("t", &text("z"), &written).unwrap_err().message().contains("no column `z`"));
        // What a migration writes into some columns was put into this one by hand.
        let mut definition = read("CREATE TABLE t (a TEXT REFERENCES u (id), b TEXT NOT NULL)");
        for (column, word) in [("a", "REFERENCES"), ("b", "NOT")] {
            let error = definition.replace("t", &text(column), &written).unwrap_err();
            assert!(error.message().contains(&format!("has a `{word}`")), "{error}");
        }
        for sql in ["CREATE VIRTUAL TABLE t USING fts5(a)", "", "CREATE TABLE t (a"] {
            assert_eq!(Definition::read("t", sql).unwrap_err().code(), MigrationCode::ByHand, "{sql}");
        }
    }
}
