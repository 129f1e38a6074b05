//! Reads worlds and runbooks, and the files they include: the only place that opens files for the layers below.
//!
//! Comes in: a path and where to read it from, or text with the path it would have. Goes out: a resolved world or runbook, and
//! diagnostics. The result is None exactly if one of the new diagnostics is an error. Paths are shown as they were given; those
//! of included files are joined to the including file's folder, with `..` worked out.

use super::merge::merge;
use super::model::Runbook;
use super::reporter::Reporter;
use super::runbook::with_uses;
use super::state::{State, state};
use super::world::{Resolved, world};
use crate::base::{Files, SourceId, Sources, Span};
use crate::diag::{Code, Diagnostic, Severity};
use crate::syntax::{self, tree};
use rustc_hash::FxHashSet;
use std::io::{self, Read};
use std::path::{Component, Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

/// The most files that one world may consist of.
const MOST_FILES: usize = 256;

/// What marks the folder of a project.
const MARKS: [&str; 2] = ["runproof.toml", ".git"];

/// Whether files may be read from outside the project.
static ANYWHERE: AtomicBool = AtomicBool::new(false);

/// From now on worlds and includes may be anywhere on the disk, in this whole process.
pub fn allow_outside() {
    ANYWHERE.store(true, Ordering::Relaxed);
}

/// Files as the system has them.
#[derive(Clone, Copy, Debug)]
pub struct Disk;

impl Files for Disk {
    fn read(&self, path: &Path, most: usize) -> io::Result<Vec<u8>> {
        // Opening a pipe waits for whoever writes into it, and a device need not end.
        if !std::fs::metadata(path)?.is_file() {
            return Err(io::Error::other("it is no plain file"));
        }
        let mut bytes = Vec::new();
        std::fs::File::open(path)?.take(most as u64 + 1).read_to_end(&mut bytes)?;
        Ok(bytes)
    }

    fn outside(&self, path: &Path, first: &Path) -> Option<PathBuf> {
        if ANYWHERE.load(Ordering::Relaxed) {
            return None;
        }
        // What cannot be found is told by whoever reads it.
        let path = path.canonicalize().ok()?;
        let folder = first.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let folder = folder.canonicalize().ok()?;
        let marked = |folder: &&Path| MARKS.iter().any(|mark| folder.join(mark).exists());
        let project = folder.ancestors().find(marked).unwrap_or(&folder);
        if path.starts_with(project) { None } else { Some(project.to_owned()) }
    }

    fn shown(&self, path: &Path) -> String {
        path.display().to_string()
    }

    fn same(&self, path: &Path) -> PathBuf {
        path.canonicalize().unwrap_or_else(|_| path.to_path_buf())
    }
}

/// A runbook that was read, not resolved.
#[derive(Clone, Debug)]
struct LoadedRunbook {
    /// What it says.
    pub tree: tree::Runbook,
    /// Its world's file, joined to the runbook's folder.
    pub world: PathBuf,
    /// Where the runbook names it.
    pub world_span: Span,
}

/// Reads and resolves a world.
pub fn load_world(path: &Path, sources: &mut Sources, diags: &mut Vec<Diagnostic>) -> Option<Resolved> {
    load_world_in(&Disk, path, sources, diags)
}

/// As [`load_world`], with files from elsewhere.
pub fn load_world_in(
    files: &dyn Files,
    path: &Path,
    sources: &mut Sources,
    diags: &mut Vec<Diagnostic>,
) -> Option<Resolved> {
    load_world_for(files, path, (None, path), sources, diags)
}

/// As [`load_world`], from text; includes are read from beside `path`.
pub fn world_from_text(path: &str, text: &str, sources: &mut Sources, diags: &mut Vec<Diagnostic>) -> Option<Resolved> {
    let mut own = Vec::new();
    let source = sources.add(path, text);
    let resolved = merged(&Disk, (Path::new(path), Path::new(path)), source, sources, &mut own);
    tell(own, diags);
    resolved
}

/// Reads a runbook and its world, and resolves both. Definitions that only the runbook uses are not warned of.
pub fn open_runbook(path: &Path, sources: &mut Sources, diags: &mut Vec<Diagnostic>) -> Option<(Resolved, Runbook)> {
    open_runbook_in(&Disk, path, sources, diags)
}

/// As [`open_runbook`], with files from elsewhere.
pub fn open_runbook_in(
    files: &dyn Files,
    path: &Path,
    sources: &mut Sources,
    diags: &mut Vec<Diagnostic>,
) -> Option<(Resolved, Runbook)> {
    let mut own = Vec::new();
    let source = read(files, path, (None, path), sources, &mut own);
    let opened = source.and_then(|source| open(files, path, source, sources, &mut own));
    tell(own, diags);
    opened
}

/// As [`open_runbook`], from text; the world is read from beside `path`.
pub fn runbook_from_text(
    path: &str,
    text: &str,
    sources: &mut Sources,
    diags: &mut Vec<Diagnostic>,
) -> Option<(Resolved, Runbook)> {
    let mut own = Vec::new();
    let source = sources.add(path, text);
    let opened = open(&Disk, Path::new(path), source, sources, &mut own);
    tell(own, diags);
    opened
}

/// Reads and resolves what a state file says of a world that was read.
pub fn open_state(
    path: &Path,
    (world, resolved): (&Path, &Resolved),
    sources: &mut Sources,
    diags: &mut Vec<Diagnostic>,
) -> Option<State> {
    let mut own = Vec::new();
    let source = read(&Disk, path, (None, path), sources, &mut own);
    let state = source.and_then(|source| {
        let tree = syntax::state(sources, source, &mut own);
        if let Some(named) =
            tree.world.as_ref().filter(|named| Disk.same(&beside(path, &named.value)) != Disk.same(world))
        {
            let message = format!("this state is one of another world, `{}`", named.value);
            own.push(Diagnostic::new(Code::R220, message, named.span).label("not the world that is planned for"));
        }
        state(&tree, resolved, sources, &mut own)
    });
    let state = if has_error(&own) { None } else { state };
    tell(own, diags);
    state
}

/// The most mistakes that are told of the files of one world or runbook.
const MOST_MISTAKES: usize = 1000;

/// Adds what was found, errors before warnings where there is too much of it.
fn tell(mut own: Vec<Diagnostic>, diags: &mut Vec<Diagnostic>) {
    if own.len() > MOST_MISTAKES {
        own.sort_by_key(|diagnostic| diagnostic.severity() != Severity::Error);
        let more = own.split_off(MOST_MISTAKES);
        let message = format!("{} more mistakes are not told", more.len());
        own.push(Diagnostic::new(Code::R031, message, more[0].span).label("the first of them"));
    }
    diags.append(&mut own);
}

fn has_error(diags: &[Diagnostic]) -> bool {
    diags.iter().any(|diagnostic| diagnostic.severity() == Severity::Error)
}

fn open(
    files: &dyn Files,
    path: &Path,
    source: SourceId,
    sources: &mut Sources,
    own: &mut Vec<Diagnostic>,
) -> Option<(Resolved, Runbook)> {
    let loaded = parse_runbook(path, source, sources, own)?;
    let world = load_world_for(files, &loaded.world, (Some(loaded.world_span), path), sources, own)?;
    let resolved = with_uses(&loaded.tree, &world, sources, own);
    if has_error(own) {
        return None;
    }
    let (runbook, used) = resolved?;
    own.retain(|diagnostic| diagnostic.code != Code::R102 || !used.contains(&diagnostic.span));
    Some((world, runbook))
}

fn parse_runbook(path: &Path, source: SourceId, sources: &Sources, own: &mut Vec<Diagnostic>) -> Option<LoadedRunbook> {
    let tree = syntax::runbook(sources, source, own);
    let Some(block) = &tree.block else {
        let start = Span::new(source, 0..0);
        own.push(
            Diagnostic::new(Code::R202, "this file has no checked block, so it is not a runbook", start)
                .help("add a block that starts with ```toml runproof"),
        );
        return None;
    };
    let Some(world) = &block.world else {
        if !has_error(own) {
            own.push(
                Diagnostic::new(Code::R202, "the runbook does not name its world", block.span)
                    .label("no `world` here")
                    .help("add `world = \"world.toml\"`"),
            );
        }
        return None;
    };
    let (world, world_span) = (beside(path, &world.value), world.span);
    Some(LoadedRunbook { world, world_span, tree })
}

fn load_world_for(
    files: &dyn Files,
    path: &Path,
    (at, first): (Option<Span>, &Path),
    sources: &mut Sources,
    diags: &mut Vec<Diagnostic>,
) -> Option<Resolved> {
    let mut own = Vec::new();
    let resolved = read(files, path, (at, first), sources, &mut own);
    let resolved = resolved.and_then(|source| merged(files, (path, first), source, sources, &mut own));
    tell(own, diags);
    resolved
}

fn merged(
    files: &dyn Files,
    (path, first): (&Path, &Path),
    source: SourceId,
    sources: &mut Sources,
    own: &mut Vec<Diagnostic>,
) -> Option<Resolved> {
    let (open, done, doubles) = Default::default();
    let mut loader = Loader { files, first, sources, diags: own, open, done, doubles };
    let tree = loader.file(path, source);
    let mut doubles = loader.doubles;
    own.append(&mut doubles);
    world(tree, source, sources, own)
}

/// The path that `other`, written in the file `path`, means.
fn beside(path: &Path, other: &str) -> PathBuf {
    let mut joined = PathBuf::new();
    for component in path.parent().unwrap_or(Path::new("")).join(other).components() {
        match component {
            Component::CurDir => {}
            Component::ParentDir if matches!(joined.components().next_back(), Some(Component::Normal(_))) => {
                joined.pop();
            }
            other => joined.push(other),
        }
    }
    joined
}

/// Reads one file. Where it cannot be opened that is said at `at`, the place that names it, else at the start of an empty file of
/// its name. What a file names has to lie in the project of the one that was asked for first.
fn read(
    files: &dyn Files,
    path: &Path,
    (at, first): (Option<Span>, &Path),
    sources: &mut Sources,
    diags: &mut Vec<Diagnostic>,
) -> Option<SourceId> {
    let shown = files.shown(path);
    if let Some(at) = at
        && let Some(project) = files.outside(path, first)
    {
        let message = format!("`{shown}` is outside the project, whose folder is `{}`", files.shown(&project));
        diags.push(Diagnostic::new(Code::R125, message, at).label("leads out of it").help(
            "put an empty file `runproof.toml` in a folder above both files, or allow it with `--allow-outside`",
        ));
        return None;
    }
    let problem = match files.read(path, syntax::MAX_BYTES) {
        Ok(bytes) => return syntax::decode(&shown, &bytes, sources, diags),
        Err(error) if error.kind() == io::ErrorKind::NotFound => "there is no such file".to_owned(),
        Err(error) => error.to_string(),
    };
    let span = at.unwrap_or_else(|| Span::new(sources.add(shown.clone(), ""), 0..0));
    diags.push(Diagnostic::new(Code::R118, format!("cannot read `{shown}`: {problem}"), span).label("wanted here"));
    None
}

struct Loader<'a> {
    files: &'a dyn Files,
    /// The file that was asked for.
    first: &'a Path,
    sources: &'a mut Sources,
    diags: &'a mut Vec<Diagnostic>,
    /// Files that include the one at hand.
    open: Vec<PathBuf>,
    /// Files that were merged: a file that is included twice counts once.
    done: FxHashSet<PathBuf>,
    doubles: Vec<Diagnostic>,
}

