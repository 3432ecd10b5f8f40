//! The state of a list, all of it in its address: filters, order, page and its size.

use url::form_urlencoded::Serializer;

use super::input::GIVEN_TWICE;
use super::model::{List, Screen};
use crate::error::{Code, Problem};
use crate::site::FormFields;
use crate::site::value::isolated;

const SORT: &str = "sort";
const ROWS: &str = "rows";
const AFTER: &str = "after";
const BEFORE: &str = "before";

/// The state of a list, as its address holds it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct ListState {
    /// Parameter and value as given, never empty, in the order of the list's filters.
    filters: Vec<(String, String)>,
    /// The column and whether it descends; `None`: the list's own order.
    pub(super) sort: Option<(String, bool)>,
    /// Rows of a page; `None`: the list's own number.
    pub(super) rows: Option<u32>,
    /// The page.
    pub(super) page: PagePosition,
}

/// Which page of a list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) enum PagePosition {
    #[default]
    First,
    /// The rows after that cursor.
    After(String),
    /// The rows before that cursor.
    Before(String),
}

impl ListState {
    /// Reads an address's parameters. Parameters that the list does not know are problems: ignored, the list would show more than was
    /// asked for.
    pub(super) fn parse(list: &List, fields: &FormFields) -> (Self, Vec<Problem>) {
        let given = |name: &str| fields.given(name).next().map(str::trim);
        let mut problems = Vec::new();
        let parameters: Vec<&String> = list.filters.iter().flat_map(|it| &it.parameters).collect();
        for (name, _) in fields.iter().filter(|(_, value)| !value.trim().is_empty()) {
            let is_own = [SORT, ROWS, AFTER, BEFORE].contains(&name);
            if !is_own && !parameters.iter().any(|it| *it == name) {
                problems.push(problem(format!("There is no filter “{}”.", isolated(&shortened(name)))));
            }
        }
        for name in parameters.iter().copied().filter(|it| fields.given(it).nth(1).is_some()) {
            let (message, fields) = (GIVEN_TWICE.to_owned(), vec![name.clone()]);
            problems.push(Problem::new(Code::Invalid, message, fields));
        }
        for name in [SORT, ROWS, AFTER, BEFORE].into_iter().filter(|it| fields.given(it).nth(1).is_some()) {
            problems.push(problem(format!("“{name}” {GIVEN_TWICE}.")));
        }
        if given(AFTER).is_some() && given(BEFORE).is_some() {
            problems.push(problem("A page stands after a row or before one, not both.".to_owned()));
        }
        let sort = given(SORT).and_then(|it| {
            let (name, descends) = it.strip_prefix('-').map_or((it, false), |name| (name, true));
            let known = list.columns.iter().any(|column| column.sortable && column.name == name);
            if !known {
                problems.push(problem(format!("The list cannot be ordered by “{}”.", isolated(&shortened(name)))));
            }
            known.then(|| (name.to_owned(), descends))
        });
        let rows = given(ROWS).and_then(|it| {
            let rows = it.parse().ok().filter(|it| (1..=list.max_rows).contains(it));
            if rows.is_none() {
                problems.push(problem(format!("A page has from 1 to {} rows.", list.max_rows)));
            }
            rows.filter(|it| *it != list.rows)
        });
        let state = Self {
            filters: parameters.iter().filter_map(|name| Some(((*name).clone(), given(name)?.to_owned()))).collect(),
            sort,
            rows,
            page: match (given(AFTER), given(BEFORE)) {
                (Some(cursor), _) => PagePosition::After(cursor.to_owned()),
                (None, Some(cursor)) => PagePosition::Before(cursor.to_owned()),
                (None, None) => PagePosition::First,
            },
        };
        (state, problems)
    }

    /// The value of a filter's parameter; empty where there is none.
    pub(super) fn filter(&self, parameter: &str) -> &str {
        self.filters.iter().find(|(name, _)| name == parameter).map_or("", |(_, value)| value)
    }

