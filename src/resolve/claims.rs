//! Claims, and the rule language of `where` as conditions on the order of occurrences.

use super::actions::normal;
use super::assign::texts;
use super::entity::Scope;
use super::ground::Grounder;
use super::model::{Claim, EventId, FaultEffect, Occurrence, Promise, Property, World};
use super::questions::filled;
use crate::base::{Map, Span, Spanned};
use crate::diag::{Code, Diagnostic, nearest};
use crate::syntax::tree::{self, Quantity, Rule, RuleKind, Text};
use crate::system::{OccurrenceId, Order, Quantifier};

/// Resolves the claims of a runbook.
pub(super) fn claims(
    grounder: &mut Grounder,
    world: &World,
    written: &[tree::Claim],
    occurrences: &[Occurrence],
) -> Vec<Claim> {
    let mut claims = Claims { grounder, world, occurrences };
    let mut ids: Map<String, Span> = Map::default();
    written.iter().map(|claim| claims.claim(claim, &mut ids)).collect()
}

struct Claims<'c, 'r, 'a> {
    grounder: &'c mut Grounder<'r, 'a>,
    world: &'c World,
    occurrences: &'c [Occurrence],
}

/// Values for the names in braces of one rule.
type Names = Vec<(String, String)>;

impl Claims<'_, '_, '_> {
    fn claim(&mut self, claim: &tree::Claim, ids: &mut Map<String, Span>) -> Claim {
        let id = self.id(claim, ids);
        let filter = claim.filter.as_ref().map(|(text, rule)| {
            let text = Spanned::new(text.value.clone(), text.span);
            (text, self.rule(rule))
        });
        let property = claim.property.as_ref().and_then(|(quantity, name)| {
            let quantifier = match quantity {
                Quantity::Every => Quantifier::Every,
                Quantity::Some => Quantifier::Some,
                Quantity::No => Quantifier::No,
                Quantity::Only => Quantifier::Only,
                Quantity::Exactly => Quantifier::Exactly,
            };
            Some((quantifier, self.property(name)?, name.value.clone()))
        });
        if let Some((quantity @ (Quantity::Only | Quantity::Exactly), name)) = &claim.property
            && filter.is_none()
        {
            let key = if *quantity == Quantity::Only { "only" } else { "exactly" };
            let message = format!("`{key}` needs a `where` that says which orderings");
            let mistake = Diagnostic::new(Code::R215, message, name.span).label("compared with what?");
            self.grounder.reporter.report(mistake.help("add `where = \"…\"` to the claim"));
        }
        let digits = |number: &Option<Text>| number.as_ref().map(|number| plain(&number.value));
        let count = claim.count.as_ref().map(|count| (digits(&count.good), digits(&count.of)));
        let title = claim.title.as_ref().map(|title| title.value.clone());
        let promise = claim.promise.as_ref().and_then(|promise| self.promise(promise, claim));
        Claim { id, title, cite: texts(&claim.cite), filter, property, count, promise, span: claim.span }
    }

    fn promise(&mut self, promise: &tree::Promise, claim: &tree::Claim) -> Option<Promise> {
        Some(match promise {
            tree::Promise::Tolerates(entries) => {
                let (mut slips, mut faults) = (0, Vec::new());
                let mut counted: Map<usize, Span> = Map::default();
                for (name, most) in entries {
                    let most = u32::try_from(most.value).expect("between its bounds");
                    match normal(&name.value) {
                        name if name == "slips" => slips = most,
                        fault => {
                            self.known_fault(&fault, name.span, &mut counted)?;
                            faults.push((fault, most));
                        }
                    }
                }
                Promise::Tolerates(slips, faults)
            }
            tree::Promise::NoSilentSlips(wanted) => Promise::NoSilentSlips(*wanted),
            tree::Promise::Recoverable(wanted) => Promise::Recoverable(*wanted),
            tree::Promise::Eventually(text, expr, fair) => {
                let condition = match expr {
                    None => None,
                    Some(expr) => Some(self.grounder.condition(expr, &claim.cite, &Scope::default())?),
                };
                Promise::Eventually(text.value.clone(), condition, *fair)
            }
        })
    }

    /// A fault by its family or its sentence; each counts for one of the names only, and crashes only together.
    fn known_fault(&mut self, name: &str, span: Span, counted: &mut Map<usize, Span>) -> Option<()> {
        let faults = &self.world.faults;
        let found: Vec<usize> =
            (0..faults.len()).filter(|fault| faults[*fault].family == name || faults[*fault].name == name).collect();
        let mistake = |text: String| Diagnostic::new(Code::R204, text, span);
        let mistake = match found.first() {
            Some(first) if matches!(faults[*first].effect, FaultEffect::Crash(_)) && faults[*first].family != name => {
                mistake(format!("`{name}` is no fault of its own here"))
                    .label("one of all crashes")
                    .help("crashes are counted together: write `crash`")
            }
            Some(_) => {
                let twice = found.iter().find_map(|fault| Some((*fault, counted.insert(*fault, span)?)));
                let Some((fault, first)) = twice else { return Some(()) };
                Diagnostic::new(Code::R205, format!("`{}` is counted twice", faults[fault].name), span)
                    .label("counted again here")
                    .related(first, "first counted here")
            }
            None => {
                let names = faults.iter().flat_map(|fault| [fault.family.as_str(), fault.name.as_str()]);
                let unknown = mistake(format!("no fault is called `{name}`")).label("no such fault");
                match nearest(name, names.chain(["slips"])) {
                    Some(near) => unknown.help(format!("did you mean `{near}`?")),
                    None => unknown.help("write `slips`, `crash` or a fault of the world"),
                }
            }
        };
        self.grounder.reporter.report(mistake);
        None
    }

    fn id(&mut self, claim: &tree::Claim, ids: &mut Map<String, Span>) -> String {
        // The parser has reported a claim without an id.
        let Some(id) = &claim.id else { return String::new() };
        if let Some(first) = ids.insert(id.value.clone(), id.span) {
            let mistake = Diagnostic::new(Code::R211, format!("two claims are called `{}`", id.value), id.span)
                .label("the id is taken")
                .related(first, "by this claim");
            self.grounder.reporter.report(mistake);
        }
        id.value.clone()
    }

    fn property(&mut self, name: &Text) -> Option<Property> {
        match name.value.as_str() {
            "healthy" => return Some(Property::Healthy),
            "unhealthy" => return Some(Property::Unhealthy),
            "refused" => return Some(Property::Refused),
            _ => {}
        }
        let event = self.world.events.iter().position(|event| event.name == name.value);
        let always = self.world.always.iter().position(|always| always.name == name.value);
        let index = |place: usize| u32::try_from(place).expect("limited");
        match (event, always) {
            (Some(_), Some(_)) => {
                let message = format!("`{}` is an event and an `always` condition", name.value);
                self.grounder.reporter.say(Code::R213, message, name.span, "which is meant?");
                None
            }
            (Some(event), None) => Some(Property::Event(EventId(index(event)))),
            (None, Some(always)) => Some(Property::Always(index(always))),
            (None, None) => {
                let known = ["healthy", "unhealthy", "refused"].into_iter();
                let events = self.world.events.iter().map(|event| event.name.as_str());
                let always = self.world.always.iter().map(|always| always.name.as_str());
                let near = nearest(&name.value, known.chain(events).chain(always));
                let message = format!("`{}` is nothing that a run could have", name.value);
                let mistake = Diagnostic::new(Code::R210, message, name.span).label("unknown property");
                self.grounder.reporter.report(match near {
                    Some(near) => mistake.help(format!("did you mean `{near}`?")),
                    None => mistake.help("write healthy, unhealthy, refused, an event or an `always` name"),
                });
                None
            }
        }
    }

    fn rule(&mut self, rule: &Rule) -> Order {
        match &rule.kind {
            RuleKind::Bad => Order::Constant(true),
            RuleKind::Before(first, second) => {
                self.each(&[first, second], rule.span, |ids| Order::Before(ids[0], ids[1]))
            }
            RuleKind::Between(middle, low, high) => self.each(&[middle, low, high], rule.span, |ids| {
                Order::All(vec![Order::Before(ids[1], ids[0]), Order::Before(ids[0], ids[2])])
            }),
            RuleKind::RightAfter(later, first) => {
                self.each(&[later, first], rule.span, |ids| Order::RightAfter(ids[0], ids[1]))
            }
            RuleKind::SomeAfterAll(some, all) => {
                let (some_ids, all_ids) = (self.instances(some), self.instances(all));
                let after = |x: OccurrenceId| {
                    let others = all_ids.iter().filter(|y| **y != x);
                    Order::All(others.map(|y| Order::Before(*y, x)).collect())
                };
                Order::Any(some_ids.into_iter().map(after).collect())
            }
            RuleKind::Not(inner) => Order::Not(Box::new(self.rule(inner))),
            RuleKind::And(left, right) => Order::All(vec![self.rule(left), self.rule(right)]),
            RuleKind::Or(left, right) => Order::Any(vec![self.rule(left), self.rule(right)]),
        }
    }

    /// An atom for every choice of nodes for the names in braces; all must hold.
    fn each(&mut self, steps: &[&Text], span: Span, atom: impl Fn(&[OccurrenceId]) -> Order) -> Order {
        let mut names: Vec<String> = Vec::new();
        for name in steps.iter().flat_map(|step| braced(&step.value)) {
            if !names.contains(&name) {
                names.push(name);
            }
        }
        let mut all = Vec::new();
        for choice in self.choices(&names, span) {
            let ids: Option<Vec<OccurrenceId>> = steps.iter().map(|step| self.occurrence(step, &choice)).collect();
            let Some(ids) = ids else { continue };
            let again = (1..ids.len()).find(|place| ids[..*place].contains(&ids[*place]));
            if let Some(place) = again {
                let message = format!("`{}` is compared with itself", filled(&steps[place].value, &choice));
                self.grounder.reporter.say(Code::R214, message, steps[place].span, "the same step");
                continue;
            }
            all.push(atom(&ids));
        }
        if all.len() == 1 { all.swap_remove(0) } else { Order::All(all) }
    }

    /// Every choice of a node for each name.
    fn choices(&mut self, names: &[String], span: Span) -> Vec<Names> {
        if let Some(name) = names.iter().find(|name| name.contains(|c: char| !c.is_alphanumeric() && !"-_".contains(c)))
        {
            let message = format!("`{{{name}}}` is not a name in braces");
            let mistake = Diagnostic::new(Code::R212, message, span).label("names no step").help("`{n}` is every node");
            self.grounder.reporter.report(mistake);
            return Vec::new();
        }
        let nodes = &self.world.nodes;
        let count = names.iter().try_fold(1usize, |count, _| count.checked_mul(nodes.len()));
        if self.grounder.spend(count.unwrap_or(usize::MAX), span).is_none() {
            return Vec::new();
        }
        let mut all: Vec<Names> = vec![Vec::new()];
        for name in names {
            all = all
                .iter()
                .flat_map(|start| {
                    nodes.iter().map(move |node| {
                        let mut choice = start.clone();
                        choice.push((name.clone(), node.clone()));
                        choice
                    })
                })
                .collect();
        }
        all
    }

    /// The step that a label or a sentence names.
    fn occurrence(&mut self, step: &Text, names: &Names) -> Option<OccurrenceId> {
        let text = filled(&step.value, names);
        let found = self.named(&text);
        match found[..] {
            [one] => Some(one),
            [] => {
                self.unknown(&text, step, !names.is_empty());
                None
            }
            _ => {
                let labels: Vec<&str> = found.iter().map(|id| self.occurrences[id.0 as usize].label.as_str()).collect();
                let message = format!("`{text}` could be {}", labels.join(" or "));
                let mistake =
                    Diagnostic::new(Code::R213, message, step.span).label("which step?").help("use its label");
                self.grounder.reporter.report(mistake);
                None
            }
        }
    }

    /// The step with this label, else all steps with this sentence.
    fn named(&self, text: &str) -> Vec<OccurrenceId> {
        let ids = |matches: &dyn Fn(&Occurrence) -> bool| -> Vec<OccurrenceId> {
            let found = (0..self.occurrences.len()).filter(|place| matches(&self.occurrences[*place]));
            found.map(|place| OccurrenceId(u32::try_from(place).expect("limited"))).collect()
        };
        let labelled = ids(&|occurrence| occurrence.label == text);
        if labelled.is_empty() { self.sentence(text) } else { labelled }
    }

    fn sentence(&self, text: &str) -> Vec<OccurrenceId> {
        let named = |place: &usize| self.world.steps[self.occurrences[*place].step.index()].name == text;
        let found = (0..self.occurrences.len()).filter(named);
        found.map(|place| OccurrenceId(u32::try_from(place).expect("limited"))).collect()
    }

    /// Every step that a sentence stands for, repeated ones too; `{n}` is every node.
    fn instances(&mut self, step: &Text) -> Vec<OccurrenceId> {
        let mut all: Vec<OccurrenceId> = Vec::new();
        for choice in self.choices(&braced(&step.value), step.span) {
            let text = filled(&step.value, &choice);
            let mut found = self.sentence(&text);
            if found.is_empty() {
                found = self.named(&text);
            }
            all.extend(found);
        }
        all.sort_unstable();
        all.dedup();
        if all.is_empty() {
            self.unknown(&step.value, step, false);
        }
        all
    }

    fn unknown(&mut self, text: &str, step: &Text, filled: bool) {
        let sentences = self.occurrences.iter().map(|occurrence| &self.world.steps[occurrence.step.index()].name);
        let labels = self.occurrences.iter().map(|occurrence| &occurrence.label);
        let near = nearest(text, labels.chain(sentences).map(String::as_str)).map(str::to_owned);
        let mistake =
            Diagnostic::new(Code::R212, format!("this runbook has no step `{text}`"), step.span).label("no such step");
        self.grounder.reporter.report(match near {
            _ if filled => mistake.help("`{n}` stands for every node, so the step must be there for each"),
            Some(near) => mistake.help(format!("did you mean `{near}`?")),
            None => mistake,
        });
    }
}

