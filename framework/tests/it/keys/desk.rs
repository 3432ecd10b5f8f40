//! A help desk whose rows are known by what they are: tickets by numbers, countries by codes, labels by their names, passes by what tells nothing.

use samara::prelude::*;

use crate::accounts::{Accounts, Role, User};
use crate::platform::Platform;

/// A country.
#[resource(table = "countries", entity)]
#[graphql(type = "Country")]
#[admin(group = "Desk")]
pub struct Country {
    /// Of two letters.
    #[id(max_length = 2)]
    pub code: CiString,
    #[attribute(public, max_length = 40)]
    pub name: String,
    #[attribute(public, default = false)]
    pub closed: bool,
    #[has_many(public, key = country)]
    pub tickets: HasMany<Ticket>,
}

#[actions]
impl Country {
    #[read(primary, sort = [code], paginate(keyset, default = 50, max = 100))]
    fn list();

    #[create(accept = [code, name, closed])]
    fn add();

    #[update(accept = [name])]
    fn rename();

    #[destroy]
    fn remove();
}

#[policies]
impl Country {
    #[policy(always, anyone)]
    fn open(it: Row<Country>) -> bool {
        !it.closed
    }
}

/// What somebody asked.
#[resource(table = "tickets", entity)]
#[graphql(type = "Ticket")]
#[admin(group = "Desk")]
pub struct Ticket {
    #[id]
    pub id: i64,
    #[attribute(public, max_length = 40)]
    pub title: String,
    #[belongs_to(public, on_delete = restrict)]
    pub country: BelongsTo<Country>,
    #[belongs_to(public, on_delete = nilify)]
    pub follows: Option<BelongsTo<Ticket>>,
    #[has_many(public, key = ticket)]
    pub labellings: HasMany<Labelling>,
    #[many_to_many(public, through = Labelling, source = ticket, target = label)]
    pub labels: ManyToMany<Label>,
}

#[actions]
impl Ticket {
    #[read(primary, sort = [-id], paginate(keyset, default = 50, max = 100))]
    fn list();

    /// Those of a country.
    #[read(filter(|it, country| it.country_id == country))]
    fn of_country(country: CiString);

    #[create(accept = [title, country, follows])]
    fn open();

    #[update(accept = [title, country, follows])]
    fn change();

    #[destroy]
    fn close();
}

#[calculations]
impl Ticket {
    #[calculation(public)]
    fn is_first(it: Row<Ticket>) -> bool {
        it.id < 2
    }

    #[calculation(public)]
    fn is_urgent(it: Row<Ticket>) -> bool {
        it.labels().any(|label| label.name == "urgent") && it.country().code != "fr"
    }
}

#[policies]
impl Ticket {
    #[policy(always, anyone)]
    fn everybody() -> bool {
        true
    }
}

/// A name for tickets.
#[resource(table = "labels", entity)]
#[graphql(type = "Label")]
pub struct Label {
    #[id]
    pub name: String,
    #[many_to_many(public, through = Labelling, source = label, target = ticket)]
    pub tickets: ManyToMany<Ticket>,
}

#[actions]
impl Label {
    #[read(primary)]
    fn list();

    #[create(accept = [name])]
    fn add();
}

#[policies]
impl Label {
    #[policy(always, anyone)]
    fn everybody() -> bool {
        true
    }
}

/// A label on a ticket.
#[resource(table = "labellings", entity, identity(ticket_and_label = [ticket, label]))]
#[graphql(type = "Labelling")]
pub struct Labelling {
    #[id(random)]
    pub id: Uuid,
    #[belongs_to(public, on_delete = cascade)]
    pub ticket: BelongsTo<Ticket>,
    #[belongs_to(public, on_delete = cascade)]
    pub label: BelongsTo<Label>,
}

#[actions]
impl Labelling {
    #[read(primary)]
    fn list();

    #[create(accept = [ticket, label], upsert = ticket_and_label)]
    fn put();

    #[destroy(get = ticket_and_label)]
    fn take();
}

#[policies]
impl Labelling {
    #[policy(always, anyone)]
    fn everybody() -> bool {
        true
    }
}

#[domain(resources = [Country, Ticket, Label, Labelling])]
pub struct Desk;

samara::app!(pub App, domains = [Desk]);

/// Where somebody answers: the tenants are countries.
#[resource(table = "offices", tenant = country)]
#[graphql(type = "Office")]
pub struct Office {
    #[id]
    pub id: i64,
    #[belongs_to(public, on_delete = restrict)]
    pub country: BelongsTo<Country>,
}

#[actions]
impl Office {
    #[read(primary)]
    fn list();

    #[create]
    fn open();
}

#[policies]
impl Office {
    #[policy(always, anyone)]
    fn everybody() -> bool {
        true
    }
}

#[domain(resources = [Office])]
pub struct Offices;

samara::app!(
    pub Worldwide,
    domains = [Accounts, Platform, Desk, Offices],
    tenants = |country: Row<Country>, _actor: Actor<User>| !country.closed,
);

samara::app!(
    pub Served,
    domains = [Accounts, Platform, Desk],
    admin = |actor: Actor<User>| actor.role == Role::Admin,
);
