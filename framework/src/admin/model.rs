//! What the admin shows, as data: one [`Screen`] per resource with `#[admin]`. A pure function of the declaration.

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Serialize;

use crate::ir::{self, App, AttributeId, CalculationId, Name, RelationshipId, ResourceId};
use crate::value::RowKey;

mod derive;
mod field;
mod related;

/// The prefix of all admin addresses.
pub const ROOT: &str = "/admin";

/// All screens of an app.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Model {
    /// Headings with the resources under them, both in the order of the declaration.
    pub groups: Vec<NavigationGroup>,
    /// In the order of the declaration.
    pub screens: Vec<Screen>,
}

/// A heading of the navigation.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct NavigationGroup {
    /// As declared: `Platform`.
    pub title: String,
    /// Names of resources.
    pub resources: Vec<Name>,
}

/// The part of an address at which the deleted rows of a resource are listed.
pub(super) const DELETED: &str = "deleted";

/// The screen of one resource.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Screen {
    /// The resource's name: `MagicLink`.
    pub resource: Name,
    /// Its position in the app.
    #[serde(skip)]
    pub id: ResourceId,
    /// The plural: `Magic links`.
    pub title: String,
    /// The singular within a sentence: `magic link`.
    pub one: String,
    /// `/admin/magic-links`; a row's address is this, a slash and its id.
    pub address: String,
    /// The first paragraph of the resource's documentation, may be empty.
    pub docs: String,
    /// The attributes that name a row to people, most telling first; may be empty.
    pub label: Vec<Name>,
    /// The list.
    pub list: List,
    /// What the screen of one row shows, in order.
    pub detail: Vec<Column>,
    /// Lists of related rows under it, in order.
    pub related: Vec<RelatedList>,
    /// What can be done, in the order declared.
    pub actions: Vec<Action>,
    /// The list of rows that are deleted for the time being, where some can be restored or purged: `/admin/magic-links/deleted`. It has no
    /// pages of single rows.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub deleted: Option<Box<Screen>>,
    /// Whether it is such a list.
    #[serde(skip)]
    pub shows_deleted: bool,
}

/// The list of a resource's rows.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct List {
    /// In order.
    pub columns: Vec<Column>,
    /// In the order of the columns, then what has no column.
    pub filters: Vec<Filter>,
    /// The order where the address gives none: names, those with a leading dash descend.
    pub sort: Vec<String>,
    /// Rows of a page where the address says nothing.
    pub rows: u32,
    /// Most rows of a page.
    pub max_rows: u32,
    /// The numbers of rows that are offered, ascending; the address may ask for any up to the most.
    pub page_sizes: Vec<u32>,
}

/// One value of a row, as a column or a line.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Column {
    /// The attribute's, calculation's or relationship's name.
    pub name: Name,
    /// Its heading.
    pub title: String,
    /// Where the value comes from.
    #[serde(flatten)]
    pub source: ValueSource,
    /// Whether the list can be ordered by it.
    pub sortable: bool,
    /// Whether a field policy may hide it.
    pub guarded: bool,
}

/// Where a shown value comes from.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "source", rename_all = "snake_case")]
pub enum ValueSource {
    /// An attribute.
    Attribute {
        /// Its id.
        #[serde(skip)]
        id: AttributeId,
    },
    /// A calculation.
    Calculation {
        /// Its id.
        #[serde(skip)]
        id: CalculationId,
    },
    /// A to-one relationship, shown as a link where its target has a screen.
    Relationship {
        /// Its id.
        #[serde(skip)]
        id: RelationshipId,
        /// The resource at the other end.
        target: Name,
    },
}

/// One condition that the list can be narrowed by.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Filter {
    /// The attribute's name; a `belongs_to`'s key.
    pub name: Name,
    /// Its id.
    #[serde(skip)]
    pub id: AttributeId,
    /// Its heading.
    pub title: String,
    /// How a value is compared.
    pub test: FilterKind,
    /// The widget of its input.
    pub widget: Widget,
    /// The parameters of the address that hold it: its name, or its two bounds. If it is nullable and not chosen from a list, the last
    /// parameter asks whether there is a value.
    pub parameters: Vec<String>,
    /// Whether rows without or with any value can be asked for.
    pub nullable: bool,
    /// Whether the list has a column of it; else it is one of the further filters.
    pub column: bool,
}

