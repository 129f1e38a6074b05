//! What changed between two reports of one runbook, of which there is only the text: an old one may be a snapshot.
//!
//! In: two texts. Out: a line for each thing that is not what it was. It reads what [`super::runbook()`] writes; what it does not
//! find there it does not tell.

use super::page::grouped;
use super::rules::{HOW, LOST};
use super::verdict::WORDS;
use num_bigint::BigUint;

/// What the headings of rules begin with.
const RULES: [&str; 4] = [
    "an order is good exactly when",
    "in a good order no step is refused",
    "a good order keeps all of these",
    "which orders are good is not known in rules",
];
const FINGERPRINT: &str = "good orders: fingerprint ";
const SHORTEST: &str = "shortest counterexample · ";

/// What is not what it was in two reports of one runbook as text: verdict, good orders, rules, ways of failing, the shortest
/// counterexample, claims; a line or two each.
pub fn differences(old: &str, new: &str) -> Vec<String> {
    let (was, is) = (Digest::of(old), Digest::of(new));
    let mut lines = Vec::new();
    if was.verdict != is.verdict {
        lines.push(format!("verdict was {}", was.verdict));
        lines.push(format!("     is now {}", is.verdict));
    }
    match (&was.fingerprint, &is.fingerprint) {
        (Some(was), Some(is)) if was != is => lines.push("the set of good orders changed".to_owned()),
        (Some(_), Some(_)) if old != new => lines.push("the same orders are good".to_owned()),
        _ => {}
    }
    lines.extend(only_in(&was.rules, &is.rules).map(|rule| format!("rule gone {rule}")));
    lines.extend(only_in(&is.rules, &was.rules).map(|rule| format!("new rule {rule}")));
    lines.extend(classes(&was.failing, &is.failing));
    if was.shortest != is.shortest {
        let none = "none: every order is good";
        lines.push(format!("shortest counterexample was {}", was.shortest.as_deref().unwrap_or(none)));
        lines.push(format!("                     is now {}", is.shortest.as_deref().unwrap_or(none)));
    }
    for (id, text) in &is.claims {
        match was.claims.iter().find(|(was, _)| was == id) {
            Some((_, before)) if before != text => {
                lines.push(format!("claim was {before}"));
                lines.push(format!("   is now {text}"));
            }
            Some(_) => {}
            None => lines.push(format!("new claim {text}")),
        }
    }
    let gone = was.claims.iter().filter(|(id, _)| is.claims.iter().all(|(is, _)| is != id));
    lines.extend(gone.map(|(_, text)| format!("claim gone {text}")));
    lines
}

fn only_in<'r>(some: &'r [String], others: &'r [String]) -> impl Iterator<Item = &'r String> {
    some.iter().filter(|one| !others.contains(one))
}

/// In how many orders something goes wrong that went wrong in more or fewer before. Where one report does not list ways of failing
/// at all the verdict says it; where it does not list all of them, those that it leaves out are not compared.
fn classes(was: &Failing, is: &Failing) -> Vec<String> {
    if was.classes.is_empty() || is.classes.is_empty() {
        return Vec::new();
    }
    let mut causes: Vec<&str> = Vec::new();
    for (cause, _) in was.classes.iter().chain(&is.classes) {
        if !causes.contains(&cause.as_str()) {
            causes.push(cause);
        }
    }
    let line = |cause| {
        let (was, is) = (was.count(cause)?, is.count(cause)?);
        let shown = |count: &BigUint| grouped(&count.to_string()).replace('\u{a0}', " ");
        (was != is).then(|| format!("{} orders before, {} now: {cause}", shown(&was), shown(&is)))
    };
    causes.into_iter().filter_map(line).collect()
}

/// How orders fail, as far as a report lists it.
#[derive(Default)]
struct Failing {
    /// What goes wrong, and in how many orders.
    classes: Vec<(String, BigUint)>,
    /// There are more, which are not listed.
    more: bool,
}

