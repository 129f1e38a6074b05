//! Exit codes.

use std::process::ExitCode;

/// How a command ends. Where several apply, the one that comes first here is given: a wrong file is not hidden by a
/// failing claim, nor a failing claim by one that is undecided.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Exit {
    /// The program failed: a bug, or the machine.
    Crashed,
    /// A file (or the command line) is wrong.
    WrongFile,
    /// A claim fails.
    ClaimFails,
    /// A limit was hit.
    Undecided,
    /// All claims hold.
    Fine,
}

impl Exit {
    /// The number that scripts see.
    pub fn code(self) -> u8 {
        match self {
            Exit::Fine => 0,
            Exit::ClaimFails => 1,
            Exit::WrongFile => 2,
            Exit::Undecided => 3,
            Exit::Crashed => 4,
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> ExitCode {
        ExitCode::from(exit.code())
    }
}
