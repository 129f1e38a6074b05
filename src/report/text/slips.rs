//! What may go wrong, as a table: a row for each step, a column for each way to go wrong.

use super::near::compared;
use super::page::{Ink, Line, Look, Page, Piece, flow, grouped, piece, stopped_by, width};
use super::runbook::{assumptions, tell};
use crate::explain::data::{Harm, Slip, SlipCell, SlipKind, SlipStep, SlipStory, SlipsFinding, Tolerance};
use crate::report::Slips;

/// How wide a column of the table is.
const COLUMN: usize = 8;
/// How wide the number of a step is, with the space behind it.
const NUMBER: usize = 4;
/// Sets of things that go wrong together: more lines of them are not shown.
const MOST_LINES: usize = 12;

const HEADINGS: [[&str; 2]; 6] =
    [["skipped", ""], ["twice", ""], ["swapped", ""], ["wrong", "node"], ["cut", "short"], ["half-", "way"]];

/// Every step with all that may go wrong there, the silent ones with a check for each, and how much it takes to do harm.
pub fn slips(report: &Slips, look: Look) -> String {
    let mut page = Page::new(look);
    page.words(0, 2, &[piece(Ink::Strong, report.path.clone())]);
    page.words(0, 2, &[piece(Ink::Plain, report.title.clone())]);
    page.words(0, 2, &[piece(Ink::Dim, format!("world: {}", report.world))]);
    page.gap();
    let finding = &report.finding;
    let one_order = match finding.good.as_str() {
        "0" => "no order is good: there is nothing to do wrong".to_owned(),
        "1" => "one thing goes wrong, in the one good order".to_owned(),
        good => format!("one thing goes wrong, in any of the {} good orders", grouped(good)),
    };
    page.words(0, 4, &[piece(Ink::Plain, one_order)]);
    assumptions(&mut page, &report.assumptions);
    if finding.good != "0" {
        matrix(&mut page, finding);
        silent(&mut page, finding);
        page.gap();
        tolerance(&mut page, &finding.tolerance, finding);
    }
    if let Some(limit) = &finding.repair_limit {
        page.gap();
        let text = format!("some of what ends badly may be beyond repair: {} before that was known", stopped_by(limit));
        page.words(0, 4, &[piece(Ink::Unsure, text)]);
    }
    if let Some(limit) = &finding.limit {
        page.gap();
        page.words(0, 4, &[piece(Ink::Unsure, format!("undecided: {}", stopped_by(limit)))]);
    }
    page.finish()
}

/// A run in which something went wrong, with what was meant beside it.
pub fn slip_story(story: &SlipStory, look: Look) -> String {
    let mut page = Page::new(look);
    let says: Vec<&str> = story.slips.iter().map(|slip| slip.says.as_str()).collect();
    page.words(0, 2, &[piece(Ink::Strong, says.join(", and "))]);
    match (story.silent, story.signs.is_empty()) {
        (Some(true), _) => page.words(2, 4, &[piece(Ink::Bad, "nothing shows that anything went wrong")]),
        (_, false) => {
            page.words(2, 4, &[piece(Ink::Plain, format!("raised only because of it: {}", story.signs.join(", ")))]);
        }
        (Some(false), true) => {
            page.words(2, 4, &[piece(Ink::Plain, "what shows it is a step that is refused or fails, and no event")]);
        }
        (None, true) => {}
    }
    compared(&mut page, (&story.meant, "meant"), (&story.run.ordering, "done"));
    page.gap();
    tell(&mut page, "what was done", &story.run);
    page.finish()
}

