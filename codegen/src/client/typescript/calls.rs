//! The client: its calls by resource, as an interface that says what each takes and answers, and as what is sent.

use super::names::{self, Names};
use super::text::{Text, literal};
use super::types::member;
use crate::client::fits::CheckDocument;
use crate::client::model::{
    Argument, ArgumentPosition, Call, Document, Group, Model, OperationKind, ResultShape, SignInCalls,
};

/// The interface of the client, and the function that makes one.
pub(super) fn client(text: &mut Text, model: &Model, names: &Names) {
    text.within("export interface ApiClient {", "}", |text| {
        for group in &model.groups {
            text.docs(&group.docs);
            text.within(format!("readonly {}: {{", names::group(group)), "};", |text| {
                group.calls.iter().for_each(|it| signature(text, model, names, it));
            });
        }
        if let Some(sign_in) = &model.sign_in {
            sign_in_signatures(text, names, sign_in);
        }
        text.docs("Whether every operation of this client fits the API that is served. What the API has beyond them is no difference.");
        text.line("check(options?: ApiCallOptions): Promise<ApiResult<true>>;");
        text.docs("Uses the token of an earlier sign-in from now on; null: none.");
        text.line("setToken(token: string | null): void;");
        text.docs("Whether there is a token. Whether it is still in force only the API knows.");
        text.line("readonly hasToken: boolean;");
    });
    text.empty();
    text.docs("Makes a client.");
    text.within("export function createClient(options: ApiOptions): ApiClient {", "}", |text| {
        text.line("const connection = new ApiConnection(options);");
        text.within("return {", "};", |text| {
            model.groups.iter().for_each(|it| group(text, it));
            if let Some(sign_in) = &model.sign_in {
                sign_in_members(text, sign_in);
            }
            text.line("check: (options) => connection.check(checks, options),");
            text.line("setToken: (token) => connection.setToken(token),");
            text.within("get hasToken() {", "},", |text| text.line("return connection.hasToken;"));
        });
    });
}

fn signature(text: &mut Text, model: &Model, names: &Names, call: &Call) {
    text.docs(&call.docs);
    let object = model.object(call.result.name()).map(|it| names.get(&it.name));
    let generic = object.map(|_| selects(call.result.name())).unwrap_or_default();
    let value = names.answered(&call.result, object.map(gives).as_deref());
    let (value, options) = match (call.shape, call.operation) {
        (ResultShape::Page, _) => (format!("ApiPage<{value}>"), "ApiPageOptions"),
        (_, OperationKind::Query) => (value, "ApiCallOptions"),
        (_, OperationKind::Mutation) => (value, "ApiMutationOptions"),
    };
    let select = object.map(|_| " & ApiSelect<S>").unwrap_or_default();
    let end = format!("options?: {options}{select}): Promise<ApiResult<{value}>>;");
    takes(text, names, call, &format!("{}{generic}(", names::call(call)), &end);
}

/// The type parameter of a call of which something is selected. It stands for the selection and not for what comes of it, so that no type
/// that is merely expected decides what seems to be selected.
fn selects(on: &str) -> String {
    format!("<S extends ApiSelects<{}> = undefined>", literal(on))
}

/// What comes of the selection; of none, the type's own fields.
fn gives(object: &str) -> String {
    format!("ApiGives<S, {object}>")
}

/// A call's parameters: one object, if it takes anything, and its options.
fn takes(text: &mut Text, names: &Names, call: &Call, open: &str, end: &str) {
    if call.arguments.is_empty() {
        return text.line(format!("{open}{end}"));
    }
    let optional = if must_be_given(call) { "" } else { "?" };
    text.within(format!("{open}given{optional}: {{"), format!("}}, {end}"), |text| {
        for argument in &call.arguments {
            text.docs(&argument.docs);
            let (name, ty) = (names::argument(call, argument), names.given(&argument.ty));
            text.line(member(&name, argument.is_required(), &ty));
        }
    });
}

fn must_be_given(call: &Call) -> bool {
    call.arguments.iter().any(Argument::is_required)
}

fn sign_in_signatures(text: &mut Text, names: &Names, calls: &SignInCalls) {
    text.docs("Signing in by a code that is mailed.");
    text.within("readonly signIn: {", "};", |text| {
        text.docs(&calls.request_code.docs);
        let end = format!("options?: ApiCallOptions): Promise<ApiResult<{}>>;", names.get("SignInFlow"));
        takes(text, names, &calls.request_code, "requestCode(", &end);
        text.docs(&format!("{} The client uses it from then on.", calls.sign_in.docs));
        let (generic, select, user) = match &calls.user {
            Some(user) => (selects(user), " & ApiSelect<S>", format!("; readonly user: {}", gives(names.get(user)))),
            None => (String::new(), "", String::new()),
        };
        let value = format!("{{ readonly token: string; readonly expiresAt: string{user} }}");
        let end = format!("options?: ApiCallOptions{select}): Promise<ApiResult<{value}>>;");
        takes(text, names, &calls.sign_in, &format!("withCode{generic}("), &end);
    });
    text.docs(&format!("{} The client has none from then on.", calls.sign_out.docs));
    text.line("signOut(options?: ApiCallOptions): Promise<ApiResult<boolean>>;");
}

