//! Classes of orderings that are not good, in words.
//!
//! Classes that break the same rule as it is told, and for the same cause, are told as one.

use super::data::{ClassFinding, Story};
use super::finding::share;
use super::rules::Names;
use crate::system::{OccurrenceId, System};
use crate::trace::{Actor, Turn};
use crate::verdict::{Cause, Class, Classes, Counterexample, Ending};
use num_bigint::BigUint;

/// More parts of health than this are not named.
const MOST_PARTS: usize = 3;

/// A class as it is told, and what it was made from.
struct Kin<'v> {
    breaks: Option<usize>,
    cause: &'v Option<Cause>,
    count: BigUint,
    shortest: &'v Counterexample,
}

/// Tells classes; `numbers` are those of the rules, by pattern.
pub fn classes(
    system: &System,
    classes: &Classes,
    numbers: &[usize],
    tell: impl Fn(&Counterexample) -> Story,
) -> Vec<ClassFinding> {
    let kin = kin(&classes.classes, numbers);
    let bad: BigUint = kin.iter().map(|kin| &kin.count).sum();
    let names = Names::of(system);
    let finding = |(number, kin): (usize, &Kin<'_>)| {
        let lost_after = fewest(kin.shortest);
        ClassFinding {
            number,
            count: kin.count.to_string(),
            share: share(&kin.count, &bad),
            breaks: kin.breaks,
            cause: match (kin.cause, refused(kin.shortest)) {
                (Some(found), _) => cause(system, &names, found),
                (None, true) => "a step is refused".to_owned(),
                (None, false) => "something else goes wrong".to_owned(),
            },
            lost_after,
            lost_by: lost_after
                .and_then(|after| kin.shortest.ordering.get(after.checked_sub(1)?))
                .map(|id| names.name(*id)),
            story: tell(kin.shortest),
        }
    };
    (1..).zip(&kin).map(finding).collect()
}

fn kin<'v>(classes: &'v [Class], numbers: &[usize]) -> Vec<Kin<'v>> {
    let mut kin: Vec<Kin<'v>> = Vec::new();
    for Class { breaks, cause, count, shortest } in classes {
        let breaks = breaks.and_then(|pattern| numbers.get(pattern).copied());
        match kin
            .iter_mut()
            .find(|kin| kin.breaks == breaks && kin.cause == cause && refused(kin.shortest) == refused(shortest))
        {
            Some(known) => {
                known.count += count;
                if length(shortest) < length(known.shortest) {
                    known.shortest = shortest;
                }
            }
            None => kin.push(Kin { breaks, cause, count: count.clone(), shortest }),
        }
    }
    kin.sort_by(|one, other| other.count.cmp(&one.count));
    kin
}

/// After how many steps all is lost: where a step is refused, at that step at the latest.
fn fewest(shortest: &Counterexample) -> Option<usize> {
    let steps = |turn: &&Turn| matches!(turn.actor, Actor::Occurrence(_));
    let turns = shortest.trace.turns.iter().filter(steps).count();
    match shortest.ending {
        Ending::Refused => Some(shortest.lost_after.map_or(turns, |after| after.min(turns))),
        _ => shortest.lost_after,
    }
}

fn refused(shortest: &Counterexample) -> bool {
    shortest.ending == Ending::Refused
}

fn length(shortest: &Counterexample) -> usize {
    fewest(shortest).unwrap_or(shortest.ordering.len() + 1)
}

/// What goes wrong.
fn cause(system: &System, names: &Names<'_>, cause: &Cause) -> String {
    match cause {
        Cause::Refused(id) => {
            let name = names.name(*id);
            match only_need(system, names, *id) {
                Some(part) => format!("{name} is refused: {part} does not hold"),
                None => format!("{name} is refused"),
            }
        }
        Cause::Unsettled => "reactions go on for ever".to_owned(),
        Cause::Endless => "it goes round for ever".to_owned(),
        Cause::Always(always) => {
            let always = &system.always[*always as usize];
            match always.parts.as_slice() {
                [part] if part.text != always.name => {
                    format!("`{}` breaks: {} does not hold", always.name, part.text)
                }
                _ => format!("`{}` breaks", always.name),
            }
        }
        Cause::Unhealthy(parts) => {
            let mut texts: Vec<String> = Vec::new();
            for (condition, part) in parts {
                let text = &system.health[*condition as usize].parts[*part as usize].text;
                if !texts.contains(text) {
                    texts.push(text.clone());
                }
            }
            if let Some(more @ 1..) = texts.len().checked_sub(MOST_PARTS) {
                texts.truncate(MOST_PARTS);
                texts.push(format!("{more} more"));
            }
            let (do_not, texts) = match texts.len() {
                0 => return "ends unhealthy".to_owned(),
                1 => ("does not", texts),
                _ => ("do not", texts),
            };
            format!("at the end {} {do_not} hold", super::rules::list(&texts, "and"))
        }
        Cause::Drill(drill) => format!("drill {} fails", system.drills[*drill as usize].name),
    }
}

/// What a step needs, if that is one thing.
fn only_need<'s>(system: &'s System, names: &Names<'_>, id: OccurrenceId) -> Option<&'s str> {
    let step = &system.steps[names.step(id).0 as usize];
    let mut parts = step.needs.iter().flat_map(|need| &need.parts);
    let one = parts.next().map(|part| part.text.as_str());
    one.filter(|_| parts.next().is_none())
}
