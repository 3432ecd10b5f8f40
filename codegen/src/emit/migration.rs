//! The source of one migration: a SeaORM migration, small enough to be reviewed.

use std::collections::BTreeSet;
use std::path::Path;

use proc_macro2::{TokenStream, TokenTree};
use quote::{format_ident, quote};

use super::source;
use crate::diagnostic::{Diagnostic, DiagnosticCode};
use crate::file::GeneratedFile;
use crate::operation::{Operation, TableChange};
use crate::question::Decisions;

/// Renders the migration `module` (`m20260101_120000_create_worlds`) in the folder of the migrations' crate. What the developer said with it
/// stands in its first lines.
///
/// # Errors
/// `R0713` if what was rendered is no Rust, which would be a bug in the generator.
pub fn migration(
    folder: &Path,
    module: &str,
    operations: &[Operation],
    said: &Decisions,
) -> Result<GeneratedFile, Diagnostic> {
    let up: Vec<TokenStream> = operations.iter().flat_map(calls).collect();
    let down: Vec<TokenStream> = operations.iter().rev().flat_map(|it| calls(&it.inverse())).collect();
    let docs = docs(operations, said);
    let imports = imports(&up, &down);
    let file = quote! {
        #(#![doc = #docs])*

        use samara::migration::{#(#imports),*};

        pub(crate) struct Migration;

        impl MigrationName for Migration {
            fn name(&self) -> &str {
                #module
            }
        }

        #[async_trait]
        impl MigrationTrait for Migration {
            async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
                let schema = Schema::of(manager);
                #(schema.#up.await?;)*
                Ok(())
            }

            async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
                let schema = Schema::of(manager);
                #(schema.#down.await?;)*
                Ok(())
            }

            fn use_transaction(&self) -> Option<bool> {
                Some(true)
            }
        }
    };
    Ok(GeneratedFile::present(folder.join("src").join(format!("{module}.rs")), pretty(file)?))
}

/// Formats Rust.
pub(super) fn pretty(tokens: TokenStream) -> Result<String, Diagnostic> {
    let file = syn::parse2(tokens).map_err(|error| {
        Diagnostic::new(
            DiagnosticCode::Files,
            format!("generated source does not parse: {error}"),
            "report this; it is a fault of `samara`",
        )
    })?;
    Ok(spaced(&prettyplease::unparse(&file)))
}

/// Puts the empty lines between items and methods that prettyplease leaves out.
fn spaced(source: &str) -> String {
    let mut text = String::with_capacity(source.len() + 64);
    let mut earlier = "";
    for line in source.lines() {
        let after_item = matches!(earlier, "}" | "};" | "    }" | "pub(crate) struct Migration;") && line != "}";
        let after_docs = earlier.starts_with("//!") && !line.starts_with("//!");
        let around_use = earlier.starts_with("use ") && !earlier.ends_with('{')
            || line.starts_with("use ") && !earlier.is_empty() && !after_docs && !after_item;
        if after_item || after_docs || around_use {
            text.push('\n');
        }
        text.push_str(line);
        text.push('\n');
        earlier = line;
    }
    text
}

/// Whether the source is one that [`migration`] rendered.
pub fn is_generated(source: &str) -> bool {
    source.starts_with(&format!("//!{GENERATED}\n"))
}

/// Whether two sources of a migration say the same, in whatever order: a snapshot does not know the order in which columns were declared.
pub fn says_the_same(one: &str, other: &str) -> bool {
    let comments = |source: &str| source.lines().filter(|it| is_comment(it.trim_start())).count();
    match (words(one), words(other)) {
        (Some(these), Some(those)) => these == those && comments(one) == comments(other),
        _ => false,
    }
}

/// Whether a line is a comment, which no generator writes; documentation is none.
fn is_comment(line: &str) -> bool {
    line.starts_with("/*") || line.starts_with("//") && !line.starts_with("//!")
}

/// The tokens of a source, sorted; `None` if it is no Rust. Whether a list ends with a comma depends on how it is broken into lines.
fn words(source: &str) -> Option<Vec<String>> {
    fn collect(tokens: TokenStream, words: &mut Vec<String>) {
        for token in tokens {
            match token {
                TokenTree::Group(group) => {
                    words.push(format!("{:?}", group.delimiter()));
                    collect(group.stream(), words);
                }
                token => words.push(token.to_string()),
            }
        }
    }
    let mut words = Vec::new();
    collect(source.parse().ok()?, &mut words);
    words.retain(|it| it != ",");
    words.sort_unstable();
    Some(words)
}

