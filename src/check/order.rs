//! An order as somebody writes it down: steps by label, by sentence, or by place in the document.
//!
//! Comes in: text and the plan of a runbook. Goes out: an ordering that the plan allows, or what is wrong, in words that
//! say what to write instead.

use crate::diag::nearest;
use crate::system::{OccurrenceId, Plan, Position, Procedure, System};

/// The step that a label, a sentence or a place in the document means.
pub(super) fn step(system: &System, text: &str) -> Result<OccurrenceId, String> {
    let Procedure::Ordered(plan) = &system.procedure else {
        return Err("a world alone has no steps in order".to_owned());
    };
    Steps { system, plan }.named(text.trim(), &[], plan.start())
}

/// The beginning of an order, written as [`order`] reads it.
pub(super) fn begun(system: &System, text: &str) -> Result<Vec<OccurrenceId>, String> {
    read(system, text).map(|(ordering, _)| ordering)
}

/// Reads `label; sentence; 3; …`; ` | ` parts steps as well.
pub(super) fn order(system: &System, text: &str) -> Result<Vec<OccurrenceId>, String> {
    let (ordering, missing) = read(system, text)?;
    missing.map_or(Ok(ordering), Err)
}

/// The steps, and what is still to come if that is not all.
fn read(system: &System, text: &str) -> Result<(Vec<OccurrenceId>, Option<String>), String> {
    let Procedure::Ordered(plan) = &system.procedure else { return Err("a world alone has no orders".to_owned()) };
    let steps = Steps { system, plan };
    let items = text.split(';').flat_map(|item| item.split(" | ")).map(str::trim).filter(|item| !item.is_empty());
    let mut ordering: Vec<OccurrenceId> = Vec::new();
    let mut position = plan.start();
    for item in items {
        let id = steps.named(item, &ordering, position)?;
        let next = plan.next(position);
        let Some((_, after)) = next.iter().find(|(next, _)| *next == id) else {
            return Err(steps.not_here(id, &ordering, &next));
        };
        ordering.push(id);
        position = *after;
    }
    // That the system comes to rest is the end of every order, and nobody's step.
    if let Some(rest) = plan.retries.rest
        && let Some((_, after)) = plan.next(position).iter().find(|(next, _)| *next == rest)
    {
        ordering.push(rest);
        position = *after;
    }
    if plan.may_end(position) {
        return Ok((ordering, None));
    }
    let next = list(plan.next(position).iter().map(|(id, _)| steps.shown(*id)), "or");
    let so_far = if ordering.is_empty() { "is empty" } else { "is not complete" };
    let missing = format!("the order {so_far}: {next} is to come next");
    Ok((ordering, Some(missing)))
}

/// One step as somebody writes it down: its label, its sentence, or its place in the document.
pub(super) fn one(system: &System, text: &str) -> Result<OccurrenceId, String> {
    let Procedure::Ordered(plan) = &system.procedure else { return Err("a world alone has no steps".to_owned()) };
    let steps = Steps { system, plan };
    let namesakes: Vec<OccurrenceId> = steps.ids().filter(|id| steps.sentence(*id) == text.trim_matches('`')).collect();
    if namesakes.len() > 1 {
        let labels = list(namesakes.iter().map(|id| format!("{} ({})", id.0 + 1, steps.shown(*id))), "or");
        return Err(format!("`{text}` may be several steps: write {labels}"));
    }
    steps.named(text.trim(), &[], plan.start())
}

struct Steps<'s> {
    system: &'s System,
    plan: &'s Plan,
}

impl Steps<'_> {
    fn ids(&self) -> impl Iterator<Item = OccurrenceId> + use<> {
        (0u32..).map(OccurrenceId).take(self.plan.occurrences.len())
    }

    fn label(&self, id: OccurrenceId) -> &str {
        &self.plan.occurrences[id.0 as usize].label
    }

    fn sentence(&self, id: OccurrenceId) -> &str {
        &self.system.steps[self.plan.occurrences[id.0 as usize].step.0 as usize].name
    }

    fn shown(&self, id: OccurrenceId) -> String {
        format!("`{}`", self.label(id))
    }

    /// The step that is meant. Of several with the same sentence, the one that may come here.
    fn named(&self, item: &str, before: &[OccurrenceId], position: Position) -> Result<OccurrenceId, String> {
        let item = item.trim_matches('`');
        if let Some(id) = self.ids().find(|id| self.label(*id) == item || self.with_label(*id) == item) {
            return Ok(id);
        }
        let namesakes: Vec<OccurrenceId> = self.ids().filter(|id| self.sentence(*id) == item).collect();
        let here: Vec<OccurrenceId> =
            self.plan.next(position).into_iter().map(|(id, _)| id).filter(|id| namesakes.contains(id)).collect();
        let later = || namesakes.iter().find(|id| !before.contains(id)).or(namesakes.last());
        match (here.as_slice(), later()) {
            ([one], _) => return Ok(*one),
            ([], Some(other)) => return Ok(*other),
            ([], None) => {}
            (several, _) => {
                let labels = list(several.iter().map(|id| self.shown(*id)), "or");
                return Err(format!("`{item}` may be several steps here: write {labels}"));
            }
        }
        match item.parse::<u32>().ok().and_then(|place| place.checked_sub(1)) {
            Some(place) if (place as usize) < self.plan.occurrences.len() => Ok(OccurrenceId(place)),
            Some(_) | None => Err(self.unknown(item)),
        }
    }

    /// As reports write it: `restart A #first-A`.
    fn with_label(&self, id: OccurrenceId) -> String {
        format!("{} #{}", self.sentence(id), self.label(id))
    }

    fn unknown(&self, item: &str) -> String {
        let names: Vec<&str> = self.ids().flat_map(|id| [self.label(id), self.sentence(id)]).collect();
        let mut begun: Vec<&str> = names.iter().copied().filter(|name| name.starts_with(item)).collect();
        begun.sort_unstable();
        begun.dedup();
        match (begun.as_slice(), nearest(item, names.iter().copied())) {
            (&[one], _) | (&[], Some(one)) => format!("no step is called `{item}`; did you mean `{one}`?"),
            (&[], None) => format!("no step is called `{item}`: write its label, its sentence, or its place from 1"),
            (several, _) => {
                let several = list(several.iter().map(|name| format!("`{name}`")), "or");
                format!("no step is called `{item}`; did you mean {several}?")
            }
        }
    }

    fn not_here(&self, id: OccurrenceId, before: &[OccurrenceId], next: &[(OccurrenceId, Position)]) -> String {
        let (step, place) = (self.shown(id), before.len() + 1);
        if before.contains(&id) {
            return format!("{step} comes twice, the second time at place {place}");
        }
        let next = list(next.iter().map(|(id, _)| self.shown(*id)), "or");
        let after = before.last().map_or("at the start".to_owned(), |last| format!("after {}", self.shown(*last)));
        match next.is_empty() {
            true => format!("{step} may not come at place {place}: {after} nothing more may come"),
            false => format!("{step} may not come at place {place}: {after} the runbook allows {next}"),
        }
    }
}

/// `a`, `a or b`, `a, b or c`
fn list(items: impl Iterator<Item = String>, word: &str) -> String {
    let mut items: Vec<String> = items.collect();
    match items.pop() {
        None => String::new(),
        Some(last) if items.is_empty() => last,
        Some(last) => format!("{} {word} {last}", items.join(", ")),
    }
}