impl Filter {
    /// Whether a parameter of it may ask for rows without or with any value.
    pub fn asks_presence(&self, parameter: &str) -> bool {
        self.nullable && (self.parameters.len() == 1 || parameter.ends_with(".is"))
    }
}

/// How a filter compares.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum FilterKind {
    /// The text contains it; case does not count.
    Contains,
    /// It is the value.
    Equals,
    /// It lies between two bounds, each of which may be absent.
    Range,
}

/// Related rows under a row's screen.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct RelatedList {
    /// Unique among the screen's lists: the relationship's name, or the other resource's table and its key.
    pub name: Name,
    /// The heading.
    pub title: String,
    /// The resource of the rows.
    pub resource: Name,
    /// Its position.
    #[serde(skip)]
    pub id: ResourceId,
    /// How the rows are related.
    #[serde(flatten)]
    pub link: RelatedBy,
    /// The address of the form that revokes all of an actor's sessions, or all sign-ins of their address; `{id}` stands for the row's id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub revoke_all: Option<String>,
}

/// How the rows of a [`RelatedList`] are related.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "link", rename_all = "snake_case")]
pub enum RelatedBy {
    /// Those whose key points here.
    Key {
        /// The key's attribute in the other resource.
        attribute: Name,
    },
    /// Those that a join resource joins with this row.
    Through {
        /// The relationship.
        #[serde(skip)]
        relationship: RelationshipId,
    },
    /// Started sign-ins of the address that this row signs in with.
    Identity {
        /// The attribute in the other resource.
        attribute: Name,
        /// The attribute in this resource.
        identity: Name,
    },
}

/// One action, as a button and a form.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Action {
    /// The declared name.
    pub name: Name,
    /// What its button says: `Set role`.
    pub title: String,
    /// What it does.
    pub kind: AdminActionKind,
    /// Its form's address; `{id}` stands for a row's id.
    pub address: String,
    /// The first paragraph of its documentation, may be empty.
    pub docs: String,
    /// Its inputs, in order.
    pub fields: Vec<FormField>,
    /// Whether it is for rows that are deleted for the time being.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub of_deleted: bool,
    /// Whether what it removes can be restored.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub can_be_undone: bool,
}

/// What an action does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the names are the kinds' of actions")]
pub enum AdminActionKind {
    Create,
    Update,
    Destroy,
    /// A generic action that only reads: its inputs are in the address, and its return value is shown on the page.
    Query,
    /// A generic action that acts.
    Call,
}

impl AdminActionKind {
    /// Whether it is run on one row.
    pub fn has_row(self) -> bool {
        matches!(self, Self::Update | Self::Destroy)
    }
}

/// One input of an action.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct FormField {
    /// The attribute's or argument's name.
    pub name: Name,
    /// Its label.
    pub title: String,
    /// The first paragraph of its documentation, may be empty.
    pub docs: String,
    /// Its widget.
    pub widget: Widget,
    /// Its type.
    #[serde(skip)]
    pub ty: ir::Type,
    /// Whether a value must be given.
    pub required: bool,
    /// Whether it may be NULL.
    pub nullable: bool,
    /// Whether an empty field gets a computed default, so that NULL needs a checkbox.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub computed: bool,
    /// Whether it is an argument, not an attribute.
    pub argument: bool,
    /// Where an update finds the present value.
    #[serde(skip)]
    pub attribute: Option<AttributeId>,
}

/// What a form shows to enter a value.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Widget {
    /// One line of text.
    Text {
        /// Most characters.
        #[serde(skip_serializing_if = "Option::is_none")]
        max_length: Option<u32>,
    },
    /// An e-mail address.
    Email,
    /// Several lines of text.
    Multiline {
        /// Most characters.
        #[serde(skip_serializing_if = "Option::is_none")]
        max_length: Option<u32>,
    },
    /// An integer.
    Integer {
        /// The smallest.
        #[serde(skip_serializing_if = "Option::is_none")]
        min: Option<i64>,
        /// The largest.
        #[serde(skip_serializing_if = "Option::is_none")]
        max: Option<i64>,
    },
    /// A number with a fraction.
    Number,
    /// A box to tick.
    Checkbox,
    /// Yes, no, or neither.
    YesNo,
    /// A date and time, in UTC.
    Timestamp,
    /// A date.
    Date,
    /// A time of day.
    Time,
    /// A span of time, in hours, minutes and seconds.
    Duration,
    /// Bytes, written in base64.
    Bytes,
    /// JSON, written out.
    Json,
    /// One of a few.
    Select {
        /// In the order declared.
        options: Vec<SelectOption>,
    },
    /// A row of another resource: picked from a list while there are few, else searched for by its label.
    Row {
        /// The resource.
        resource: Name,
        /// Its position.
        #[serde(skip)]
        id: ResourceId,
    },
    /// A UUID, written out.
    Uuid,
}

