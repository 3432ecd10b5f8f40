//! PostgreSQL servers for one test process: found, started as an unprivileged user, and stopped when the process ends.

use std::io;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::time::{SystemTime, UNIX_EPOCH};

const MISSING: &str = "the tests need PostgreSQL 15 or newer: install it (on Debian: apt-get install postgresql) so that `initdb` and \
                       `pg_ctl` or `pg_config` are found by PATH, or set SAMARA_TEST_POSTGRES to the address of a server";

/// The oldest major version that Samara runs on.
const OLDEST: u32 = 15;

/// Stops the cluster when its standard input ends, which it does when this process ends, even if it is killed.
const WATCHDOG: &str = r#"
trap '' INT TERM HUP
read _
pid=$(head -n 1 "$1/data/postmaster.pid" 2>/dev/null) && kill -QUIT "$pid" 2>/dev/null
tries=0
while [ -n "$pid" ] && kill -0 "$pid" 2>/dev/null && [ $tries -lt 100 ]; do tries=$((tries + 1)); sleep 0.1; done
rm -rf "$1"
"#;

/// A server with its databases. A server that was started here is stopped when this is dropped.
#[derive(Debug)]
pub struct Cluster {
    /// `postgres://user@host/{}?…`: the name of a database goes into the braces.
    address: String,
    local: Option<OwnServer>,
}

/// A server that was started here.
#[derive(Debug)]
struct OwnServer {
    /// `pg_ctl`.
    control: PathBuf,
    user: Option<Unprivileged>,
    /// Holds its data, its log and its socket.
    folder: PathBuf,
    /// Its open standard input keeps the server running.
    _watchdog: Child,
}

impl Cluster {
    /// A server of the caller's own, which may be stopped and started again.
    ///
    /// # Panics
    /// If there is none, with what to do.
    #[expect(clippy::panic, reason = "a test cannot go on, and its author has to read why")]
    pub fn own() -> Self {
        Self::start().unwrap_or_else(|error| panic!("{error}"))
    }

    /// The server of this process; the first call starts it.
    ///
    /// # Panics
    /// If there is none, with what to do.
    #[expect(clippy::panic, reason = "a test cannot go on, and its author has to read why")]
    pub(super) fn shared() -> &'static Self {
        static SHARED: OnceLock<Cluster> = OnceLock::new();
        SHARED.get_or_init(|| match std::env::var("SAMARA_TEST_POSTGRES") {
            Ok(url) if !url.is_empty() => Self { address: with_placeholder(&url), local: None },
            _ => Self::start().unwrap_or_else(|error| panic!("{error}")),
        })
    }

    /// The address of one of its databases; `postgres` is always there.
    pub fn url(&self, database: &str) -> String {
        self.address.replace("{}", database)
    }

    /// Stops a server that was started here, and cuts off its connections.
    ///
    /// # Panics
    /// If it does not stop.
    pub fn stop(&self) {
        self.control(&["-m", "fast", "-w", "stop"]);
    }

    /// Starts it again after [`Cluster::stop`], with all that was committed.
    ///
    /// # Panics
    /// If it does not start.
    pub fn resume(&self) {
        self.control(&["-w", "-t", "60", "start"]);
    }

    /// What a server that was started here has logged so far: warnings, errors, and the statements that caused them.
    ///
    /// # Panics
    /// If it was started elsewhere.
    #[expect(clippy::panic, reason = "a test cannot go on, and its author has to read why")]
    pub fn log(&self) -> String {
        let Some(local) = &self.local else { panic!("this server was not started here") };
        std::fs::read_to_string(local.log()).unwrap_or_else(|error| panic!("its log cannot be read: {error}"))
    }

    #[expect(clippy::panic, reason = "a test cannot go on, and its author has to read why")]
    fn control(&self, arguments: &[&str]) {
        let Some(local) = &self.local else { panic!("this server was not started here") };
        local.control(arguments).unwrap_or_else(|error| panic!("{error}"));
    }

    fn start() -> Result<Self, String> {
        let binaries = binaries().filter(|it| version(it).is_some_and(|it| it >= OLDEST)).ok_or(MISSING)?;
        let folder = folder("samara-pg").map_err(|error| format!("no temporary folder for PostgreSQL: {error}"))?;
        let user = Unprivileged::find();
        if let Some(user) = &user {
            run(Command::new("chown").arg(&user.name).arg(&folder))?;
        }
        let watchdog = watch(&folder).map_err(|error| format!("no shell to stop PostgreSQL with: {error}"))?;
        let data = folder.join("data");
        let initdb = |provider: &[&str]| {
            let mut initdb = command(&binaries.join("initdb"), user.as_ref(), &folder);
            initdb.args(["--username=samara", "--auth=trust", "--no-sync", "--locale=C", "--encoding=UTF8"]);
            run(initdb.args(provider).arg("-D").arg(&data))
        };
        // A linguistic collation, as most servers have: code that relies on the server's default collation fails here. Not every build
        // has ICU.
        initdb(&["--locale-provider=icu", "--icu-locale=en-US"]).or_else(|_| initdb(&[]))?;
        let address = format!("postgres://samara@localhost/{{}}?host={}", folder.display());
        let local = OwnServer { control: binaries.join("pg_ctl"), user, folder, _watchdog: watchdog };
        local.control(&["-w", "-t", "60", "start"])?;
        Ok(Self { address, local: Some(local) })
    }
}

