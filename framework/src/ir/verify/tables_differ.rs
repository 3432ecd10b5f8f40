//! R1002: no two resources share a table. Table names are also the plurals in addresses and in GraphQL.

use super::{Findings, repeated};
use crate::ir::App;

pub(super) fn tables_differ(app: &App, found: &mut Findings<'_>) {
    for table in repeated(app.resources().iter().map(|it| &it.table)) {
        let owners = app.resources().iter().filter(|it| it.table == *table).map(|it| it.name.as_str());
        found.report(table, format!("it is the table of {}", owners.collect::<Vec<_>>().join(" and of ")));
    }
}
