//! Nothing outside the framework has the database's connections without a reason, or makes a row that the database gave; and every query
//! says who wrote it.

use samara::context::Context;
use samara::query::Query;
use samara::record::StoredRow;

fn beside(cx: &Context) {
    let _ = cx.engine().database().connection();
    let _ = cx.unpoliced();
    let _ = Query::new(0);
    let _ = StoredRow::new(0, Vec::new());
    let _ = StoredRow { resource: 0, attributes: Vec::new() };
}

fn main() {}
