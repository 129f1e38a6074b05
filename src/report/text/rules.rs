//! Which orders are good, and how the others fail.

use super::page::{Ink, Line, Page, Piece, flow, grouped, piece, width};
use crate::explain::data::{ClassFinding, Finding, RulesFinding, Word};

/// A report of a check shows no more classes than this.
pub(super) const MOST_CLASSES: usize = 8;

/// The rules, with what they are to an order.
pub(super) fn rules(page: &mut Page, rules: &RulesFinding) {
    let mut heading = vec![piece(Ink::Strong, rules.heading.clone())];
    let rest = not_all(rules);
    if !rest.is_empty() {
        heading.push(piece(Ink::Unsure, format!(" ({rest})")));
    }
    page.words(0, 2, &heading);
    let numbers = rules.rules.len().to_string().len();
    for rule in &rules.rules {
        let number = rule.number.to_string();
        let mut line = vec![piece(Ink::Dim, format!("{number}.")), piece(Ink::Plain, " ")];
        line.extend(inked(&rule.text));
        page.words(2 + numbers - number.len(), 4 + numbers, &line);
    }
}

/// What the rules do not say.
fn not_all(rules: &RulesFinding) -> String {
    if rules.exact {
        return String::new();
    }
    let none = rules.rules.is_empty();
    let admitted = rules.admitted.as_ref().map(|admitted| match (admitted.as_str(), none) {
        ("1", true) => "1 order is not good".to_owned(),
        ("1", false) => "1 order that keeps them is not good".to_owned(),
        (_, true) => format!("{} orders are not good", grouped(admitted)),
        (_, false) => format!("{} orders that keep them are not good", grouped(admitted)),
    });
    let limit = rules.limit.as_ref().map(|limit| format!("the limit on {limit} was hit before all were found"));
    admitted.into_iter().chain(limit).collect::<Vec<_>>().join("; ")
}

/// Names of steps stand out.
pub(super) fn inked(text: &str) -> Vec<Piece> {
    let ink = |at: usize| if at % 2 == 1 { Ink::Strong } else { Ink::Plain };
    let mut pieces = Vec::new();
    for (at, part) in text.split('`').enumerate() {
        if at > 0 {
            pieces.push(piece(Ink::Dim, "`"));
        }
        pieces.push(piece(ink(at), part));
    }
    pieces
}

/// The headings of the table of classes: where some orders are good, and where none is.
pub(super) const HOW: [&str; 2] = ["how the others fail", "how the orders fail"];

/// How the orders that are not good fail: a table with at most this many classes.
pub(super) fn classes(page: &mut Page, finding: &Finding, most: usize) {
    if let Some(limit) = &finding.classes_limit {
        let text = format!("how the others fail is not known: the limit on {limit} was hit");
        page.words(0, 2, &[piece(Ink::Unsure, text)]);
        return;
    }
    let [others, all] = HOW;
    page.words(0, 2, &[piece(Ink::Strong, if finding.verdict == Word::NeverHealthy { all } else { others })]);
    let shown = &finding.classes[..finding.classes.len().min(most)];
    let rows: Vec<[Line; 3]> = shown.iter().map(cells).collect();
    let names = ["", "orders", "breaks"].map(|name| vec![piece(Ink::Dim, name)]);
    let widest = |at: usize| rows.iter().chain([&names]).map(|row| width(&row[at])).max().unwrap_or(0);
    let mut widths = [widest(0), widest(1), widest(2)];
    if shown.iter().all(|class| class.breaks.is_none()) {
        widths[2] = 0;
    }
    row(page, widths, &names, &[vec![piece(Ink::Dim, "what goes wrong")]]);
    let room = page.look.width.saturating_sub(from(widths));
    for (class, cells) in shown.iter().zip(&rows) {
        let mut lines = flow(&inked(&class.cause), room);
        lines.extend(lost(class).iter().flat_map(|line| flow(line, room)));
        row(page, widths, cells, &lines);
    }
    if let Some(more @ 1..) = finding.classes.len().checked_sub(most) {
        let them = if more == 1 { "1 more class".to_owned() } else { format!("{more} more classes") };
        page.words(2, 4, &[piece(Ink::Dim, format!("… {them}: `runproof orderings` shows all"))]);
    }
}

fn cells(class: &ClassFinding) -> [Line; 3] {
    let breaks = class.breaks.map(|rule| format!("rule {rule}")).unwrap_or_default();
    [
        vec![piece(Ink::Dim, class.number.to_string())],
        vec![piece(Ink::Plain, grouped(&class.count).replace('\u{a0}', " "))],
        vec![piece(Ink::Plain, breaks)],
    ]
}

/// What the line of a class begins with that says where all is lost.
pub(super) const LOST: [&str; 2] = ["lost before the first step", "lost as early as step "];

/// The step by which all is lost at the soonest.
fn lost(class: &ClassFinding) -> Option<Line> {
    let [at_once, later] = LOST;
    Some(match (class.lost_after?, &class.lost_by) {
        (0, _) | (_, None) => vec![piece(Ink::Dim, at_once)],
        (after, Some(by)) => vec![piece(Ink::Dim, format!("{later}{after}, {by}"))],
    })
}