fn matrix(page: &mut Page, finding: &SlipsFinding) {
    let room = page.look.width;
    // Where a table would leave no room for the steps, what goes wrong stands below each.
    let sentence = (room >= NUMBER + HEADINGS.len() * COLUMN + 16).then(|| room - NUMBER - HEADINGS.len() * COLUMN);
    page.gap();
    if let Some(sentence) = sentence {
        for row in 0..2 {
            let headings = HEADINGS.iter().map(|heading| vec![piece(Ink::Dim, heading[row])]);
            let step = if row == 0 { piece(Ink::Dim, "step") } else { piece(Ink::Dim, "") };
            table_row(page, sentence, piece(Ink::Plain, ""), vec![step], headings.collect());
        }
    }
    for step in &finding.steps {
        match sentence {
            Some(sentence) => in_table(page, sentence, step, &finding.good),
            None => stacked(page, step, &finding.good),
        }
    }
    page.gap();
    let legend = [
        (Ink::Good, "ok"),
        (Ink::Dim, " ends well, and nothing shows · "),
        (Ink::Unsure, "signs"),
        (Ink::Dim, " ends well, and something shows · "),
        (Ink::Bad, "bad"),
        (Ink::Dim, " ends badly, and something shows · "),
        (Ink::Bad, "lost"),
        (Ink::Dim, " the same, beyond repair · "),
        (Ink::Bad, "BAD, LOST"),
        (Ink::Dim, " the same, and nothing shows"),
    ];
    let mut legend: Vec<Piece> = legend.into_iter().map(|(ink, text)| piece(ink, text)).collect();
    if finding.good != "1" {
        legend.push(piece(Ink::Dim, " · below it: in how many of the good orders, where not in all"));
    }
    page.words(2, 2, &legend);
    if !finding.coarse.is_empty() {
        let text = format!(
            "cut short and half-way: {} may leave more than can be looked at; only the first parts of it are",
            finding.coarse.join(", ")
        );
        page.words(2, 2, &[piece(Ink::Unsure, text)]);
    }
}

fn in_table(page: &mut Page, sentence: usize, step: &SlipStep, good: &str) {
    let cells: Vec<[Piece; 2]> = SlipKind::COLUMNS.iter().map(|kind| words(step.worst(*kind), good)).collect();
    let mut lines = flow(&name(step), sentence.saturating_sub(2));
    let second = cells.iter().any(|cell| !cell[1].1.is_empty());
    lines.resize(lines.len().max(if second { 2 } else { 1 }), Vec::new());
    for (row, line) in lines.into_iter().enumerate() {
        let number = if row == 0 { format!("{:>3}", step.number) } else { String::new() };
        let cells = cells.iter().map(|cell| cell.get(row).cloned().into_iter().collect());
        table_row(page, sentence, piece(Ink::Plain, number), line, cells.collect());
    }
}

fn table_row(page: &mut Page, sentence: usize, number: Piece, step: Line, cells: Vec<Line>) {
    let mut line = padded(vec![number], NUMBER);
    line.extend(padded(step, sentence));
    cells.into_iter().for_each(|cell| line.extend(padded(cell, COLUMN)));
    page.line(0, &line);
}

fn stacked(page: &mut Page, step: &SlipStep, good: &str) {
    let mut line = vec![piece(Ink::Plain, format!("{}\u{a0}", step.number))];
    line.extend(name(step));
    page.words(0, 4, &line);
    for kind in SlipKind::COLUMNS {
        let [word, orders] = words(step.worst(kind), good);
        if word.1 != NOTHING {
            let orders = if orders.1.is_empty() { orders } else { piece(orders.0, format!(", {}", orders.1)) };
            page.words(4, 6, &[piece(Ink::Dim, format!("{}: ", heading(kind))), word, orders]);
        }
    }
}

fn name(step: &SlipStep) -> Line {
    let mut line = vec![piece(Ink::Plain, step.step.sentence.clone())];
    if !step.step.label.starts_with(&step.step.sentence) {
        line.push(piece(Ink::Dim, format!(" #{}", step.step.label)));
    }
    line
}

const NOTHING: &str = "·";

/// A cell in a word, and in how many orders, where that is not in all.
fn words(cell: Option<&SlipCell>, good: &str) -> [Piece; 2] {
    let none = piece(Ink::Plain, "");
    let Some(cell) = cell else { return [piece(Ink::Dim, NOTHING), none] };
    let (ink, word) = match (cell.harm, cell.silent) {
        (Harm::Impossible, _) => (Ink::Dim, NOTHING),
        (Harm::Harmless, _) => (Ink::Good, "ok"),
        (Harm::Signs, _) => (Ink::Unsure, "signs"),
        (Harm::Announced, _) => (Ink::Bad, "bad"),
        (Harm::Silent, _) => (Ink::Bad, "BAD"),
        (Harm::BeyondRepair, false) => (Ink::Bad, "lost"),
        (Harm::BeyondRepair, true) => (Ink::Bad, "LOST"),
    };
    let some = cell.harm >= Harm::Signs && cell.orders != good;
    let orders = if some { in_some(&cell.orders, good) } else { String::new() };
    [piece(ink, word), piece(Ink::Dim, orders)]
}

