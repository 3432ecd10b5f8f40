//! What each macro makes of a small declaration, printed as Rust: a change of what is emitted shows in review.

mod bodies;

use proc_macro2::TokenStream;
use quote::quote;

use crate::ctxt::Ctxt;
use crate::model::attribute::ColumnKind;
use crate::model::resource::FieldKind;
use crate::{check, parse, pipeline};

/// The output as Rust.
fn rust(output: TokenStream) -> String {
    prettyplease::unparse(&syn::parse2(output).unwrap())
}

fn world() -> TokenStream {
    quote! {
        /// A place where people meet.
        #[graphql(type = "World")]
        #[admin(group = "Platform", columns = [name, owner])]
        pub struct World {
            #[id]
            pub id: Uuid,
            /// What people call it.
            #[attribute(public, unique, min_length = 1, max_length = 80)]
            pub name: String,
            #[attribute(public, default = Visibility::Public, index(desc))]
            pub visibility: Guarded<Visibility>,
            #[belongs_to(public, on_delete = restrict)]
            pub owner: BelongsTo<User>,
            #[belongs_to(on_delete = nilify)]
            pub parent: Option<BelongsTo<World>>,
            #[has_many(public, key = world)]
            pub memberships: HasMany<Membership>,
            #[many_to_many(public, through = Membership, source = world, target = user)]
            pub people: ManyToMany<User>,
        }
    }
}

fn world_options() -> TokenStream {
    quote!(table = "worlds", identity(owner_and_name = [owner, name]), index = [owner, -inserted_at])
}

#[test]
fn a_resource_is_a_record_a_row_and_data() {
    insta::assert_snapshot!(rust(pipeline::resource(world_options(), world())));
}

#[test]
fn a_session_has_fields_and_actions_added() {
    let item = quote! {
        #[session(user = User)]
        pub struct Session {
            #[id]
            pub id: Uuid,
        }
    };
    insta::assert_snapshot!(fields(quote!(table = "sessions", timestamps = false), item));
}

#[test]
fn the_model_of_a_resource_has_every_column() {
    insta::assert_snapshot!(fields(world_options(), world()));
}

/// The fields of the model, a line each: the column or relationship they make.
fn fields(options: TokenStream, item: TokenStream) -> String {
    let cx = Ctxt::new();
    let mut resource = parse::resource::resource(&cx, options, syn::parse2(item).unwrap());
    check::resource(&cx, &mut resource);
    assert_eq!(cx.finish().to_string(), "");
    let mut lines = Vec::new();
    for field in &resource.fields {
        if let Some(column) = field.column(&resource.ident) {
            let (name, ty) = (&column.name, &column.ty);
            let kind = match column.kind {
                ColumnKind::Attribute(it) => format!("{it:?}"),
                ColumnKind::Key { optional, public, .. } => format!("Key {{ optional: {optional}, public: {public} }}"),
            };
            lines.push(format!("column {name}: {} = {kind}", quote!(#ty)));
        }
        if let FieldKind::Relationship(it) = &field.kind {
            let (name, target) = (&field.ident, &it.target);
            lines.push(format!("relationship {name} to {}, many: {}", quote!(#target), it.is_many()));
        }
    }
    lines.join("\n")
}

#[test]
fn actions_are_data_names_and_calls() {
    let item = quote! {
        impl World {
            /// The worlds one may find.
            #[read(primary, sort = [-inserted_at, name], paginate(keyset, default = 50, max = 250))]
            fn list();
            #[read(get, filter(|world, slug| world.slug == slug))]
            fn by_slug(slug: String);
            #[create(accept = [name, parent], relate_actor = owner, change = tidy)]
            fn create();
            #[update(accept = [name], required = [name], name = "renameWorld",
                set(visibility = Visibility::Private), set(parent = None),
                require(|world, actor: Actor<User>| world.owner_id == actor.id, "only its owner may rename it"))]
            fn rename(_reason: Option<String>);
            #[destroy(private, before = Self::part, after_commit = [tell, mourn])]
            fn destroy();
            /// How many there are.
            #[action(query, sensitive)]
            async fn number(
                cx: &Context,
                /// From when on.
                since: DateTimeUtc,
            ) -> Result<i64, Error> {
                count(cx, since).await
            }
        }
    };
    insta::assert_snapshot!(rust(pipeline::actions(TokenStream::new(), item)));
}

#[test]
fn a_call_has_a_method_for_each_input() {
    let input = quote! {
        shown: true,
        columns: [
            id { name: id, index: 0, need: generated, takes: value, exposure: public, ordered: true },
            name { name: name, index: 1, need: required, takes: text, exposure: public, ordered: true },
            parent { name: parent_id, index: 4, need: optional, takes: nullable, exposure: private, ordered: true },
            visibility { name: visibility, index: 2, need: optional, takes: value, exposure: public, ordered: true },
        ],
        resource: World,
        sorts: [{ name: name, tells: public }, { name: member_count, tells: private }],
        writes: [
            create create {
                public: true,
                attributes: { #[doc = "Makes a world."] },
                accept: [name, parent(private), visibility],
                required: [],
                given: [owner],
                open: true, by_function: false,
                arguments: []
            },
            update rename {
                public: true,
                attributes: { #[deprecated] },
                accept: [name],
                required: [name],
                given: [],
                open: false, by_function: false,
                arguments: [reason: Option<String>]
            },
            destroy destroy {
                public: false, attributes: {}, accept: [], required: [], given: [], open: false, by_function: false, arguments: []
            }
        ]
    };
    insta::assert_snapshot!(rust(pipeline::calls(input)));
}

#[test]
fn an_enum_is_text() {
    let input = quote! {
        /// Who may find a world.
        pub enum Visibility {
            /// Everyone.
            Public,
            MembersOnly,
        }
    };
    insta::assert_snapshot!(rust(pipeline::enumeration(input)));
}

#[test]
fn an_object_is_what_an_action_answers() {
    let input = quote! {
        /// How often something was done.
        pub struct KindCount {
            /// What was done.
            pub kind: ActivityKind,
            pub count: i64,
        }
    };
    insta::assert_snapshot!(rust(pipeline::object(input)));
}

#[test]
fn a_domain_lists_and_an_app_gathers() {
    let domain = pipeline::domain(
        quote!(resources = [World, accounts::User]),
        quote!(
            pub struct Platform;
        ),
    );
    let options = quote!(name = "Shipyard", admin = |actor: Actor<User>| actor.role == Role::Admin);
    let app = pipeline::app(quote!(pub App, domains = [Platform], #options));
    insta::assert_snapshot!(rust(quote!(#domain #app)));
}

#[test]
fn mistakes_stand_beside_the_output() {
    let item = quote! {
        pub struct World {
            #[attribute(publik)]
            pub name: String,
        }
    };
    let output = rust(pipeline::resource(quote!(table = "worlds"), item));
    assert!(output.contains("pub struct World") && output.matches("compile_error!").count() == 2, "{output}");
}