    /// The parameters that narrow the list, with their values, in order.
    pub(super) fn filters(&self) -> impl Iterator<Item = (&str, &str)> {
        self.filters.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// Whether any filter narrows the list.
    pub(super) fn is_filtered(&self) -> bool {
        !self.filters.is_empty()
    }

    /// The first page of the rows that are left without one filter.
    pub(super) fn without(&self, parameter: &str) -> Self {
        let mut state = self.at(PagePosition::First);
        state.filters.retain(|(name, _)| name != parameter);
        state
    }

    /// The first page of all rows in the same order.
    pub(super) fn unfiltered(&self) -> Self {
        Self { filters: Vec::new(), ..self.at(PagePosition::First) }
    }

    /// The first page of the same rows in another order.
    pub(super) fn sorted_by(&self, column: &str, descends: bool) -> Self {
        Self { sort: Some((column.to_owned(), descends)), ..self.at(PagePosition::First) }
    }

    /// The first page, of another size.
    pub(super) fn sized(&self, list: &List, rows: u32) -> Self {
        Self { rows: Some(rows).filter(|it| *it != list.rows), ..self.at(PagePosition::First) }
    }

    /// Another page of the same rows in the same order.
    pub(super) fn at(&self, page: PagePosition) -> Self {
        Self { page, ..self.clone() }
    }

    /// The address.
    pub(super) fn address(&self, screen: &Screen) -> String {
        let mut query = Serializer::new(String::new());
        query.extend_pairs(&self.filters).extend_pairs(self.kept());
        match &self.page {
            PagePosition::First => {}
            PagePosition::After(cursor) => drop(query.append_pair(AFTER, cursor)),
            PagePosition::Before(cursor) => drop(query.append_pair(BEFORE, cursor)),
        }
        with_query(&screen.address, &query.finish())
    }

    /// The parameters of order and size, which the filters' form keeps in hidden fields.
    pub(super) fn kept(&self) -> Vec<(&'static str, String)> {
        let sort = self.sort.as_ref().map(|(name, descends)| format!("{}{name}", if *descends { "-" } else { "" }));
        let rows = self.rows.map(|it| it.to_string());
        [(SORT, sort), (ROWS, rows)].into_iter().filter_map(|(name, value)| Some((name, value?))).collect()
    }
}

fn problem(message: String) -> Problem {
    Problem::new(Code::Invalid, message, Vec::new())
}

/// A text from an address, shortened to fit a sentence.
fn shortened(text: &str) -> String {
    text.chars().take(40).collect()
}

/// `path?name=value`, or `path?other=1&name=value`.
pub(super) fn with_parameter(path: &str, name: &str, value: &str) -> String {
    with_query(path, &Serializer::new(String::new()).append_pair(name, value).finish())
}

fn with_query(path: &str, query: &str) -> String {
    match query {
        "" => path.to_owned(),
        _ if path.contains('?') => format!("{path}&{query}"),
        _ => format!("{path}?{query}"),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use crate::admin::model::{Column, Filter, FilterKind, ValueSource, Widget};
    use crate::ir::AttributeId;

    const NAME: AttributeId = AttributeId::at(1);

    fn list() -> List {
        let column = Column {
            name: "name".into(),
            title: "Name".into(),
            source: ValueSource::Attribute { id: NAME },
            sortable: true,
            guarded: false,
        };
        let filter = Filter {
            name: "name".into(),
            id: NAME,
            title: "Name".into(),
            test: FilterKind::Contains,
            widget: Widget::Text { max_length: None },
            parameters: vec!["name".into()],
            nullable: false,
            column: true,
        };
        List {
            columns: vec![column],
            filters: vec![filter],
            sort: Vec::new(),
            rows: 50,
            max_rows: 250,
            page_sizes: vec![25, 50],
        }
    }

    fn parse(query: &str) -> (ListState, Vec<String>) {
        let (state, problems) = ListState::parse(&list(), &FormFields::parse(query.as_bytes()));
        (state, problems.into_iter().map(|it| it.message).collect())
    }

    #[test]
    fn what_the_list_does_not_know_is_said() {
        let (state, problems) = parse("name=+a%26b+&sort=-name&after=c&rows=50&other=");
        assert_eq!(state.filter("name"), "a&b");
        assert_eq!(state.sort, Some(("name".into(), true)));
        assert_eq!((state.page, state.rows), (PagePosition::After("c".into()), None));
        assert!(problems.is_empty(), "{problems:?}");
        let (state, problems) = parse("sort=secret&secret=1&rows=251&name=");
        assert_eq!(state, ListState::default());
        assert_eq!(
            problems,
            [
                "There is no filter “secret”.",
                "The list cannot be ordered by “secret”.",
                "A page has from 1 to 250 rows."
            ]
        );
        for (query, problem) in [
            ("name=a&name=b", "is given more than once"),
            ("name=a&name=a", "is given more than once"),
            ("sort=name&sort=-name", "“sort” is given more than once."),
            ("after=a&after=b", "“after” is given more than once."),
            ("after=a&before=b", "A page stands after a row or before one, not both."),
        ] {
            assert_eq!(parse(query).1, [problem], "{query}");
        }
        assert_eq!(parse("name=&name=b").0.filter("name"), "b");
        for rows in ["0", "-1", "many", "99999999999"] {
            assert_eq!(parse(&format!("rows={rows}")).1.len(), 1, "{rows}");
        }
    }

    #[test]
    fn another_order_or_size_starts_at_the_first_page_and_keeps_the_filters() {
        let (before, _) = parse("name=a&before=c&rows=25");
        let state = before.sorted_by("name", false);
        assert_eq!((state.filter("name"), &state.page, state.rows), ("a", &PagePosition::First, Some(25)));
        assert_eq!(state.kept(), [("sort", "name".to_owned()), ("rows", "25".to_owned())]);
        assert_eq!(before.sized(&list(), 50).rows, None);
        assert_eq!(before.without("name"), ListState { rows: Some(25), ..ListState::default() });
    }
}
