//! `serve`: from settings to a server that is ready, and to its end.

use std::io::Write;
use std::net::SocketAddr;
use std::pin::pin;
use std::process::ExitCode;
use std::time::Duration;

use axum::Router;
use tokio::net::TcpListener;
use tokio::task::JoinSet;
use tokio::time::Instant;
use url::Url;

use crate::auth;
use crate::engine::Engine;
use crate::migration::{self, Migrator};
use crate::settings::{Environment, MailSetting, Settings};
use crate::site::Site;
use crate::web;

use super::seed::{self, SeedResult};
use super::{CommandError, Server, open};

/// How long the database's connections may take to close.
const CLOSE: Duration = Duration::from_secs(1);
/// How long mail that is being sent may go on after the signal to stop, while requests end too.
const LAST_MAIL: Duration = Duration::from_secs(8);

pub(super) async fn serve(server: Server, settings: Settings) -> Result<ExitCode, CommandError> {
    // A server that is still starting obeys the signal too: what it migrates or seeds is rolled back.
    let mut stop = pin!(web::stop_signal());
    let PreparedServer { listener, site, router } = tokio::select! {
        ready = start(server, settings) => ready?,
        () = &mut stop => return Ok(ExitCode::SUCCESS),
    };
    let (mut carrying, mut sweeping) = housekeeping(&site);
    let mut stopped = Instant::now();
    web::serve(listener, router, &site, async {
        stop.await;
        stopped = Instant::now();
    })
    .await;
    // A mail that is on its way is not cut off: it would be sent again after the next start.
    let carried = async { while carrying.join_next().await.is_some() {} };
    if tokio::time::timeout_at(stopped + LAST_MAIL, carried).await.is_err() {
        tracing::warn!("a mail was cut off; it will be tried again");
        carrying.shutdown().await;
    }
    sweeping.shutdown().await;
    // A connection that does not close in time is left to the database: process managers kill a server ten seconds after the signal.
    let _ = tokio::time::timeout(CLOSE, site.engine().database().close()).await;
    Ok(ExitCode::SUCCESS)
}

/// A server that can take its first request.
struct PreparedServer {
    listener: TcpListener,
    site: Site,
    router: Router,
}

async fn start(mut server: Server, settings: Settings) -> Result<PreparedServer, CommandError> {
    let application = server.verified()?;
    let listener = TcpListener::bind(settings.listen).await.map_err(|error| {
        let message = format!("`SAMARA_LISTEN` holds `{}`, which cannot be listened on", settings.listen);
        CommandError::new(message, error.to_string()).help("stop what listens there, or choose another port")
    })?;
    let bound = listener.local_addr().map_err(|error| CommandError::new("the port is unknown", error.to_string()))?;
    prepare(&mut server, &settings).await.map_err(|error| CommandError::from(error).at(settings.database()))?;
    let engine = open::engine(application, &settings, server.database_options()).await?;
    let seeds = settings.environment == Environment::Dev;
    let planted = if seeds { seed::plant(&server, &engine).await? } else { SeedResult::Not };
    let site = site(&server, engine, settings.clone(), settings.base_url(bound))?;
    let router = web::router(site.clone(), server.take_routes())?;
    announce(&site, bound, planted);
    Ok(PreparedServer { listener, site, router })
}

/// The background tasks, as far as there is anything to do: sending mail, and removing what has ended (sessions, sign-ins, keys of requests).
fn housekeeping(site: &Site) -> (JoinSet<()>, JoinSet<()>) {
    let (mut carrying, mut sweeping) = (JoinSet::new(), JoinSet::new());
    if site.roles().can_sign_in() {
        let courier = site.courier().clone();
        carrying.spawn(async move { courier.run().await });
    }
    if site.roles().can_sign_in() || site.engine().app().has_graphql() {
        sweeping.spawn(auth::sweep::run(site.engine().clone()));
    }
    (carrying, sweeping)
}

/// Checks that the schema fits the program: else the server does not start.
async fn prepare(server: &mut Server, settings: &Settings) -> Result<(), migration::Error> {
    let Some(migrations) = server.take_migrations() else { return Ok(()) };
    let url = settings.direct_url();
    if settings.environment.is_prod() {
        return Migrator::connect(url, migrations).await?.require_current().await;
    }
    migration::create_missing(url).await?;
    Migrator::connect(url, migrations).await?.up().await?;
    Ok(())
}

fn site(server: &Server, engine: Engine, settings: Settings, base_url: Url) -> Result<Site, CommandError> {
    let site = Site::new(engine, settings, base_url)?.bounded(server.chosen_bounds().clone());
    Ok(match server.identify() {
        Some(identify) => site.identified_by(identify),
        None => site,
    })
}

/// Prints the site's address, and the address it listens on if that is another.
fn announce(site: &Site, bound: SocketAddr, planted: SeedResult) {
    let settings = site.settings();
    let mut lines = vec![format!("Serving at {} ({})", site.address("/"), settings.environment)];
    if settings.given_base_url.is_some() {
        lines.push(format!("  listens   {bound}"));
    }
    let signs_in = site.roles().can_sign_in();
    if settings.environment == Environment::Dev && signs_in {
        lines.push(format!("  sign in   {}", site.address("/sign-in")));
        if settings.mail == MailSetting::Mailbox {
            lines.push(format!("  mailbox   {}", site.address("/dev/mailbox")));
        }
        lines.push(format!("  admin     {}", site.address("/admin")));
    } else if settings.environment == Environment::Dev && site.roles().actor.is_some() {
        lines.push("  sign in   not yet: `samara add strategy magic-link`".into());
    }
    if settings.environment == Environment::Dev && site.engine().app().has_graphql() {
        lines.push(format!("  GraphiQL  {}", site.address("/graphql")));
    }
    if planted == SeedResult::Now {
        lines.push("Demo data was written; the start page lists whom to sign in as.".into());
    }
    if settings.mail == MailSetting::Unset && signs_in {
        lines.push("SAMARA_MAIL is not set, so nobody can sign in by mail.".into());
    }
    // Where standard output is closed there is nobody to tell.
    let _ = writeln!(std::io::stdout().lock(), "{}", lines.join("\n"));
}
