//! Numbers for new rows whose primary key the database counts.

use crate::context::Context;
use crate::database::Purpose;
use crate::error::Error;
use crate::ir::{ResourceId, Type};
use crate::sql::{self, decode};
use crate::value::Value;

/// The next `count` numbers of a resource's table, ascending, which nobody else gets: in one statement, but for the first time on SQLite.
///
/// # Errors
/// `INTERNAL` if the table does not count its key; `UNAVAILABLE`, `TIMEOUT`.
pub(crate) async fn next_keys(cx: &Context, resource: ResourceId, count: usize) -> Result<Vec<i64>, Error> {
    let declared = cx.engine().app().resource(resource);
    let uncounted = || Error::internal(format!("the database does not count the primary key of {}", declared.name));
    let key = &declared[declared.primary_key().ok_or_else(uncounted)?].name;
    let number = i64::try_from(count).map_err(Error::internal)?;
    let capability = cx.engine().database().capability();
    let send = async |statement: crate::database::Statement| {
        cx.unit(Purpose::Statement, async |cx: &Context| {
            let answers = cx.session().rows(statement.clone()).await?;
            Ok::<_, Error>(answers.iter().map(|it| decode(it, 0, &Type::Integer)).collect::<Result<Vec<_>, _>>()?)
        })
        .await
    };
    let mut taken = send(sql::take_keys(capability, declared, key, number)).await?;
    if taken.is_empty() && !capability.sequences {
        send(sql::begin_keys(capability, declared)?).await?;
        taken = send(sql::take_keys(capability, declared, key, number)).await?;
    }
    let mut numbers: Vec<i64> = match (taken.as_slice(), capability.sequences) {
        ([Value::Int(last)], false) => ((last - number + 1)..=*last).collect(),
        _ => taken.iter().filter_map(|it| if let Value::Int(number) = it { Some(*number) } else { None }).collect(),
    };
    numbers.sort_unstable();
    if numbers.len() == count { Ok(numbers) } else { Err(uncounted()) }
}
