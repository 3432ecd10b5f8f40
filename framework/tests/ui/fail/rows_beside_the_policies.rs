//! Nothing outside the framework has the database's connections without a reason, or makes a row that the database gave; and every query
//! says who wrote it.

use samara::context::Context;
use samara::ir::ResourceId;
use samara::query::Query;
use samara::record::StoredRow;

fn beside(cx: &Context, resource: ResourceId) {
    let _ = cx.engine().database().connection();
    let _ = cx.unpoliced();
    let _ = Query::new(resource);
    let _ = StoredRow::new(resource, Vec::new());
    let _ = StoredRow { resource, attributes: Vec::new() };
}

fn main() {}
