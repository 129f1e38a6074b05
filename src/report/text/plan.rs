//! The report of a plan: what to do, line by line, and where to look.

use super::ending::listed;
use super::page::{Ink, Look, Page, Piece, piece, stopped_by};
use crate::explain::data::{PlanFinding, PlanItem, PlanOutcome, StepName};
use crate::report::Plan;

/// What to do from where one is.
pub fn plan(report: &Plan, look: Look) -> String {
    let finding = &report.finding;
    let mut page = Page::new(look);
    page.words(0, 2, &[piece(Ink::Strong, report.path.clone())]);
    page.words(0, 2, &[piece(Ink::Plain, report.world.clone())]);
    if let Some(from) = &report.from {
        page.words(0, 2, &[piece(Ink::Dim, format!("from: {from}"))]);
    }
    if let Some(runbook) = &report.runbook {
        let after = match &report.after[..] {
            [] => "before its first step".to_owned(),
            steps => format!("after {}", listed(steps)),
        };
        page.words(0, 2, &[piece(Ink::Dim, format!("runbook: {runbook}, {after}"))]);
    }
    if finding.cases > 1 {
        page.words(0, 2, &[piece(Ink::Dim, format!("{} different states may be the case", finding.cases))]);
    }
    page.gap();
    page.words(0, 2, &headline(finding));
    for text in &finding.broken {
        page.words(2, 4, &[piece(Ink::Unsure, format!("does not hold now, so it is not asked on the way: {text}"))]);
    }
    for text in &finding.breaks {
        page.words(2, 4, &[piece(Ink::Bad, format!("breaks on the way, as every plan does: {text}"))]);
    }
    for reason in &finding.reasons {
        page.words(2, 4, &[piece(Ink::Plain, format!("· {reason}"))]);
    }
    if !finding.rest.is_empty() && finding.outcome == PlanOutcome::GoOnInOrder {
        page.gap();
        finding.rest.iter().for_each(|step| page.words(2, 4, &[piece(Ink::Plain, format!("· {}", named(step)))]));
    }
    if finding.outcome == PlanOutcome::Plan {
        page.gap();
        items(&mut page, 2, &finding.plan);
    }
    page.finish()
}

fn headline(finding: &PlanFinding) -> Vec<Piece> {
    let to = &finding.to;
    let survives = match finding.surviving {
        0 => String::new(),
        1 => ", also if a node crashes once".to_owned(),
        many => format!(", also if nodes crash {many} times"),
    };
    let (ink, word, rest) = match finding.outcome {
        PlanOutcome::Nothing => (Ink::Good, "nothing to do", format!(": it is {to} already")),
        PlanOutcome::GoOn => {
            (Ink::Good, "go on as written", ": every order of the rest that the runbook allows ends well".to_owned())
        }
        PlanOutcome::GoOnInOrder => {
            (Ink::Good, "go on in this order", ": the rest of the runbook, done so, ends well".to_owned())
        }
        PlanOutcome::Plan => {
            let steps = counted(finding.steps, "step");
            let restarts = counted(finding.restarts, "restart");
            let same = if finding.same_in_all_cases { "; the same in every case, nothing to look at" } else { "" };
            (Ink::Good, "plan", format!(" to {to}{survives}: at worst {steps}, {restarts}{same}"))
        }
        PlanOutcome::BeyondRepair => (Ink::Bad, "beyond repair", format!(": no plan leads to {to}{survives}")),
        PlanOutcome::Undecided => {
            let limit = finding.limit.as_deref().unwrap_or("work");
            (Ink::Unsure, "undecided", format!(": {}", stopped_by(limit)))
        }
    };
    vec![piece(ink, word), piece(Ink::Plain, rest)]
}

fn items(page: &mut Page, indent: usize, list: &[PlanItem]) {
    for item in list {
        match item {
            PlanItem::Step { number, sentence, of_runbook, crashes } => {
                let mut line = vec![piece(Ink::Strong, format!("{number:>2}  ")), piece(Ink::Plain, sentence.clone())];
                if !of_runbook.is_empty() {
                    let names: Vec<String> = of_runbook.iter().map(place).collect();
                    line.push(piece(Ink::Dim, format!("  ({} of the runbook)", listed(&names))));
                }
                page.words(indent, indent + 4, &line);
                for crash in crashes {
                    let fault =
                        crash.fault.strip_prefix("crash on ").map(|node| format!("if {node} crashes before it"));
                    let fault = fault.unwrap_or_else(|| format!("if before it {}", crash.fault));
                    match straight(&crash.then) {
                        Some(text) => page.words(
                            indent + 4,
                            indent + 6,
                            &[piece(Ink::Bad, fault + ": "), piece(Ink::Plain, text)],
                        ),
                        None => {
                            page.words(indent + 4, indent + 6, &[piece(Ink::Bad, fault + ":")]);
                            items(page, indent + 6, &crash.then);
                        }
                    }
                }
            }
            PlanItem::Look { number, at, cases } => {
                let line = [
                    piece(Ink::Strong, format!("{number:>2}  ")),
                    piece(Ink::Unsure, "look at "),
                    piece(Ink::Plain, listed(at)),
                ];
                page.words(indent, indent + 4, &line);
                for case in cases {
                    let seen: Vec<String> = case.seen.iter().map(|all| all.join(" and ")).collect();
                    let seen = piece(Ink::Unsure, format!("if {}: ", seen.join(", or ")));
                    match &case.then[..] {
                        [PlanItem::Done] => {
                            page.words(indent + 4, indent + 6, &[seen, piece(Ink::Plain, "nothing more")])
                        }
                        [PlanItem::GoOn { number }] => {
                            page.words(
                                indent + 4,
                                indent + 6,
                                &[seen, piece(Ink::Plain, format!("go on at {number}"))],
                            );
                        }
                        then => {
                            page.words(indent + 4, indent + 6, &[seen]);
                            items(page, indent + 6, then);
                        }
                    }
                }
            }
            PlanItem::GoOn { number } => {
                page.words(indent, indent + 4, &[piece(Ink::Dim, format!("    go on at {number}"))])
            }
            PlanItem::Done => {}
        }
    }
}

/// A branch in one line, if nothing in it branches again.
fn straight(list: &[PlanItem]) -> Option<String> {
    let mut texts = Vec::new();
    for item in list {
        texts.push(match item {
            PlanItem::Step { number, sentence, crashes, .. } if crashes.is_empty() => format!("({number}) {sentence}"),
            PlanItem::GoOn { number } => format!("go on at {number}"),
            PlanItem::Done if texts.is_empty() => "nothing more".to_owned(),
            PlanItem::Done => continue,
            PlanItem::Step { .. } | PlanItem::Look { .. } => return None,
        });
    }
    Some(texts.join(", then "))
}

fn place(step: &StepName) -> String {
    step.line.map_or_else(|| step.label.clone(), |line| format!("line {line}"))
}

fn named(step: &StepName) -> String {
    if step.label == step.sentence { step.sentence.clone() } else { format!("{} #{}", step.sentence, step.label) }
}

fn counted(number: u32, word: &str) -> String {
    format!("{number} {word}{}", if number == 1 { "" } else { "s" })
}