impl Failing {
    fn count(&self, cause: &str) -> Option<BigUint> {
        let mut alike = self.classes.iter().filter(|(other, _)| other == cause).map(|(_, count)| count).peekable();
        (!self.more || alike.peek().is_some()).then(|| alike.sum())
    }
}

/// What a report says, as far as two can be compared.
#[derive(Default)]
struct Digest {
    verdict: String,
    fingerprint: Option<String>,
    rules: Vec<String>,
    failing: Failing,
    shortest: Option<String>,
    /// By id.
    claims: Vec<(String, String)>,
}

impl Digest {
    fn of(report: &str) -> Digest {
        let mut digest = Digest { verdict: "(nothing)".to_owned(), ..Digest::default() };
        for section in report.split("\n\n") {
            let heading = section.lines().next().unwrap_or_default();
            if RULES.iter().any(|start| heading.starts_with(start)) {
                digest.rules = paragraphs(section, 2).iter().filter_map(|rule| unnumbered(rule)).collect();
            } else if HOW.contains(&heading) {
                let rows = paragraphs(section, 2);
                digest.failing.classes = rows.iter().filter_map(|row| class(row)).collect();
                digest.failing.more = rows.iter().any(|row| row.starts_with('…'));
            } else if heading.starts_with(SHORTEST) {
                let line = paragraphs(section, 0).swap_remove(0);
                digest.shortest = line.strip_prefix(SHORTEST).map(str::to_owned);
            } else if heading == "claims" {
                for claim in paragraphs(section, 2).into_iter().skip(1) {
                    let id = claim.split([' ', ':']).nth(1).unwrap_or_default().to_owned();
                    digest.claims.push((id, claim));
                }
            } else {
                for line in paragraphs(section, 0) {
                    if WORDS.iter().any(|word| line.starts_with(word)) {
                        digest.verdict = line;
                    } else if let Some(fingerprint) = line.strip_prefix(FINGERPRINT) {
                        digest.fingerprint = Some(fingerprint.to_owned());
                    }
                }
            }
        }
        digest
    }
}

/// The paragraphs of a section whose first lines are indented by at most `indent` (and one more for a number of fewer digits), in
/// one line each, without the indent.
fn paragraphs(section: &str, indent: usize) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for line in section.lines() {
        let begins = line.len() - line.trim_start().len() <= indent + usize::from(indent > 0);
        match found.last_mut() {
            Some(last) if !begins => {
                last.push(' ');
                last.push_str(line.trim());
            }
            _ => found.push(line.trim().to_owned()),
        }
    }
    found
}

/// A rule without its number, which may change with others.
fn unnumbered(rule: &str) -> Option<String> {
    let (number, text) = rule.split_once(". ")?;
    is_number(number).then(|| text.to_owned())
}