fn in_some(orders: &str, good: &str) -> String {
    let text = format!("{orders}/{good}");
    if text.len() < COLUMN { text } else { "in some".to_owned() }
}

/// What can end badly with nothing to show for it, and what to look at.
fn silent(page: &mut Page, finding: &SlipsFinding) {
    if finding.silent().next().is_none() {
        if finding.limit.is_none() {
            page.gap();
            page.words(0, 4, &[piece(Ink::Good, "no single slip ends badly without a sign")]);
        }
        return;
    }
    page.gap();
    page.words(0, 4, &[piece(Ink::Strong, "what ends badly without a sign, and what would show it")]);
    for cell in finding.silent() {
        let mut line = vec![piece(Ink::Plain, cell.slip.says.clone())];
        if cell.orders != finding.good {
            let text = format!(", in {} of {} orders", grouped(&cell.orders), grouped(&finding.good));
            line.push(piece(Ink::Dim, text));
        }
        line.push(piece(Ink::Plain, ": "));
        line.extend(match &cell.check {
            None => vec![piece(Ink::Bad, "no single look shows it")],
            Some(check) => {
                let after = check.after.map_or("after the last step".to_owned(), |step| format!("after step {step}"));
                vec![piece(Ink::Plain, format!("{after}, check ")), piece(Ink::Strong, check.condition.clone())]
            }
        });
        page.words(2, 6, &line);
    }
}

/// How much has to go wrong.
fn tolerance(page: &mut Page, tolerance: &Tolerance, finding: &SlipsFinding) {
    let least = tolerance.sets.first().map(Vec::len);
    let (ink, text) = match least {
        None if tolerance.limit.is_some() || finding.limit.is_some() => {
            (Ink::Unsure, "tolerance: not known".to_owned())
        }
        None => {
            let most = tolerance.looked_at;
            let text = match most {
                1 => "no slip, crash or fault leads to a bad end alone".to_owned(),
                2 => "no slip, crash or fault leads to a bad end, nor do two of them".to_owned(),
                most => format!("no slip, crash or fault leads to a bad end, nor do up to {most} of them"),
            };
            (Ink::Good, format!("tolerance: at least {most}: {text}"))
        }
        Some(1) => (Ink::Bad, "tolerance: none: one of these alone leads to a bad end".to_owned()),
        Some(least) => {
            (Ink::Unsure, format!("tolerance: {}: {least} things together lead to a bad end, and no fewer", least - 1))
        }
    };
    page.words(0, 4, &[piece(ink, text)]);
    let lines = if least == Some(1) { alone(&tolerance.sets) } else { together(&tolerance.sets) };
    for line in lines.iter().take(MOST_LINES) {
        page.words(2, 6, line);
    }
    if let Some(more @ 1..) = lines.len().checked_sub(MOST_LINES) {
        page.words(2, 6, &[piece(Ink::Dim, format!("… and {more} more like these; --json lists all"))]);
    }
    if let Some(limit) = &tolerance.limit {
        page.words(2, 6, &[piece(Ink::Unsure, format!("there may be more of them: {}", stopped_by(limit)))]);
    }
}

/// Single ones by their kind: `skipped: steps 2, 7–9`.
fn alone(sets: &[Vec<Slip>]) -> Vec<Line> {
    let mut groups: Vec<(String, Vec<usize>)> = Vec::new();
    for slip in sets.iter().flatten() {
        let group = match slip.kind {
            SlipKind::Crash => format!("a crash of {} before", slip.detail),
            SlipKind::Fault => format!("{} before", slip.detail),
            kind => heading(kind).to_owned() + ":",
        };
        match groups.iter_mut().find(|(known, _)| *known == group) {
            Some((_, steps)) if steps.last() == Some(&slip.number) => {}
            Some((_, steps)) => steps.push(slip.number),
            None => groups.push((group, vec![slip.number])),
        }
    }
    let line = |(group, steps): (String, Vec<usize>)| {
        let word = if steps.len() == 1 { "step" } else { "steps" };
        vec![piece(Ink::Plain, format!("{group} {word} {}", ranges(&steps)))]
    };
    groups.into_iter().map(line).collect()
}

