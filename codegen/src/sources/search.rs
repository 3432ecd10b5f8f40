//! What the sources declare, found by name: domains, resources, the actor.

use proc_macro2::{Delimiter, TokenStream, TokenTree};
use quote::ToTokens;
use syn::spanned::Spanned;
use syn::{Attribute, Expr, Fields, ImplItem, Item, ItemFn, ItemImpl, ItemStruct, Stmt, Type, UseTree};

use super::edit::{Edits, bytes, names, re_exports};
use super::{SourceFile, Sources};

/// `#[domain(resources = […])] pub struct Platform;`.
#[derive(Clone, Debug)]
pub(crate) struct DomainDeclaration<'a> {
    pub(crate) source: &'a SourceFile,
    pub(crate) name: String,
    /// The last words of the paths in its list.
    pub(crate) resources: Vec<String>,
    /// The byte after the last word of its list, or its comma.
    end_of_list: usize,
    /// The byte before its `]`.
    close: usize,
    /// Whether something must be put between the last of the list and the next.
    needs_comma: bool,
}

/// `#[resource(…)] pub struct World { … }`.
#[derive(Clone, Debug)]
pub(crate) struct ResourceDeclaration<'a> {
    pub(crate) source: &'a SourceFile,
    pub(crate) item: &'a ItemStruct,
    /// The byte before the `}` of its fields.
    pub(crate) end_of_fields: usize,
}

/// `#[actions] impl World { … }`.
#[derive(Clone, Debug)]
pub(crate) struct ActionsBlock<'a> {
    pub(crate) source: &'a SourceFile,
    item: &'a ItemImpl,
    /// The byte before its `}`.
    pub(crate) end: usize,
}

/// The resource whose records act.
#[derive(Clone, Debug)]
pub(crate) struct ActorDeclaration<'a> {
    /// `User`.
    pub(crate) name: String,
    /// The domain that it is in.
    pub(crate) domain: DomainDeclaration<'a>,
    /// Whether its `role` may be `Role::Admin`, and the domain's module gives others `Role`.
    pub(crate) has_admins: bool,
}

/// `async fn seed(cx: &Context) -> … { …; Ok(()) }`.
#[derive(Clone, Debug)]
pub(crate) struct SeedFunction<'a> {
    pub(crate) source: &'a SourceFile,
    item: &'a ItemFn,
    /// The byte before its last expression.
    pub(crate) before_end: usize,
}

