//! The built binary as a child process on a free port, with a database of its own.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Output, Stdio};

use samara::database::Backend;
use samara::testing::TestDatabase;

/// A running application; it and its database go when this is dropped.
pub(crate) struct Server {
    child: Child,
    database: TestDatabase,
    /// `http://127.0.0.1:PORT`, without a slash at the end.
    pub(crate) url: String,
}

impl Server {
    /// Starts the application in `test` on an empty database and waits until it says where it listens.
    pub(crate) async fn start(backend: Backend) -> Self {
        let database = TestDatabase::empty(backend).await;
        let mut child = command(&database)
            .env("SAMARA_LISTEN", "127.0.0.1:0")
            .stdout(Stdio::piped())
            .spawn()
            .expect("the application starts");
        let stdout = child.stdout.take().expect("its standard output");
        let mut lines = BufReader::new(stdout).lines();
        let url = lines
            .by_ref()
            .map_while(Result::ok)
            .find_map(|line| line.split_whitespace().find(|it| it.starts_with("http://")).map(str::to_owned))
            .expect("the application says where it listens");
        // Read on, or the application would block on a full pipe.
        std::thread::spawn(move || lines.for_each(drop));
        Self { child, database, url: url.trim_end_matches('/').to_owned() }
    }

    /// Runs another command of the same binary on the same database.
    pub(crate) fn run(&self, arguments: &[&str]) -> Output {
        command(&self.database).args(arguments).output().expect("the command runs")
    }
}

impl AsRef<str> for Server {
    /// Its address.
    fn as_ref(&self) -> &str {
        &self.url
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn command(database: &TestDatabase) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_app"));
    command
        .env_remove("SAMARA_SECRET")
        .env("DATABASE_URL", database.url())
        .env("SAMARA_ENV", "test")
        .env("RUST_LOG", "warn")
        .env("SAMARA_MAIL", "dev")
        .env("SAMARA_REGISTRATION", "open");
    command
}
