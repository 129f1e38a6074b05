//! What comes after the end of a run: the nearest good orders beside the bad one, and what could still be done.

use super::ending::listed;
use super::page::{Ink, Line, Page, Piece, flow, piece, width};
use crate::explain::data::{Near, Rescue, StepName, Story};

/// More moves than this are shown, not said.
const SAID: usize = 3;
/// A column is no narrower than this where there is space.
const NARROW: usize = 24;

/// Whether the run could still be repaired, and the good orders that are near.
pub(super) fn after(page: &mut Page, story: &Story) {
    if let Some(repair) = &story.repair {
        page.gap();
        rescue(page, story, repair);
    }
    for (index, near) in story.nearest.iter().enumerate() {
        page.gap();
        nearest(page, &story.ordering, near, index == 0);
    }
}

fn rescue(page: &mut Page, story: &Story, repair: &Rescue) {
    let reached = story.rows.iter().filter_map(|row| row.number).max().unwrap_or(0);
    let (ink, head, text) = match (&repair.limit, repair.beyond_after) {
        (Some(limit), _) => {
            let why = match limit.as_str() {
                "states" => "too many states would have to be looked at".to_owned(),
                limit => format!("the limit on {limit} was hit"),
            };
            (Ink::Unsure, "not known", format!(" whether health can still be reached: {why}"))
        }
        (None, Some(0)) => {
            (Ink::Bad, "beyond repair", " from the start: no steps that the world has lead to a good end".to_owned())
        }
        (None, Some(after)) if after < reached => (
            Ink::Bad,
            "beyond repair",
            format!(" after step {after}: no steps that the world has lead to a good end from there"),
        ),
        (None, Some(_)) => (
            Ink::Bad,
            "beyond repair",
            " at the end: no steps that the world has lead to a good end from there".to_owned(),
        ),
        (None, None) if repair.steps.is_empty() => {
            (Ink::Good, "nothing to repair", ": the system is healthy as it stands".to_owned())
        }
        (None, None) => {
            let depends = if repair.depends { " (other outcomes on the way call for other steps)" } else { "" };
            (Ink::Good, "health can still be reached", format!(": {}{depends}", repair.steps.join(", then ")))
        }
    };
    page.words(2, 6, &[piece(ink, head), piece(Ink::Plain, text)]);
}

/// What to do to one order to make the other, and both beside each other.
fn nearest(page: &mut Page, bad: &[StepName], near: &Near, first: bool) {
    let kept = kept(bad, &near.ordering);
    let among = |order: &[StepName], step: &StepName| order.iter().any(|other| other.label == step.label);
    let put_in = near.ordering.iter().filter(|step| !among(bad, step)).count() as u64;
    let left_out = bad.iter().filter(|step| !among(&near.ordering, step)).count() as u64;
    let some = |number: u64, text: String| (number > 0).then_some(text);
    let distance = [
        near.moves.map(|moves| moves - put_in - left_out).and_then(|moves| some(moves, counted(moves, "move"))),
        some(put_in, format!("{} put in", counted(put_in, "step"))),
        some(left_out, format!("{} left out", counted(left_out, "step"))),
        near.swaps.map(|swaps| counted(swaps, "swap")),
    ];
    let distance = distance.into_iter().flatten().collect::<Vec<_>>().join(", ");
    let edits = edits(bad, &near.ordering, &kept);
    let said = if edits.len() <= SAID { format!(": {}", listed(&edits)) } else { String::new() };
    let head = if first { "nearest good order" } else { "nearest good order by swaps of neighbours" };
    page.words(2, 6, &[piece(Ink::Good, head), piece(Ink::Plain, said), piece(Ink::Dim, format!(" ({distance})"))]);
    // Where steps are only put in, or only taken out, there is nothing to compare.
    let (first, last) = same(bad, &near.ordering);
    if bad.len().min(near.ordering.len()) > first + last {
        beside(page, (bad, "this order"), (&near.ordering, "good order"), &kept);
    }
}

/// Two orders beside each other, each below its heading; what is only in one, or moved, is marked.
pub(super) fn compared(page: &mut Page, left: (&[StepName], &str), right: (&[StepName], &str)) {
    beside(page, left, right, &kept(left.0, right.0));
}

fn counted(number: u64, what: &str) -> String {
    format!("{number} {what}{}", if number == 1 { "" } else { "s" })
}