/// `2  2 450  rule 1  drill failover (A) fails lost as early as step 1, …`: what goes wrong, and how many orders.
fn class(row: &str) -> Option<(String, BigUint)> {
    let mut cells = row.split("  ").map(str::trim).filter(|cell| !cell.is_empty());
    let number = cells.next()?;
    let count = cells.next()?.replace(' ', "");
    let cause = cells.filter(|cell| !cell.strip_prefix("rule ").is_some_and(is_number)).collect::<Vec<_>>().join(" ");
    let lost = LOST.iter().filter_map(|lost| cause.find(&format!(" {lost}"))).min();
    let cause = cause[..lost.unwrap_or(cause.len())].to_owned();
    if is_number(number) { Some((cause, count.parse().ok()?)) } else { None }
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_changed_verdict_and_a_changed_answer_are_named_and_a_changed_trace_is_not() {
        let old = "a.md\n\norder matters: 36 of 720 orders are good (5.0%)\n\nclaims\n  ✓ some: some = healthy\n  ✓ all: every =\n      healthy\n\n  1   x\n";
        let new = "a.md\n\nalways healthy: all 720 orders are good\n\nclaims\n  ✓ all: every =\n      healthy · 1\n  ✗ new: no = x\n\n  1   y\n";
        assert_eq!(
            differences(old, new),
            [
                "verdict was order matters: 36 of 720 orders are good (5.0%)",
                "     is now always healthy: all 720 orders are good",
                "claim was ✓ all: every = healthy",
                "   is now ✓ all: every = healthy · 1",
                "new claim ✗ new: no = x",
                "claim gone ✓ some: some = healthy",
            ]
        );
        assert!(differences(old, &old.replace("1   x", "1   y")).is_empty());
    }

    #[test]
    fn rules_classes_and_the_shortest_counterexample_are_named_whatever_their_numbers_are() {
        let old = "a.md\n\norder matters: x\ngood orders: fingerprint 1a\nlooked at 1 states\n\n\
            an order is good exactly when\n  1. on every node n: `b on n` before\n     `c on n`\n  2. `x` before `y`\n\n\
            how the others fail\n     orders  breaks  what goes wrong\n  1   3 430  rule 1  at the end w\n                     does not hold\n                     lost as early as step 1, `x`\n  2     280          `y` is refused\n\n\
            shortest counterexample · refused at step 1: w\n  does not hold\n\n  1   x\n";
        let new = old
            .replace("  2. `x` before `y`\n", "")
            .replace("fingerprint 1a", "fingerprint 2b")
            .replace("3 430  rule 1", "3 500  rule 2")
            .replace("refused at step 1: w\n  does", "ends unhealthy: w\n  does");
        assert_eq!(
            differences(old, &new),
            [
                "the set of good orders changed",
                "rule gone `x` before `y`",
                "3 430 orders before, 3 500 now: at the end w does not hold",
                "shortest counterexample was refused at step 1: w does not hold",
                "                     is now ends unhealthy: w does not hold",
            ]
        );
        assert_eq!(differences(old, &old.replace("1   x", "1   y")), ["the same orders are good"]);
    }

    #[test]
    fn what_is_read_is_what_a_report_says() {
        use crate::explain::data::{Among, ClassFinding, RuleFinding, RulesFinding};
        use crate::explain::{example, runbook};
        let (system, certified) = example::certified();
        let mut finding = runbook(&system, &certified);
        let rule = |number, text: &str| RuleFinding { number, text: text.to_owned(), never: Vec::new() };
        let long = "on every node n: `install the one on n` before `restart n` before `install the other on n`";
        finding.fingerprint = Some("1a2b".to_owned());
        finding.rules = Some(RulesFinding {
            heading: "an order is good exactly when no step is refused and".to_owned(),
            among: Among::NotRefused,
            spoken_of: None,
            exact: true,
            admitted: Some("0".to_owned()),
            limit: None,
            rules: (1..=10).map(|number| rule(number, &format!("{long} {}", number % 2))).collect(),
        });
        let story = finding.counterexample.clone().expect("the example has one");
        let class = |number: usize, breaks, cause: &str| ClassFinding {
            number,
            count: (10_000 - number).to_string(),
            share: String::new(),
            breaks,
            cause: cause.to_owned(),
            lost_after: Some(1),
            lost_by: Some("install ntop on A".to_owned()),
            story: story.clone(),
        };
        finding.classes = vec![class(1, None, long), class(2, Some(10), "drill failover (A) fails")];
        let report = crate::report::Runbook::new("a.md", "A", "W", crate::report::Assumptions::default(), finding);
        let digest = Digest::of(&super::super::runbook(&report, super::super::Look::PLAIN));
        assert_eq!(digest.verdict.split(':').next(), Some("order matters"));
        assert_eq!(digest.fingerprint.as_deref(), Some("1a2b"));
        assert_eq!(digest.rules.len(), 10);
        assert_eq!([&digest.rules[0], &digest.rules[9]], [&format!("{long} 1"), &format!("{long} 0")]);
        assert_eq!(digest.shortest.as_deref(), Some("ends unhealthy: iis(B) == working does not hold"));
        let wanted = [(long, 9999u32), ("drill failover (A) fails", 9998)];
        assert_eq!(digest.failing.classes, wanted.map(|(cause, count)| (cause.to_owned(), count.into())));
    }
}