impl Sources {
    /// Every domain.
    pub(crate) fn domains(&self) -> Vec<DomainDeclaration<'_>> {
        let items = self.of_the_app().flat_map(|source| source.file.items.iter().map(move |it| (source, it)));
        items.filter_map(|(source, item)| DomainDeclaration::of(source, item)).collect()
    }

    /// Every resource.
    pub(crate) fn resources(&self) -> impl Iterator<Item = ResourceDeclaration<'_>> {
        let items = self.of_the_app().flat_map(|source| source.file.items.iter().map(move |it| (source, it)));
        let structs = items.filter_map(|(source, it)| match it {
            Item::Struct(ItemStruct { fields: Fields::Named(fields), .. }) => {
                let Item::Struct(item) = it else { return None };
                let end_of_fields = bytes(fields.brace_token.span.close()).start;
                Some(ResourceDeclaration { source, item, end_of_fields })
            }
            _ => None,
        });
        structs.filter(|it| it.has("resource"))
    }

    /// The resource of that name.
    pub(crate) fn resource(&self, name: &str) -> Option<ResourceDeclaration<'_>> {
        self.resources().find(|it| it.item.ident == name)
    }

    /// The first block of the resource's actions.
    pub(crate) fn actions(&self, resource: &str) -> Option<ActionsBlock<'_>> {
        self.blocks(resource).next()
    }

    /// Every block of the resource's actions.
    pub(crate) fn blocks(&self, resource: &str) -> impl Iterator<Item = ActionsBlock<'_>> {
        let items = self.of_the_app().flat_map(|source| source.file.items.iter().map(move |it| (source, it)));
        items.filter_map(move |(source, it)| match it {
            Item::Impl(item) if item.attrs.iter().any(|it| is(it, "actions")) => {
                let is_its = innermost(&item.self_ty).is_some_and(|it| it == resource);
                is_its.then(|| ActionsBlock { source, item, end: bytes(item.brace_token.span.close()).start })
            }
            _ => None,
        })
    }

    /// Whether somewhere is said who may do what with the resource.
    pub(crate) fn has_policies(&self, resource: &str) -> bool {
        self.of_the_app().flat_map(|it| &it.file.items).any(|it| match it {
            Item::Impl(item) if item.attrs.iter().any(|it| is(it, "policies")) => {
                innermost(&item.self_ty).is_some_and(|it| it == resource)
            }
            _ => false,
        })
    }

    /// The domain that lists the resource.
    pub(crate) fn domain_of(&self, resource: &str) -> Option<DomainDeclaration<'_>> {
        self.domains().into_iter().find(|it| it.resources.iter().any(|it| it == resource))
    }

    /// The actor's resource, if there is one, and in a domain.
    pub(crate) fn actor(&self) -> Option<ActorDeclaration<'_>> {
        let actor = self.resources().find(|it| it.has("actor"))?;
        let name = actor.item.ident.to_string();
        let domain = self.domain_of(&name)?;
        let is_role = actor.field("role").is_some_and(|it| innermost(&it.ty).is_some_and(|it| it == "Role"));
        let has_admins = is_role && self.has_variant("Role", "Admin") && re_exports(domain.source, "Role");
        Some(ActorDeclaration { name, domain, has_admins })
    }

    /// The sources of the app itself, without its tests.
    pub(super) fn of_the_app(&self) -> impl Iterator<Item = &SourceFile> {
        let sources = self.app().join("src");
        self.files.iter().filter(move |it| it.path.starts_with(&sources))
    }

    /// Where a struct or an enum of that name is declared, at the top of a file.
    pub(crate) fn declares(&self, name: &str) -> Option<&SourceFile> {
        self.of_the_app().find(|it| {
            it.file.items.iter().any(|it| match it {
                Item::Struct(item) => item.ident == name,
                Item::Enum(item) => item.ident == name,
                _ => false,
            })
        })
    }

    /// The resource that lies in that table.
    pub(crate) fn in_table(&self, table: &str) -> Option<String> {
        let option = format!("table = \"{table}\"");
        self.resources().find(|it| it.says("resource", &option)).map(|it| it.item.ident.to_string())
    }

    /// The function that writes demo data.
    pub(crate) fn seeds(&self) -> Option<SeedFunction<'_>> {
        self.of_the_app().find_map(|source| source.file.items.iter().find_map(|it| SeedFunction::of(source, it)))
    }

    fn has_variant(&self, name: &str, variant: &str) -> bool {
        self.of_the_app().flat_map(|it| &it.file.items).any(|it| match it {
            Item::Enum(item) => item.ident == name && item.variants.iter().any(|it| it.ident == variant),
            _ => false,
        })
    }
}

impl<'a> DomainDeclaration<'a> {
    fn of(source: &'a SourceFile, item: &Item) -> Option<Self> {
        let Item::Struct(item) = item else { return None };
        let attribute = item.attrs.iter().find(|it| is(it, "domain"))?;
        let syn::Meta::List(list) = &attribute.meta else { return None };
        let mut tokens = list.tokens.clone().into_iter();
        tokens.find(|it| matches!(it, TokenTree::Ident(it) if it == "resources"))?;
        let list = tokens.find_map(|it| match it {
            TokenTree::Group(group) if group.delimiter() == Delimiter::Bracket => Some(group),
            _ => None,
        })?;
        let resources = last_words(list.stream());
        let ends_with_comma =
            matches!(list.stream().into_iter().last(), Some(TokenTree::Punct(it)) if it.as_char() == ',');
        Some(Self {
            source,
            name: item.ident.to_string(),
            needs_comma: !resources.is_empty() && !ends_with_comma,
            end_of_list: list
                .stream()
                .into_iter()
                .last()
                .map_or(bytes(list.span_close()).start, |it| bytes(it.span()).end),
            close: bytes(list.span_close()).start,
            resources,
        })
    }

    /// Adds a resource to the list, unless it is in it.
    pub(crate) fn add(&self, resource: &str, edits: &mut Edits) {
        if self.resources.iter().any(|it| it == resource) {
            return;
        }
        let rest = self.source.text.get(self.end_of_list..self.close).unwrap_or_default();
        if let Some(last_line) = rest.rfind('\n').filter(|_| !self.resources.is_empty()) {
            // One on each line; a comment may stand after the last.
            if self.needs_comma {
                edits.insert(self.end_of_list, ",");
            }
            return edits.insert(self.end_of_list + last_line + 1, format!("    {resource},\n"));
        }
        let text = match (self.resources.is_empty(), self.needs_comma) {
            (true, _) => resource.to_owned(),
            (false, true) => format!(", {resource}"),
            (false, false) => format!(" {resource},"),
        };
        edits.insert(self.end_of_list, text);
    }
}

