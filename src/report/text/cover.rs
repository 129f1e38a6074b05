//! What no run exercises and no claim notices, for people.

use super::page::{Ink, Look, Page, grouped, piece};
use crate::report::{Citations, Cover, CoveredWorld, MutantCounts, Survivor};

/// What is listed at most of facts that cite each other's elements: the rest is in the JSON.
const MOST_LISTED: usize = 3;

/// All worlds, one after the other.
pub fn cover(report: &Cover, look: Look) -> String {
    let mut page = Page::new(look);
    for (number, world) in report.worlds.iter().enumerate() {
        if number > 0 {
            page.gap();
            page.gap();
        }
        head(&mut page, world);
        never(&mut page, world);
        survivors(&mut page, world);
        undecided(&mut page, world);
        stale(&mut page, world);
        if let Some(citations) = &world.citations {
            cited(&mut page, citations);
        }
    }
    page.finish()
}

fn count(number: usize) -> String {
    grouped(&number.to_string())
}

fn counted(number: usize, one: &str, more: &str) -> String {
    format!("{} {}", count(number), if number == 1 { one } else { more })
}

fn head(page: &mut Page, world: &CoveredWorld) {
    page.words(0, 2, &[piece(Ink::Strong, world.files.join(", "))]);
    page.words(2, 4, &[piece(Ink::Dim, counted(world.runbooks.len(), "runbook", "runbooks"))]);
    for (runbook, limit) in &world.silent {
        let text = format!("{runbook} says nothing: {}", super::stopped_by(limit));
        page.words(2, 4, &[piece(Ink::Unsure, text)]);
    }
    let Some(MutantCounts { made, tried, killed, survived, accepted, equivalent, idle, stillborn, undecided }) =
        world.mutants
    else {
        return;
    };
    let of = if made == tried { String::new() } else { format!(" of {}", count(made)) };
    page.gap();
    page.words(0, 2, &[piece(Ink::Strong, format!("{}{of}", counted(tried, "mutant", "mutants")))]);
    let idle = match idle {
        0 => String::new(),
        some => format!("; {} of them in no runbook at all", count(some)),
    };
    let idle = format!("equivalent: the same graph in every runbook{idle}");
    let rows = [
        (killed, Ink::Good, "killed: some claim comes out differently"),
        (survived, Ink::Bad, "survived: no claim notices"),
        (accepted, Ink::Plain, "survived, and accepted with a reason"),
        (equivalent, Ink::Plain, idle.as_str()),
        (undecided, Ink::Unsure, "undecided: a limit was hit"),
        (stillborn, Ink::Dim, "stillborn: they are no world or runbook"),
    ];
    for (number, ink, text) in rows.into_iter().filter(|(number, ..)| *number > 0) {
        let number = count(number);
        let indent = 2 + 6usize.saturating_sub(number.len());
        page.words(indent, 10, &[piece(ink, number), piece(Ink::Plain, format!(" \u{a0}{text}"))]);
    }
}

const NEVER: [(&str, &str); 8] = [
    ("never-attempted", "never attempted"),
    ("never-taken", "a way that is never taken"),
    ("never-strikes", "a fault that never strikes"),
    ("never-begun", "a drill that is never begun"),
    ("never-runs", "a reaction that never runs"),
    ("never-holds", "never holds where it is asked"),
    ("always-holds", "always holds where it is asked"),
    ("never-met", "values that are never met"),
];

fn never(page: &mut Page, CoveredWorld { never, silent, .. }: &CoveredWorld) {
    if never.is_empty() {
        return;
    }
    page.gap();
    let title = if silent.is_empty() { "Never exercised" } else { "Never exercised, as far as was looked" };
    page.words(0, 2, &[piece(Ink::Strong, title)]);
    for (kind, title) in NEVER {
        let mut of_kind = never.iter().filter(|one| one.kind == kind).peekable();
        if of_kind.peek().is_some() {
            page.words(2, 4, &[piece(Ink::Dim, title)]);
        }
        for one in of_kind {
            let mut pieces = vec![piece(Ink::Plain, one.element.clone())];
            if !one.values.is_empty() {
                pieces.push(piece(Ink::Plain, format!(": {}", one.values)));
            }
            page.words(4, 6, &pieces);
        }
    }
}

