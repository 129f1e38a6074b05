//! Standard output and standard error: width, colour, closed pipes.

use super::exit::Exit;
use crate::base::printable;
use crate::check::Mistakes;
use crate::diag::{Style, show};
use crate::report::text::Look;
use std::io::{self, ErrorKind, IsTerminal, Write};

/// Where the command prints.
pub struct Terminal {
    colour: bool,
    /// Nobody reads any more.
    closed: bool,
    /// Writing failed for another reason.
    broken: bool,
}

impl Terminal {
    /// Colour is for terminals alone, and not where it is refused.
    pub fn new(no_color: bool) -> Terminal {
        let refused = no_color || std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
        Terminal { colour: !refused, closed: false, broken: false }
    }

    /// How to lay out standard output.
    pub fn look(&self) -> Look {
        let terminal = io::stdout().is_terminal();
        let width = terminal_size::terminal_size_of(io::stdout()).map(|(width, _)| usize::from(width.0));
        Look { width: width.filter(|_| terminal).unwrap_or(Look::PLAIN.width), colour: self.colour && terminal }
    }

    /// Prints text. Once the reader has closed the pipe, nothing.
    pub fn print(&mut self, text: &str) {
        if self.closed || self.broken {
            return;
        }
        let mut out = io::stdout().lock();
        // Nothing of a file comes here unescaped; should it, it stops here.
        let text = printable(text, self.colour && out.is_terminal());
        if let Err(error) = out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
            match error.kind() {
                ErrorKind::BrokenPipe => self.closed = true,
                _ => {
                    self.broken = true;
                    self.complain(&format!("cannot write: {error}"));
                }
            }
        }
    }

    /// Says what went wrong, on standard error. There is nobody to tell if that fails.
    pub fn complain(&self, message: &str) {
        let _ = writeln!(io::stderr(), "runproof: {}", printable(message, false));
    }

    /// Shows mistakes in files, on standard error.
    pub fn mistakes(&self, mistakes: &Mistakes) {
        let style = Style {
            colour: self.colour && io::stderr().is_terminal(),
            width: terminal_size::terminal_size_of(io::stderr()).map_or(80, |(width, _)| usize::from(width.0)),
        };
        for mistake in mistakes.diagnostics.iter().take(MOST_MISTAKES) {
            let _ = writeln!(io::stderr(), "{}", show(mistake, &mistakes.sources, style));
        }
        if let Some(more @ 1..) = mistakes.diagnostics.len().checked_sub(MOST_MISTAKES) {
            self.complain(&format!("and {more} more mistakes; `--json` lists them all"));
        }
    }

    /// Shows help, or what is wrong with the command line. Answers whether it was help.
    pub fn usage(error: &clap::Error) -> bool {
        let help = !error.use_stderr();
        let terminal = if help { io::stdout().is_terminal() } else { io::stderr().is_terminal() };
        let colour = terminal && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty());
        let text = if colour { error.render().ansi().to_string() } else { error.render().to_string() };
        // A closed pipe is no mistake on the command line.
        let _ = match help {
            true => write!(io::stdout(), "{}", printable(&text, colour)),
            false => write!(io::stderr(), "{}", printable(&text, colour)),
        };
        help
    }

    /// The exit code, given what the command found.
    pub fn exit(&self, found: Exit) -> Exit {
        if self.broken { Exit::Crashed } else { found }
    }
}

/// How many mistakes of one file are shown: showing one is linear in the file, and nobody reads more.
const MOST_MISTAKES: usize = 500;