impl OwnServer {
    fn log(&self) -> PathBuf {
        self.folder.join("log")
    }

    fn control(&self, arguments: &[&str]) -> Result<(), String> {
        // Only the socket in its own folder: no port needs to be free, and no other server can answer.
        let options = format!(
            "-k {} -c listen_addresses= -c fsync=off -c synchronous_commit=off -c full_page_writes=off -c autovacuum=off \
             -c max_connections=300 -c shared_buffers=32MB",
            self.folder.display()
        );
        let mut control = command(&self.control, self.user.as_ref(), &self.folder);
        let log = self.log();
        control.arg("-D").arg(self.folder.join("data")).arg("-l").arg(&log);
        let ran = run(control.args(["-o", &options]).args(arguments));
        ran.map_err(|error| format!("{error}\n{}", std::fs::read_to_string(log).unwrap_or_default()))
    }
}

/// Puts the placeholder where an address names its database.
fn with_placeholder(url: &str) -> String {
    let (address, parameters) = url.split_once('?').map_or((url, String::new()), |(it, rest)| (it, format!("?{rest}")));
    let (scheme, rest) = address.split_once("://").unwrap_or(("postgres", address));
    let server = rest.split('/').next().unwrap_or_default();
    format!("{scheme}://{server}/{{}}{parameters}")
}

/// Whom to run a server as, for PostgreSQL and pgbouncer refuse to run as root.
#[derive(Debug)]
pub(super) struct Unprivileged {
    name: String,
    group: String,
}

impl Unprivileged {
    /// The user to become, if this is root.
    pub(super) fn find() -> Option<Self> {
        if ask(Command::new("id").arg("-u"))? != "0" {
            return None;
        }
        ["postgres", "nobody"].into_iter().find_map(|name| {
            let group = ask(Command::new("id").arg("-g").arg(name))?;
            Some(Self { name: name.to_owned(), group })
        })
    }

    pub(super) fn name(&self) -> &str {
        &self.name
    }
}

/// The folder of PostgreSQL's programs.
fn binaries() -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let mut folders = std::env::split_paths(&path);
    let complete = |it: &PathBuf| it.join("initdb").is_file() && it.join("pg_ctl").is_file();
    folders.find(complete).or_else(|| {
        let folder = ask(Command::new("pg_config").arg("--bindir"))?;
        Some(PathBuf::from(folder)).filter(complete)
    })
}

/// The major version of the programs in a folder: `initdb (PostgreSQL) 15.14` is 15.
fn version(folder: &Path) -> Option<u32> {
    let said = ask(Command::new(folder.join("initdb")).arg("--version"))?;
    let number = said.split_whitespace().find(|it| it.starts_with(|it: char| it.is_ascii_digit()))?;
    number.split(|it: char| !it.is_ascii_digit()).next()?.parse().ok()
}

/// A new folder of this process.
pub(super) fn folder(name: &str) -> io::Result<PathBuf> {
    let nanos = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |it| it.as_nanos());
    let folder = std::env::temp_dir().join(format!("{name}-{}-{nanos:x}", std::process::id()));
    std::fs::create_dir(&folder)?;
    Ok(folder)
}

fn watch(folder: &Path) -> io::Result<Child> {
    let mut shell = Command::new("sh");
    shell.arg("-c").arg(WATCHDOG).arg("samara-watchdog").arg(folder).current_dir("/");
    shell.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null()).spawn()
}

/// The program, to be run as that user.
pub(super) fn command(program: &Path, user: Option<&Unprivileged>, folder: &Path) -> Command {
    let mut command = match user {
        None => Command::new(program),
        Some(user) => {
            let mut command = Command::new("setpriv");
            command.arg(format!("--reuid={}", user.name)).arg(format!("--regid={}", user.group));
            command.arg("--clear-groups").arg(program);
            command
        }
    };
    command.current_dir(folder);
    command
}

/// Runs a command to its end. Its output is discarded: a server that it starts would keep a pipe open.
pub(super) fn run(command: &mut Command) -> Result<(), String> {
    let status = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).status();
    match status {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(format!("{command:?} failed: {status}")),
        Err(error) => Err(format!("{command:?} could not be run: {error}")),
    }
}

fn ask(command: &mut Command) -> Option<String> {
    let output = command.stdin(Stdio::null()).stderr(Stdio::null()).output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_may_name_a_database_or_none() {
        assert_eq!(
            with_placeholder("postgres://me@db:5432/test?sslmode=disable"),
            "postgres://me@db:5432/{}?sslmode=disable"
        );
        assert_eq!(with_placeholder("postgres://localhost"), "postgres://localhost/{}");
    }
}
