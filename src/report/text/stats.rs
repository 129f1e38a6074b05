//! What makes a check large: tables of numbers, what costs most first.

use super::page::{Ink, Line, Page, flow, grouped, piece, width};
use crate::explain::data::{ActionStats, ReductionStats, Stats, VariableStats};

/// So many variables are shown.
const MOST_VARIABLES: usize = 20;

/// Below so many columns the reductions have no column that compares.
const NARROW: usize = 60;

/// Variables, steps, reactions, faults, and what the reductions save.
pub(super) fn stats(page: &mut Page, stats: &Stats) {
    page.gap();
    page.line(0, &[piece(Ink::Strong, "what the states are made of")]);
    let text = match &stats.limit {
        None => format!("{} states, nothing reduced", number(stats.states)),
        Some(limit) => {
            format!("the limit on {limit} was hit after {} states; all numbers are of these", number(stats.states))
        }
    };
    page.words(2, 4, &[piece(Ink::Dim, text)]);
    variables(page, stats);
    let steps: Vec<[String; 3]> = stats
        .steps
        .iter()
        .map(|step| {
            let refused = if step.refused == 0 { String::new() } else { number(step.refused) };
            [step.name.clone(), number(step.tried), refused]
        })
        .collect();
    // A world alone has no orders: a step that is refused there is no move.
    let alone = stats.looked_at.is_none();
    let refusals = stats.steps.iter().any(|step| step.refused > 0);
    let heading = ["step", if alone { "possible in" } else { "tried in" }, if refusals { "refused in" } else { "" }];
    table(page, heading, &steps);
    let of = format!("can run in, of {}", number(stats.unsettled));
    actions(page, ["reaction", &of], &stats.reactions);
    actions(page, ["fault", "can strike in"], &stats.faults);
    if let Some(looked_at) = &stats.looked_at {
        reductions(page, looked_at, &stats.reductions);
    }
}

fn variables(page: &mut Page, stats: &Stats) {
    let shown = &stats.variables[..stats.variables.len().min(MOST_VARIABLES)];
    let row = |variable: &VariableStats| {
        let met = format!("{} of {}", variable.values.len(), variable.of);
        let without = match variable.states_without {
            None => String::new(),
            Some(states) if states == stats.states => "as many".to_owned(),
            Some(states) => number(states),
        };
        [variable.name.clone(), met, without]
    };
    let rows: Vec<[String; 3]> = shown.iter().map(row).collect();
    let known = shown.iter().any(|variable| variable.states_without.is_some());
    table(page, ["variable", "values", if known { "states without it" } else { "" }], &rows);
    match stats.variables.len() - shown.len() {
        0 => {}
        1 => page.line(2, &[piece(Ink::Dim, "… and one more")]),
        more => page.line(2, &[piece(Ink::Dim, format!("… and {more} more"))]),
    }
    if !known && !shown.is_empty() {
        let text = "too many states to find out what each variable costs: those with the most values come first";
        page.words(2, 4, &[piece(Ink::Dim, text)]);
    }
}

fn actions(page: &mut Page, [name, states]: [&str; 2], actions: &[ActionStats]) {
    let row = |action: &ActionStats| [action.name.clone(), number(action.states), String::new()];
    table(page, [name, states, ""], &actions.iter().map(row).collect::<Vec<_>>());
}

fn reductions(page: &mut Page, all: &ReductionStats, without: &[ReductionStats]) {
    page.gap();
    page.line(0, &[piece(Ink::Strong, "what the reductions save")]);
    let states = match (all.states, &all.limit) {
        (Some(states), _) => {
            let more = if all.more { "more than " } else { "" };
            format!("looked at for the good orders: {more}{} states", number(states))
        }
        (None, limit) => format!("the limit on {} was hit", limit.as_deref().unwrap_or("work")),
    };
    page.words(2, 4, &[piece(Ink::Dim, states)]);
    let narrow = page.look.width < NARROW;
    let row = |reduction: &ReductionStats| {
        let name = reduction.without.clone().unwrap_or_default();
        let Some(states) = reduction.states else {
            return [name, "not known".to_owned(), String::new()];
        };
        let shown = number(states);
        match all.states {
            _ if narrow => [name, if reduction.more { format!("> {shown}") } else { shown }, String::new()],
            _ if reduction.more => [name, format!("more than {shown}"), String::new()],
            Some(with) if with == states => [name, shown, "the same".to_owned()],
            Some(with) if with > 0 => [name, shown, times(states, with)],
            _ => [name, shown, String::new()],
        }
    };
    table(page, ["without", "states", ""], &without.iter().map(row).collect::<Vec<_>>());
}

/// How many times as many, to one decimal, rounded down.
fn times(states: u64, with: u64) -> String {
    let tenths = u128::from(states) * 10 / u128::from(with);
    format!("{}.{} × as many", grouped(&(tenths / 10).to_string()), tenths % 10)
}

fn number(number: u64) -> String {
    grouped(&number.to_string())
}

/// A name and two numbers, which stand to the right. Nothing, where there are no rows.
fn table(page: &mut Page, heading: [&str; 3], rows: &[[String; 3]]) {
    if rows.is_empty() {
        return;
    }
    page.gap();
    let cell = |ink: Ink, text: &str| flow(&[piece(ink, text)], usize::MAX).remove(0);
    let cells: Vec<[Line; 3]> = std::iter::once(heading.map(|text| cell(Ink::Dim, text)))
        .chain(rows.iter().map(|row| std::array::from_fn(|column| cell(Ink::Plain, &row[column]))))
        .collect();
    let wide = |column: usize| cells.iter().map(|row| width(&row[column])).max().unwrap_or(0);
    let numbers = [wide(1), wide(2)];
    let taken = 2 + numbers.iter().map(|wide| if *wide > 0 { wide + 2 } else { 0 }).sum::<usize>();
    let first = wide(0).min(page.look.width.saturating_sub(taken).max(8));
    for row in &cells {
        let mut names = flow(&row[0], first);
        let mut line = names.pop().unwrap_or_default();
        names.iter().for_each(|name| page.line(2, name));
        let mut filled = width(&line);
        let mut end = first;
        for (number, wide) in row[1..].iter().zip(numbers).filter(|(_, wide)| *wide > 0) {
            end += 2 + wide;
            line.push(piece(Ink::Plain, " ".repeat(end - filled - width(number))));
            line.extend(number.iter().cloned());
            filled = end;
        }
        page.line(2, &line);
    }
}