impl Loader<'_> {
    /// A file and all that it includes, as one tree.
    fn file(&mut self, path: &Path, source: SourceId) -> tree::World {
        let tree = syntax::world(self.sources, source, self.diags);
        self.open.push(self.files.same(path));
        let mut all = tree::World::default();
        for include in &tree.include {
            let path = beside(path, &include.value);
            let same = self.files.same(&path);
            if self.open.contains(&same) {
                let message = format!("`{}` includes itself", self.files.shown(&path));
                self.diags.push(Diagnostic::new(Code::R119, message, include.span).label("this closes the cycle"));
                continue;
            }
            if !self.done.insert(same) {
                continue;
            }
            if self.done.len() > MOST_FILES || self.open.len() > MOST_FILES / 8 {
                let message = format!("a world has at most {MOST_FILES} files, included {} deep", MOST_FILES / 8);
                self.diags.push(Diagnostic::new(Code::R111, message, include.span).label("one too many"));
                continue;
            }
            if let Some(source) = read(self.files, &path, (Some(include.span), self.first), self.sources, self.diags) {
                let included = self.file(&path, source);
                self.merge(&mut all, included);
            }
        }
        self.open.pop();
        self.merge(&mut all, tree);
        all
    }

    fn merge(&mut self, all: &mut tree::World, tree: tree::World) {
        let mut reporter = Reporter::new(self.sources, &mut self.doubles);
        merge(all, tree, &mut reporter);
    }
}