/// Sets that share all but the last thing in one line.
fn together(sets: &[Vec<Slip>]) -> Vec<Line> {
    let mut groups: Vec<(&[Slip], Vec<&Slip>)> = Vec::new();
    for set in sets {
        let Some((last, first)) = set.split_last() else { continue };
        match groups.iter_mut().find(|(known, _)| *known == first) {
            Some((_, lasts)) => lasts.push(last),
            None => groups.push((first, vec![last])),
        }
    }
    let line = |(first, lasts): (&[Slip], Vec<&Slip>)| {
        let first: Vec<&str> = first.iter().map(|slip| slip.says.as_str()).collect();
        let lasts: Vec<&str> = lasts.iter().map(|slip| slip.says.as_str()).collect();
        let one_of = if lasts.len() == 1 { "" } else { "one of: " };
        vec![piece(Ink::Plain, format!("{}, and {one_of}{}", first.join(", "), lasts.join("; ")))]
    };
    groups.into_iter().map(line).collect()
}

fn heading(kind: SlipKind) -> &'static str {
    match kind {
        SlipKind::Skipped => "skipped",
        SlipKind::Twice => "done twice",
        SlipKind::Swapped => "swapped with the next",
        SlipKind::WrongNode => "on the wrong node",
        SlipKind::CutShort => "cut short by a crash",
        SlipKind::HalfWay => "left half-way",
        SlipKind::Crash => "a crash before",
        SlipKind::Fault => "a fault before",
    }
}

/// `1, 3–5, 9`
fn ranges(steps: &[usize]) -> String {
    let mut runs: Vec<(usize, usize)> = Vec::new();
    for &step in steps {
        match runs.last_mut() {
            Some((_, last)) if *last + 1 == step => *last = step,
            _ => runs.push((step, step)),
        }
    }
    let run = |(first, last): (usize, usize)| match last - first {
        0 => first.to_string(),
        1 => format!("{first}, {last}"),
        _ => format!("{first}–{last}"),
    };
    runs.into_iter().map(run).collect::<Vec<_>>().join(", ")
}

