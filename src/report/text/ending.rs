//! How a run ends and why, in words.

use super::page::{Ink, Page, Piece, piece};
use super::trace::{Run, run};
use crate::explain::data::{Actor, Because, Broken, DrillEnd, DrillStory, EndKind, Ending, Row, Story};

/// How a run ends, in a few words for a heading.
pub(super) fn headline(story: &Story) -> String {
    let ending = &story.ending;
    let part = ending.broken.first().map_or("", |broken| &broken.part);
    let at = match story.rows.last() {
        Some(Row { number: Some(number), .. }) => format!("at step {number}"),
        Some(row) if row.actor != Actor::Start => format!("after {}", row.text),
        _ => "at the start".to_owned(),
    };
    match ending.kind {
        EndKind::Healthy => "ends healthy".to_owned(),
        EndKind::Witness => "shown for what happens on the way".to_owned(),
        EndKind::Refused => format!("refused {at}: {part} does not hold"),
        EndKind::Unsettled => format!("does not settle {at}"),
        EndKind::Endless => format!("goes round for ever {at}"),
        EndKind::Always => {
            let name = ending.broken.first().map_or("always", |broken| &broken.condition);
            format!("breaks `{name}` {at}: {part} does not hold")
        }
        EndKind::Unhealthy => format!("ends unhealthy: {part} does not hold"),
        EndKind::Drill => match &ending.drill {
            Some(drill) => format!("ends healthy, but drill {} fails: {}", drill.name, drill_fails(drill, part)),
            None => "a drill fails".to_owned(),
        },
    }
}

fn drill_fails(drill: &DrillStory, part: &str) -> String {
    match drill.failure {
        DrillEnd::Refused => format!("a step of it is refused, {part} does not hold"),
        DrillEnd::Unsettled => "reactions go on for ever".to_owned(),
        DrillEnd::Expect | DrillEnd::ExpectAfter => format!("{part} does not hold"),
    }
}

/// What does not hold at the end, with values, and where these come from.
pub(super) fn ending(page: &mut Page, story: &Story) {
    let ending = &story.ending;
    if let Some(drill) = &ending.drill {
        drill_rows(page, story, drill);
    }
    let word = match ending.kind {
        EndKind::Healthy => return page.words(2, 4, &[piece(Ink::Good, "healthy at the end")]),
        EndKind::Witness => return,
        EndKind::Refused => "refused",
        EndKind::Unsettled => "does not settle",
        EndKind::Endless => "goes round for ever",
        EndKind::Always => "always",
        EndKind::Unhealthy => "unhealthy",
        EndKind::Drill => match ending.drill.as_ref().map(|drill| drill.failure) {
            Some(DrillEnd::Refused) => "refused in the drill",
            Some(DrillEnd::Unsettled) => "does not settle in the drill",
            Some(DrillEnd::ExpectAfter) => "expected after the drill",
            Some(DrillEnd::Expect) | None => "expected in the drill",
        },
    };
    for part in &ending.broken {
        let word = match ending.kind {
            EndKind::Always => format!("always {}", part.condition),
            EndKind::Endless => part.condition.clone(),
            _ => word.to_owned(),
        };
        page.words(2, 6, &does_not_hold(&word, part));
    }
    if !ending.cycle.is_empty() {
        let lead = if ending.kind == EndKind::Endless { "" } else { "these reactions go on for ever: " };
        let text = format!("{lead}{}", ending.cycle.join(", then "));
        page.words(2, 6, &[piece(Ink::Bad, format!("{word}: ")), piece(Ink::Plain, text)]);
    }
    why(page, ending);
}

fn drill_rows(page: &mut Page, story: &Story, drill: &DrillStory) {
    let title = drill.title.as_ref().map(|title| format!(": {title}")).unwrap_or_default();
    page.words(
        2,
        6,
        &[
            piece(Ink::Good, "healthy"),
            piece(Ink::Plain, ", but the "),
            piece(Ink::Bad, format!("drill {}", drill.name)),
            piece(Ink::Plain, format!(" fails{title}")),
            cited(&drill.cite),
        ],
    );
    page.gap();
    run(page, &Run { nodes: &story.nodes, rows: &drill.rows, losses: Vec::new() });
    page.gap();
}

/// `unhealthy: iis(B) == working does not hold: iis(B) is broken  (source)`
fn does_not_hold(word: &str, part: &Broken) -> Vec<Piece> {
    let breaking: Vec<_> = part.values.iter().filter(|value| value.breaks).collect();
    let values: Vec<String> = breaking.iter().map(|value| format!("{} is {}", value.variable, value.value)).collect();
    let mut line = vec![
        piece(Ink::Bad, format!("{word}: ")),
        piece(Ink::Strong, part.part.clone()),
        piece(Ink::Plain, " does not hold"),
    ];
    if !values.is_empty() {
        line.push(piece(Ink::Plain, format!(": {}", listed(&values))));
    }
    line.push(cited(&part.cite));
    line
}

fn why(page: &mut Page, ending: &Ending) {
    for because in &ending.because {
        page.words(4, 8, &reason(because));
    }
}

fn reason(because: &Because) -> Vec<Piece> {
    let Because { variable, value, step, actor, reaction, while_, while_one_of, also, cite } = because;
    let actor = match (step, actor) {
        (Some(step), Some(actor)) => Some(format!("step {step} ({actor})")),
        (_, Some(actor)) => Some(actor.clone()),
        (_, None) => None,
    };
    let was = |(variable, value): &(String, String)| format!("{variable} was {value}");
    let mut held: Vec<String> = while_.iter().map(was).collect();
    let one_of: Vec<String> = while_one_of.iter().map(was).collect();
    if !one_of.is_empty() {
        held.push(format!("{} (either was enough)", one_of.join(" or ")));
    }
    let held = if held.is_empty() { String::new() } else { format!(" while {}", listed(&held)) };
    let why = match (actor, reaction) {
        (Some(actor), Some(reaction)) => format!("because, in {actor}, {reaction}{held}"),
        (Some(actor), None) if held.is_empty() => format!("because of {actor}"),
        (Some(actor), None) => format!("because {actor} ran{held}"),
        (None, Some(reaction)) => format!("because, at the start, {reaction}{held}"),
        (None, None) => "from the start".to_owned(),
    };
    let also = match &also[..] {
        [] => String::new(),
        also => format!("; without it, {} would have done the same", also.join(" or ")),
    };
    vec![piece(Ink::Strong, format!("{variable} is {value}")), piece(Ink::Plain, format!(" {why}{also}")), cited(cite)]
}

/// ` (Q1, Q2)`, or nothing.
pub(super) fn cited(cite: &[String]) -> Piece {
    piece(Ink::Dim, if cite.is_empty() { String::new() } else { format!(" ({})", cite.join(", ")) })
}

/// `a`, `a and b`, `a, b and c`
pub(super) fn listed(items: &[String]) -> String {
    match items {
        [] => String::new(),
        [one] => one.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}