impl ResourceDeclaration<'_> {
    /// Its name.
    pub(crate) fn name(&self) -> String {
        self.item.ident.to_string()
    }

    /// Its public relationships, each with the resource that it leads to.
    pub(crate) fn leads_to(&self) -> impl Iterator<Item = (String, String)> {
        let relationships = ["belongs_to", "has_one", "has_many", "many_to_many"];
        let led = self.public_fields().filter(move |(_, attribute, _)| relationships.contains(&attribute.as_str()));
        led.filter_map(|(name, _, ty)| Some((name, innermost(ty)?.to_string())))
    }

    /// Whether it has that attribute.
    pub(crate) fn has(&self, attribute: &str) -> bool {
        self.item.attrs.iter().any(|it| is(it, attribute))
    }

    /// Whether it has a field of that name.
    pub(crate) fn has_field(&self, name: &str) -> bool {
        self.field(name).is_some()
    }

    /// Whether its last field ends with a comma, or it has none.
    pub(crate) fn ends_with_comma(&self) -> bool {
        match &self.item.fields {
            Fields::Named(fields) => fields.named.empty_or_trailing(),
            _ => true,
        }
    }

    /// Whether a macro's attribute has that option with that value: `timestamps = false` of `#[resource]`.
    pub(crate) fn says(&self, attribute: &str, option: &str) -> bool {
        let attribute = self.item.attrs.iter().find(|it| is(it, attribute));
        attribute.is_some_and(|it| it.to_token_stream().to_string().contains(option))
    }

    /// Puts an attribute below the last of those in `after`.
    pub(crate) fn add_attribute(&self, after: &[&str], attribute: &str, edits: &mut Edits) {
        let last = self.item.attrs.iter().rfind(|it| after.iter().any(|name| is(it, name)));
        if let Some(last) = last {
            edits.insert_below(self.source, bytes(last.span()).end, attribute);
        }
    }

    /// Its fields that are public to surfaces: name, the macro's attribute (`belongs_to`), type.
    pub(crate) fn public_fields(&self) -> impl Iterator<Item = (String, String, &Type)> {
        self.item.fields.iter().filter_map(|field| {
            let public = field.attrs.iter().find(|it| match &it.meta {
                syn::Meta::List(list) => last_words(list.tokens.clone()).iter().any(|it| it == "public"),
                _ => false,
            })?;
            let attribute = public.path().segments.last()?.ident.to_string();
            Some((field.ident.as_ref()?.to_string(), attribute, &field.ty))
        })
    }

    /// The names of the fields that everybody may know and that have that attribute: `#[attribute(public, …)]`, not `Guarded`.
    pub(crate) fn public(&self, attribute: &str) -> Vec<String> {
        let is_guarded =
            |ty: &Type| matches!(ty, Type::Path(it) if it.path.segments.last().is_some_and(|it| it.ident == "Guarded"));
        let is_public = |field: &&syn::Field| {
            !is_guarded(&field.ty)
                && field.attrs.iter().any(|it| match &it.meta {
                    syn::Meta::List(list) if is(it, attribute) => {
                        last_words(list.tokens.clone()).iter().any(|it| it == "public")
                    }
                    _ => false,
                })
        };
        self.item.fields.iter().filter(is_public).filter_map(|it| it.ident.as_ref()).map(ToString::to_string).collect()
    }

    fn field(&self, name: &str) -> Option<&syn::Field> {
        match &self.item.fields {
            Fields::Named(fields) => fields.named.iter().find(|it| it.ident.as_ref().is_some_and(|it| it == name)),
            _ => None,
        }
    }
}

impl ActionsBlock<'_> {
    /// Whether it has an action of that name.
    pub(crate) fn has(&self, action: &str) -> bool {
        self.item.items.iter().any(|it| match it {
            ImplItem::Fn(it) => it.sig.ident == action,
            // `fn list();` is no Rust to syn's mind, and stays as tokens.
            ImplItem::Verbatim(tokens) => names_function(tokens.clone(), action),
            _ => false,
        })
    }

    /// Whether it has a read that is `primary`.
    pub(crate) fn has_primary_read(&self) -> bool {
        self.item.items.iter().any(|it| has_primary_read(it.to_token_stream()))
    }
}

