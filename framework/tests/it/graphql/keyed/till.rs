//! Coins, and whoever is signed in may mint them.

use std::sync::Mutex;

use samara::prelude::*;

use crate::accounts::{Accounts, User};
use crate::platform::Platform;

samara::app!(pub Open, domains = [Accounts, Platform, Coins]);
samara::app!(pub Silent, domains = [Pennies]);

/// The application.
pub(super) fn application() -> Application {
    Open::application()
}

/// One that nobody reaches by GraphQL.
pub(super) fn silent() -> Application {
    Silent::application()
}

/// The labels of coins whose minting was committed.
pub(super) static RUNG: Mutex<Vec<String>> = Mutex::new(Vec::new());

/// The labels of pairs, each as often as it was begun.
pub(super) static BEGUN: Mutex<Vec<String>> = Mutex::new(Vec::new());

#[domain(resources = [Coin])]
pub struct Coins;

#[domain(resources = [Penny])]
pub struct Pennies;

/// A coin.
#[resource(table = "coins")]
#[graphql(type = "Coin")]
pub struct Coin {
    #[id]
    pub id: Uuid,
    #[attribute(public, unique, min_length = 1, multiline)]
    pub label: String,
    #[attribute(public, big)]
    pub worth: Option<i64>,
    #[attribute(public, multiline)]
    pub note: Option<String>,
}

#[actions]
impl Coin {
    #[read(primary)]
    fn list();

    #[create(accept = [label, worth, note], after_commit = ring)]
    fn mint();

    #[destroy]
    fn melt();

    /// Mints two, and fails after that if it is told to.
    #[action]
    async fn pair(cx: &Context, label: String, fails: bool) -> Result<i64, Error> {
        BEGUN.lock().unwrap().push(label.clone());
        for half in ["heads", "tails"] {
            Coin::mint().label(format!("{label} {half}")).run(cx).await?;
        }
        if fails {
            return Err(Error::new(Code::RateLimited, "two are enough"));
        }
        Coin::query().count(cx).await
    }

    /// Mints one, and answers what nobody else may know.
    #[action(sensitive)]
    async fn hide(cx: &Context, label: String) -> Result<String, Error> {
        Coin::mint().label(label).run(cx).await?;
        Ok("under the oak".to_owned())
    }
}

#[calculations]
impl Coin {
    #[calculation(public)]
    fn doubled(coin: Row<Coin>) -> Option<i64> {
        coin.worth * 2
    }
}

#[policies]
impl Coin {
    #[policy(read, anyone)]
    fn everybody() -> bool {
        true
    }

    #[policy(actions = [mint, melt, pair, hide])]
    fn signed_in(actor: Actor<User>) -> bool {
        actor.is_present()
    }

    #[policy(create)]
    fn allowed(coin: Row<Coin>) -> bool {
        coin.label != "forbidden"
    }
}

async fn ring(coin: &Coin, _: &Context) -> Result<(), Error> {
    RUNG.lock().unwrap().push(coin.label.clone());
    Ok(())
}

/// A coin that no surface shows.
#[resource(table = "pennies")]
pub struct Penny {
    #[id]
    pub id: Uuid,
    #[attribute]
    pub label: String,
}

#[actions]
impl Penny {
    #[read(primary)]
    fn list();
}

#[policies]
impl Penny {
    #[policy(always, anyone)]
    fn everybody() -> bool {
        true
    }
}
