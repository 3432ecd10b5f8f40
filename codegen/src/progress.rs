//! Commands that may take long: a line tells that they go on. Where nobody watches there is none.

use std::io::{self, BufRead, BufReader, IsTerminal, Write, stderr};
use std::process::{Command, ExitStatus, Stdio};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// What is over sooner needs no line.
const SOON: Duration = Duration::from_secs(1);

/// How often the line moves.
const TICK: Duration = Duration::from_millis(120);

/// Runs a command to its end. Longer than a second, and at a terminal, a line says what is going on; what the command itself says on standard
/// error stands above it.
pub(crate) fn watch(command: &mut Command, what: &str) -> io::Result<ExitStatus> {
    if !stderr().is_terminal() {
        return command.status();
    }
    // It cannot see the terminal through the pipe.
    command.env("CARGO_TERM_COLOR", "always");
    let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::hidden());
    bar.set_style(
        ProgressStyle::with_template("{spinner} {msg} ({elapsed})")
            .unwrap_or_else(|_| ProgressStyle::default_spinner()),
    );
    bar.set_message(what.to_owned());
    let status = forward(command, &bar, &mut stderr());
    bar.finish_and_clear();
    status
}

/// Runs a command whose standard error is written to `output` line by line.
fn forward(command: &mut Command, bar: &ProgressBar, output: &mut impl Write) -> io::Result<ExitStatus> {
    let mut child = command.stderr(Stdio::piped()).spawn()?;
    let (sender, lines) = mpsc::channel();
    if let Some(pipe) = child.stderr.take() {
        std::thread::spawn(move || {
            // Compilers write UTF-8; what is none is shown as far as it can be.
            let mut pipe = BufReader::new(pipe);
            let mut line = Vec::new();
            while pipe.read_until(b'\n', &mut line).is_ok_and(|it| it > 0) {
                if sender.send(std::mem::take(&mut line)).is_err() {
                    break;
                }
            }
        });
    }
    let began = Instant::now();
    let mut is_shown = false;
    loop {
        match lines.recv_timeout(TICK) {
            Ok(line) => bar.suspend(|| output.write_all(&line))?,
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => return child.wait(),
        }
        if !is_shown && began.elapsed() >= SOON {
            is_shown = true;
            bar.set_draw_target(ProgressDrawTarget::stderr());
            bar.enable_steady_tick(TICK);
        }
    }
}

#[cfg(all(test, unix))]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn what_a_command_says_is_passed_on_and_so_is_its_status() {
        let mut said = Vec::new();
        let mut command = Command::new("sh");
        command.args(["-c", "echo one >&2; printf 'two\\377' >&2; exit 3"]);
        let status = forward(&mut command, &ProgressBar::hidden(), &mut said).unwrap();
        assert_eq!((status.code(), said.as_slice()), (Some(3), &b"one\ntwo\xff"[..]));
        let missing = forward(&mut Command::new("no such program"), &ProgressBar::hidden(), &mut said);
        assert_eq!(missing.unwrap_err().kind(), io::ErrorKind::NotFound);
    }
}
