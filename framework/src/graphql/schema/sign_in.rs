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
    let secret = |name: &str, docs: &str| part(name, "String", SignInField::Secret).docs(docs);
    let expires_at = |docs: &str| part("expiresAt", "DateTime", SignInField::ExpiresAt).docs(docs);
    builder.add(TypeDef::Object(Object {
        name: "SignInFlow".into(),
        docs: "A started sign-in; `flow` is the secret that the code will be given with.".into(),
        fields: vec![
            secret("flow", "Ties the code to who asked for it. Keep it secret."),
            expires_at("Until when the code can be given."),
        ],
    }))?;
    let mut signed_in = vec![
        secret("token", "What `Authorization: Bearer …` sends from now on. Keep it secret."),
        expires_at("Until when the token is good."),
    ];
    if let Some((_, graphql)) = actor(builder.app) {
        let user = part("user", graphql.type_name.as_str(), SignInField::User);
        signed_in.push(user.docs("Who is signed in now."));
    }
    builder.add(TypeDef::Object(Object {
        name: "SignedIn".into(),
        docs: "A finished sign-in; `token` is shown this once.".into(),
        fields: signed_in,
    }))?;
    Ok(vec![
        root(
            builder,
            "requestSignInCode",
            SignInRoot::RequestCode,
            &[("email", "The address to mail the code to.")],
            "SignInFlow",
        )?
        .docs("Mails a code to that address; it works with the answered flow only."),
        root(
            builder,
            "signInWithCode",
            SignInRoot::SignIn,
            &[("flow", "What `requestSignInCode` answered."), ("code", "What was mailed.")],
            "SignedIn",
        )?
        .docs("Signs in with the mailed code, for a token."),
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
    inputs: &[(&'static str, &str)],
    result: &str,
) -> Result<Field, Error> {
    let mut arguments = Vec::new();
    if !inputs.is_empty() {
        let given = |name: &'static str| InputMeaning::Given { name: Name::new(name), ty: Type::String, key: false };
        let input = |(name, docs): &(&'static str, &str)| {
            InputField::new(*name, required(named("String")), given(name)).docs(*docs)
        };
        let fields = inputs.iter().map(input).collect();
        let (name, docs) = (name::input(field), format!("What `{field}` takes."));
        builder.add(TypeDef::Input(InputObject { name: name.clone(), docs, fields }))?;
        let input = InputField::new("input", required(named(&name)), InputMeaning::Place);
        arguments.push(input.docs("What the action is given."));
    }
    let ty = action::payload(builder, field, named(result))?;
    Ok(Field::new(field, ty, Meaning::Root(Root::SignIn(meaning))).arguments(arguments))
}
