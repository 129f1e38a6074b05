//! The report of service: the steps, with what is served during each at worst, and the orders that do best.

use super::ending::listed;
use super::page::{Ink, Look, Page, Piece, piece, stopped_by};
use crate::explain::data::{Served, ServiceFinding, ServiceRow};
use crate::report::Service;

/// What is served during each step.
pub fn service(report: &Service, look: Look) -> String {
    let finding = &report.finding;
    let mut page = Page::new(look);
    page.words(0, 2, &[piece(Ink::Strong, report.path.clone())]);
    page.words(0, 2, &[piece(Ink::Plain, report.title.clone())]);
    page.gap();
    if let Some(limit) = &finding.limit {
        page.words(0, 2, &[piece(Ink::Unsure, "undecided"), piece(Ink::Plain, format!(": {}", stopped_by(limit)))]);
        return page.finish();
    }
    let of = if finding.good { "of the good orders" } else { "of all orders, since none is good" };
    page.words(
        0,
        2,
        &[piece(Ink::Strong, "served"), piece(Ink::Plain, format!(" at the worst moment of each step, {of}"))],
    );
    if !finding.not_measured.is_empty() {
        let text = format!("too much to watch; not measured: {}", listed(&finding.not_measured));
        page.words(2, 4, &[piece(Ink::Unsure, text)]);
    }
    if finding.rows.iter().all(|row| row.served.is_empty()) {
        let text = "nothing has a redundancy that could be counted: the world has no groups, and no `always` says `some` or `count`";
        page.words(2, 4, &[piece(Ink::Dim, text)]);
    }
    page.gap();
    finding.rows.iter().for_each(|served| row(&mut page, served));
    if finding.good {
        front(&mut page, finding);
    }
    page.finish()
}

fn row(page: &mut Page, row: &ServiceRow) {
    let name = row.step.as_ref().map_or("before the first step".to_owned(), |step| {
        if step.label == step.sentence { step.sentence.clone() } else { format!("{} #{}", step.sentence, step.label) }
    });
    let number = if row.number == 0 { "   ".to_owned() } else { format!("{:>3}", row.number) };
    let mut line = vec![piece(Ink::Strong, number + "  "), piece(Ink::Plain, name)];
    if !row.reached {
        line.push(piece(Ink::Dim, "  never reached"));
    }
    page.words(0, 7, &line);
    for text in &row.breaks {
        page.words(7, 9, &[piece(Ink::Bad, format!("breaks {text}"))]);
    }
    if row.reached {
        served(&row.served).into_iter().for_each(|line| page.words(7, 9, &[line]));
    }
}

/// Those that fare alike in one line.
fn served(all: &[Served]) -> Vec<Piece> {
    let mut kinds: Vec<(Served, Vec<String>)> = Vec::new();
    for one in all {
        let same = |other: &Served| {
            (other.could, other.need, other.of, other.or_more, other.online)
                == (one.could, one.need, one.of, one.or_more, one.online)
        };
        match kinds.iter_mut().find(|(other, _)| same(other)) {
            Some((_, names)) => names.push(one.name.clone()),
            None => kinds.push((one.clone(), vec![one.name.clone()])),
        }
    }
    let line = |(one, names): (Served, Vec<String>)| {
        let count = if one.or_more {
            format!("{} or more of {}", one.could, one.of)
        } else {
            format!("{} of {}", one.could, one.of)
        };
        let needs = if one.need > 1 { format!(", {} are needed", one.need) } else { String::new() };
        let (ink, word) = match (one.online, one.could) {
            (false, _) => (Ink::Bad, ", not provided"),
            (true, could) if could <= one.need => (Ink::Unsure, ", no redundancy"),
            (true, _) => (Ink::Good, ""),
        };
        piece(ink, format!("{count}{needs}{word}: {}", listed(&names)))
    };
    kinds.into_iter().map(line).collect()
}

fn front(page: &mut Page, finding: &ServiceFinding) {
    let [first, others @ ..] = &finding.front[..] else { return };
    page.gap();
    let counted = |number: u32, word: &str| format!("{number} {word}{}", if number == 1 { "" } else { "s" });
    let steps = |number: u32| format!("{} without redundancy", counted(number, "step"));
    if others.is_empty() {
        let text = format!(
            ": {}, {}; no good order has fewer of either",
            steps(first.without_redundancy),
            counted(first.restarts, "restart")
        );
        page.words(0, 2, &[piece(Ink::Good, "best order"), piece(Ink::Plain, text)]);
    } else {
        let text = format!(": {}, each better than the others in one of the two", finding.front.len());
        page.words(0, 2, &[piece(Ink::Good, "best orders"), piece(Ink::Plain, text)]);
    }
    for best in &finding.front {
        if !others.is_empty() {
            let text = format!("{}, {}:", steps(best.without_redundancy), counted(best.restarts, "restart"));
            page.words(2, 4, &[piece(Ink::Strong, text)]);
        }
        let order: Vec<String> = best.order.iter().map(usize::to_string).collect();
        page.words(4, 4, &[piece(Ink::Plain, order.join(" "))]);
    }
}