/// The names in braces, in order, each once.
fn braced(text: &str) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for part in text.split('{').skip(1) {
        if let Some((name, _)) = part.split_once('}')
            && !name.is_empty()
            && !names.iter().any(|known| known == name)
        {
            names.push(name.to_owned());
        }
    }
    names
}

/// Digits without zeros in front, so that equal numbers are equal texts.
fn plain(digits: &str) -> String {
    let short = digits.trim().trim_start_matches('0');
    if short.is_empty() { "0".to_owned() } else { short.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::super::samples::runbook;
    use super::*;

    const LISTS: &str =
        "- `restart A`\n- `restart B`\n- `stop clussvc on A`\n- `stop clussvc on B`\n- `restart A` {#again}";

    fn filter(rule: &str) -> Result<Order, Code> {
        let block = format!("[[claim]]\nid = \"a\"\nwhere = \"{rule}\"\nevery = \"healthy\"");
        let made = runbook(&block, LISTS).map_err(|found| found[0].code)?;
        Ok(made.claims[0].filter.clone().expect("it has one").1)
    }

    fn before(first: u32, second: u32) -> Order {
        Order::Before(OccurrenceId(first), OccurrenceId(second))
    }

    #[test]
    fn a_rule_names_steps_by_label_or_by_sentence() {
        assert_eq!(filter("restart A before again"), Ok(before(0, 4)));
        assert_eq!(filter("again between restart A and restart B"), Ok(Order::All(vec![before(0, 4), before(4, 1)])));
        assert_eq!(
            filter("not restart B right after restart A"),
            Ok(Order::Not(Box::new(Order::RightAfter(OccurrenceId(1), OccurrenceId(0)))))
        );
    }

    #[test]
    fn a_name_in_braces_is_every_node_and_the_same_node_in_one_atom() {
        assert_eq!(filter("stop clussvc on {n} before restart {n}"), Ok(Order::All(vec![before(2, 0), before(3, 1)])));
        let all = vec![before(2, 0), before(2, 1), before(3, 0), before(3, 1)];
        assert_eq!(filter("stop clussvc on {n} before restart {m}"), Ok(Order::All(all)));
    }

    #[test]
    fn some_after_all_takes_each_side_as_a_set_with_repeated_steps() {
        let after = |x| Order::All(vec![before(0, x), before(1, x), before(4, x)]);
        assert_eq!(filter("some stop clussvc on {n} after all restart {n}"), Ok(Order::Any(vec![after(2), after(3)])));
    }

    #[test]
    fn what_cannot_be_told_is_said() {
        assert_eq!(filter("restart A before restart A"), Err(Code::R214));
        assert_eq!(filter("power off A before restart A"), Err(Code::R212));
    }

    #[test]
    fn equal_numbers_are_equal_texts() {
        assert_eq!((plain("007"), plain("000"), plain("36")), ("7".into(), "0".into(), "36".into()));
    }
}
