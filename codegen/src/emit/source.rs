//! Renders tables, columns and indexes as the Rust code that builds them.

use proc_macro2::{Literal, TokenStream};
use quote::{format_ident, quote};
use samara::table::{
    Column, ColumnOrder, Comparison, Fill, ForeignKey, Index, OnDelete, RowCondition, Storage, Table, ValueRules,
};
use samara::value::{Value, bytes_text, date_text, duration_text, float_text, time_text, timestamp_text};

pub(super) fn table(table: &Table) -> TokenStream {
    let name = &table.name;
    let columns = table.columns.iter().map(column);
    let indexes = table.indexes.iter().map(index);
    quote! { Table::new(#name) #(.with(#columns))* #(.with_index(#indexes))* }
}

pub(super) fn column(column: &Column) -> TokenStream {
    let name = &column.name;
    let constructor = format_ident!(
        "{}",
        match column.storage {
            Storage::Text => "text",
            Storage::Integer => "integer",
            Storage::Float => "float",
            Storage::Boolean => "boolean",
            Storage::Uuid => "uuid",
            Storage::Timestamp => "timestamp",
            Storage::Date => "date",
            Storage::Time => "time",
            Storage::Duration => "duration",
            Storage::Bytes => "bytes",
            Storage::Json => "json",
        }
    );
    let primary_key = match column.counted {
        true => Some(quote! { .counted() }),
        false => column.primary_key.then(|| quote! { .primary_key() }),
    };
    let nullable = column.nullable.then(|| quote! { .nullable() });
    let default = column.default.as_ref().map(constant).map(|text| quote! { .default(#text) });
    let references = column.references.as_ref().map(references);
    // Existing rows get the default, so a fill beside it would have no effect.
    let needs_fill = !column.nullable && column.default.is_none();
    let fill = column.fill.as_ref().filter(|_| needs_fill).map(|fill| match fill {
        Fill::Now => quote! { .fill(Fill::Now) },
        Fill::Empty => quote! { .fill(Fill::Empty) },
        Fill::Constant(value) => {
            let text = constant(value);
            quote! { .fill_with(#text) }
        }
    });
    quote! { Column::#constructor(#name) #primary_key #nullable #default #references #fill }
}

/// The table without fills: it is new, so there are no rows that need a value.
pub(super) fn without_fill(table: &Table) -> Table {
    let columns = table.columns.iter().map(|it| Column { fill: None, ..it.clone() }).collect();
    Table { columns, ..table.clone() }
}

/// A column that changes: without its fill if every row has a value of it that stays.
pub(super) fn fill_where_needed(from: &Column, to: &Column) -> Column {
    if from.nullable || from.storage != to.storage { to.clone() } else { to.schema() }
}

pub(super) fn index(index: &Index) -> TokenStream {
    let name = &index.name;
    let constructor = if index.unique {
        quote! { unique }
    } else {
        quote! { new }
    };
    let columns = index.columns.iter().map(|(column, order)| match order {
        ColumnOrder::Asc => quote! { .asc(#column) },
        ColumnOrder::Desc => quote! { .desc(#column) },
    });
    let only = index.only.as_ref().map(row_condition).map(|it| quote! { .only(#it) });
    let equal = &index.nulls_equal;
    let nulls_equal = (!equal.is_empty()).then(|| quote! { .nulls_equal([#(#equal),*]) });
    quote! { Index::#constructor(#name) #(#columns)* #nulls_equal #only }
}

fn row_condition(condition: &RowCondition) -> TokenStream {
    let all = |conditions: &[RowCondition]| conditions.iter().map(row_condition).collect::<Vec<_>>();
    match condition {
        RowCondition::IsNull(column) => quote! { RowCondition::is_null(#column) },
        RowCondition::Not(condition) => match &**condition {
            RowCondition::IsNull(column) => quote! { RowCondition::is_present(#column) },
            condition => {
                let condition = row_condition(condition);
                quote! { #condition.negated() }
            }
        },
        RowCondition::Compare(column, comparison, value) => {
            let (comparison, value) = (self::comparison(*comparison), typed_constant(value));
            quote! { RowCondition::compare(#column, #comparison, #value) }
        }
        RowCondition::Columns(column, comparison, other) => {
            let comparison = self::comparison(*comparison);
            quote! { RowCondition::columns(#column, #comparison, #other) }
        }
        RowCondition::OneOf(column, values) => {
            let values = values.iter().map(typed_constant);
            quote! { RowCondition::one_of(#column, [#(#values),*]) }
        }
        RowCondition::All(conditions) => {
            let conditions = all(conditions);
            quote! { RowCondition::all([#(#conditions),*]) }
        }
        RowCondition::Any(conditions) => {
            let conditions = all(conditions);
            quote! { RowCondition::any([#(#conditions),*]) }
        }
    }
}

fn comparison(comparison: Comparison) -> TokenStream {
    let variant = format_ident!("{}", format!("{comparison:?}"));
    quote! { Comparison::#variant }
}

/// A constant with the storage that it is of: `Storage::Integer.constant("7")`.
fn typed_constant(value: &Value) -> TokenStream {
    let storage = match value {
        Value::Bool(_) => quote! { Boolean },
        Value::Int(_) => quote! { Integer },
        Value::Float(_) => quote! { Float },
        Value::Date(_) => quote! { Date },
        Value::Time(_) => quote! { Time },
        Value::Duration(_) => quote! { Duration },
        Value::Bytes(_) => quote! { Bytes },
        Value::Uuid(_) => quote! { Uuid },
        Value::Timestamp(_) => quote! { Timestamp },
        Value::Json(_) => quote! { Json },
        Value::Null | Value::List(_) | Value::Text(_) => quote! { Text },
    };
    let text = constant(value);
    quote! { Storage::#storage.constant(#text) }
}

/// What is checked of values.
pub(super) fn rules(rules: &ValueRules) -> TokenStream {
    let one_of = rules.one_of.as_ref().map(|it| quote! { .one_of([#(#it),*]) });
    let lengths = [("min_length", rules.min_length), ("max_length", rules.max_length)];
    let lengths = lengths.into_iter().filter_map(|(name, length)| {
        let (name, length) = (format_ident!("{name}"), Literal::u32_unsuffixed(length?));
        Some(quote! { .#name(#length) })
    });
    let bounds = [("min", rules.min), ("max", rules.max)];
    let bounds = bounds.into_iter().filter_map(|(name, bound)| {
        let (name, bound) = (format_ident!("{name}"), Literal::i64_unsuffixed(bound?));
        Some(quote! { .#name(#bound) })
    });
    let flags = [("email", rules.email), ("slug", rules.slug), ("one_line", rules.one_line)];
    let flags = flags.into_iter().filter(|(_, is_on)| *is_on).map(|(name, _)| {
        let name = format_ident!("{name}");
        quote! { .#name() }
    });
    quote! { ValueRules::new() #one_of #(#lengths)* #(#bounds)* #(#flags)* }
}

fn references(key: &ForeignKey) -> TokenStream {
    let (table, column) = (&key.table, &key.column);
    let on_delete = match key.on_delete {
        OnDelete::Restrict => quote! { OnDelete::Restrict },
        OnDelete::Cascade => quote! { OnDelete::Cascade },
        OnDelete::Nilify => quote! { OnDelete::Nilify },
    };
    quote! { .references(#table, #column, #on_delete) }
}

/// A constant as [`Column::default`] reads it.
fn constant(value: &Value) -> String {
    match value {
        Value::Null | Value::List(_) => String::new(),
        Value::Bool(value) => value.to_string(),
        Value::Int(value) => value.to_string(),
        Value::Float(value) => float_text(*value),
        Value::Date(date) => date_text(*date),
        Value::Time(time) => time_text(*time),
        Value::Duration(micros) => duration_text(*micros),
        Value::Bytes(bytes) => bytes_text(bytes),
        Value::Text(text) => text.clone(),
        Value::Uuid(uuid) => uuid.to_string(),
        Value::Timestamp(time) => timestamp_text(*time),
        Value::Json(json) => json.to_string(),
    }
}
