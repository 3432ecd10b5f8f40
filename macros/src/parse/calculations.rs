//! `#[calculations] impl World { #[calculation(public)] fn member_count(world: Row<World>) -> i64 { … } … }`.

use proc_macro2::TokenStream;
use syn::{ImplItemFn, ItemImpl};

use super::attributes::take_one;
use super::function::{function, functions};
use super::options::Options;
use crate::code::Code;
use crate::ctxt::Ctxt;
use crate::model::calculation::{Calculation, Calculations};

const UNSAID: (Code, &str) = (Code::CalculationWithoutKind, "say that this is a calculation: `#[calculation]`");

/// Reads the `impl`.
pub(crate) fn calculations(cx: &Ctxt, options: TokenStream, item: ItemImpl) -> Option<Calculations> {
    let (resource, functions) = functions(cx, options, item, "calculations")?;
    Some(Calculations { resource, calculations: functions.into_iter().map(|it| calculation(cx, it)).collect() })
}

fn calculation(cx: &Ctxt, mut item: ImplItemFn) -> Calculation {
    let attribute = take_one(cx, &mut item.attrs, &["calculation"], &item.sig.ident, UNSAID);
    let (public, unrestricted) = attribute.map_or((false, false), |(_, attribute)| {
        let mut options = Options::of(cx, &attribute);
        let given = (options.flag("public").is_some(), options.flag("unrestricted").is_some());
        options.finish();
        given
    });
    Calculation { function: function(cx, item), public, unrestricted }
}
