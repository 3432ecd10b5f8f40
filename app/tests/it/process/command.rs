//! The binary, run in a folder and an environment of its own.

use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

use tempfile::TempDir;

/// How long anything may take that is waited for: far longer than it does.
const PATIENCE: Duration = Duration::from_secs(60);

/// A folder and an environment to run the binary in. Nothing of this process's environment gets through.
pub(super) struct TestFolder {
    folder: TempDir,
    environment: Vec<(&'static str, String)>,
    /// What a shell does before it becomes the binary.
    first: Option<String>,
}

/// A run that goes on.
pub(super) struct Running {
    child: Child,
    output: Receiver<Line>,
    stdout: String,
    stderr: String,
}

/// A run that is over.
#[derive(Debug)]
pub(super) struct Ended {
    pub(super) status: ExitStatus,
    pub(super) stdout: String,
    pub(super) stderr: String,
}

/// What was printed, and whether as an error.
struct Line(bool, String);

impl TestFolder {
    /// An empty folder; servers listen on a free port.
    pub(super) fn new() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        Self { folder, environment: vec![("SAMARA_LISTEN", "127.0.0.1:0".into())], first: None }
    }

    /// The same on this database.
    pub(super) fn on(url: &str) -> Self {
        Self::new().with("DATABASE_URL", url)
    }

    /// Sets a variable.
    pub(super) fn with(mut self, variable: &'static str, value: impl Into<String>) -> Self {
        self.environment.retain(|(name, _)| *name != variable);
        self.environment.push((variable, value.into()));
        self
    }

    /// Lets a shell do this first.
    pub(super) fn first(mut self, script: impl Into<String>) -> Self {
        self.first = Some(script.into());
        self
    }

    pub(super) fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// A file of the folder.
    pub(super) fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Starts the binary with these arguments.
    pub(super) fn start(&self, arguments: &[&str]) -> Running {
        let mut command = match &self.first {
            None => Command::new(env!("CARGO_BIN_EXE_app")),
            Some(script) => {
                let mut shell = Command::new("sh");
                shell.args(["-c", &format!("{script}; exec \"$0\" \"$@\""), env!("CARGO_BIN_EXE_app")]);
                shell
            }
        };
        command.args(arguments).current_dir(&self.folder).env_clear().env("RUST_LOG", "warn");
        command.env("PATH", std::env::var_os("PATH").unwrap_or_default());
        command.envs(self.environment.iter().map(|(name, value)| (name, value)));
        let child = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn();
        Running::new(child.expect("the binary starts"))
    }

    /// Runs the binary with these arguments to its end.
    pub(super) fn run(&self, arguments: &[&str]) -> Ended {
        self.start(arguments).end()
    }
}

impl Running {
    fn new(mut child: Child) -> Self {
        let (sender, output) = channel();
        let readers: [(bool, Box<dyn Read + Send>); 2] = [
            (false, Box::new(child.stdout.take().expect("its standard output"))),
            (true, Box::new(child.stderr.take().expect("its standard error"))),
        ];
        for (is_error, reader) in readers {
            let sender = sender.clone();
            std::thread::spawn(move || {
                for line in BufReader::new(reader).lines().map_while(Result::ok) {
                    if sender.send(Line(is_error, line)).is_err() {
                        break;
                    }
                }
            });
        }
        Self { child, output, stdout: String::new(), stderr: String::new() }
    }

    /// The address that it says it serves at, without a slash at the end.
    pub(super) fn url(&mut self) -> String {
        loop {
            let said = self.stdout.split_whitespace().find(|it| it.starts_with("http://"));
            if let Some(url) = said {
                return url.trim_end_matches('/').to_owned();
            }
            assert!(self.listen(Instant::now() + PATIENCE), "it ended and never served\n{}", self.stderr);
        }
    }

    /// Waits until it logs or prints this.
    pub(super) fn until_it_says(&mut self, text: &str) {
        while !self.stdout.contains(text) && !self.stderr.contains(text) {
            assert!(self.listen(Instant::now() + PATIENCE), "it never said `{text}`\n{}", self.stderr);
        }
    }

    /// Sends a signal by its name.
    pub(super) fn signal(&self, name: &str) {
        self.shell(&["kill", "-s", name]);
    }

    /// Runs a command with the process's id as the last argument.
    pub(super) fn shell(&self, command: &[&str]) {
        let status = Command::new(command[0]).args(&command[1..]).arg(self.child.id().to_string()).status();
        assert!(status.expect("the command runs").success(), "{command:?}");
    }

    /// Waits for its end.
    pub(super) fn end(mut self) -> Ended {
        let give_up = Instant::now() + PATIENCE;
        while self.listen(give_up) {}
        let status = self.child.wait().expect("an exit status");
        Ended { status, stdout: std::mem::take(&mut self.stdout), stderr: std::mem::take(&mut self.stderr) }
    }

    /// Asks it to end, and waits until it has.
    pub(super) fn stop(self) -> Ended {
        self.signal("TERM");
        self.end()
    }

    /// Takes in one more line; `false` if there are no more.
    fn listen(&mut self, give_up: Instant) -> bool {
        match self.output.recv_timeout(give_up.saturating_duration_since(Instant::now())) {
            Ok(Line(is_error, line)) => {
                let said = if is_error { &mut self.stderr } else { &mut self.stdout };
                said.push_str(&line);
                said.push('\n');
                true
            }
            Err(RecvTimeoutError::Disconnected) => false,
            Err(RecvTimeoutError::Timeout) => {
                panic!("it neither says more nor ends\n{}{}", self.stdout, self.stderr)
            }
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Ended {
    /// That it did what it was asked to.
    #[track_caller]
    pub(super) fn succeeded(self) -> Self {
        assert_eq!(self.status.code(), Some(0), "{self:?}");
        self
    }

    /// That it failed, and said each of these.
    #[track_caller]
    pub(super) fn failed(self, said: &[&str]) -> Self {
        assert_eq!(self.status.code(), Some(2), "{self:?}");
        for text in said {
            assert!(self.stderr.contains(text), "nothing of `{text}` in\n{}", self.stderr);
        }
        assert!(!self.stderr.contains("panicked"), "{}", self.stderr);
        self
    }
}

/// Asks again and again until there is an answer.
pub(super) async fn eventually<T>(what: &str, mut ask: impl AsyncFnMut() -> Option<T>) -> T {
    let give_up = Instant::now() + PATIENCE;
    let mut turns = tokio::time::interval(Duration::from_millis(25));
    loop {
        turns.tick().await;
        if let Some(answer) = ask().await {
            return answer;
        }
        assert!(Instant::now() < give_up, "never: {what}");
    }
}

/// The status that an address answers with, if it answers.
pub(super) async fn status(address: String) -> Option<u16> {
    reqwest::get(address).await.ok().map(|it| it.status().as_u16())
}
