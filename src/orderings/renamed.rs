//! What becomes of the steps of a runbook where nodes change names.
//!
//! In: a permutation of the nodes. Out: for each occurrence the one that it becomes. A step is known by its sentence: the
//! words in it that name nodes it acts on are renamed, and the k-th occurrence of a sentence becomes the k-th of the
//! sentence renamed. Nothing here knows whether the nodes behave alike: whoever renames a rule has to check it.

use crate::system::{OccurrenceId, Plan, Step, System};

/// For each occurrence, by its number, the one that it becomes where node `i` is called what `permutation[i]` was called;
/// None where the runbook does not have all of them.
///
/// ```
/// use runproof::{orderings::renamed, system::*};
/// # let step = |name: &str, node| Step { name: name.to_owned(), nodes: vec![node], cite: vec![], needs: vec![], phases: vec![] };
/// # let occurrence = |id| Occurrence { label: String::new(), step: StepId(id), guards: vec![], line: 1 };
/// # let plan = Plan {
/// #     occurrences: [0, 1, 0].map(occurrence).to_vec(), root: Block::Sequence(vec![]), guards: vec![], chains: vec![],
/// #     retries: Retries::default(),
/// # };
/// # let mut system = System {
/// #     layout: Layout { words: 1, slots: vec![] }, initial: vec![], steps: vec![step("restart A", 0), step("restart B", 1)],
/// #     reactions: vec![], faults: vec![], procedure: Procedure::Free, always: vec![], health: vec![], drills: vec![],
/// #     claims: vec![], origins: Origins { nodes: vec!["A".to_owned(), "B".to_owned()], ..Origins::default() },
/// # };
/// // restart A, restart B, restart A: there is no second `restart B`
/// assert_eq!(renamed(&system, &plan, &[1, 0]), None);
/// # let plan = Plan { occurrences: [0, 1, 0, 1].map(occurrence).to_vec(), ..plan };
/// // restart A, restart B, restart A, restart B
/// let swapped = renamed(&system, &plan, &[1, 0]).unwrap();
/// assert_eq!(swapped, [1, 0, 3, 2].map(OccurrenceId));
/// ```
pub fn renamed(system: &System, plan: &Plan, permutation: &[u32]) -> Option<Vec<OccurrenceId>> {
    let step = |at: usize| &system.steps[plan.occurrences[at].step.0 as usize];
    let all = 0..plan.occurrences.len();
    let mut becomes = Vec::with_capacity(plan.occurrences.len());
    for at in all.clone() {
        let name = sentence(&system.origins.nodes, permutation, step(at));
        let nodes = sorted(step(at).nodes.iter().map(|node| permutation[*node as usize]));
        let earlier = all.clone().take(at).filter(|other| step(*other).name == step(at).name).count();
        let like_it = |other: &usize| step(*other).name == name && sorted(step(*other).nodes.iter().copied()) == nodes;
        becomes.push(OccurrenceId(all.clone().filter(like_it).nth(earlier)? as u32));
    }
    let mut reached = becomes.clone();
    reached.sort_unstable();
    reached.dedup();
    (reached.len() == becomes.len()).then_some(becomes)
}

fn sorted(nodes: impl Iterator<Item = u32>) -> Vec<u32> {
    let mut nodes: Vec<u32> = nodes.collect();
    nodes.sort_unstable();
    nodes
}

/// The sentence of a step, with the nodes it acts on renamed.
fn sentence(names: &[String], permutation: &[u32], step: &Step) -> String {
    let part_of_name = |c: char| c.is_alphanumeric() || c == '-' || c == '_';
    let mut text = String::with_capacity(step.name.len());
    let mut rest = step.name.as_str();
    while !rest.is_empty() {
        let end = rest.find(|c| !part_of_name(c)).unwrap_or(rest.len());
        let (word, others) = rest.split_at(end);
        let node = step.nodes.iter().find(|node| names[**node as usize] == word);
        text.push_str(node.map_or(word, |node| names[permutation[*node as usize] as usize].as_str()));
        let space = others.find(part_of_name).unwrap_or(others.len());
        text.push_str(&others[..space]);
        rest = &others[space..];
    }
    text
}