fn survivors(page: &mut Page, world: &CoveredWorld) {
    let open = |vacuous: bool| {
        world
            .survivors
            .iter()
            .filter(move |one| one.reason.is_none() && one.is_vacuous() == vacuous)
            .collect::<Vec<_>>()
    };
    let parts = [("No claim notices", open(false)), ("Vacuous: what is asked here does not matter", open(true))];
    for (title, list) in parts.into_iter().filter(|(_, list)| !list.is_empty()) {
        page.gap();
        page.words(0, 2, &[piece(Ink::Strong, title)]);
        let mut element = ("", "");
        for one in list {
            if element != (one.file.as_str(), one.element.as_str()) {
                element = (&one.file, &one.element);
                let place = format!(" {}:{}:{}", one.file, one.line, one.column);
                page.words(2, 4, &[piece(Ink::Plain, one.element.clone()), piece(Ink::Dim, place)]);
            }
            let aside = if one.compared { "" } else { " (graphs not compared)" };
            page.words(4, 6, &[piece(Ink::Bad, one.change.clone()), piece(Ink::Unsure, aside)]);
            if !one.verdicts.is_empty() {
                let text = format!("yet the verdict on {} changes", one.verdicts.join(", "));
                page.words(6, 8, &[piece(Ink::Unsure, text)]);
            }
        }
    }
    accepted(page, &world.survivors);
}

/// What is accepted, by its reason; one by one it is in the JSON.
fn accepted(page: &mut Page, survivors: &[Survivor]) {
    let mut reasons: Vec<(&str, usize)> = Vec::new();
    for reason in survivors.iter().filter_map(|one| one.reason.as_deref()) {
        match reasons.iter_mut().find(|(known, _)| *known == reason) {
            Some((_, count)) => *count += 1,
            None => reasons.push((reason, 1)),
        }
    }
    if reasons.is_empty() {
        return;
    }
    page.gap();
    page.words(0, 2, &[piece(Ink::Strong, "Accepted, since")]);
    for (reason, number) in reasons {
        let number = count(number);
        let indent = 2 + 6usize.saturating_sub(number.len());
        page.words(indent, 10, &[piece(Ink::Plain, number), piece(Ink::Dim, format!(" \u{a0}{reason}"))]);
    }
}

fn undecided(page: &mut Page, world: &CoveredWorld) {
    if world.undecided.is_empty() {
        return;
    }
    page.gap();
    page.words(0, 2, &[piece(Ink::Strong, "Undecided")]);
    for one in &world.undecided {
        page.words(2, 4, &[piece(Ink::Plain, one.element.clone()), piece(Ink::Dim, format!(" {}", one.file))]);
        page.words(4, 6, &[piece(Ink::Unsure, format!("{}: {}", one.change, super::stopped_by(&one.limit)))]);
    }
}

fn stale(page: &mut Page, world: &CoveredWorld) {
    if world.stale.is_empty() {
        return;
    }
    page.gap();
    page.words(0, 2, &[piece(Ink::Strong, "Accepted in vain: no survivor is like this")]);
    for one in &world.stale {
        let change = one.change.as_ref().map_or(String::new(), |change| format!(": {change}"));
        page.words(
            2,
            4,
            &[
                piece(Ink::Bad, format!("{}:{}", one.file, one.line)),
                piece(Ink::Plain, format!(" {}{change}", one.element)),
            ],
        );
    }
}

fn cited(page: &mut Page, citations: &Citations) {
    page.gap();
    let title = format!("{} in {}", counted(citations.known, "fact", "facts"), citations.facts);
    page.words(0, 2, &[piece(Ink::Strong, title)]);
    let lists = [
        ("cited by nothing", &citations.uncited, Ink::Bad),
        ("cited by claims alone", &citations.only_claimed, Ink::Plain),
        ("cited, and no verdict is known to rest on it", &citations.idle, Ink::Plain),
        ("cites no fact, so it is an assumption", &citations.without, Ink::Plain),
    ];
    for (id, by) in &citations.unknown {
        page.words(2, 4, &[piece(Ink::Bad, format!("{by} cites {id}, which is no fact"))]);
    }
    for (title, list, ink) in lists.into_iter().filter(|(_, list, _)| !list.is_empty()) {
        page.words(2, 4, &[piece(Ink::Dim, format!("{} {title}", count(list.len())))]);
        page.words(4, 4, &[piece(ink, list.join(", "))]);
    }
    if !citations.load_bearing.is_empty() {
        let title = format!(
            "{} load-bearing: with another reading, a claim comes out differently",
            count(citations.load_bearing.len())
        );
        page.words(2, 4, &[piece(Ink::Dim, title)]);
    }
    for one in &citations.load_bearing {
        let more = one.by.len().saturating_sub(MOST_LISTED);
        let mut by = one.by.iter().take(MOST_LISTED).cloned().collect::<Vec<_>>().join(", ");
        if more > 0 {
            by.push_str(&format!(", and {more} more"));
        }
        page.words(4, 6, &[piece(Ink::Plain, format!("{}: ", one.fact)), piece(Ink::Dim, by)]);
    }
}
