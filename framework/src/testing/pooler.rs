//! A pooler before a PostgreSQL server: pgbouncer in transaction mode, started as an unprivileged user, and stopped with its process.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, ChildStderr, Command, Stdio};

use url::Url;

use super::cluster::{Unprivileged, command, folder, run};

const MISSING: &str = "these tests need pgbouncer: install it (on Debian: apt-get install pgbouncer)";

/// Where Debian keeps it, which is not on everybody's PATH.
const DEBIAN: &str = "/usr/sbin/pgbouncer";

/// The number in the name of its socket.
const PORT: u16 = 6432;

/// Runs the pooler until its own standard input ends, which it does when this process ends, even if it is killed.
const RUN: &str = r#"
trap '' INT TERM HUP
folder=$1
shift
"$@" </dev/null &
pid=$!
read _
kill -TERM "$pid" 2>/dev/null
wait "$pid"
rm -rf "$folder"
"#;

/// A pgbouncer that lends its few connections to a server for one transaction each. It is stopped when this is dropped.
#[derive(Debug)]
pub struct Pooler {
    /// The address of the database through it.
    url: String,
    /// Its open standard input keeps the pooler running.
    _shell: Child,
}

impl Pooler {
    /// A pooler before the server of the database at `direct`, with so many connections to each database.
    ///
    /// # Panics
    /// If there is no pgbouncer, with what to do.
    #[expect(clippy::panic, reason = "a test cannot go on, and its author has to read why")]
    pub fn before(direct: &str, connections: u32) -> Self {
        Self::start(direct, connections).unwrap_or_else(|error| panic!("{error}"))
    }

    /// The address of the same database through it.
    pub fn url(&self) -> &str {
        &self.url
    }

    fn start(direct: &str, connections: u32) -> Result<Self, String> {
        let direct = Url::parse(direct).map_err(|error| format!("{direct} is no address: {error}"))?;
        let folder = folder("samara-pooler").map_err(|error| format!("no temporary folder for pgbouncer: {error}"))?;
        let settings = folder.join("pgbouncer.ini");
        let text = configuration(&direct, connections, &folder);
        std::fs::write(&settings, text).map_err(|error| format!("pgbouncer cannot be configured: {error}"))?;
        let user = Unprivileged::find();
        if let Some(user) = &user {
            run(Command::new("chown").arg("-R").arg(user.name()).arg(&folder))?;
        }
        let program = if Path::new(DEBIAN).is_file() { DEBIAN } else { "pgbouncer" };
        let pooler = command(Path::new(program), user.as_ref(), &folder);
        let mut shell = Command::new("sh");
        shell.arg("-c").arg(RUN).arg("samara-pooler").arg(&folder).arg(pooler.get_program()).args(pooler.get_args());
        shell.arg(&settings).current_dir("/").stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::piped());
        let mut shell = shell.spawn().map_err(|error| format!("no shell to run pgbouncer with: {error}"))?;
        let log = shell.stderr.take().ok_or("pgbouncer has no log")?;
        wait_until_up(log)?;
        let url = format!("postgres://samara@localhost:{PORT}{}?host={}", direct.path(), folder.display());
        Ok(Self { url, _shell: shell })
    }
}

/// Everybody may connect, and is the server's user. No startup parameter is ignored, so that one which pgbouncer does not know is an error.
fn configuration(direct: &Url, connections: u32, folder: &Path) -> String {
    let socket = direct.query_pairs().find(|(name, _)| name == "host").map(|(_, value)| value.into_owned());
    let host = socket.unwrap_or_else(|| direct.host_str().unwrap_or("localhost").to_owned());
    let (port, user) = (direct.port().unwrap_or(5432), direct.username());
    let password = direct.password().map(|it| format!(" password={it}")).unwrap_or_default();
    format!(
        "[databases]\n* = host={host} port={port} user={user}{password}\n[pgbouncer]\nlisten_port = {PORT}\nunix_socket_dir = {}\n\
         auth_type = any\npool_mode = transaction\ndefault_pool_size = {connections}\nmax_client_conn = 200\n\
         server_login_retry = 0\n",
        folder.display()
    )
}

/// Waits until pgbouncer says that it runs, and reads on, because it would block on a full pipe.
fn wait_until_up(log: ChildStderr) -> Result<(), String> {
    let mut lines = BufReader::new(log).lines();
    let mut said = Vec::new();
    for line in lines.by_ref().map_while(Result::ok) {
        let is_up = line.contains("process up");
        said.push(line);
        if is_up {
            std::thread::spawn(move || lines.for_each(drop));
            return Ok(());
        }
    }
    Err(format!("{MISSING}\n{}", said.join("\n")))
}