/// One option of a [`Widget::Select`].
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct SelectOption {
    /// What is sent and stored: `ROLEPLAY`.
    pub value: Name,
    /// What is read: `Roleplay`.
    pub title: String,
}

/// The attributes that name a row of a resource to people, whether it has a screen or not.
pub(super) fn label(resource: &ir::Resource) -> Vec<Name> {
    derive::label(resource)
}

pub(super) use field::{belongs_to, variant_title};

impl Model {
    /// The screens of an app.
    pub fn new(app: &App) -> Self {
        derive::model(app)
    }

    /// The screen at `/admin/<segment>`.
    pub fn at(&self, segment: &str) -> Option<&Screen> {
        self.screens.iter().find(|it| it.segment() == segment)
    }

    /// The screen of the resource of that name, if it has one.
    pub fn named(&self, resource: &Name) -> Option<&Screen> {
        self.screens.iter().find(|it| it.resource == *resource)
    }

    /// The screen of a resource, if it has one.
    pub fn of(&self, resource: ResourceId) -> Option<&Screen> {
        self.screens.iter().find(|it| it.id == resource)
    }
}

impl Screen {
    /// What can be done with rows that exist, or of a list of deleted rows with those; on the list as a whole where `row` is false.
    pub(super) fn offered(&self, row: bool) -> impl Iterator<Item = &Action> {
        self.actions.iter().filter(move |it| it.kind.has_row() == row && it.of_deleted == (self.shows_deleted && row))
    }

    /// `magic-links` of `/admin/magic-links`.
    pub fn segment(&self) -> &str {
        last_part(&self.address)
    }

    /// Where a row is shown.
    pub fn row_address(&self, id: &RowKey) -> String {
        format!("{}/{}", self.address, segment_of(id))
    }

    /// The row that a part of an address names; `None`: its rows have no such keys.
    pub(super) fn key_at(&self, app: &App, segment: &str) -> Option<RowKey> {
        let resource = app.resource(self.id);
        let is_text = resource.key_type()?.is_stored_as_text();
        resource.key(if is_text { segment.strip_prefix(GIVEN)? } else { segment })
    }

    /// The related list whose rows are all ended by the form at `segment` below a row.
    pub fn revoked_at(&self, segment: &str) -> Option<&RelatedList> {
        self.related.iter().find(|it| it.revoke_all.as_ref().is_some_and(|at| last_part(at) == segment))
    }

    /// The action whose form stands at `segment` below the list (without a row) or below a row.
    pub fn action_at(&self, segment: &str, row: bool) -> Option<&Action> {
        self.actions.iter().find(|it| it.kind.has_row() == row && it.segment() == segment)
    }
}

impl Action {
    /// Whether it changes a row and asks for nothing: a button beside the row runs it.
    pub(super) fn is_at_once(&self) -> bool {
        self.kind == AdminActionKind::Update && self.fields.is_empty()
    }

    /// The last part of its address.
    pub fn segment(&self) -> &str {
        last_part(&self.address)
    }

    /// Whether its form is the one at `…/new` or `…/edit`.
    pub fn is_usual(&self) -> bool {
        matches!((self.kind, self.segment()), (AdminActionKind::Create, "new") | (AdminActionKind::Update, "edit"))
    }

    /// Its form's address for one row.
    pub fn address_for(&self, id: &RowKey) -> String {
        self.address.replace("{id}", &segment_of(id))
    }
}

/// What a key that is a text begins with in an address, so that it is none of an action's.
const GIVEN: char = '=';

/// A key as part of an address.
pub(super) fn segment_of(id: &RowKey) -> String {
    match id {
        RowKey::Text(text) => format!("{GIVEN}{}", utf8_percent_encode(text, NON_ALPHANUMERIC)),
        RowKey::Uuid(_) | RowKey::Int(_) => id.to_string(),
    }
}

/// `magic-links` of `/admin/magic-links`.
fn last_part(address: &str) -> &str {
    address.rsplit('/').next().unwrap_or_default()
}
