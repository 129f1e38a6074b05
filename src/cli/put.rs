//! Files that are there whole or not at all.
//!
//! What is written goes to a file of its own beside the one that is meant, which takes its place once all of it is on the disk. Until
//! then, and if anything goes wrong, the file is as it was. Everything that this program writes goes through here.

use super::exit::Exit;
use super::terminal::Terminal;
use crate::files::shown;
use std::fs::{self, File, OpenOptions};
use std::io::{self, BufWriter, ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// The files that were begun and are not in their place.
static BEGUN: Mutex<Vec<PathBuf>> = Mutex::new(Vec::new());

/// A file that grows beside its place.
pub struct NewFile {
    out: BufWriter<File>,
    /// Where it is, and where it belongs. None for what is no plain file: a pipe or a device is written as it is.
    place: Option<(PathBuf, PathBuf)>,
}

impl NewFile {
    /// Begins a file that will stand where `file` leads: a link stays, and what it leads to is replaced.
    ///
    /// # Errors
    /// What the system says; or the file is there and read-only, or is a folder.
    pub fn at(file: &Path) -> io::Result<NewFile> {
        let old = match fs::metadata(file) {
            Ok(old) if old.is_dir() => return Err(io::Error::from(ErrorKind::IsADirectory)),
            Ok(old) if !old.is_file() => {
                let out = BufWriter::new(OpenOptions::new().write(true).open(file)?);
                return Ok(NewFile { out, place: None });
            }
            // Who may write in its folder could replace it: but it was protected, and that is meant.
            Ok(old) if old.permissions().readonly() => return Err(io::Error::other("it is read-only")),
            Ok(old) => Some(old),
            Err(error) if error.kind() == ErrorKind::NotFound => None,
            Err(error) => return Err(error),
        };
        let file = followed(file)?;
        let (beside, out) = begun(&file)?;
        let new = NewFile { out: BufWriter::new(out), place: Some((beside, file)) };
        if let Some(old) = old {
            like(new.out.get_ref(), &old)?;
        }
        Ok(new)
    }

    /// Puts it in its place.
    ///
    /// # Errors
    /// What the system says. What was there before is still there.
    pub fn put(mut self) -> io::Result<()> {
        self.out.flush()?;
        let Some((beside, file)) = &self.place else { return Ok(()) };
        self.out.get_ref().sync_all()?;
        let mut begun = all_begun();
        fs::rename(beside, file)?;
        begun.retain(|other| other != beside);
        self.place = None;
        Ok(())
    }
}

impl Write for NewFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.out.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

impl Drop for NewFile {
    fn drop(&mut self) {
        if let Some((beside, _)) = &self.place {
            let mut begun = all_begun();
            // Why it is given up is said by an error before this one.
            let _ = fs::remove_file(beside);
            begun.retain(|other| other != beside);
        }
    }
}

/// Writes a whole text.
///
/// # Errors
/// What the system says. What was there before is still there.
pub fn put(file: &Path, text: &str) -> io::Result<()> {
    let mut new = NewFile::at(file)?;
    new.write_all(text.as_bytes())?;
    new.put()
}

/// Complains about a file that could never be written, before any work is done.
pub fn may_be_put(file: &Path, terminal: &Terminal) -> Result<(), Exit> {
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let problem = if file.is_dir() {
        format!("{} is a folder", shown(file))
    } else if !folder.is_dir() {
        format!("there is no folder {}", shown(folder))
    } else {
        return Ok(());
    };
    terminal.complain(&problem);
    Err(Exit::WrongFile)
}

/// Takes away what was begun, and ends the process. Nothing is put in its place any more.
pub fn give_up(exit: Exit) -> ! {
    let begun = all_begun();
    remove(&begun);
    std::process::exit(i32::from(exit.code()))
}

/// The same where the thread that ends the process may be at work here.
pub fn give_up_at_once(exit: Exit) -> ! {
    if let Ok(begun) = BEGUN.try_lock() {
        remove(&begun);
    }
    std::process::exit(i32::from(exit.code()))
}

fn remove(begun: &[PathBuf]) {
    for file in begun {
        let _ = fs::remove_file(file);
    }
}

fn all_begun() -> MutexGuard<'static, Vec<PathBuf>> {
    BEGUN.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A file beside another, with a name that nobody has: not another process either, on this machine or another.
fn begun(file: &Path) -> io::Result<(PathBuf, File)> {
    file.file_name().ok_or(ErrorKind::InvalidFilename)?;
    let mut begun = all_begun();
    for number in 0..u32::MAX {
        let beside = file.with_file_name(format!(".runproof-{}-{number}.part", std::process::id()));
        match OpenOptions::new().write(true).create_new(true).open(&beside) {
            Ok(out) => {
                begun.push(beside.clone());
                return Ok((beside, out));
            }
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
            Err(error) => return Err(error),
        }
    }
    Err(io::Error::from(ErrorKind::AlreadyExists))
}

/// The same owner, where that may be given, and the same permissions.
fn like(new: &File, old: &fs::Metadata) -> io::Result<()> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::{MetadataExt, fchown};
        let made = new.metadata()?;
        if (made.uid(), made.gid()) != (old.uid(), old.gid()) {
            // Only some may give a file away; it is theirs then, as with any editor.
            let _ = fchown(new, Some(old.uid()), Some(old.gid()));
        }
    }
    new.set_permissions(old.permissions())
}

