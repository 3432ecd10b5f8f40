//! `doctor`: looks at all that a server needs, and says of each thing how it is and what to do about it. It changes nothing.

use std::net::SocketAddr;
use std::process::ExitCode;
use std::time::Duration;

use chrono::Utc;
use tokio::net::TcpListener;

use crate::database::Options;
use crate::mail;
use crate::migration::{self, MigrationState, Migrator};
use crate::settings::{MailSetting, Settings};

use super::db::say;
use super::{CommandError, Server, open};

/// How far the database's clock may be from this machine's: sign-in links, sessions and limits end by the one or the other.
const CLOCKS: Duration = Duration::from_secs(5);

/// How one thing is, in a few words; or what is wrong with it.
type Finding = Result<String, CommandError>;

pub(super) async fn run(mut server: Server, settings: &Settings) -> Result<ExitCode, CommandError> {
    let declaration = server.verified();
    let signs_in = declaration.as_ref().is_ok_and(|it| crate::auth::Roles::of(it.ir()).can_sign_in());
    let declaration: Finding = match declaration {
        Ok(it) => Ok(format!("{} resources", it.ir().resources().len())),
        Err(findings) => Err(findings.into()),
    };
    let database = database(&mut server, settings).await;
    let findings = [
        ("settings", Ok(format!("for {}", settings.environment))),
        ("declaration", declaration),
        ("database", database),
        ("clock", clock(settings).await),
        ("port", port(settings.listen).await),
        ("mail", mail(settings, signs_in).await),
    ];
    let mut is_well = true;
    for (thing, finding) in findings {
        match finding {
            Ok(text) => say(&format!("ok     {thing:<12} {text}"))?,
            Err(error) => {
                is_well = false;
                let text = error.to_string();
                let indented: Vec<&str> = text.lines().collect();
                say(&format!("wrong  {thing:<12} {}", indented.join("\n                    ")))?;
            }
        }
    }
    Ok(if is_well { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// It answers, and its tables are those of the migrations.
async fn database(server: &mut Server, settings: &Settings) -> Finding {
    let url = settings.direct_url();
    let name = migration::name(url)?;
    let Some(migrations) = server.take_migrations() else {
        return Ok(format!("{name}; this program has no migrations to compare it with"));
    };
    if is_sqlite(url) && migration::exists_here(url)? == Some(false) {
        let message = format!("there is no {name} yet");
        return Err(CommandError::helped(message, "run `samara db create`, then `samara db migrate`"));
    }
    let migrator =
        Migrator::connect(url, migrations).await.map_err(|it| CommandError::from(it).at(settings.database()))?;
    let status = migrator.status().await.map_err(|it| CommandError::from(it).at(settings.database()))?;
    let pending = status.iter().filter(|it| it.state == MigrationState::Pending).count();
    if pending == 0 {
        return Ok(format!("{name}, {} migrations applied", status.len()));
    }
    let message = format!("{name} is behind by {pending} of {} migrations", status.len());
    Err(CommandError::helped(message, "run `samara db migrate`"))
}

fn is_sqlite(url: &str) -> bool {
    url.starts_with("sqlite:")
}

/// The database's clock is this machine's, more or less.
async fn clock(settings: &Settings) -> Finding {
    if is_sqlite(&settings.database_url) {
        return Ok("SQLite has this machine's".to_owned());
    }
    let Ok(database) = open::database(settings, &Options::default()).await else {
        return Ok("not compared: the database does not answer".to_owned());
    };
    let theirs = database.clock().await;
    database.close().await;
    let away = (Utc::now() - theirs?).abs();
    if away.to_std().is_ok_and(|it| it <= CLOCKS) {
        return Ok("the database's is this machine's".to_owned());
    }
    let message = format!("the database's clock is {} s from this machine's", away.num_seconds());
    Err(CommandError::helped(message, "set both by a time server (NTP)"))
}

/// Nobody listens there.
async fn port(listen: SocketAddr) -> Finding {
    match TcpListener::bind(listen).await {
        Ok(_) => Ok(format!("{listen} is free")),
        Err(error) => {
            let help = "stop what listens there (perhaps this app), or set `SAMARA_LISTEN` to another";
            Err(CommandError::new(format!("{listen} cannot be listened on"), error.to_string()).help(help))
        }
    }
}

/// Mail can be sent, where sign-in needs it.
async fn mail(settings: &Settings, signs_in: bool) -> Finding {
    match &settings.mail {
        _ if !signs_in => Ok("not needed: nobody signs in by mail".to_owned()),
        MailSetting::Mailbox => Ok("stays on this machine, at /dev/mailbox".to_owned()),
        MailSetting::Unset => {
            let message = "`SAMARA_MAIL` is not set, so nobody can sign in by mail";
            Err(CommandError::helped(message, "set it to `smtp://USER:PASSWORD@HOST:PORT?tls=required`"))
        }
        MailSetting::Smtp(url) => match mail::reach(url).await {
            Ok(()) => Ok("the mail server answers".to_owned()),
            Err(cause) => {
                let error = CommandError::new("the mail server does not answer", cause);
                Err(error.help("check `SAMARA_MAIL`, and that this machine may reach that port"))
            }
        },
    }
}
