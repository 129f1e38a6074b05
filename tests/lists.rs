//! Lists that are written read back as what they were written from.

use runproof::base::{Budget, Sources, Tally};
use runproof::orderings::Study;
use runproof::system::{Block, Course, OccurrenceId, Plan, Procedure, System};
use runproof::{explain, files, lower, resolve};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

fn tally() -> Tally {
    Tally::start(&Budget::default(), "test")
}

fn plan(system: &System) -> &Plan {
    let Procedure::Ordered(plan) = &system.procedure else { panic!("a runbook has an ordered procedure") };
    plan
}

/// The name of a step; the number of a repeated sentence that stands elsewhere is written as a label.
fn name(plan: &Plan, id: OccurrenceId) -> String {
    let label = &plan.occurrences[id.0 as usize].label;
    label.replace([' ', '('], "-").replace("--", "-").replace(')', "")
}

fn names(plan: &Plan, ids: impl IntoIterator<Item = OccurrenceId>) -> BTreeSet<String> {
    ids.into_iter().map(|id| name(plan, id)).collect()
}

/// What an `if` says, and the steps under it.
fn guards(plan: &Plan) -> BTreeSet<(&str, BTreeSet<String>)> {
    let under = |steps: runproof::system::StepSet| {
        names(plan, (0..plan.occurrences.len() as u32).map(OccurrenceId).filter(move |id| steps.contains(*id)))
    };
    plan.guards.iter().map(|guard| (guard.text.as_str(), under(guard.steps))).collect()
}

/// Whether two plans have the same orderings, by label: what may come next is the same wherever one can get in both.
fn same_orderings(one: &Plan, other: &Plan) -> bool {
    let courses = [one, other].map(|plan| Course::of(plan, &mut tally()).unwrap());
    let next = |plan: &Plan, course: &Course, at: u32| -> BTreeMap<String, u32> {
        course.next(at).iter().map(|(id, to)| (name(plan, *id), *to)).collect()
    };
    let mut todo = vec![(0, 0)];
    let mut seen = BTreeSet::from([(0, 0)]);
    while let Some((a, b)) = todo.pop() {
        let [after_a, after_b] = [next(one, &courses[0], a), next(other, &courses[1], b)];
        if courses[0].may_end(a) != courses[1].may_end(b) || !after_a.keys().eq(after_b.keys()) {
            return false;
        }
        let pairs = after_a.values().copied().zip(after_b.values().copied());
        todo.extend(pairs.filter(|pair| seen.insert(*pair)));
    }
    courses[0].total() == courses[1].total()
}

/// Until when loops go on, with their steps and how many `if`s are around them.
fn loops(plan: &Plan) -> BTreeSet<(String, Vec<String>, usize)> {
    let label = |id: &OccurrenceId| name(plan, *id);
    plan.retries.loops.iter().map(|lap| (lap.text.clone(), lap.body.iter().map(label).collect(), lap.outer)).collect()
}

/// The runbook with other lists, read again.
fn reread(path: &Path, lists: &str) -> System {
    let text = std::fs::read_to_string(path).unwrap();
    let start = text.find("```toml runproof").expect("a runbook has a checked block");
    let end = start + text[start..].find("\n```\n").expect("the block ends") + 5;
    let text = format!("# Written\n\n{}\n{lists}", &text[start..end]);
    let (mut sources, mut mistakes) = (Sources::default(), Vec::new());
    let read = resolve::runbook_from_text(path.to_str().unwrap(), &text, &mut sources, &mut mistakes);
    let (resolved, runbook) = read.unwrap_or_else(|| panic!("{}\n{text}\n{mistakes:?}", path.display()));
    lower::runbook(&resolved.world, &runbook).unwrap()
}

fn shipped() -> Vec<(PathBuf, System)> {
    let runbooks = files::runbooks_below(&Path::new(env!("CARGO_MANIFEST_DIR")).join("models")).unwrap();
    let read = |path: PathBuf| {
        let (resolved, runbook) = resolve::open_runbook(&path, &mut Sources::default(), &mut Vec::new()).unwrap();
        let system = lower::runbook(&resolved.world, &runbook).unwrap();
        (path, system)
    };
    runbooks.into_iter().map(read).collect()
}

