//! `#[calculations] impl World { #[calculation(public)] fn member_count(world: Row<World>) -> i64 { … } … }`.

use proc_macro2::TokenStream;
use syn::{ImplItemFn, ItemImpl, ReturnType};

use super::attributes::take_one;
use super::function::{Block, function, functions};
use super::options::Options;
use super::storable::calculable;
use crate::code::DiagnosticCode;
use crate::ctxt::Ctxt;
use crate::model::calculation::{Calculation, Calculations};

const UNSAID: (DiagnosticCode, &str) =
    (DiagnosticCode::CalculationWithoutKind, "say that this is a calculation: `#[calculation]`");

/// Reads the `impl`.
pub(crate) fn calculations(cx: &Ctxt, options: TokenStream, item: ItemImpl) -> Option<Calculations> {
    let Block { resource, name, functions } = functions(cx, options, item, "calculations")?;
    let calculations = functions.into_iter().map(|it| calculation(cx, it)).collect();
    Some(Calculations { resource, block: name, calculations })
}

fn calculation(cx: &Ctxt, mut item: ImplItemFn) -> Calculation {
    let attribute = take_one(cx, &mut item.attrs, &["calculation"], &item.sig.ident, UNSAID);
    let (public, unrestricted) = attribute.map_or((false, false), |(_, attribute)| {
        let mut options = Options::of(cx, &attribute);
        let given = (options.flag("public").is_some(), options.flag("unrestricted").is_some());
        options.finish();
        given
    });
    let before = cx.count();
    if let ReturnType::Type(_, ty) = &mut item.sig.output {
        **ty = calculable(cx, (**ty).clone());
    }
    let sound = cx.count() == before;
    let mut function = function(cx, item);
    function.sound &= sound;
    Calculation { function, public, unrestricted }
}
