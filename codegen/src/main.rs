//! The `samara` command line.

use std::process::ExitCode;

fn main() -> ExitCode {
    samara_codegen::cli::main()
}
