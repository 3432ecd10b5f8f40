//! The text of a module, line by line.

/// Lines with indentation.
#[derive(Debug, Default)]
pub(super) struct Text {
    text: String,
    depth: usize,
}

impl Text {
    pub(super) fn line(&mut self, line: impl AsRef<str>) {
        self.text.push_str(&"  ".repeat(self.depth));
        self.text.push_str(line.as_ref());
        self.text.push('\n');
    }

    pub(super) fn empty(&mut self) {
        self.text.push('\n');
    }

    /// A line that opens something, what is in it, and the line that closes it.
    pub(super) fn within(&mut self, open: impl AsRef<str>, close: impl AsRef<str>, inner: impl FnOnce(&mut Self)) {
        self.line(open);
        self.indented(inner);
        self.line(close);
    }

    pub(super) fn indented(&mut self, inner: impl FnOnce(&mut Self)) {
        self.depth += 1;
        inner(self);
        self.depth -= 1;
    }

    /// A documentation comment; none for an empty text.
    pub(super) fn docs(&mut self, docs: &str) {
        // What ends a comment may stand in an app's documentation.
        let docs = docs.trim().replace("*/", "*\\/");
        let mut lines = docs.lines();
        match (lines.next(), lines.next()) {
            (None, _) => {}
            (Some(only), None) => self.line(format!("/** {only} */")),
            _ => {
                self.line("/**");
                docs.lines().for_each(|it| self.line(format!(" * {it}").trim_end()));
                self.line(" */");
            }
        }
    }

    /// Lines that are there already.
    pub(super) fn block(&mut self, block: &str) {
        self.text.push_str(block);
    }

    pub(super) fn finish(self) -> String {
        self.text
    }
}

/// A string literal.
pub(super) fn literal(text: &str) -> String {
    // What JSON writes is what JavaScript reads.
    serde_json::Value::from(text).to_string()
}