fn reads_back(path: &Path, system: &System, root: &Block) {
    let lists = explain::lists(system, root);
    let again = reread(path, &lists);
    let written = Plan { root: root.clone(), ..plan(system).clone() };
    assert!(same_orderings(&written, plan(&again)), "{}\n{lists}", path.display());
    assert_eq!(guards(&written), guards(plan(&again)), "{}\n{lists}", path.display());
    assert_eq!(loops(&written), loops(plan(&again)), "{}\n{lists}", path.display());
}

#[test]
fn the_lists_of_every_shipped_runbook_read_back_as_they_were() {
    for (path, system) in shipped() {
        if plan(&system).occurrences.len() <= 16 {
            reads_back(&path, &system, &plan(&system).root);
        }
    }
}

#[test]
fn the_freest_lists_read_back_and_every_order_of_them_is_good() {
    let mut written = 0;
    for (path, system) in shipped() {
        let small = Course::of(plan(&system), &mut tally()).unwrap().total() < &50_000u32.into();
        if !small {
            continue;
        }
        // Where the search gives up there are no lists to read back.
        let freest = Study::of(&system, &mut tally()).unwrap().freest(&mut tally()).ok().flatten();
        if let Some(freest) = freest.filter(|freest| freest.bound > 0) {
            let again = reread(&path, &explain::lists(&system, &freest.root));
            reads_back(&path, &system, &freest.root);
            let course = Course::of(plan(&again), &mut tally()).unwrap();
            let study = runproof::orderings::decide(&again, &Budget::default());
            assert_eq!(course.total(), &freest.orderings);
            assert_eq!(study.counts.map(|counts| counts.good), Some(freest.orderings));
            written += 1;
        }
    }
    assert!(written > 0, "some shipped runbook allows bad orders and can be written with good ones alone");
}

/// A world of four switches.
const WORLD: &str = r#"
nodes = 1

[var]
on-A = { values = ["no", "yes"] }
on-B = { values = ["no", "yes"] }
on-C = { values = ["no", "yes"] }
on-D = { values = ["no", "yes"] }
"#;

#[test]
fn everything_that_lists_may_hold_is_written_and_read_back() {
    let folder = tempfile::tempdir().unwrap();
    let actions =
        ["A", "B", "C", "D"].map(|name| format!("[action.\"switch {name}\"]\nset = {{ on-{name} = \"yes\" }}\n"));
    let world = format!("{WORLD}\n{}\n[health]\nfine = \"on-A or not on-A\"\n", actions.join("\n"));
    std::fs::write(folder.path().join("world.toml"), world).unwrap();
    let lists = [
        "- `switch A`\n- [ ] `switch B` {#b}\n- `undivided` `switch C` `switch D`\n- `switch A`",
        "1. `either`\n   - `switch A`\n   - [ ] `switch B` `switch C`\n   - nothing\n2. `switch D`",
        "1. `if on-A or on-B` `if on-C`\n   1. `switch A`\n   2. `if on-D`\n      - `switch B`\n      - `switch C`\n2. `switch D`",
        "- `if on-A`\n  - `switch A`\n  - `switch B`\n  - [ ] `if on-B` `switch C`\n- `switch D`",
        "1. [ ] `undivided` these:\n   - `switch A`\n   - [ ] `switch B`\n2. `switch C` {#last-but-one}\n3. `switch C`",
        "1. `if on-A` `repeat until on-B`\n   1. `if on-C` `switch A`\n   2. `switch B`\n2. `repeat until on-C` `switch C`",
        "- `repeat until on-B`\n  1. `if on-A`\n     1. `switch A`\n     2. `switch B`\n- `repeat at most 2 until on-C` `switch C`",
        "- [ ] `switch A`\n- [ ] `switch A`\n- `switch A` `switch B`\n- `if on-A` `if on-B` `switch C`",
    ];
    for lists in lists {
        let path = folder.path().join("runbook.md");
        std::fs::write(&path, format!("# Lists\n\n```toml runproof\nworld = \"world.toml\"\n```\n\n{lists}\n"))
            .unwrap();
        let (mut sources, mut mistakes) = (Sources::default(), Vec::new());
        let read = resolve::open_runbook(&path, &mut sources, &mut mistakes);
        let (resolved, runbook) = read.unwrap_or_else(|| panic!("{lists}\n{mistakes:?}"));
        let system = lower::runbook(&resolved.world, &runbook).unwrap();
        reads_back(&path, &system, &plan(&system).root);
    }
}
