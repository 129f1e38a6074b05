//! Several runbooks in one table: a line each.

use super::page::{Ink, Line, Look, Page, flow, grouped, piece, width};
use crate::explain::data::{Answer, Word};
use crate::report::Runbook;

/// A line for each runbook: its path, verdict, good orderings of all, claims that hold of all.
pub fn summary(reports: &[Runbook], look: Look) -> String {
    let mut page = Page::new(look);
    let shared = shared_directory(reports);
    let rows: Vec<[Line; 4]> =
        std::iter::once(heading()).chain(reports.iter().map(|report| row(report, shared))).collect();
    let wide = |column: usize| rows.iter().map(|row| width(&row[column])).max().unwrap_or(0);
    let others = [wide(1), wide(2), wide(3)];
    let room = page.look.width.saturating_sub(others.iter().sum::<usize>() + 2 * others.len()).max(8);
    let first = wide(0).min(room);
    for row in &rows {
        let mut paths = flow(&row[0], first);
        let last = paths.pop().unwrap_or_default();
        paths.iter().for_each(|line| page.line(0, line));
        let mut line = padded(last, first + 2);
        line.extend(padded(row[1].clone(), others[0] + 2));
        line.extend(padded(row[2].clone(), others[1] + 2));
        line.extend(row[3].clone());
        page.line(0, &line);
    }
    page.finish()
}

fn heading() -> [Line; 4] {
    ["runbook", "verdict", "good orders", "claims"].map(|text| vec![piece(Ink::Dim, text)])
}

fn row(report: &Runbook, shared: usize) -> [Line; 4] {
    let finding = &report.finding;
    let (ink, word) = match finding.verdict {
        Word::AlwaysHealthy => (Ink::Good, "always healthy"),
        Word::OrderMatters => (Ink::Unsure, "order matters"),
        Word::NeverHealthy => (Ink::Bad, "never healthy"),
        Word::Undecided => (Ink::Unsure, "undecided"),
    };
    let counts = finding
        .counts
        .as_ref()
        .map_or("?".to_owned(), |counts| format!("{} of {}", brief(&counts.good), brief(&counts.total)));
    let of = finding.claims.len();
    let failing = finding.claims.iter().filter(|claim| matches!(claim.answer, Answer::Fails | Answer::Vacuous)).count();
    let unknown = finding.claims.iter().filter(|claim| claim.answer == Answer::Undecided).count();
    let claims = match (of, failing, unknown) {
        (0, ..) => piece(Ink::Dim, "none"),
        (_, 0, 0) => piece(Ink::Good, format!("{of} ✓")),
        (_, 0, unknown) => piece(Ink::Unsure, format!("{unknown} of {of} undecided")),
        (_, failing, _) => piece(Ink::Bad, format!("{failing} of {of} fail")),
    };
    let plain = |text: String| flow(&[piece(Ink::Plain, text)], usize::MAX).remove(0);
    let path = &report.path[shared..];
    let name = path.strip_suffix(".md").unwrap_or(path);
    [plain(name.to_owned()), vec![piece(ink, word)], plain(counts), vec![claims]]
}

/// How many bytes of their paths all reports share, up to a `/`.
fn shared_directory(reports: &[Runbook]) -> usize {
    let Some(first) = reports.first().map(|report| report.path.as_str()) else { return 0 };
    let starts = |length: usize| reports.iter().all(|report| report.path.starts_with(&first[..length]));
    first.match_indices('/').map(|(at, _)| at + 1).take_while(|length| starts(*length)).last().unwrap_or(0)
}

/// A number that fits a table: past twelve digits, as a power of ten.
fn brief(digits: &str) -> String {
    match digits.get(..2) {
        Some(first) if digits.len() > 12 => format!("{}.{}·10^{}", &first[..1], &first[1..], digits.len() - 1),
        _ => grouped(digits),
    }
}

fn padded(mut line: Line, to: usize) -> Line {
    let missing = to.saturating_sub(width(&line));
    line.push(piece(Ink::Plain, " ".repeat(missing)));
    line
}
