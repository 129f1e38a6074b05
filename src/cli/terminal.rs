//! Standard output and standard error: width, colour, closed pipes.

use super::exit::Exit;
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
        let _ = writeln!(io::stderr(), "runproof: {}", harmless(message));
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

    /// The exit code, given what the command found.
    pub fn exit(&self, found: Exit) -> Exit {
        if self.broken { Exit::Crashed } else { found }
    }
}

/// How many mistakes of one file are shown: showing one is linear in the file, and nobody reads more.
const MOST_MISTAKES: usize = 500;

/// Text of a file name or an error, with control characters as escapes.
fn harmless(text: &str) -> String {
    let shown = |c: char| if c.is_control() && c != '\n' { c.escape_unicode().to_string() } else { c.to_string() };
    text.chars().map(shown).collect()
}
