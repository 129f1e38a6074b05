//! The report of one runbook.

use super::ending::{ending, headline};
use super::losses::losses;
use super::near::after;
use super::page::{Ink, Look, Page, grouped, piece, stopped_by};
use super::trace::{Run, run};
use super::{rules, stats, verdict};
use crate::explain::data::{Answer, ClaimFinding, ClassFinding, Effort, EndKind, Finding, Story, Word};
use crate::report::{Assumptions, ReadingWord, Readings, Runbook};

/// Verdict, counts, assumptions, claims, the shortest counterexample, and the witness of every claim that fails.
pub fn runbook(report: &Runbook, look: Look) -> String {
    let mut page = Page::new(look);
    head(&mut page, report);
    which_orders(&mut page, &report.finding, rules::MOST_CLASSES);
    if !report.finding.claims.is_empty() {
        page.gap();
        page.line(0, &[piece(Ink::Strong, "claims")]);
        for claim in &report.finding.claims {
            page.words(2, 6, &verdict::claim(claim));
        }
    }
    let mut shown: Vec<&Story> = Vec::new();
    if let Some(story) = &report.finding.counterexample {
        page.gap();
        tell(&mut page, "shortest counterexample", story);
        shown.push(story);
    }
    for (claim, story) in failing(&report.finding.claims) {
        page.gap();
        if shown.iter().any(|other| other.is_run_of(story)) {
            let text = format!("claim {} fails: see the run above", claim.id);
            page.words(0, 2, &[piece(Ink::Strong, text)]);
        } else {
            tell(&mut page, &format!("claim {} fails", claim.id), story);
            shown.push(story);
        }
    }
    if let Some(stats) = &report.stats {
        stats::stats(&mut page, stats);
    }
    page.finish()
}

/// Which runbook, the verdict, and under which assumptions.
pub(super) fn head(page: &mut Page, report: &Runbook) {
    page.words(0, 2, &[piece(Ink::Strong, report.path.clone())]);
    page.words(0, 2, &[piece(Ink::Plain, report.title.clone())]);
    page.words(0, 2, &[piece(Ink::Dim, format!("world: {}", report.world))]);
    page.gap();
    page.words(0, 4, &verdict::verdict(&report.finding));
    assumptions(page, &report.assumptions);
    report.readings.iter().for_each(|readings| self::readings(page, readings));
    looked_at(page, report.finding.effort);
}

/// Fingerprint, rules and classes, where order matters.
pub(super) fn which_orders(page: &mut Page, finding: &Finding, most_classes: usize) {
    let several = finding.counts.as_ref().is_some_and(|counts| counts.total != "1");
    if finding.verdict == Word::NeverHealthy && several && !finding.classes.is_empty() {
        page.gap();
        rules::classes(page, finding, most_classes);
    }
    if finding.verdict != Word::OrderMatters {
        return;
    }
    if let Some(fingerprint) = &finding.fingerprint {
        page.words(0, 4, &[piece(Ink::Dim, format!("good orders: fingerprint {fingerprint}"))]);
    }
    if let Some(rules) = &finding.rules {
        page.gap();
        rules::rules(page, rules);
    }
    if !finding.classes.is_empty() || finding.classes_limit.is_some() {
        page.gap();
        rules::classes(page, finding, most_classes);
    }
}

/// One claim alone: what it says, what was found, and its witness.
pub fn claim(claim: &ClaimFinding, look: Look) -> String {
    let mut page = Page::new(look);
    page.words(0, 4, &verdict::claim(claim));
    if let Some(story) = &claim.witness {
        page.gap();
        let name = if claim.answer == Answer::Holds { "borne out by this run" } else { "contradicted by this run" };
        tell(&mut page, name, story);
    }
    page.finish()
}

