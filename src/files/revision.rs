//! Files of a revision of a git repository.
//!
//! In: what people write, `HEAD~1:models/a.md`. Out: [`Files`] that reads from that revision, and nothing from anywhere else:
//! an include that leaves the repository is not found. The command `git` is asked; it is only ever asked to print.

use super::runbooks::shown;
use crate::base::Files;
use std::ffi::OsStr;
use std::io::{self, Read};
use std::path::{Component, Path, PathBuf};
use std::process::{Command, Stdio};

/// A revision of a git repository.
#[derive(Clone, Debug)]
pub struct Revision {
    /// As people wrote it: `HEAD~1`.
    name: String,
    /// What it stands for.
    commit: String,
    /// A folder of the repository, to ask from.
    folder: PathBuf,
}

/// Whether something names a file of a revision (`HEAD~1:models/a.md`) and not a file.
pub fn is_revision(argument: &Path) -> bool {
    let text = argument.to_string_lossy();
    text.split_once(':').is_some_and(|(name, path)| !name.is_empty() && !path.is_empty()) && !argument.exists()
}

impl Revision {
    /// The revision and the path in it that an argument such as `HEAD~1:models/a.md` names. As for git, the path is one from the
    /// root of the repository, or with `./` in front one from the current folder.
    ///
    /// # Errors
    /// There is no git, no repository here, or no such revision or file.
    pub fn of_argument(argument: &Path) -> io::Result<(Revision, PathBuf)> {
        let text = argument.to_string_lossy();
        let (name, path) = text.split_once(':').ok_or_else(|| io::Error::other(format!("{text} names no revision")))?;
        let revision = Revision::named(name, Path::new("."))?;
        let path = match path.strip_prefix("./") {
            Some(path) => within(&revision.prefix()?.join(path)),
            None => within(Path::new(path)),
        };
        let path = path.filter(|path| revision.has(path));
        let path = path.ok_or_else(|| io::Error::other(format!("{text}: {}", revision.missing(&text))))?;
        Ok((revision, path))
    }

    /// What a file was at the last commit; None if it is not in it, or there is none, or no git.
    pub fn last_of(file: &Path) -> Option<(Revision, PathBuf)> {
        let parent = file.parent().filter(|parent| !parent.as_os_str().is_empty());
        let revision = Revision::named("HEAD", parent.unwrap_or(Path::new("."))).ok()?;
        let path = revision.prefix().ok()?.join(file.file_name()?);
        revision.has(&path).then_some((revision, path))
    }

    fn named(name: &str, folder: &Path) -> io::Result<Revision> {
        let mut revision = Revision { name: name.to_owned(), commit: String::new(), folder: folder.to_owned() };
        revision.ask(["rev-parse", "--git-dir"])?;
        // What starts with a dash would be an option.
        let wanted = format!("{name}^{{commit}}");
        let commit = if name.starts_with('-') { None } else { revision.ask(["rev-parse", "--verify", &wanted]).ok() };
        let unknown = || io::Error::other(format!("{name}: git knows no such revision here"));
        commit.ok_or_else(unknown)?.trim().clone_into(&mut revision.commit);
        Ok(revision)
    }

    /// The same file in the work tree, from the current folder.
    ///
    /// # Errors
    /// Git does not say where the work tree is.
    pub fn working(&self, path: &Path) -> io::Result<PathBuf> {
        Ok(Path::new(self.ask(["rev-parse", "--show-cdup"])?.trim()).join(path))
    }

    /// Where the folder to ask from is in the repository.
    fn prefix(&self) -> io::Result<PathBuf> {
        Ok(PathBuf::from(self.ask(["rev-parse", "--show-prefix"])?.trim_end_matches(['\n', '\r'])))
    }

    fn has(&self, path: &Path) -> bool {
        self.ask(["cat-file", "-e", &self.object(path)]).is_ok()
    }

    fn missing(&self, argument: &str) -> String {
        let (name, path) = argument.split_once(':').unwrap_or(("", argument));
        let here = self.prefix().ok().and_then(|prefix| within(&prefix.join(path)));
        match here.filter(|here| self.has(here)) {
            Some(_) => format!("paths are from the root of the repository; did you mean {name}:./{path}?"),
            None => format!("no such file in {name}"),
        }
    }

    fn object(&self, path: &Path) -> String {
        format!("{}:{}", self.commit, shown(path))
    }

    fn git(&self) -> Command {
        let mut command = Command::new("git");
        command.arg("-C").arg(&self.folder).stdin(Stdio::null()).env("GIT_OPTIONAL_LOCKS", "0");
        command
    }

    /// What git prints.
    fn ask<A: AsRef<OsStr>>(&self, arguments: impl IntoIterator<Item = A>) -> io::Result<String> {
        let done = self.git().args(arguments).output().map_err(|error| no_git(&error))?;
        if done.status.success() {
            return Ok(String::from_utf8_lossy(&done.stdout).into_owned());
        }
        let said = String::from_utf8_lossy(&done.stderr);
        let said = said.lines().next().unwrap_or("it failed and did not say why");
        Err(io::Error::other(format!("git: {}", said.strip_prefix("fatal: ").unwrap_or(said))))
    }
}

impl Files for Revision {
    fn read(&self, path: &Path, most: usize) -> io::Result<Vec<u8>> {
        let Some(path) = within(path).filter(|path| self.has(path)) else {
            return Err(io::Error::from(io::ErrorKind::NotFound));
        };
        let mut command = self.git();
        command.args(["cat-file", "blob", &self.object(&path)]).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = command.spawn().map_err(|error| no_git(&error))?;
        let mut bytes = Vec::new();
        if let Some(out) = child.stdout.take() {
            out.take(most as u64 + 1).read_to_end(&mut bytes)?;
        }
        // What was left in a pipe that nobody reads any more is no failure.
        let done = child.wait()?;
        if done.success() || bytes.len() > most { Ok(bytes) } else { Err(io::Error::other("git cannot print it")) }
    }

    fn shown(&self, path: &Path) -> String {
        format!("{}:{}", self.name, shown(path))
    }

    fn same(&self, path: &Path) -> PathBuf {
        path.to_path_buf()
    }
}

fn no_git(error: &io::Error) -> io::Error {
    match error.kind() {
        io::ErrorKind::NotFound => io::Error::other("revisions are read with git, and there is no command `git` here"),
        _ => io::Error::other(format!("git cannot be run: {error}")),
    }
}

/// A path inside a repository, with `..` worked out; None if it leads out of it.
fn within(path: &Path) -> Option<PathBuf> {
    let mut inside = PathBuf::new();
    for component in path.components() {
        match component {
            Component::Normal(name) => inside.push(name),
            Component::CurDir => {}
            Component::ParentDir if inside.pop() => {}
            Component::ParentDir | Component::RootDir | Component::Prefix(_) => return None,
        }
    }
    Some(inside)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_that_leaves_the_repository_is_not_in_it() {
        assert_eq!(within(Path::new("a/./b/../c.toml")), Some(PathBuf::from("a/c.toml")));
        assert_eq!(within(Path::new("a/../../c.toml")), None);
        assert_eq!(within(Path::new("/etc/c.toml")), None);
    }

    #[test]
    fn a_revision_is_what_has_a_colon_and_is_no_file() {
        assert!(is_revision(Path::new("HEAD~1:a.md")) && is_revision(Path::new("origin/main:models/a.md")));
        assert!(!is_revision(Path::new("models/a.md")) && !is_revision(Path::new(":a.md")));
    }
}
