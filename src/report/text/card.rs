//! The safe-order card.

use super::page::{Ink, Line, Look, Page, flow, grouped, piece, stopped_by, width};
use super::rules::classes;
use super::runbook::{head, which_orders};
use crate::explain::data::{Freedom, Freest, Samples, StepName, Word};
use crate::report::Card;

/// Columns between columns.
const GUTTER: usize = 2;
/// The column of steps gets no wider than this where space is short.
const STEP: usize = 40;
/// On a narrower page each step is a paragraph.
const NARROWEST_TABLE: usize = 72;

/// Counts, rules, all classes, where each step may stand, orders drawn by chance, and the freest runbook.
pub fn card(card: &Card, look: Look) -> String {
    let mut page = Page::new(look);
    let finding = &card.runbook.finding;
    head(&mut page, &card.runbook);
    which_orders(&mut page, finding, usize::MAX);
    // Of several orders it has been said already.
    let alone = finding.counts.as_ref().is_none_or(|counts| counts.total == "1");
    if finding.verdict == Word::NeverHealthy && alone && !finding.classes.is_empty() {
        page.gap();
        classes(&mut page, finding, usize::MAX);
    }
    if !card.steps.is_empty() {
        page.gap();
        steps(&mut page, &card.steps);
    }
    if let Some(freest) = &card.freest {
        page.gap();
        lists(&mut page, freest);
    }
    if let Some(limit) = &card.freest_limit {
        page.gap();
        let text = format!("which lists allow good orders alone is not known: {}", stopped_by(limit));
        page.words(0, 2, &[piece(Ink::Unsure, text)]);
    }
    if let Some(samples) = &card.samples {
        page.gap();
        drawn(&mut page, samples);
    }
    if let Some(limit) = &card.limit {
        page.gap();
        let text = format!("more is not known: the limit on {limit} was hit");
        page.words(0, 2, &[piece(Ink::Unsure, text)]);
    }
    page.finish()
}

/// A line for each step: its places, and the neighbours with which it may change places.
fn steps(page: &mut Page, steps: &[Freedom]) {
    page.words(0, 2, &[piece(Ink::Strong, "where each step may stand in a good order")]);
    if page.look.width < NARROWEST_TABLE {
        return steps.iter().for_each(|step| page.words(2, 6, &in_words(step)));
    }
    let numbers = steps.len().to_string().len();
    let wanted = steps.iter().map(|step| width(&[piece(Ink::Plain, name(&step.step))])).max().unwrap_or(0);
    let heads = ["", "step", "earliest", "latest", "may change places with"];
    let taken = 2 + numbers + heads[2..].iter().map(|head| head.len() + GUTTER).sum::<usize>() + GUTTER;
    let wide = wanted.min(page.look.width.saturating_sub(taken)).min(STEP);
    let dim = |text: &str| vec![piece(Ink::Dim, text)];
    let widths = [numbers, wide, heads[2].len(), heads[3].len()];
    line(page, widths, heads.map(|head| vec![dim(head)]));
    for step in steps {
        let place =
            |place: Option<usize>| place.map_or(piece(Ink::Bad, "never"), |place| piece(Ink::Plain, place.to_string()));
        let from = 2 + widths.iter().map(|width| width + GUTTER).sum::<usize>();
        let left_out = if step.may_be_left_out && step.earliest.is_some() { "or left out" } else { "" };
        let swaps = vec![piece(Ink::Plain, ranges(&step.swaps_with)), piece(Ink::Dim, format!(" {left_out}"))];
        line(
            page,
            widths,
            [
                vec![dim(&step.number.to_string())],
                flow(&[piece(Ink::Plain, name(&step.step))], wide),
                vec![vec![place(step.earliest)]],
                vec![if step.latest.is_some() { vec![place(step.latest)] } else { Vec::new() }],
                flow(&swaps, page.look.width.saturating_sub(from)),
            ],
        );
    }
}

/// `3 restart A #first-A: places 2 to 6, may change places with 5–8`
fn in_words(step: &Freedom) -> Line {
    let places = match (step.earliest, step.latest) {
        (Some(first), Some(last)) if first == last => format!("place {first}"),
        (Some(first), Some(last)) => format!("places {first} to {last}"),
        _ => "never".to_owned(),
    };
    let left_out = if step.may_be_left_out && step.earliest.is_some() { ", or left out" } else { "" };
    let swaps = match step.swaps_with.as_slice() {
        [] => String::new(),
        others => format!(", may change places with {}", ranges(others)),
    };
    let number = piece(Ink::Dim, format!("{} ", step.number));
    vec![number, piece(Ink::Plain, format!("{}: {places}{left_out}{swaps}", name(&step.step)))]
}

/// One row of cells, the columns of numbers to the right.
fn line(page: &mut Page, widths: [usize; 4], cells: [Vec<Line>; 5]) {
    let height = cells.iter().map(Vec::len).max().unwrap_or(0);
    for at in 0..height {
        let mut line = Line::new();
        for (column, lines) in cells.iter().enumerate() {
            let cell = lines.get(at).cloned().unwrap_or_default();
            let missing = widths.get(column).map_or(0, |wide| wide.saturating_sub(width(&cell)));
            let right = matches!(column, 0 | 2 | 3);
            let gutter = if column < widths.len() { GUTTER } else { 0 };
            line.push(piece(Ink::Plain, " ".repeat(if right { missing } else { 0 })));
            line.extend(cell);
            line.push(piece(Ink::Plain, " ".repeat(if right { gutter } else { missing + gutter })));
        }
        page.line(2, &line);
    }
}

