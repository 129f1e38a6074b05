//! The report of a change.

use super::ending::headline;
use super::page::{Ink, Look, Page, Piece, grouped, piece, stopped_by};
use super::rules::inked;
use super::verdict;
use crate::explain::data::{StepName, Story};
use crate::explain::difference::data::{ClaimChange, Fate, OrderChange, Orders, Reason, RuleChange, Steps};
use crate::report::{Difference, Side};

/// What a change does: verdict, steps, orders, rules, the shortest counterexample, claims.
pub fn difference(report: &Difference, look: Look) -> String {
    let mut page = Page::new(look);
    let Difference { old, new, difference: told, .. } = report;
    page.words(0, 2, &[piece(Ink::Strong, format!("{} → {}", old.path, new.path))]);
    title(&mut page, old, new);
    page.gap();
    verdicts(&mut page, old, new);
    if !told.differs && !report.undecided() {
        page.gap();
        page.words(0, 2, &[piece(Ink::Plain, "nothing changed: the same orders are allowed, and the same are good")]);
        return page.finish();
    }
    steps(&mut page, &told.steps);
    match (&told.orders, &told.limit) {
        (Some(found), _) => orders(&mut page, &told.steps, found),
        (None, Some(limit)) => section(&mut page, &format!("orders: not compared, {}", stopped_by(limit))),
        (None, None) => section(&mut page, "orders: no step is in both, so nothing can be compared"),
    }
    match (&told.rules, &told.limit) {
        (Some(found), _) => rules(&mut page, found),
        (None, Some(limit)) => section(&mut page, &format!("rules: not compared, {}", stopped_by(limit))),
        (None, None) => {}
    }
    if told.other_counterexample {
        counterexamples(&mut page, old, new);
    }
    claims(&mut page, &told.claims);
    page.finish()
}

fn section(page: &mut Page, heading: &str) {
    page.gap();
    page.words(0, 2, &[piece(Ink::Strong, heading)]);
}

fn title(page: &mut Page, old: &Side, new: &Side) {
    for (was, is, what) in [(&old.title, &new.title, ""), (&old.world, &new.world, "world: ")] {
        let text = if was == is { format!("{what}{is}") } else { format!("{what}{was} → {is}") };
        page.words(0, 2, &[piece(Ink::Plain, text)]);
    }
}

fn verdicts(page: &mut Page, old: &Side, new: &Side) {
    let line = |side: &Side| verdict::words(side.verdict, side.counts.as_ref(), side.limit.as_deref(), side.effort);
    let said = |word: &str, line: Vec<Piece>| {
        let mut pieces = vec![piece(Ink::Strong, word)];
        pieces.extend(line);
        pieces
    };
    if line(old) == line(new) {
        page.words(0, 4, &said("verdict, as before: ", line(new)));
    } else {
        page.words(0, 4, &said("verdict was ", line(old)));
        page.words(5, 9, &said("is now ", line(new)));
    }
}

/// The sentence, with the label where that says more.
fn step_name(step: &StepName) -> String {
    match step.label.strip_prefix(&step.sentence) {
        Some(rest) => format!("{}{rest}", step.sentence),
        None => format!("{} #{}", step.sentence, step.label),
    }
}

fn steps(page: &mut Page, steps: &Steps) {
    if steps.only_old.is_empty() && steps.only_new.is_empty() && steps.reworded.is_empty() {
        return;
    }
    section(page, "steps");
    for step in &steps.only_old {
        page.words(2, 4, &[piece(Ink::Bad, format!("− {}", step_name(step)))]);
    }
    for step in &steps.only_new {
        page.words(2, 4, &[piece(Ink::Good, format!("+ {}", step_name(step)))]);
    }
    for step in &steps.reworded {
        let text = format!("≈ #{}: was {}, is now {}", step.new.label, step.old.sentence, step.new.sentence);
        page.words(2, 4, &[piece(Ink::Unsure, text)]);
    }
    if !(steps.only_old.is_empty() && steps.only_new.is_empty()) && steps.shared > 0 {
        let text = "Where a step that only one of them has comes in an order cannot be compared. Below, orders are of the others: \
                    allowed if some way to put such steps in is allowed, good if every way that is allowed is good.";
        page.words(2, 2, &[piece(Ink::Dim, text)]);
    }
}

fn orders(page: &mut Page, steps: &Steps, orders: &Orders) {
    let of = match steps.shared {
        1 => "the 1 step that both have".to_owned(),
        shared => format!("the {shared} steps that both have"),
    };
    section(page, &format!("orders of {of}"));
    let line = |word: &str, was: &str, is: &str| {
        let (was, is) = (grouped(was), grouped(is));
        if was == is { format!("{word}: {is}, as before") } else { format!("{word}: {was}\u{a0}→\u{a0}{is}") }
    };
    let allowed = line("allowed", &orders.old.allowed, &orders.new.allowed);
    let good = line("good", &orders.old.good, &orders.new.good);
    page.words(2, 4, &[piece(Ink::Plain, format!("{allowed} · {good}"))]);
    let all = [&orders.forbidden, &orders.admitted, &orders.spoiled, &orders.mended];
    if all.iter().all(|change| change.count == "0") {
        page.words(2, 4, &[piece(Ink::Plain, "the same orders are allowed, and the same are good")]);
        return;
    }
    let with = |part: &OrderChange| match part.count.as_str() {
        "0" => "none of them good".to_owned(),
        count => format!("{} of them good", grouped(count)),
    };
    let kinds = [
        (Ink::Bad, &orders.spoiled, "no longer good, though still allowed".to_owned(), None),
        (Ink::Good, &orders.mended, "good now, and allowed before".to_owned(), None),
        (
            Ink::Unsure,
            &orders.forbidden,
            format!("no longer allowed, {}", with(&orders.good_forbidden)),
            Some(&orders.good_forbidden),
        ),
        (
            Ink::Unsure,
            &orders.admitted,
            format!("allowed now and not before, {}", with(&orders.good_admitted)),
            Some(&orders.good_admitted),
        ),
    ];
    for (ink, change, what, good) in kinds {
        if change.count == "0" {
            continue;
        }
        page.words(2, 4, &[piece(ink, format!("{} {what}", grouped(&change.count)))]);
        example(page, "first", change.first.as_deref());
        if let Some(good) = good.filter(|good| good.first != change.first) {
            example(page, "first good one", good.first.as_deref());
        }
        if let Some(run) = &change.run {
            let when = if ink == Ink::Good { "it was bad before: " } else { "now: " };
            page.words(4, 8, &[piece(Ink::Dim, when), piece(Ink::Plain, headline(run))]);
            if Some(run.ordering.len()) != change.first.as_ref().map(Vec::len) {
                example(page, "with all steps", Some(&run.ordering));
            }
        }
    }
}

