//! A help desk: people, desks, the tickets that are left there, and stars that mark them.

use samara::prelude::*;

#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    Guest,
    Chief,
}

/// Someone.
#[resource(table = "people")]
#[graphql(type = "Person")]
#[actor(identity = email)]
pub struct Person {
    #[id]
    pub id: Uuid,
    #[attribute(public, unique)]
    pub email: CiString,
    #[attribute(public, default = Role::Guest)]
    pub role: Role,
}

#[actions]
impl Person {
    #[read(primary)]
    fn list();

    #[create(private, accept = [email, role])]
    fn register();
}

#[policies]
impl Person {
    #[policy(always)]
    fn signed_in(actor: Actor<Person>) -> bool {
        actor.is_present()
    }
}

/// Where tickets are left.
#[resource(table = "desks")]
#[graphql(type = "Desk")]
#[admin(group = "Help", columns = [name])]
pub struct Desk {
    #[id]
    pub id: Uuid,
    #[attribute(public, unique)]
    pub name: String,
    #[attribute(public, default = false)]
    pub hidden: bool,
    #[belongs_to(public, on_delete = restrict)]
    pub chief: BelongsTo<Person>,
    #[has_many(public, key = desk)]
    pub tickets: HasMany<Ticket>,
}

#[actions]
impl Desk {
    #[read(primary, sort = [name])]
    fn list();

    #[create(accept = [name, hidden], relate_actor = chief)]
    fn found();
}

#[policies]
impl Desk {
    #[policy(read)]
    fn in_sight(desk: Row<Desk>, actor: Actor<Person>) -> bool {
        !desk.hidden || desk.chief_id == actor.id
    }

    #[policy(create)]
    fn signed_in(actor: Actor<Person>) -> bool {
        actor.is_present()
    }
}

/// Something that somebody wants. The list shows what is still open.
#[resource(table = "tickets", identity(title_of_desk = [desk, title]))]
#[graphql(type = "Ticket")]
#[admin(group = "Help", columns = [title, desk, closed_at])]
pub struct Ticket {
    #[id]
    pub id: Uuid,
    #[attribute(public, min_length = 1, max_length = 20)]
    pub title: String,
    #[attribute(public)]
    pub note: Option<String>,
    #[attribute(public, default = 1)]
    pub weight: i64,
    #[attribute(public)]
    pub urgent: Option<bool>,
    #[attribute(public)]
    pub detail: Option<Json>,
    #[attribute(public)]
    pub closed_at: Option<DateTimeUtc>,
    /// What the desk was called, and this ticket, when it was left there.
    #[attribute(public, min_length = 2)]
    pub desk_name: Option<String>,
    #[attribute(public)]
    pub remark: Option<String>,
    #[belongs_to(public, on_delete = restrict)]
    pub desk: BelongsTo<Desk>,
    #[has_many(public, key = ticket)]
    pub stars: HasMany<Star>,
}

#[actions]
impl Ticket {
    #[read(primary, sort = [title], filter(|ticket| ticket.closed_at.is_none()), paginate(keyset, default = 20, max = 50))]
    fn list();

    #[create(accept = [title, note, weight, urgent, detail, desk])]
    fn leave();

    /// Sets what only the related row knows, what depends on that, and what may be absent.
    #[create(
        accept = [title, note, desk],
        set(desk_name = |ticket| ticket.desk().name),
        set(remark = |ticket, word| word.unwrap_or(ticket.note.unwrap_or("none"))),
        set(weight = |ticket| ticket.desk_name.unwrap_or("").len() + ticket.desk().tickets().count()),
        set(closed_at = |ticket| ticket.inserted_at)
    )]
    fn copy_name(word: Option<String>);

    /// Asks for an argument that there is not, or sets a value that breaks a rule.
    #[create(accept = [title, desk], change = give_wrong)]
    fn leave_wrong(how: String);

    #[update(accept = [title, note, weight, urgent, detail, desk])]
    fn edit();

    #[update(set(weight = |ticket, by| ticket.weight + by))]
    fn weigh(by: i64);

    #[update(set(urgent = |ticket| ticket.weight > 10))]
    fn judge();

    #[update(set(closed_at = now()))]
    fn close();

    #[update(
        accept = [title, note, weight],
        validate(|ticket| ticket.title != "bad", "is a bad title"),
        validate(|ticket| ticket.weight < 100, "weighs too much"),
        validate(|ticket| ticket.desk().tickets().all(|it| it.weight < 50), "the desk breaks down"),
        validate(|ticket, word| word != "bad" && word != ticket.title, "is a bad word"),
        validate(|ticket, word| word != "bad" || ticket.weight < 90, "is too bad for its weight", field = word),
        require(|ticket| ticket.weight < 1000, "is too heavy to move", field = desk)
    )]
    fn check(word: String);

    #[destroy]
    fn tear();

    #[destroy(change = write_note)]
    fn tear_loudly();

    /// What the actor's own words do at a desk of somebody else's.
    #[action]
    async fn escalate(cx: &Context, ticket: Uuid, fails: bool) -> Result<i64, Error> {
        cx.transaction(async |cx| {
            let system = cx.as_system("escalating a ticket");
            let ticket = Self::edit(ticket).weight(9).run(&system).await?;
            Star::give().ticket(ticket.id).person(cx.actor_id().unwrap_or_default()).run(&system).await?;
            system.after_commit(tell).await;
            if fails { Err(Error::new(Code::RateLimited, "not so fast")) } else { Ok(ticket.weight) }
        })
        .await
    }

    /// Refuses whoever may call it.
    #[action(query)]
    async fn secrets(cx: &Context) -> Result<Vec<String>, Error> {
        let _ = cx;
        Err(Error::forbidden())
    }
}