fn from([number, orders, breaks]: [usize; 3]) -> usize {
    2 + number + 2 + orders + 2 + if breaks > 0 { breaks + 2 } else { 0 }
}

fn row(page: &mut Page, widths: [usize; 3], cells: &[Line; 3], text: &[Line]) {
    let [number, orders, breaks] = widths;
    let mut line = left(cells[0].clone(), number + 2);
    line.extend(right(cells[1].clone(), orders, 2));
    if breaks > 0 {
        line.extend(left(cells[2].clone(), breaks + 2));
    }
    let mut rest = text.iter();
    line.extend(rest.next().cloned().unwrap_or_default());
    page.line(2, &line);
    rest.for_each(|line| page.line(from(widths), line));
}

fn left(mut cell: Line, to: usize) -> Line {
    let missing = to.saturating_sub(width(&cell));
    cell.push(piece(Ink::Plain, " ".repeat(missing)));
    cell
}

fn right(mut cell: Line, to: usize, gutter: usize) -> Line {
    let missing = to.saturating_sub(width(&cell));
    cell.insert(0, piece(Ink::Plain, " ".repeat(missing)));
    cell.push(piece(Ink::Plain, " ".repeat(gutter)));
    cell
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::explain::data::{Among, RuleFinding};
    use crate::explain::{example, runbook};
    use crate::report::text::Look;

    fn some_rules() -> RulesFinding {
        let rule = |number, text: &str| RuleFinding { number, text: text.to_owned(), never: Vec::new() };
        RulesFinding {
            heading: "an order is good exactly when no step is refused and".to_owned(),
            among: Among::NotRefused,
            spoken_of: Some("5040".to_owned()),
            exact: true,
            admitted: Some("0".to_owned()),
            limit: None,
            rules: vec![
                rule(1, "on every node n: `install ntop on n`, then `restart n #first-n`, then `reapply sp4 on n`"),
                rule(2, "`a` before `b`"),
            ],
        }
    }

    fn shown(put: impl Fn(&mut Page)) -> String {
        let mut page = Page::new(Look::PLAIN);
        put(&mut page);
        page.finish()
    }

    #[test]
    fn rules_stand_below_what_they_are_to_an_order() {
        insta::assert_snapshot!(shown(|page| rules(page, &some_rules())), @r"
        an order is good exactly when no step is refused and
          1. on every node n: `install ntop on n`, then `restart n #first-n`, then
             `reapply sp4 on n`
          2. `a` before `b`
        ");
    }

    #[test]
    fn rules_that_do_not_say_all_say_so() {
        let mut rules = some_rules();
        rules.exact = false;
        rules.heading = "a good order keeps all of these".to_owned();
        rules.admitted = Some("12345".to_owned());
        let told = shown(|page| super::rules(page, &rules));
        assert!(
            told.starts_with("a good order keeps all of these (12 345 orders that keep them are not good)\n"),
            "{told}"
        );
        rules.admitted = None;
        rules.limit = Some("time".to_owned());
        let told = shown(|page| super::rules(page, &rules));
        let words: Vec<&str> = told.split_whitespace().collect();
        assert!(words.join(" ").contains("(the limit on time was hit before all were found)"), "{told}");
    }

    fn some_classes(count: usize) -> Finding {
        let (system, certified) = example::certified();
        let mut finding = runbook(&system, &certified);
        let story = finding.counterexample.clone().expect("the example has one");
        let class = |number: usize| ClassFinding {
            number,
            count: (20_000 / number).to_string(),
            share: "5.0%".to_owned(),
            breaks: (!number.is_multiple_of(3)).then_some(number),
            cause: "at the end iis(B) == working, dtc(B) == running and owner(sql) == B do not hold".to_owned(),
            lost_after: number.is_multiple_of(2).then_some(number),
            lost_by: number.is_multiple_of(2).then(|| "`install ntop on B #second`".to_owned()),
            story: story.clone(),
        };
        finding.classes = (1..=count).map(class).collect();
        finding
    }

    #[test]
    fn classes_are_a_table_with_the_step_that_loses_them() {
        insta::assert_snapshot!(shown(|page| classes(page, &some_classes(4), 3)), @r"
        how the others fail
             orders  breaks  what goes wrong
          1  20 000  rule 1  at the end iis(B) == working, dtc(B) == running and
                             owner(sql) == B do not hold
          2  10 000  rule 2  at the end iis(B) == working, dtc(B) == running and
                             owner(sql) == B do not hold
                             lost as early as step 2, `install ntop on B #second`
          3   6 666          at the end iis(B) == working, dtc(B) == running and
                             owner(sql) == B do not hold
          … 1 more class: `runproof orderings` shows all
        ");
    }

    #[test]
    fn classes_that_are_not_known_are_not_shown_as_none() {
        let mut finding = some_classes(0);
        finding.classes_limit = Some("states".to_owned());
        let told = shown(|page| classes(page, &finding, 3));
        assert_eq!(told, "how the others fail is not known: the limit on states was hit\n");
    }
}
