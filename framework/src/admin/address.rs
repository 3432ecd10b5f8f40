//! The state of a list, all of it in its address: filters, order and page.

use url::form_urlencoded::Serializer;

use super::model::{List, Screen};
use crate::web::Fields;

const SORT: &str = "sort";
const AFTER: &str = "after";
const BEFORE: &str = "before";

/// What the address of a list says. Parameters that the list does not know are dropped.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct ListState {
    /// Parameter and value as given, never empty, in the order of the list's filters.
    filters: Vec<(String, String)>,
    /// The column and whether it descends; `None`: the list's own order.
    pub(super) sort: Option<(String, bool)>,
    /// The page.
    pub(super) page: Page,
}

/// Which page of a list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) enum Page {
    #[default]
    First,
    /// The rows after that cursor.
    After(String),
    /// The rows before that cursor.
    Before(String),
}

impl ListState {
    /// Reads an address's parameters.
    pub(super) fn parse(list: &List, fields: &Fields) -> Self {
        let given = |name: &str| fields.get(name).map(str::trim).filter(|it| !it.is_empty());
        let parameters = list.filters.iter().flat_map(|it| &it.parameters);
        let sort = given(SORT).and_then(|it| {
            let (name, descends) = it.strip_prefix('-').map_or((it, false), |name| (name, true));
            let known = list.columns.iter().any(|column| column.sortable && column.name == name);
            known.then(|| (name.to_owned(), descends))
        });
        Self {
            filters: parameters.filter_map(|name| Some((name.clone(), given(name)?.to_owned()))).collect(),
            sort,
            page: match (given(AFTER), given(BEFORE)) {
                (Some(cursor), _) => Page::After(cursor.to_owned()),
                (None, Some(cursor)) => Page::Before(cursor.to_owned()),
                (None, None) => Page::First,
            },
        }
    }

    /// The value of a filter's parameter; empty where there is none.
    pub(super) fn filter(&self, parameter: &str) -> &str {
        self.filters.iter().find(|(name, _)| name == parameter).map_or("", |(_, value)| value)
    }

    /// Whether any filter narrows the list.
    pub(super) fn is_filtered(&self) -> bool {
        !self.filters.is_empty()
    }

    /// The first page of the same rows in another order.
    pub(super) fn sorted_by(&self, column: &str, descends: bool) -> Self {
        Self { sort: Some((column.to_owned(), descends)), page: Page::First, ..self.clone() }
    }

    /// Another page of the same rows in the same order.
    pub(super) fn at(&self, page: Page) -> Self {
        Self { page, ..self.clone() }
    }

    /// The address.
    pub(super) fn address(&self, screen: &Screen) -> String {
        let mut query = Serializer::new(String::new());
        query.extend_pairs(&self.filters);
        if let Some(sort) = self.sort_parameter() {
            query.append_pair(SORT, &sort);
        }
        match &self.page {
            Page::First => {}
            Page::After(cursor) => drop(query.append_pair(AFTER, cursor)),
            Page::Before(cursor) => drop(query.append_pair(BEFORE, cursor)),
        }
        with_query(&screen.address, &query.finish())
    }

    /// The order as its parameter, which the filters' form keeps in a hidden field.
    pub(super) fn sort_parameter(&self) -> Option<String> {
        let (name, descends) = self.sort.as_ref()?;
        Some(format!("{}{name}", if *descends { "-" } else { "" }))
    }
}

/// `path?name=value`.
pub(super) fn with_parameter(path: &str, name: &str, value: &str) -> String {
    with_query(path, &Serializer::new(String::new()).append_pair(name, value).finish())
}

fn with_query(path: &str, query: &str) -> String {
    if query.is_empty() { path.to_owned() } else { format!("{path}?{query}") }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use crate::admin::model::{Column, Filter, Source, Test, Widget};

    fn list() -> List {
        let column = Column {
            name: "name".into(),
            title: "Name".into(),
            source: Source::Attribute { index: 1 },
            sortable: true,
            guarded: false,
        };
        let filter = Filter {
            name: "name".into(),
            index: 1,
            title: "Name".into(),
            test: Test::Contains,
            widget: Widget::Text { max_length: None },
            parameters: vec!["name".into()],
            nullable: false,
            column: true,
        };
        List { columns: vec![column], filters: vec![filter], sort: Vec::new(), rows: 50, max_rows: 250 }
    }

    fn parse(query: &str) -> ListState {
        ListState::parse(&list(), &Fields::parse(query.as_bytes()))
    }

    #[test]
    fn what_the_list_does_not_know_is_dropped() {
        let state = parse("name=+a%26b+&sort=-name&sort=x&other=1&after=c");
        assert_eq!(state.filter("name"), "a&b");
        assert_eq!(state.sort, Some(("name".into(), true)));
        assert_eq!(state.page, Page::After("c".into()));
        assert_eq!(parse("sort=secret&name="), ListState::default());
    }

    #[test]
    fn another_order_starts_at_the_first_page_and_keeps_the_filters() {
        let state = parse("name=a&before=c").sorted_by("name", false);
        assert_eq!(state.page, Page::First);
        assert_eq!(state.filter("name"), "a");
        assert_eq!(state.sort_parameter().as_deref(), Some("name"));
    }
}