fn padded(mut line: Line, to: usize) -> Line {
    let missing = to.saturating_sub(width(&line));
    line.push(piece(Ink::Plain, " ".repeat(missing)));
    line
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::explain::data::{SlipCheck, StepName};
    use crate::report::{Assumptions, FaultBudget};

    fn slip(number: usize, kind: SlipKind, detail: &str, says: &str) -> Slip {
        Slip { number, kind, detail: detail.to_owned(), says: says.to_owned() }
    }

    fn cell(slip: Slip, harm: Harm, silent: bool, orders: &str) -> SlipCell {
        let check = (harm == Harm::Silent).then(|| SlipCheck {
            after: (slip.number == 1).then_some(1),
            condition: "driver(A) == v2 and web(A) == running".to_owned(),
        });
        SlipCell { slip, harm, silent, unseen: silent, orders: orders.to_owned(), of: "36".to_owned(), check }
    }

    fn step(number: usize, (sentence, label): (&str, &str), cells: Vec<SlipCell>) -> SlipStep {
        let step = StepName { label: label.to_owned(), sentence: sentence.to_owned(), line: Some(9) };
        SlipStep { number, step, cells }
    }

    fn report(good: &str) -> Slips {
        let first = |kind, says: &str| slip(1, kind, "", says);
        let second = |kind, detail: &str, says: &str| slip(2, kind, detail, says);
        let steps = vec![
            step(
                1,
                ("install driver-2 on A", "install driver-2 on A"),
                vec![
                    cell(first(SlipKind::Skipped, "step 1 (install driver-2 on A) skipped"), Harm::Silent, true, "36"),
                    cell(first(SlipKind::Twice, ""), Harm::Signs, false, "36"),
                    cell(first(SlipKind::Swapped, ""), Harm::Harmless, false, "12"),
                    cell(first(SlipKind::WrongNode, "a"), Harm::Harmless, false, "36"),
                    cell(first(SlipKind::WrongNode, "b"), Harm::BeyondRepair, false, "3"),
                    cell(first(SlipKind::CutShort, ""), Harm::Announced, false, "12"),
                    cell(first(SlipKind::HalfWay, ""), Harm::Impossible, false, "0"),
                    cell(slip(1, SlipKind::Crash, "A", ""), Harm::Announced, false, "36"),
                ],
            ),
            step(
                2,
                ("move every group of the front to the other node", "away"),
                vec![
                    cell(second(SlipKind::Skipped, "", "step 2 skipped"), Harm::BeyondRepair, true, "36"),
                    cell(second(SlipKind::Swapped, "", "step 2 swapped"), Harm::Silent, true, "3"),
                ],
            ),
        ];
        let alone = vec![
            vec![slip(1, SlipKind::Skipped, "", "")],
            vec![slip(2, SlipKind::Skipped, "", "")],
            vec![slip(3, SlipKind::Skipped, "", "")],
            vec![slip(7, SlipKind::Skipped, "", "")],
            vec![slip(1, SlipKind::Crash, "A", "")],
            vec![slip(9, SlipKind::Fault, "disk fails on B", "")],
        ];
        Slips {
            path: "models/two.md".to_owned(),
            title: "Bring the new driver to both nodes".to_owned(),
            world: "Two nodes".to_owned(),
            assumptions: Assumptions {
                faults: vec![FaultBudget { fault: "crash".to_owned(), at_most: 1 }],
                ..Assumptions::default()
            },
            finding: SlipsFinding {
                good: good.to_owned(),
                steps,
                tolerance: Tolerance { looked_at: 1, sets: alone, limit: None },
                coarse: vec!["suite".to_owned()],
                repair_limit: Some("states".to_owned()),
                limit: None,
            },
            shown: None,
        }
    }

    #[test]
    fn a_matrix_reads_at_eighty_columns() {
        insta::assert_snapshot!(slips(&report("36"), Look::PLAIN));
    }

    #[test]
    fn a_narrow_page_lists_what_a_wide_one_tabulates() {
        insta::assert_snapshot!(slips(&report("36"), Look { width: 50, colour: false }));
    }

    #[test]
    fn no_line_is_wider_than_asked_and_colour_changes_nothing_else() {
        for width in [40, 60, 80, 100, 160] {
            let plain = slips(&report("40320000000000"), Look { width, colour: false });
            let widest = plain.lines().map(unicode_width::UnicodeWidthStr::width).max();
            assert!(widest <= Some(width), "{widest:?} > {width}\n{plain}");
            let coloured = slips(&report("40320000000000"), Look { width, colour: true });
            assert!(coloured.contains("\u{1b}["));
            assert_eq!(anstream::adapter::strip_str(&coloured).to_string(), plain);
        }
    }

    #[test]
    fn the_tolerance_is_the_least_that_does_harm() {
        let said = |tolerance: Tolerance| {
            let mut page = Page::new(Look::PLAIN);
            super::tolerance(&mut page, &tolerance, &report("36").finding);
            page.finish()
        };
        let one = slip(1, SlipKind::Skipped, "", "step 1 (restart A) skipped");
        let two = slip(2, SlipKind::Twice, "", "step 2 (restart B) done twice");
        let crash = slip(3, SlipKind::Crash, "A", "a crash of A before step 3 (restart A)");
        let pairs = vec![vec![one.clone(), two.clone()], vec![one.clone(), crash.clone()], vec![two, crash]];
        let limit = Some("time".to_owned());
        let texts = [
            Tolerance { looked_at: 2, sets: pairs, limit: None },
            Tolerance { looked_at: 1, sets: Vec::new(), limit: None },
            Tolerance { looked_at: 2, sets: Vec::new(), limit: None },
            Tolerance { looked_at: 0, sets: Vec::new(), limit: limit.clone() },
            Tolerance { looked_at: 1, sets: vec![vec![one]], limit },
        ];
        insta::assert_snapshot!(texts.map(said).concat());
    }

    #[test]
    fn where_no_order_is_good_there_is_nothing_to_do_wrong() {
        let text = slips(&report("0"), Look::PLAIN);
        assert!(text.contains("no order is good: there is nothing to do wrong"), "{text}");
        assert!(!text.contains("tolerance"), "{text}");
    }

    #[test]
    fn steps_in_a_row_are_ranges() {
        assert_eq!(ranges(&[1, 3, 4, 5, 9, 10]), "1, 3–5, 9, 10");
    }
}