fn group(text: &mut Text, group: &Group) {
    text.within(format!("{}: {{", names::group(group)), "},", |text| {
        for call in &group.calls {
            let way = match call.shape {
                ResultShape::Page => "page",
                ResultShape::Payload => "act",
                ResultShape::Plain => "plain",
            };
            text.line(format!("{}: {} =>", names::call(call), parameters(call)));
            text.indented(|text| text.line(format!("connection.{way}({}, options),", sent(call))));
        }
    });
}

fn parameters(call: &Call) -> &'static str {
    match (call.arguments.is_empty(), must_be_given(call)) {
        (true, _) => "(options)",
        (false, true) => "(given, options)",
        (false, false) => "(given = {}, options)",
    }
}

/// The operation, and its variables: `operations.setUserRole, { id: given.id, input: { role: given.role } }`.
fn sent(call: &Call) -> String {
    let variable = |it: &Argument| format!("{}: given.{}", it.field, names::argument(call, it));
    let at = |inside: bool| {
        let arguments = call.arguments.iter().filter(move |it| (it.position == ArgumentPosition::Input) == inside);
        arguments.map(variable).collect::<Vec<_>>()
    };
    let mut variables = at(false);
    if call.input.is_some() {
        variables.push(format!("input: {{ {} }}", at(true).join(", ")));
    }
    let variables = if variables.is_empty() { "{}".to_owned() } else { format!("{{ {} }}", variables.join(", ")) };
    format!("operations.{}, {variables}", call.field)
}

fn sign_in_members(text: &mut Text, calls: &SignInCalls) {
    let member = |text: &mut Text, name: &str, way: &str, call: &Call| {
        text.line(format!("{name}: {} =>", parameters(call)));
        text.indented(|text| text.line(format!("connection.{way}({}, options),", sent(call))));
    };
    text.within("signIn: {", "},", |text| {
        member(text, "requestCode", "must", &calls.request_code);
        member(text, "withCode", "signIn", &calls.sign_in);
    });
    member(text, "signOut", "signOut", &calls.sign_out);
}

/// What each call sends.
pub(super) fn operations(text: &mut Text, model: &Model) {
    text.empty();
    text.within("const operations = {", "} as const satisfies { readonly [field: string]: ApiOperation };", |text| {
        for call in model.groups.iter().flat_map(|it| &it.calls) {
            operation(text, call, &call.document(), &model.default_selection(call.result.name()));
        }
        if let Some(SignInCalls { request_code, sign_in, sign_out, user }) = &model.sign_in {
            let selection = model.default_selection(request_code.result.name());
            operation(text, request_code, &request_code.document(), &selection);
            let selection = model.default_selection(user.as_deref().unwrap_or(sign_in.result.name()));
            let document = match user {
                Some(_) => sign_in.document().around(" { token expiresAt user", " }"),
                None => sign_in.document(),
            };
            operation(text, sign_in, &document, &selection);
            operation(text, sign_out, &sign_out.document(), "");
        }
    });
}

fn operation(text: &mut Text, call: &Call, document: &Document, selection: &str) {
    let Document { name, head, tail } = document;
    let is_mutation = call.operation == OperationKind::Mutation;
    text.within(format!("{}: {{", call.field), "},", |text| {
        text.line(format!("name: {},", literal(name)));
        text.line(format!("field: {},", literal(&call.field)));
        text.line(format!("isMutation: {is_mutation},"));
        text.line(format!("mayRepeat: {},", call.operation == OperationKind::Query || call.takes_key));
        text.line(format!("head: {},", literal(head)));
        text.line(format!("selection: {},", literal(selection)));
        text.line(format!("tail: {},", literal(tail)));
    });
}

/// The documents by which a client asks whether it fits.
pub(super) fn checks(text: &mut Text, documents: &[CheckDocument]) {
    text.empty();
    text.within("const checks: readonly ApiCheck[] = [", "];", |text| {
        for document in documents {
            text.within("{", "},", |text| {
                let names = document.lines.iter().map(|it| it.name.as_deref().map_or("null".to_owned(), literal));
                text.line(format!("names: [{}],", names.collect::<Vec<_>>().join(", ")));
                text.within("text: [", "].join(\"\\n\"),", |text| {
                    document.lines.iter().for_each(|it| text.line(format!("{},", literal(&it.text))));
                });
            });
        }
    });
}
