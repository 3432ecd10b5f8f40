//! The list of addresses, and what the router has.

use samara::application::Application;
use samara::database::Backend;
use samara::settings::Settings;
use samara::site::Site;
use samara::testing::TestDatabase;
use samara::web;

use crate::support::declare::altered;
use crate::support::platform;

/// The addresses that the router has, as it prints itself: axum tells them in no other way.
async fn had(application: &Application) -> Vec<String> {
    let database = TestDatabase::with_tables(Backend::Sqlite, &application.ir).await;
    let engine = database.engine(application).await;
    let settings = Settings::read(|_| None).unwrap();
    let url = settings.base_url(settings.listen);
    let site = Site::new(engine.clone(), settings, url).unwrap();
    let printed = format!("{:?}", web::router(site, axum::Router::new()).unwrap());
    engine.database().close().await;
    database.remove().await;
    let quoted = printed.split('"').skip(1).step_by(2);
    quoted.filter(|it| it.starts_with('/') && !it.contains("__private__axum")).map(str::to_owned).collect()
}

/// Whether one address is the other, where something in braces may stand for anything.
fn fits(one: &str, other: &str) -> bool {
    let is_open = |it: &str| it.starts_with('{');
    one.split('/').count() == other.split('/').count()
        && one.split('/').zip(other.split('/')).all(|(one, other)| one == other || is_open(one) || is_open(other))
}

#[tokio::test]
async fn an_address_is_listed_if_and_only_if_the_router_has_it() {
    let whole = platform::application();
    let without = |change: fn(&mut samara::ir::Resource)| {
        let ir = altered(&whole.ir, |resources| resources.iter_mut().for_each(change));
        Application { ir, ..platform::application() }
    };
    let no_strategy = without(|it| {
        if matches!(it.role, Some(samara::ir::Role::MagicLink { .. })) {
            it.role = None;
        }
    });
    let no_api = without(|it| it.graphql = None);
    for (application, least) in [(&whole, 17), (&no_strategy, 6), (&no_api, 16)] {
        let had = had(application).await;
        assert!(had.len() >= least, "{had:?}");
        let listed: Vec<String> = web::routes(&application.ir).into_iter().map(|it| it.path).collect();
        for path in &had {
            assert!(listed.iter().any(|it| fits(it, path)), "{path} is not listed: {listed:?}");
        }
        for path in &listed {
            assert!(had.iter().any(|it| fits(it, path)), "{path} is listed, and nothing answers: {had:?}");
        }
    }
}