/// A longest common subsequence, as pairs of places; the first in the order of the bad one. Quadratic.
fn kept(bad: &[StepName], good: &[StepName]) -> Vec<(usize, usize)> {
    let mut best = vec![vec![0usize; good.len() + 1]; bad.len() + 1];
    for at in (0..bad.len()).rev() {
        for to in (0..good.len()).rev() {
            let same = bad[at].label == good[to].label;
            best[at][to] = if same { best[at + 1][to + 1] + 1 } else { best[at + 1][to].max(best[at][to + 1]) };
        }
    }
    let (mut at, mut to, mut pairs) = (0, 0, Vec::new());
    while at < bad.len() && to < good.len() {
        if bad[at].label == good[to].label {
            pairs.push((at, to));
            (at, to) = (at + 1, to + 1);
        } else if best[at + 1][to] >= best[at][to + 1] {
            at += 1;
        } else {
            to += 1;
        }
    }
    pairs
}

/// What to do with each step that is not kept in its place: `do x before y`, `leave out x`, `also do x after y`.
fn edits(bad: &[StepName], good: &[StepName], kept: &[(usize, usize)]) -> Vec<String> {
    let place = |order: &[StepName], step: &StepName| order.iter().position(|other| other.label == step.label);
    let mut edits = Vec::new();
    for (to, step) in good.iter().enumerate().filter(|(to, _)| !kept.iter().any(|(_, kept)| kept == to)) {
        let next = kept.iter().find(|(_, kept)| *kept > to);
        let last = kept.iter().rev().find(|(_, kept)| *kept < to);
        let from = place(bad, step);
        let does = if from.is_some() { "do" } else { "also do" };
        let later = from.zip(last).is_some_and(|(from, (last, _))| from < *last);
        edits.push(match (next, last) {
            (_, Some((last, _))) if later || next.is_none() => {
                format!("{does} {} after {}", name(step), name(&bad[*last]))
            }
            (Some((next, _)), _) => format!("{does} {} before {}", name(step), name(&bad[*next])),
            (None, _) => format!("{does} {}", name(step)),
        });
    }
    edits.extend(bad.iter().filter(|step| place(good, step).is_none()).map(|step| format!("leave out {}", name(step))));
    edits
}

/// A step as reports name it: its sentence, and its label where that says more.
fn name(step: &StepName) -> String {
    if step.label.starts_with(&step.sentence) {
        step.label.clone()
    } else {
        format!("{}\u{a0}#{}", step.sentence, step.label)
    }
}

/// How many steps are the same at the beginning, and how many of the rest at the end.
fn same(bad: &[StepName], good: &[StepName]) -> (usize, usize) {
    let same = |(bad, good): &(&StepName, &StepName)| bad.label == good.label;
    let first = bad.iter().zip(good).take_while(same).count();
    let last = bad[first..].iter().rev().zip(good[first..].iter().rev()).take_while(same).count();
    (first, last)
}

/// Two columns, without what is the same at the beginning and at the end; what moves is marked.
fn beside(
    page: &mut Page,
    (bad, left_head): (&[StepName], &str),
    (good, right_head): (&[StepName], &str),
    kept: &[(usize, usize)],
) {
    let (first, last) = same(bad, good);
    let column = |order: &[StepName], of: fn(&(usize, usize)) -> usize| -> Vec<Line> {
        let shown = order.iter().enumerate().take(order.len() - last).skip(first);
        shown
            .map(|(at, step)| {
                let moved = !kept.iter().any(|pair| of(pair) == at);
                let ink = if moved { Ink::Strong } else { Ink::Plain };
                let mark = format!("{:>3} {} ", at + 1, if moved { "*" } else { " " }).replace(' ', "\u{a0}");
                vec![piece(ink, mark + &name(step))]
            })
            .collect()
    };
    let (left, right) = (column(bad, |pair| pair.0), column(good, |pair| pair.1));
    page.gap();
    if first > 0 {
        page.line(6, &[piece(Ink::Dim, format!("… {} the same", counted(first as u64, "step")))]);
    }
    columns(page, (&left, left_head), (&right, right_head));
    if last > 0 {
        page.line(6, &[piece(Ink::Dim, format!("… {} the same", counted(last as u64, "step")))]);
    }
}