/// What the developer said with a migration, as its source has it.
pub fn said_with(source: &str) -> Decisions {
    let mut said = Decisions::default();
    let docs = source.lines().map_while(|it| it.strip_prefix("//!"));
    for flag in docs.filter_map(|it| it.strip_prefix(SAID)?.strip_suffix('`')) {
        said.read_flag(flag);
    }
    said
}

const GENERATED: &str = " Generated by `samara codegen`; review it, and change only what a declaration cannot say.";
const SAID: &str = " Said with it: `";

fn docs(operations: &[Operation], said: &Decisions) -> Vec<String> {
    let mut docs = vec![GENERATED.to_owned(), String::new()];
    for operation in operations {
        docs.push(format!(" - {operation}"));
        let warnings = operation.warnings().into_iter().chain(operation.way_back(operations));
        docs.extend(warnings.map(|it| format!("   (warning: {it})")));
    }
    let flags = said.flags();
    if !flags.is_empty() {
        docs.push(String::new());
        docs.extend(flags.iter().map(|it| format!("{SAID}{it}`")));
    }
    docs
}

/// The verbs that do it; none where a change of rules concerns no row.
fn calls(operation: &Operation) -> Vec<TokenStream> {
    if let Operation::ChangeRules { table, column, .. } = operation {
        let (normalises, checked) = operation.on_values();
        let normalise = normalises.then(|| quote! { normalise(#table, #column) });
        let rules = source::rules(&checked);
        let check = (!checked.is_empty()).then(|| quote! { check_values(#table, #column, #rules) });
        return normalise.into_iter().chain(check).collect();
    }
    vec![call(operation)]
}

fn call(operation: &Operation) -> TokenStream {
    match operation {
        Operation::CreateTable(table) => {
            let table = source::table(&source::without_fill(table));
            quote! { create_table(#table) }
        }
        Operation::DropTable(table) => {
            let table = &table.name;
            quote! { drop_table(#table) }
        }
        Operation::RenameTable { from, to } => quote! { rename_table(#from, #to) },
        Operation::AddColumn { table, column } => {
            let column = source::column(column);
            quote! { add_column(#table, #column) }
        }
        Operation::DropColumn { table, column } => {
            let column = &column.name;
            quote! { drop_column(#table, #column) }
        }
        Operation::RenameColumn { table, from, to } => quote! { rename_column(#table, #from, #to) },
        Operation::Rebuild(tables) => rebuild(tables),
        // It is none, one or two calls.
        Operation::ChangeRules { .. } => TokenStream::new(),
        Operation::CreateIndex { table, index } => {
            let index = source::index(index);
            quote! { create_index(#table, #index) }
        }
        Operation::DropIndex { table, index } => {
            let index = &index.name;
            quote! { drop_index(#table, #index) }
        }
        Operation::RenameIndex { table, from, to } => {
            let (from, to) = (&from.name, source::index(to));
            quote! { rename_index(#table, #from, #to) }
        }
        Operation::RenameConstraint { table, from, to } => quote! { rename_constraint(#table, #from, #to) },
    }
}

fn rebuild(tables: &[TableChange]) -> TokenStream {
    let changes = tables.iter().map(|TableChange { table, columns }| {
        let columns = columns.iter().map(|(from, to)| {
            let (from, to) = (source::column(&from.schema()), source::column(&source::fill_where_needed(from, to)));
            quote! { .change(#from, #to) }
        });
        (table, quote! { Rebuild::new() #(#columns)* })
    });
    let (tables, changes): (Vec<&String>, Vec<TokenStream>) = changes.unzip();
    if let ([table], [change]) = (tables.as_slice(), changes.as_slice()) {
        return quote! { rebuild(#table, #change) };
    }
    quote! { rebuild_together([#((#tables, #changes)),*]) }
}

/// The names that the calls and every migration import.
fn imports(up: &[TokenStream], down: &[TokenStream]) -> Vec<proc_macro2::Ident> {
    const WORDS: [&str; 7] = ["Column", "Fill", "Index", "OnDelete", "Rebuild", "Table", "ValueRules"];
    let mut named: BTreeSet<String> =
        ["DbErr", "MigrationName", "MigrationTrait", "Schema", "SchemaManager", "async_trait"].map(String::from).into();
    for tokens in up.iter().chain(down) {
        collect(tokens.clone(), &WORDS, &mut named);
    }
    named.iter().map(|it| format_ident!("{it}")).collect()
}

fn collect(tokens: TokenStream, words: &[&str], named: &mut BTreeSet<String>) {
    for token in tokens {
        match token {
            TokenTree::Group(group) => collect(group.stream(), words, named),
            TokenTree::Ident(ident) if words.contains(&ident.to_string().as_str()) => {
                named.insert(ident.to_string());
            }
            _ => {}
        }
    }
}
