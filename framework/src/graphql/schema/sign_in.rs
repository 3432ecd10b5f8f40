//! The fields and types of sign-in for clients without a browser.

use super::{
    Builder, Field, InputField, InputMeaning, InputObject, Meaning, Object, Root, SignInField, SignInRoot, TypeDef,
    action, actor, named, required, shared,
};
use crate::error::Error;
use crate::graphql::name;
use crate::ir::{Name, Role, Type};

/// `requestSignInCode`, `signInWithCode` and `signOut`, if a resource is declared to hold magic links.
pub(super) fn fields(builder: &mut Builder<'_>) -> Result<Vec<Field>, Error> {
    let declared = builder.app.resources().iter().any(|it| matches!(it.role, Some(Role::MagicLink { .. })));
    if !declared {
        return Ok(Vec::new());
    }
    shared::value_type(builder, &Type::Timestamp)?;
    let secret = |name: &str| part(name, "String", SignInField::Secret);
    let expires_at = || part("expiresAt", "DateTime", SignInField::ExpiresAt);
    builder.add(TypeDef::Object(Object {
        name: "SignInFlow".into(),
        docs: "A started sign-in; `flow` is the secret that the code will be given with.".into(),
        fields: vec![secret("flow"), expires_at()],
    }))?;
    let mut signed_in = vec![secret("token"), expires_at()];
    if let Some((_, graphql)) = actor(builder.app) {
        signed_in.push(part("user", graphql.type_name.as_str(), SignInField::User));
    }
    builder.add(TypeDef::Object(Object {
        name: "SignedIn".into(),
        docs: "`token` is shown this once.".into(),
        fields: signed_in,
    }))?;
    Ok(vec![
        root(builder, "requestSignInCode", SignInRoot::RequestCode, &["email"], "SignInFlow")?
            .docs("Mails a code to that address; it works with the answered flow only."),
        root(builder, "signInWithCode", SignInRoot::SignIn, &["flow", "code"], "SignedIn")?,
        root(builder, "signOut", SignInRoot::SignOut, &[], "Boolean")?.docs("Ends the session or token that asks."),
    ])
}

fn part(name: &str, ty: &str, meaning: SignInField) -> Field {
    Field::new(name, required(named(ty)), Meaning::SignIn(meaning))
}

fn root(
    builder: &mut Builder<'_>,
    field: &str,
    meaning: SignInRoot,
    inputs: &[&'static str],
    result: &str,
) -> Result<Field, Error> {
    let mut arguments = Vec::new();
    if !inputs.is_empty() {
        let given = |name| InputMeaning::Given { name: Name::new(name), ty: Type::String, key: false };
        let fields = inputs.iter().map(|it| InputField::new(*it, required(named("String")), given(it))).collect();
        let name = name::input(field);
        builder.add(TypeDef::Input(InputObject { name: name.clone(), docs: String::new(), fields }))?;
        arguments.push(InputField::new("input", required(named(&name)), InputMeaning::Place));
    }
    let ty = action::payload(builder, field, named(result))?;
    Ok(Field::new(field, ty, Meaning::Root(Root::SignIn(meaning))).arguments(arguments))
}
