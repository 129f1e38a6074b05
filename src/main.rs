//! The command; see `runproof --help`.

fn main() -> std::process::ExitCode {
    runproof::cli::run()
}
