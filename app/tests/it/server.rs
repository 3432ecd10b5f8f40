//! The built binary as a child process on a free port, with a database of its own.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Output, Stdio};

use samara::database::Backend;
use samara::testing::TestDatabase;

/// A running application; it and its database go when this is dropped.
pub(crate) struct Server {
    child: Child,
    /// Gone only while another application takes it over.
    database: Option<TestDatabase>,
    /// `http://127.0.0.1:PORT`, without a slash at the end.
    pub(crate) url: String,
}

impl Server {
    /// Starts the application in `test` on an empty database and waits until it says where it listens.
    pub(crate) async fn start(backend: Backend) -> Self {
        Self::start_with(backend, &[]).await
    }

    /// The same with more in its environment.
    pub(crate) async fn start_with(backend: Backend, variables: &[(&str, &str)]) -> Self {
        Self::serve(TestDatabase::empty(backend).await, "127.0.0.1:0", variables)
    }

    /// Ends the application at once, in the middle of whatever it does, and starts another one at the same address.
    pub(crate) fn killed_and_started(mut self, variables: &[(&str, &str)]) -> Self {
        self.end();
        let (address, database) = (self.url.trim_start_matches("http://").to_owned(), self.database.take());
        Self::serve(database.expect("it has one until it is dropped"), &address, variables)
    }

    fn serve(database: TestDatabase, listen: &str, variables: &[(&str, &str)]) -> Self {
        let mut child = command(&database)
            .env("SAMARA_LISTEN", listen)
            .envs(variables.iter().copied())
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
        Self { child, database: Some(database), url: url.trim_end_matches('/').to_owned() }
    }

    fn database(&self) -> &TestDatabase {
        self.database.as_ref().expect("it has one until it is dropped")
    }

    fn end(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }

    /// Runs another command of the same binary on the same database.
    pub(crate) fn run(&self, arguments: &[&str]) -> Output {
        command(self.database()).args(arguments).output().expect("the command runs")
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
        self.end();
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