fn columns(page: &mut Page, (left, left_head): (&[Line], &str), (right, right_head): (&[Line], &str)) {
    let heading = |head: &str| vec![piece(Ink::Dim, format!("      {head}").replace(' ', "\u{a0}"))];
    let room = (page.look.width - 2 - 2) / 2;
    let widest = left.iter().map(|line| width(line)).max().unwrap_or(0).max("    this order".len());
    let room = room.min(widest.max(NARROW));
    let blank = Vec::new();
    put(page, (&heading(left_head), room), &heading(right_head));
    for index in 0..left.len().max(right.len()) {
        put(page, (left.get(index).unwrap_or(&blank), room), right.get(index).unwrap_or(&blank));
    }
}

fn put(page: &mut Page, (left, room): (&[Piece], usize), right: &[Piece]) {
    let rest = page.look.width - 2 - room - 2;
    let (left, right) = (hanging(left, room), hanging(right, rest));
    for index in 0..left.len().max(right.len()) {
        let mut line = left.get(index).cloned().unwrap_or_default();
        let missing = (room + 2).saturating_sub(width(&line));
        line.push(piece(Ink::Plain, " ".repeat(missing)));
        line.extend(right.get(index).cloned().unwrap_or_default());
        page.line(2, &line);
    }
}

/// Further lines stand under the name of the step.
fn hanging(line: &[Piece], room: usize) -> Vec<Line> {
    const NAME: usize = 6;
    let whole = flow(line, room);
    if whole.len() == 1 {
        return whole;
    }
    let mut lines = flow(line, room - NAME);
    lines.iter_mut().skip(1).for_each(|line| line.insert(0, piece(Ink::Plain, " ".repeat(NAME))));
    lines
}

#[cfg(test)]
mod tests {
    use super::super::page::Look;
    use super::*;

    fn order(steps: &[&str]) -> Vec<StepName> {
        let name = |step: &&str| StepName { label: (*step).to_owned(), sentence: (*step).to_owned(), line: None };
        steps.iter().map(name).collect()
    }

    fn shown(bad: &[&str], near: Near) -> String {
        let mut page = Page::new(Look::PLAIN);
        nearest(&mut page, &order(bad), &near, true);
        page.finish()
    }

    #[test]
    fn a_moved_step_is_said_and_marked_in_both_orders() {
        let ordering = order(&["copy", "stop web on A", "install site-2 on A", "start web on A", "check"]);
        let near = Near { ordering, moves: Some(1), swaps: Some(2) };
        let bad = ["copy", "install site-2 on A", "start web on A", "stop web on A", "check"];
        insta::assert_snapshot!(shown(&bad, near), @r"
          nearest good order: do stop web on A before install site-2 on A (1 move, 2
              swaps)

              … 1 step the same
                this order                 good order
            2   install site-2 on A    2 * stop web on A
            3   start web on A         3   install site-2 on A
            4 * stop web on A          4   start web on A
              … 1 step the same
        ");
    }

    #[test]
    fn steps_that_are_only_put_in_or_taken_out_are_said() {
        let near = Near { ordering: order(&["b", "c"]), moves: Some(1), swaps: None };
        insta::assert_snapshot!(shown(&["a", "b", "c"], near), @"  nearest good order: leave out a (1 step left out)");
        let near = Near { ordering: order(&["b", "c"]), moves: Some(1), swaps: None };
        insta::assert_snapshot!(shown(&["b"], near), @"  nearest good order: also do c after b (1 step put in)");
    }

    #[test]
    fn what_cannot_be_repaired_says_since_when() {
        let say = |repair: Rescue, story: &Story| {
            let mut page = Page::new(Look::PLAIN);
            rescue(&mut page, story, &repair);
            page.finish()
        };
        let (system, certified) = crate::explain::example::certified();
        let story = crate::explain::runbook(&system, &certified).counterexample.expect("the example has one");
        let after = |steps| Rescue { beyond_after: Some(steps), ..Rescue::default() };
        let way = Rescue {
            steps: vec!["restart A".to_owned(), "start web on A".to_owned()],
            depends: true,
            ..Rescue::default()
        };
        let limit = Rescue { limit: Some("states".to_owned()), ..Rescue::default() };
        let texts = [after(0), after(2), after(3), way, limit].map(|repair| say(repair, &story)).concat();
        insta::assert_snapshot!(texts, @r"
          beyond repair from the start: no steps that the world has lead to a good
              end
          beyond repair after step 2: no steps that the world has lead to a good end
              from there
          beyond repair at the end: no steps that the world has lead to a good end
              from there
          health can still be reached: restart A, then start web on A (other
              outcomes on the way call for other steps)
          not known whether health can still be reached: too many states would have
              to be looked at
        ");
    }
}