/// `restart A #first-A`
fn name(step: &StepName) -> String {
    let StepName { label, sentence, .. } = step;
    match label.strip_prefix(sentence.as_str()) {
        Some(rest) if rest.is_empty() || rest.starts_with(" (") => label.clone(),
        _ => format!("{sentence} #{label}"),
    }
}

/// `1, 3–5, 9`
fn ranges(numbers: &[usize]) -> String {
    let mut ranges: Vec<(usize, usize)> = Vec::new();
    for number in numbers {
        match ranges.last_mut() {
            Some((_, last)) if *last + 1 == *number => *last = *number,
            _ => ranges.push((*number, *number)),
        }
    }
    let shown = ranges.iter().map(|(first, last)| match last - first {
        0 => first.to_string(),
        1 => format!("{first}, {last}"),
        _ => format!("{first}–{last}"),
    });
    shown.collect::<Vec<_>>().join(", ")
}

/// Lists that allow good orders alone, to be copied into the runbook.
fn lists(page: &mut Page, freest: &Freest) {
    let Freest { lists, orders, given_up, proved } = freest;
    let allow = match (orders.as_str(), given_up.as_str()) {
        ("1", "0") => "the only good order".to_owned(),
        ("1", _) => format!("one good order of {}", total(orders, given_up)),
        (_, "0") => format!("all {} good orders and no others", grouped(orders)),
        _ => format!("{} of the {} good orders and no others", grouped(orders), total(orders, given_up)),
    };
    page.words(0, 2, &[piece(Ink::Strong, "as lists"), piece(Ink::Plain, format!(" that allow {allow}"))]);
    if !proved {
        page.words(2, 4, &[piece(Ink::Unsure, "there may be freer ones")]);
    }
    page.gap();
    for line in lists.lines() {
        let indent = 2 + line.len() - line.trim_start().len();
        page.words(indent, indent + 3, &[piece(Ink::Plain, line)]);
    }
}

fn total(one: &str, other: &str) -> String {
    let number = |digits: &str| digits.parse::<num_bigint::BigUint>().unwrap_or_default();
    grouped(&(number(one) + number(other)).to_string())
}

fn drawn(page: &mut Page, samples: &Samples) {
    let Samples { good, seed, orders } = samples;
    let kind = if *good { "good orders" } else { "orders that are not good" };
    if orders.is_empty() {
        return page.words(0, 2, &[piece(Ink::Strong, format!("there are no {kind} to draw from"))]);
    }
    let heading = format!("{kind} drawn by chance, as the numbers of their steps (seed {seed})");
    page.words(0, 2, &[piece(Ink::Strong, heading)]);
    for order in orders {
        let numbers: Vec<String> = order.iter().map(ToString::to_string).collect();
        page.words(2, 4, &[piece(Ink::Plain, numbers.join("; "))]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::explain::{example, runbook};
    use crate::report::{Assumptions, Runbook};

    fn step(number: usize, label: &str, sentence: &str) -> Freedom {
        Freedom {
            number,
            step: StepName { label: label.to_owned(), sentence: sentence.to_owned(), line: None },
            earliest: Some(number),
            latest: Some(number + 9),
            may_be_left_out: false,
            swaps_with: Vec::new(),
        }
    }

    fn a_card() -> Card {
        let (system, certified) = example::certified();
        let finding = runbook(&system, &certified);
        let mut steps = vec![
            step(1, "install ntop on A", "install ntop on A"),
            step(2, "first-A", "restart A"),
            step(3, "restart A (2)", "restart A"),
            step(4, "long", "make the MSDTC resource depend on the name and the address of the SQL server"),
        ];
        steps[1].swaps_with = vec![3, 4, 7, 8, 9, 11];
        steps[2].may_be_left_out = true;
        (steps[3].earliest, steps[3].latest, steps[3].may_be_left_out) = (None, None, true);
        Card {
            runbook: Runbook::new("a.md", "Install", "Two nodes", Assumptions::default(), finding),
            steps,
            freest: Some(Freest {
                lists: "- `install ntop on A`\n- in order\n  1. `restart A` {#first-A}\n".to_owned(),
                orders: "4000".to_owned(),
                given_up: "12".to_owned(),
                proved: false,
            }),
            freest_limit: None,
            samples: Some(Samples { good: true, seed: 7, orders: vec![vec![2, 1, 3], vec![1, 2, 3]] }),
            limit: Some("time".to_owned()),
        }
    }

    #[test]
    fn a_card_says_how_free_each_step_is() {
        insta::assert_snapshot!(card(&a_card(), Look::PLAIN), @r"
        a.md
        Install
        world: Two nodes

        order matters: 36 of 10 080 orders are good (0.4%), 10 044 never end well
        looked at 1 234 states and 5 678 moves

        where each step may stand in a good order
             step                               earliest  latest  may change places with
          1  install ntop on A                         1      10
          2  restart A #first-A                        2      11  3, 4, 7–9, 11
          3  restart A (2)                             3      12  or left out
          4  make the MSDTC resource depend on     never
             the name and the address of the
             SQL server #long

        as lists that allow 4 000 of the 4 012 good orders and no others
          there may be freer ones

          - `install ntop on A`
          - in order
            1. `restart A` {#first-A}

        good orders drawn by chance, as the numbers of their steps (seed 7)
          2; 1; 3
          1; 2; 3

        more is not known: the limit on time was hit
        ");
    }

    #[test]
    fn no_line_of_a_card_is_wider_than_asked() {
        use unicode_width::UnicodeWidthStr;
        for wide in [40, 53, 64, 80, 120] {
            let text = card(&a_card(), Look { width: wide, colour: false });
            let widest = text.lines().map(UnicodeWidthStr::width).max();
            assert!(widest <= Some(wide), "{widest:?} > {wide}\n{text}");
        }
    }
}