/// The shortest run of a class.
pub fn class(class: &ClassFinding, look: Look) -> String {
    let mut page = Page::new(look);
    let orders = if class.count == "1" { "1 order".to_owned() } else { format!("{} orders", grouped(&class.count)) };
    let breaks = class.breaks.map(|rule| format!(", rule {rule} broken")).unwrap_or_default();
    page.words(0, 2, &[piece(Ink::Plain, format!("class {}: {orders}{breaks}: {}", class.number, class.cause))]);
    page.gap();
    tell(&mut page, "shortest of the class", &class.story);
    page.finish()
}

/// One run alone.
pub fn story(heading: &str, story: &Story, look: Look) -> String {
    let mut page = Page::new(look);
    tell(&mut page, heading, story);
    page.finish()
}

fn failing(claims: &[ClaimFinding]) -> impl Iterator<Item = (&ClaimFinding, &Story)> {
    let failing = claims.iter().filter(|claim| claim.answer == Answer::Fails);
    failing.filter_map(|claim| claim.witness.as_ref().map(|story| (claim, story)))
}

pub(super) fn tell(page: &mut Page, heading: &str, story: &Story) {
    page.words(0, 2, &[piece(Ink::Strong, heading), piece(Ink::Plain, format!(" · {}", headline(story)))]);
    if let Some(start) = &story.start {
        page.words(2, 4, &[piece(Ink::Plain, format!("unknown fact: {start}"))]);
    }
    page.gap();
    run(page, &Run { nodes: &story.nodes, rows: &story.rows, losses: losses(story) });
    let reached = story.rows.iter().filter_map(|row| row.number).max().unwrap_or(0);
    // A run goes on after a broken condition, but it is lost.
    let what = if story.ending.kind == EndKind::Always { "shown" } else { "reached" };
    match story.ordering.len().saturating_sub(reached) {
        0 => {}
        1 => page.line(6, &[piece(Ink::Dim, format!("… one more step is not {what}"))]),
        more => page.line(6, &[piece(Ink::Dim, format!("… {more} more steps are not {what}"))]),
    }
    page.gap();
    ending(page, story);
    after(page, story);
}

pub(super) fn assumptions(page: &mut Page, assumptions: &Assumptions) {
    if !assumptions.given.is_empty() {
        page.words(0, 4, &[piece(Ink::Plain, format!("given: {}", assumptions.given.join(", ")))]);
    }
    if !assumptions.unknown.is_empty() {
        let text = format!("unknown, all checked: {}", assumptions.unknown.join(" | "));
        page.words(0, 4, &[piece(Ink::Plain, text)]);
    }
    if !assumptions.faults.is_empty() {
        let faults = assumptions.faults.iter().map(|budget| match budget.at_most {
            1 => format!("at most 1 {}", budget.fault),
            most => format!("at most {most} × {}", budget.fault),
        });
        let text = format!("meanwhile: {}", faults.collect::<Vec<_>>().join(", "));
        page.words(0, 4, &[piece(Ink::Plain, text)]);
    }
}

/// What is taken for granted of loops, and what they are worth.
fn readings(page: &mut Page, readings: &Readings) {
    let taken = if readings.fair {
        "progress: fair, so what is possible again and again happens at last"
    } else {
        "progress: any, so what can go round may do so for ever"
    };
    page.words(0, 4, &[piece(Ink::Plain, taken)]);
    let Some(word) = readings.reading else {
        let limit = stopped_by(readings.limit.as_deref().unwrap_or("work"));
        return page.words(0, 4, &[piece(Ink::Unsure, format!("repeat until: undecided, {limit}"))]);
    };
    let (ink, word, means) = match word {
        ReadingWord::Strong => (Ink::Good, "strong", "it comes to an end whatever happens"),
        ReadingWord::StrongCyclic => (Ink::Good, "strong-cyclic", "it comes to an end if progress is fair"),
        ReadingWord::Weak => (Ink::Unsure, "weak", "some run ends well, and some never comes to an end"),
        ReadingWord::Never => (Ink::Bad, "never", "no run ends well"),
    };
    let mut line = vec![piece(Ink::Plain, "repeat until: "), piece(ink, word), piece(Ink::Plain, format!(", {means}"))];
    if let (Some(fair), Some(any), Some(total)) = (&readings.good_if_fair, &readings.good_whatever, &readings.total)
        && fair != any
    {
        let (fair, any, total) = (grouped(fair), grouped(any), grouped(total));
        let text = if total == "1" {
            "; the only order is good if progress is fair, and not whatever happens".to_owned()
        } else {
            format!("; of {total} orders {fair} are good if progress is fair, {any} whatever happens")
        };
        line.push(piece(Ink::Plain, text));
    }
    page.words(0, 4, &line);
}

