//! What the sources of an application need: `use samara::prelude::*;`.

pub use chrono::TimeDelta;
pub use samara_macros::{
    Enum, Object, actions, actor, admin, calculations, domain, expr, expression, graphql, magic_link, policies,
    resource, session,
};
pub use uuid::Uuid;

pub use crate::Result;
pub use crate::application::{Application, Declares};
pub use crate::attribute::{CiString, Guarded, Json};
pub use crate::context::Context;
pub use crate::error::{Code, Error, Problem};
pub use crate::expr::{Actor, Expr, Resource, Row, days, hours, minutes, now, seconds, value};
pub use crate::relation::{BelongsTo, HasMany, HasOne, ManyToMany};
pub use crate::resource::Changes;
pub use crate::value::{Bytes, Date, DateTimeUtc, Duration, Time, Value};