#[cfg(test)]
mod tests {
    use super::super::samples::{TWO, mistakes};
    use super::*;

    #[test]
    fn paths_are_joined_to_the_folder_of_the_file_that_has_them() {
        let joined = |path: &str, other: &str| beside(Path::new(path), other).display().to_string();
        assert_eq!(joined("models/nt4/world.toml", "../base/world.toml"), "models/base/world.toml");
        assert_eq!(joined("world.toml", "./other.toml"), "other.toml");
        assert_eq!(joined("world.toml", "../other.toml"), "../other.toml");
        assert_eq!(joined("../a/b.toml", "../../c.toml"), "../../c.toml");
    }

    #[test]
    fn there_is_a_world_exactly_if_there_is_no_error() {
        assert_eq!(mistakes(TWO), []);
        assert_eq!(mistakes(&format!("{TWO}\n[define]\nidle = \"up(A)\"")), [Code::R102]);
        assert_eq!(mistakes(&format!("{TWO}\n[health]\nend = \"upp(A)\"")), [Code::R101]);
    }

    #[test]
    fn an_including_file_may_give_other_initial_values_and_a_file_met_twice_counts_once() {
        let folder = tempfile::tempdir().expect("a folder");
        let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).expect("written");
        write("base.toml", &format!("{TWO}\n[initial]\nretries = 1"));
        write("one.toml", "include = [\"base.toml\"]");
        write("two.toml", "include = [\"base.toml\"]");
        write("world.toml", "include = [\"one.toml\", \"two.toml\"]\n[initial]\nretries = 3");
        let (mut sources, mut found) = (Sources::default(), Vec::new());
        let path = folder.path().join("world.toml");
        let resolved = load_world(&path, &mut sources, &mut found).unwrap_or_else(|| panic!("{found:?}"));
        let retries = super::super::samples::variable(&resolved, "retries");
        assert_eq!(resolved.world.initial[retries.index()], 4);
    }

    #[test]
    fn a_mistake_in_one_file_does_not_spoil_the_next() {
        let (mut sources, mut found) = (Sources::default(), Vec::new());
        assert!(world_from_text("one.toml", "nodes = 1\n[health]\nend = \"x\"", &mut sources, &mut found).is_none());
        assert!(world_from_text("two.toml", TWO, &mut sources, &mut found).is_some());
    }

    #[test]
    fn more_mistakes_than_anybody_reads_are_not_told() {
        let many: String = (0..3 * MOST_MISTAKES).map(|n| format!("e{n} = \"x{n}\"\n")).collect();
        let found = mistakes(&format!("nodes = 1\n[define]\nidle = \"up(n1)\"\n[health]\n{many}"));
        assert_eq!(found.len(), MOST_MISTAKES + 1);
        assert_eq!(found.iter().filter(|code| **code == Code::R101).count(), MOST_MISTAKES, "errors come first");
        assert_eq!(found.last(), Some(&Code::R031));
    }

    #[test]
    fn a_project_is_the_nearest_marked_folder_or_that_of_the_file() {
        let folder = tempfile::tempdir().expect("a folder");
        let at = |name: &str| folder.path().join(name);
        std::fs::create_dir_all(at("a/b")).expect("made");
        for name in ["outer.toml", "a/middle.toml", "a/b/inner.toml", "a/b/first.md"] {
            std::fs::write(at(name), "").expect("written");
        }
        let outside = |path: &str| Disk.outside(&at(path), &at("a/b/first.md")).is_some();
        assert!(!outside("a/b/inner.toml") && outside("a/middle.toml"), "no mark: its own folder");
        assert!(!outside("nowhere.toml"), "what is not there is said elsewhere");
        std::fs::write(at("a/runproof.toml"), "").expect("written");
        assert!(!outside("a/middle.toml") && outside("outer.toml") && outside("a/b/../../outer.toml"));
        #[cfg(unix)]
        {
            std::os::unix::fs::symlink(at("outer.toml"), at("a/b/link.toml")).expect("linked");
            assert!(outside("a/b/link.toml"), "a link is where it leads");
        }
        std::fs::create_dir(at(".git")).expect("made");
        assert!(outside("outer.toml"), "the nearest mark counts");
    }

    #[test]
    fn a_definition_that_only_the_runbook_uses_is_not_warned_of() {
        let folder = tempfile::tempdir().expect("a folder");
        let world = format!("{TWO}\n[define]\nidle = \"up(A)\"\nother-one = \"up(B)\"");
        std::fs::write(folder.path().join("world.toml"), world).expect("written");
        let text = "```toml runproof\nworld = \"world.toml\"\n```\n\n1. `if idle` `restart A`\n";
        let (mut sources, mut found) = (Sources::default(), Vec::new());
        let path = folder.path().join("runbook.md").display().to_string();
        assert!(runbook_from_text(&path, text, &mut sources, &mut found).is_some(), "{found:?}");
        assert_eq!(found.iter().map(|found| found.code).collect::<Vec<_>>(), [Code::R102]);
    }
}