thread_local! {
    /// Who acted in the hooks that ran; a test runs on one thread.
    pub static TOLD: std::cell::RefCell<Vec<String>> = const { std::cell::RefCell::new(Vec::new()) };
}

async fn tell(cx: Context) {
    TOLD.with_borrow_mut(|it| it.push(format!("{:?}", cx.actor())));
}

fn give_wrong(changes: &mut Changes<Ticket>, _: &Context) -> Result<(), Error> {
    match changes.argument::<String>("how")?.as_str() {
        "unknown" => changes.set(Ticket::REMARK, changes.argument("why")?),
        "number" => changes.set(Ticket::WEIGHT, changes.argument("how")?),
        _ => changes.set(Ticket::DESK_NAME, Some("x".into())),
    }
    Ok(())
}

fn write_note(changes: &mut Changes<Ticket>, _: &Context) -> Result<(), Error> {
    changes.set(Ticket::NOTE, Some("gone".into()));
    Ok(())
}

#[calculations]
impl Ticket {
    #[calculation(public)]
    fn star_count(ticket: Row<Ticket>) -> i64 {
        ticket.stars().count()
    }

    /// Too much for what weighs more than one.
    #[calculation(public)]
    fn pull(ticket: Row<Ticket>) -> i64 {
        ticket.weight * 9_000_000_000_000_000_000
    }
}

#[policies]
impl Ticket {
    #[policy(read, create, actions = [weigh, judge, close, check, tear, tear_loudly, escalate])]
    fn signed_in(actor: Actor<Person>) -> bool {
        actor.is_present()
    }

    #[policy(actions = [edit])]
    fn chief(ticket: Row<Ticket>, actor: Actor<Person>) -> bool {
        ticket.desk().chief_id == actor.id
    }

    #[policy(actions = [secrets])]
    fn chiefs(actor: Actor<Person>) -> bool {
        actor.role == Role::Chief
    }
}

/// Somebody likes a ticket. Only the desk's chief hands stars out.
#[resource(table = "stars", identity(ticket_and_person = [ticket, person]))]
#[graphql(type = "Star")]
pub struct Star {
    #[id]
    pub id: Uuid,
    /// For the chief, who knows the desk.
    #[attribute(public, default = "shines", min_length = 5)]
    pub why: Guarded<String>,
    #[belongs_to(public, on_delete = cascade)]
    pub ticket: BelongsTo<Ticket>,
    #[belongs_to(public, on_delete = cascade)]
    pub person: BelongsTo<Person>,
}

#[actions]
impl Star {
    #[read(primary)]
    fn list();

    #[create(accept = [ticket, person])]
    fn give();

    /// Says why in the ticket's own words.
    #[create(accept = [ticket, person], set(why = |star| star.ticket().title))]
    fn explain();

    /// Points at no ticket.
    #[create(accept = [person], change = point_nowhere)]
    fn lose();

    #[update(accept = [ticket, person])]
    fn hand_on();

    #[destroy]
    fn remove();
}

fn point_nowhere(changes: &mut Changes<Star>, _: &Context) -> Result<(), Error> {
    changes.set(Star::TICKET_ID, Uuid::from_u128(1));
    Ok(())
}

#[calculations]
impl Star {
    /// How many there are beside it, and itself.
    #[calculation(public)]
    fn among(star: Row<Star>) -> i64 {
        star.ticket().stars().count()
    }
}

#[policies]
impl Star {
    #[policy(read)]
    fn signed_in(actor: Actor<Person>) -> bool {
        actor.is_present()
    }

    #[policy(create, update, destroy)]
    fn chief(star: Row<Star>, actor: Actor<Person>) -> bool {
        star.ticket().desk().chief_id == actor.id
    }

    #[field_policy(why)]
    fn known(star: Row<Star>, actor: Actor<Person>) -> bool {
        star.ticket().desk().chief_id == actor.id
    }
}

#[domain(resources = [Person, Desk, Ticket, Star])]
pub struct Help;

samara::app!(pub App, domains = [Help]);
