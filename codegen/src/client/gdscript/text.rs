//! Parts of GDScript's text: comments, signatures and texts of operations, formatted as gdformat does.

/// The columns of a line; a tab counts as four.
const WIDTH: usize = 100;

/// Documentation above a declaration, wrapped: each line begins with `##`. Empty for empty docs.
pub(super) fn docs(docs: &str, tabs: usize) -> String {
    let indent = "\t".repeat(tabs);
    let width = WIDTH - 4 * tabs - "## ".len();
    let mut text = String::new();
    for paragraph in docs.split('\n') {
        if paragraph.trim().is_empty() {
            text.push_str(&format!("{indent}##\n"));
            continue;
        }
        // The editor would run the items of a list together.
        let item = paragraph.strip_prefix("- ").map(|it| format!("[br]- {}", as_bbcode(it)));
        for line in wrap(&item.unwrap_or_else(|| as_bbcode(paragraph)), width) {
            text.push_str(&format!("{indent}## {line}\n"));
        }
    }
    if docs.trim().is_empty() { String::new() } else { text }
}

/// A comment at the start of a file, in as many lines as it needs.
pub(super) fn comment(text: &str) -> String {
    wrap(text, WIDTH - "# ".len()).iter().map(|it| format!("# {it}\n")).collect()
}

/// Words in lines of so many columns.
fn wrap(text: &str, width: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        match lines.last_mut() {
            Some(line) if line.chars().count() + 1 + word.chars().count() <= width => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}

/// The editor shows documentation as BBCode: what stands between backticks is code there, and no bracket opens a tag.
fn as_bbcode(text: &str) -> String {
    let mut out = String::new();
    for (index, part) in text.split('`').enumerate() {
        let is_code = index % 2 == 1;
        let part = if is_code { part.to_owned() } else { part.replace('[', "[lb]") };
        out.push_str(&if is_code { format!("[code]{part}[/code]") } else { part });
    }
    out
}

/// `func record(kind: …, more: Dictionary = {}) -> Activity.Result:`, broken where it is too long for a line.
pub(super) fn signature(head: &str, parameters: &[String], result: &str, tabs: usize) -> String {
    let indent = "\t".repeat(tabs);
    let whole = format!("{indent}{head}({}) -> {result}:", parameters.join(", "));
    if whole.chars().count() + 3 * tabs <= WIDTH {
        return whole;
    }
    let inner = parameters.join(", ");
    if inner.chars().count() + 4 * (tabs + 1) <= WIDTH {
        return format!("{indent}{head}(\n{indent}\t{inner}\n{indent}) -> {result}:");
    }
    let inner: Vec<String> = parameters.iter().map(|it| format!("{indent}\t{it}")).collect();
    format!("{indent}{head}(\n{}\n{indent}) -> {result}:", inner.join(",\n"))
}

/// Blank lines as gdformat wants them: two between what stands at the left, one within a class, none at the end.
pub(super) fn with_blank_lines(text: &str) -> String {
    let mut out: Vec<&str> = Vec::new();
    let mut blank = 0_usize;
    for line in text.lines() {
        if line.trim().is_empty() {
            blank += 1;
            continue;
        }
        if blank > 0 {
            let last_is_inner = out.last().is_some_and(|it| it.starts_with('\t'));
            let wanted = match (line.starts_with('\t'), last_is_inner) {
                (true, _) => 1,
                (false, true) => 2,
                (false, false) => blank.min(2),
            };
            out.extend(std::iter::repeat_n("", wanted));
            blank = 0;
        }
        out.push(line);
    }
    out.join("\n") + "\n"
}

/// A text as a GDScript string.
pub(super) fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

/// An operation as a string, of several lines where it is long: broken between tokens and never within a string of its own.
pub(super) fn operation(text: &str) -> String {
    let mut lines: Vec<String> = vec![String::new()];
    for word in tokens(text) {
        let line = lines.last_mut().map_or(0, |it| it.chars().count());
        if line + 1 + word.chars().count() > WIDTH - 4 {
            lines.push(String::new());
        }
        if let Some(line) = lines.last_mut() {
            if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(&word);
        }
    }
    if lines.len() == 1 && text.len() < SHORT {
        return quoted(&lines.concat());
    }
    let text = lines.join("\n").replace('\\', "\\\\").replace("\"\"\"", "\\\"\\\"\\\"");
    format!("\"\"\"\\\n{text}\"\"\"")
}

/// A text of fewer bytes stands on the line of its constant.
const SHORT: usize = 50;

/// The parts between spaces that stand outside of strings.
fn tokens(text: &str) -> Vec<String> {
    let mut tokens = vec![String::new()];
    let (mut in_string, mut escaped) = (false, false);
    for letter in text.chars() {
        if letter == ' ' && !in_string {
            tokens.push(String::new());
            continue;
        }
        if letter == '"' && !escaped {
            in_string = !in_string;
        }
        escaped = letter == '\\' && !escaped;
        if let Some(token) = tokens.last_mut() {
            token.push(letter);
        }
    }
    tokens.retain(|it| !it.is_empty());
    tokens
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn documentation_is_wrapped_and_shown_as_it_was_meant() {
        assert_eq!(docs("", 0), "");
        assert_eq!(docs("The key of `world`.", 1), "\t## The key of [code]world[/code].\n");
        assert_eq!(docs("Any of [a].\n\nMore.", 0), "## Any of [lb]a].\n##\n## More.\n");
        assert!(docs(&"word ".repeat(60), 0).lines().all(|it| it.len() <= WIDTH));
    }

    #[test]
    fn a_signature_is_broken_as_gdformat_does() {
        let short = signature("func find", &["id: String".to_owned()], "World.Result", 0);
        assert_eq!(short, "func find(id: String) -> World.Result:");
        let long = vec!["some_long_parameter: Enums.ActivityKind".to_owned(); 2];
        let broken = signature("func record_something_long", &long, "Activity.Result", 0);
        assert_eq!(
            broken,
            format!("func record_something_long(\n\t{}\n) -> Activity.Result:", long.join(", ")),
            "on a line of their own where they fit"
        );
        let longer = vec!["some_long_parameter: Enums.ActivityKind".to_owned(); 3];
        let broken = signature("func record", &longer, "Activity.Result", 0);
        assert!(broken.starts_with("func record(\n\tsome_long_parameter: Enums.ActivityKind,\n"), "{broken}");
    }

    #[test]
    fn an_operation_is_never_broken_within_a_string() {
        let text = format!("query A {{ a(b: \"{}\") }}", "x y ".repeat(40));
        let written = operation(&text);
        assert!(written.contains(&"x y ".repeat(40)), "{written}");
        assert!(written.lines().count() > 1, "{written}");
    }
}
