//! R1002: no two resources share a table. Table names are also the plurals in addresses and in GraphQL.

use super::Findings;
use crate::ir::App;

pub(super) fn tables_differ(app: &App, found: &mut Findings<'_>) {
    for (index, resource) in app.resources().iter().enumerate() {
        if let Some(other) = app.resources()[..index].iter().find(|it| it.table == resource.table) {
            let message = format!("its table `{}` is that of `{}`: give one another", resource.table, other.name);
            found.report_both(resource, message, other, "the table is named first here");
        }
    }
}