fn example(page: &mut Page, word: &str, order: Option<&[StepName]>) {
    let Some(order) = order else { return };
    let names: Vec<String> = order.iter().map(step_name).collect();
    let text = if names.is_empty() { "none of these steps".to_owned() } else { names.join(" · ") };
    page.words(4, 8, &[piece(Ink::Dim, format!("{word}: ")), piece(Ink::Plain, text)]);
}

fn rules(page: &mut Page, rules: &[RuleChange]) {
    if rules.iter().all(|rule| rule.fate == Fate::Kept) {
        if !rules.is_empty() {
            section(page, "rules: the same");
        }
        return;
    }
    section(page, "rules");
    for rule in rules.iter().filter(|rule| rule.fate != Fate::Kept) {
        let (ink, mark, fate) = match rule.fate {
            Fate::Kept => continue,
            Fate::Gone => (Ink::Unsure, "−", "gone"),
            Fate::Redundant => (Ink::Dim, "○", "now redundant"),
            Fate::Untold => (Ink::Dim, "○", "holds, but is not told now"),
            Fate::StepGone => (Ink::Dim, "−", "about a step that is gone"),
            Fate::New => (Ink::Unsure, "+", "new"),
            Fate::NowNeeded => (Ink::Unsure, "+", "held before, and is now needed"),
            Fate::NowTold => (Ink::Dim, "+", "held before, and was not told"),
            Fate::StepNew => (Ink::Unsure, "+", "about a new step"),
        };
        page.words(2, 4, &[vec![piece(ink, format!("{mark} {fate}: "))], inked(&rule.says)].concat());
        if let Some(reason) = rule.because {
            page.words(4, 8, &[piece(Ink::Dim, because(reason, rule))]);
        }
    }
    let kept = rules.iter().filter(|rule| rule.fate == Fate::Kept).count();
    match kept {
        0 => {}
        1 => page.words(2, 4, &[piece(Ink::Dim, "one rule is the same")]),
        kept => page.words(2, 4, &[piece(Ink::Dim, format!("{kept} rules are the same"))]),
    }
}

fn because(reason: Reason, rule: &RuleChange) -> String {
    let now = rule.fate == Fate::Redundant;
    let (is, does) = if now { ("is", "allows") } else { ("was", "allowed") };
    match (reason, &rule.follows_from) {
        (Reason::Procedure, _) => format!("the procedure {does} no order that breaks it"),
        (Reason::Refusals, _) => format!("in every order that breaks it a step {is} refused"),
        (Reason::Rules, Some(one)) => format!("it {} from: {one}", if now { "follows" } else { "followed" }),
        (Reason::Rules, None) => format!("it {} from the other rules", if now { "follows" } else { "followed" }),
    }
}

fn counterexamples(page: &mut Page, old: &Side, new: &Side) {
    section(page, "shortest counterexample");
    let line = |story: Option<&Story>| story.map_or_else(|| "none: every order is good".to_owned(), headline);
    page.words(2, 6, &[piece(Ink::Dim, "was "), piece(Ink::Plain, line(old.counterexample.as_ref()))]);
    example(page, "order", old.counterexample.as_ref().map(|story| story.ordering.as_slice()));
    page.words(2, 6, &[piece(Ink::Dim, "is now "), piece(Ink::Plain, line(new.counterexample.as_ref()))]);
    example(page, "order", new.counterexample.as_ref().map(|story| story.ordering.as_slice()));
}

fn claims(page: &mut Page, claims: &[ClaimChange]) {
    if claims.is_empty() {
        return;
    }
    section(page, "claims");
    for claim in claims {
        match (&claim.old, &claim.new) {
            (Some(old), Some(new)) if (&old.says, &old.filter) == (&new.says, &new.filter) => {
                let before = [vec![piece(Ink::Dim, " · before: ")], verdict::found(old)].concat();
                page.words(2, 6, &[verdict::claim(new), before].concat());
            }
            (Some(old), Some(new)) => {
                page.words(2, 8, &[vec![piece(Ink::Dim, "was ")], verdict::claim(old)].concat());
                page.words(2, 8, &[vec![piece(Ink::Dim, "is now ")], verdict::claim(new)].concat());
            }
            (old, new) => {
                let word = if new.is_some() { "new " } else { "gone " };
                let line = new.as_ref().or(old.as_ref()).map(verdict::claim).unwrap_or_default();
                page.words(2, 8, &[vec![piece(Ink::Dim, word)], line].concat());
            }
        }
    }
}
