//! A runbook against its world: what is given and unknown, which faults may strike, steps, claims.

use super::actions::normal;
use super::blocks::Blocks;
use super::ground::Grounder;
use super::model::{Runbook, World};
use super::reporter::Reporter;
use super::world::Resolved;
use crate::base::{Map, Sources, Span, Spanned};
use crate::diag::{Code, Diagnostic, nearest};
use crate::syntax::tree::{self, Text};

/// The most faults of one kind: a budget is a variable, with at most 64 values.
const MOST_FAULTS: i64 = 63;

/// Resolves a runbook with its world. None exactly if a new diagnostic is an error.
pub fn runbook(
    tree: &tree::Runbook,
    resolved: &Resolved,
    sources: &Sources,
    diags: &mut Vec<Diagnostic>,
) -> Option<Runbook> {
    let mut own = Vec::new();
    let made = with_uses(tree, resolved, sources, &mut own);
    diags.append(&mut own);
    made.map(|(runbook, _)| runbook)
}

/// The runbook, and where the definitions are written that it uses.
pub(super) fn with_uses(
    tree: &tree::Runbook,
    resolved: &Resolved,
    sources: &Sources,
    own: &mut Vec<Diagnostic>,
) -> Option<(Runbook, Vec<Span>)> {
    let mut reporter = Reporter::new(sources, own);
    let Some(block) = &tree.block else { return None };
    let (symbols, world) = (&resolved.symbols, &resolved.world);
    let mut grounder = Grounder::new(symbols, &mut reporter);
    let initial = initial(&mut grounder, block, world);
    let (faults, budgets) = budgets(&mut grounder, &block.faults, world);
    let mut blocks = Blocks::new(&mut grounder, world);
    let root = blocks.lists(&tree.lists);
    let (occurrences, guards, loops, chains) = blocks.finish();
    if occurrences.is_empty() && !grounder.reporter.failed() {
        let mistake = Diagnostic::new(Code::R207, "no list of this runbook has a step", block.span)
            .label("nothing to check")
            .help("write each step between single back-ticks in a list item");
        grounder.reporter.report(mistake);
    }
    let claims = super::claims::claims(&mut grounder, world, &block.claims, &occurrences);
    let used = grounder.used.iter().map(|define| symbols.tree.defines[*define].head.span).collect();
    if reporter.failed() {
        return None;
    }
    let title = block.title.as_ref().or(tree.title.as_ref());
    let title = title.map_or_else(|| sources.path(block.span.source).to_owned(), |title| title.value.clone());
    let runbook = Runbook {
        title,
        initial,
        faults,
        budgets,
        slips: block.slips.as_ref().and_then(|slips| u32::try_from(slips.value).ok()),
        occurrences,
        root,
        guards,
        loops,
        fair: block.fair,
        chains,
        claims,
        span: block.span,
    };
    Some((runbook, used))
}

/// `given`, and each alternative of `unknown`.
fn initial(grounder: &mut Grounder, block: &tree::Block, world: &World) -> Vec<(String, Vec<u8>)> {
    let mut given = world.initial.clone();
    grounder.initialise(&block.given, &mut given);
    if block.unknown.is_empty() {
        return vec![(String::new(), given)];
    }
    let mut all = Vec::new();
    for (set, _) in &block.unknown {
        let mut values = given.clone();
        grounder.initialise(set, &mut values);
        let words: Vec<String> = set
            .iter()
            .map(|(target, value)| {
                format!("{} {}", grounder.reporter.text(target.span), grounder.reporter.text(value.span))
            })
            .collect();
        all.push((words.join(", "), values));
    }
    all
}

type Budgets = (Vec<(u32, u32)>, Vec<(String, u8)>);

/// Which faults may strike how often. A budget of none leaves its faults out.
fn budgets(grounder: &mut Grounder, entries: &[(Text, Spanned<i64>)], world: &World) -> Budgets {
    let (mut faults, mut budgets): Budgets = (Vec::new(), Vec::new());
    let mut counted: Map<usize, Span> = Map::default();
    for (key, count) in entries {
        let name = normal(&key.value);
        let matches = |fault: &super::model::Fault| fault.family == name || fault.name == name;
        let found: Vec<usize> = (0..world.faults.len()).filter(|index| matches(&world.faults[*index])).collect();
        if found.is_empty() {
            let known = world.faults.iter().flat_map(|fault| [fault.family.as_str(), fault.name.as_str()]);
            let mistake =
                Diagnostic::new(Code::R204, format!("no fault is called `{name}`"), key.span).label("no such fault");
            grounder.reporter.report(match nearest(&name, known) {
                Some(near) => mistake.help(format!("did you mean `{near}`?")),
                None => mistake,
            });
        }
        let Some(most) = u8::try_from(count.value).ok().filter(|_| count.value <= MOST_FAULTS) else {
            let message = format!("{} is not between 0 and {MOST_FAULTS}", count.value);
            grounder.reporter.say(Code::R206, message, count.span, "not a number of faults");
            continue;
        };
        for fault in &found {
            if let Some(first) = counted.insert(*fault, key.span) {
                let message = format!("`{}` is counted twice", world.faults[*fault].name);
                let mistake = Diagnostic::new(Code::R205, message, key.span)
                    .label("counted again here")
                    .related(first, "first counted here");
                grounder.reporter.report(mistake);
            }
        }
        if most > 0 {
            let budget = u32::try_from(budgets.len()).expect("few");
            faults.extend(found.iter().map(|fault| (u32::try_from(*fault).expect("limited"), budget)));
            budgets.push((name, most));
        }
    }
    (faults, budgets)
}