/// How many links are followed, as by the system.
const MOST_LINKS: usize = 40;

/// Where a path leads, also if nothing is there.
fn followed(file: &Path) -> io::Result<PathBuf> {
    let mut file = file.to_owned();
    for _ in 0..MOST_LINKS {
        if !fs::symlink_metadata(&file).is_ok_and(|found| found.is_symlink()) {
            return Ok(file);
        }
        let link = fs::read_link(&file)?;
        file = file.parent().unwrap_or(Path::new("")).join(link);
    }
    Err(io::Error::other("too many links lead to one another"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(folder: &Path) -> Vec<String> {
        let mut names: Vec<String> = fs::read_dir(folder)
            .expect("the folder is there")
            .map(|entry| entry.expect("it can be read").file_name().to_string_lossy().into_owned())
            .collect();
        names.sort();
        names
    }

    #[test]
    fn a_file_is_as_it_was_until_the_new_one_is_complete() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("a.txt");
        put(&file, "old").expect("written");
        let mut new = NewFile::at(&file).expect("begun");
        new.write_all(b"half").expect("written");
        assert_eq!(fs::read_to_string(&file).expect("it is there"), "old");
        assert_eq!(names(folder.path()).len(), 2);
        drop(new);
        assert_eq!(names(folder.path()), ["a.txt"]);
        assert_eq!(fs::read_to_string(&file).expect("it is there"), "old");
    }

    #[test]
    fn two_at_a_time_do_not_meet() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("a.txt");
        let (mut one, mut two) = (NewFile::at(&file).expect("begun"), NewFile::at(&file).expect("begun"));
        one.write_all(b"one").and_then(|()| two.write_all(b"two")).expect("written");
        one.put().and_then(|()| two.put()).expect("put");
        assert_eq!(fs::read_to_string(&file).expect("it is there"), "two");
        assert_eq!(names(folder.path()), ["a.txt"]);
    }

    #[cfg(unix)]
    #[test]
    fn links_stay_and_so_do_permissions() {
        use std::os::unix::fs::{PermissionsExt, symlink};
        let folder = tempfile::tempdir().expect("a folder");
        let at = |name: &str| folder.path().join(name);
        symlink("real.txt", at("link.txt")).expect("linked");
        put(&at("link.txt"), "new").expect("a link that leads nowhere yet");
        fs::set_permissions(at("real.txt"), fs::Permissions::from_mode(0o640)).expect("allowed");
        put(&at("link.txt"), "newer").expect("written");
        assert!(at("link.txt").is_symlink());
        assert_eq!(fs::read_to_string(at("real.txt")).expect("it is there"), "newer");
        assert_eq!(fs::metadata(at("real.txt")).expect("it is there").permissions().mode() & 0o777, 0o640);
        fs::set_permissions(at("real.txt"), fs::Permissions::from_mode(0o440)).expect("allowed");
        assert!(put(&at("link.txt"), "no").is_err(), "it is read-only, whoever one is");
        assert_eq!(names(folder.path()), ["link.txt", "real.txt"]);
        symlink("round.txt", at("round.txt")).expect("linked");
        assert!(put(&at("round.txt"), "no").is_err());
        assert!(put(folder.path(), "no").is_err());
    }
}