/// Whether `read(…, primary, …)` is among the tokens.
fn has_primary_read(tokens: TokenStream) -> bool {
    let mut after_read = false;
    tokens.into_iter().any(|it| match it {
        TokenTree::Ident(it) => {
            after_read = it == "read";
            false
        }
        TokenTree::Group(group) if after_read => {
            after_read = false;
            group.stream().into_iter().any(|it| matches!(it, TokenTree::Ident(it) if it == "primary"))
        }
        TokenTree::Group(group) if group.delimiter() == Delimiter::Bracket => has_primary_read(group.stream()),
        _ => false,
    })
}

/// Whether the tokens declare a function of that name.
fn names_function(tokens: TokenStream, name: &str) -> bool {
    let words: Vec<String> = tokens.into_iter().map(|it| it.to_string()).collect();
    words.windows(2).any(|it| it[0] == "fn" && it[1] == name)
}

impl<'a> SeedFunction<'a> {
    fn of(source: &'a SourceFile, item: &'a Item) -> Option<Self> {
        let Item::Fn(item) = item else { return None };
        if item.sig.ident != "seed" || item.sig.asyncness.is_none() {
            return None;
        }
        let Some(Stmt::Expr(last, None)) = item.block.stmts.last() else { return None };
        let is_ok = matches!(last, Expr::Call(call) if call.to_token_stream().to_string() == "Ok (())");
        is_ok.then(|| Self { source, item, before_end: bytes(last.span()).start })
    }

    /// Whether its file has a function of that name, or it calls one.
    pub(crate) fn has(&self, function: &str) -> bool {
        let declares = self.source.file.items.iter().any(|it| matches!(it, Item::Fn(it) if it.sig.ident == function));
        declares || self.item.block.to_token_stream().to_string().contains(&format!(" {function} (cx)"))
    }

    /// The name of its first parameter.
    pub(crate) fn parameter(&self) -> String {
        match self.item.sig.inputs.first() {
            Some(syn::FnArg::Typed(it)) => it.pat.to_token_stream().to_string(),
            _ => "cx".to_owned(),
        }
    }
}

impl SourceFile {
    /// Whether it imports all that a module of that name gives.
    pub(crate) fn imports_all(&self, module: &str) -> bool {
        self.file.items.iter().any(|it| matches!(it, Item::Use(item) if imports_all(&item.tree, module)))
    }

    /// Whether it imports that name, or declares a type of it.
    pub(crate) fn names(&self, name: &str) -> bool {
        self.file.items.iter().any(|it| match it {
            Item::Use(item) => names(&item.tree, name, false),
            Item::Struct(item) => item.ident == name,
            Item::Enum(item) => item.ident == name,
            _ => false,
        })
    }
}

fn imports_all(tree: &UseTree, module: &str) -> bool {
    match tree {
        UseTree::Path(path) => {
            path.ident == module && matches!(*path.tree, UseTree::Glob(_)) || imports_all(&path.tree, module)
        }
        UseTree::Group(group) => group.items.iter().any(|it| imports_all(it, module)),
        UseTree::Name(_) | UseTree::Rename(_) | UseTree::Glob(_) => false,
    }
}

/// The last word of each path in a list: `[accounts::User, World]` → `User`, `World`.
pub(super) fn last_words(list: TokenStream) -> Vec<String> {
    let mut words = Vec::new();
    let mut last = None;
    for token in list {
        match token {
            TokenTree::Ident(ident) => last = Some(ident.to_string()),
            TokenTree::Punct(punct) if punct.as_char() == ',' => words.extend(last.take()),
            _ => {}
        }
    }
    words.extend(last);
    words
}

fn is(attribute: &Attribute, name: &str) -> bool {
    attribute.path().segments.last().is_some_and(|it| it.ident == name)
}

/// The name of a type within its wrappers: `Guarded<Role>` → `Role`.
pub(crate) fn innermost(ty: &Type) -> Option<&syn::Ident> {
    let Type::Path(path) = ty else { return None };
    let last = path.path.segments.last()?;
    match &last.arguments {
        syn::PathArguments::AngleBracketed(arguments) => arguments.args.iter().find_map(|it| match it {
            syn::GenericArgument::Type(ty) => innermost(ty),
            _ => None,
        }),
        _ => Some(&last.ident),
    }
}