fn looked_at(page: &mut Page, effort: Effort) {
    let text = format!(
        "looked at {} states and {} moves",
        grouped(&effort.states.to_string()),
        grouped(&effort.moves.to_string())
    );
    page.words(0, 4, &[piece(Ink::Dim, text)]);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::explain::{example, runbook as explained};
    use crate::report::FaultBudget;

    fn report() -> Runbook {
        let (system, certified) = example::certified();
        let finding = explained(&system, &certified);
        let assumptions = Assumptions {
            given: vec!["msdtc(B) = newer".to_owned()],
            unknown: vec!["systemroot = same".to_owned(), "systemroot = differs".to_owned()],
            faults: vec![FaultBudget { fault: "crash".to_owned(), at_most: 1 }],
        };
        Runbook::new("models/two/join.md", "Install the Option Pack", "Two nodes", assumptions, finding)
    }

    #[test]
    fn a_report_says_verdict_assumptions_and_the_shortest_way_into_trouble() {
        insta::assert_snapshot!(runbook(&report(), Look::PLAIN), @r"
    models/two/join.md
    Install the Option Pack
    world: Two nodes

    order matters: 36 of 10 080 orders are good (0.4%), 10 044 never end well
    given: msdtc(B) = newer
    unknown, all checked: systemroot = same | systemroot = differs
    meanwhile: at most 1 crash
    looked at 1 234 states and 5 678 moves

    shortest counterexample · ends unhealthy: iis(B) == working does not hold

          step                      node A                   node B
      1   install ntop on A         clusres sp4 → ntop
                                      (at restart)
      2   install ntop on B                                  ✗ Setup: msdtc -join
          #second                                              failed (0xffffffff)
                                                             iis absent → broken
                                    ↳ sql fails over to A
          ── no order of the remaining steps ends well from here ──
      3   start iis on B            passed over: iis(B) == working does not hold

      unhealthy: iis(B) == working does not hold: iis(B) is broken (Q1.health)
      unhealthy: owner(sql) == B does not hold: owner(sql) is A (Q1.health)
        iis(B) is broken because step 2 (install ntop on B) ran while clussvc(B)
            was running and msdtc(B) was newer (Q223258.join-fails)
        owner(sql) is A because, in step 2 (install ntop on B), sql fails over
            to A while iis(B) was broken (Q1.failover)
    ");
    }

    #[test]
    fn colour_adds_escapes_and_changes_nothing_else() {
        let coloured = runbook(&report(), Look { colour: true, ..Look::PLAIN });
        assert!(coloured.contains("\u{1b}["));
        let plain = anstream::adapter::strip_str(&coloured).to_string();
        assert_eq!(plain, runbook(&report(), Look::PLAIN));
    }

    #[test]
    fn no_line_is_wider_than_asked() {
        use unicode_width::UnicodeWidthStr;
        for width in [40, 53, 64, 80, 100, 160] {
            let text = runbook(&report(), Look { width, colour: false });
            let widest = text.lines().map(UnicodeWidthStr::width).max();
            assert!(widest <= Some(width), "{widest:?} > {width}\n{text}");
        }
    }
}
