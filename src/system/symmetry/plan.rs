//! What becomes of a plan where fields change places: which occurrence takes the place of which, if the plan stays as it is.
//!
//! In: a plan, and a permutation of fields. Out: a [`Shuffle`] of its occurrences, `if`s and undivided blocks under which the tree, the steps,
//! the `if`s and the chains stay what they are; or nothing. Where several occurrences could take a place, the first in the document that is
//! still free does; another choice might have done where that one does not, and is not looked for.

use super::super::{Block, OccurrenceId, Plan, System};
use super::form::{Deed, FormId, Forms, Swap};
use indexmap::IndexSet;
use rustc_hash::FxBuildHasher;

/// Who takes whose place.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Shuffle {
    /// Of the occurrences.
    pub occurrences: Vec<u32>,
    /// Of the `if`s.
    pub guards: Vec<u32>,
    /// Of the undivided blocks, numbered in the order of the tree from zero.
    pub undivided: Vec<u32>,
}

/// A plan in forms.
pub struct PlanForm<'p> {
    plan: &'p Plan,
    root: Tree,
    undivided: usize,
    /// What occurrences do, and the `if`s that they stand under.
    kinds: IndexSet<(Deed, Vec<FormId>), FxBuildHasher>,
    kind_of: Vec<usize>,
    whens: Vec<FormId>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Step,
    Sequence,
    Interleaved,
    Either,
    Optional,
    Undivided,
}

struct Tree {
    kind: Kind,
    /// The occurrence, or the number of the undivided block.
    id: u32,
    children: Vec<Tree>,
}

impl Tree {
    fn of(block: &Block, undivided: &mut u32) -> Tree {
        let mut id = 0;
        let (kind, children) = match block {
            Block::Step(OccurrenceId(step)) => {
                id = *step;
                (Kind::Step, &[][..])
            }
            Block::Undivided(inner) => {
                id = *undivided;
                *undivided += 1;
                (Kind::Undivided, std::slice::from_ref(&**inner))
            }
            Block::Optional(inner) => (Kind::Optional, std::slice::from_ref(&**inner)),
            Block::Sequence(children) => (Kind::Sequence, &children[..]),
            Block::Interleaved(children) => (Kind::Interleaved, &children[..]),
            Block::Either(children) => (Kind::Either, &children[..]),
        };
        Tree { kind, id, children: children.iter().map(|child| Tree::of(child, undivided)).collect() }
    }
}

impl<'p> PlanForm<'p> {
    /// The plan of a system. None where a condition cuts a field.
    pub fn of(system: &System, plan: &'p Plan, forms: &mut Forms) -> Option<PlanForm<'p>> {
        // What goes round is not followed here.
        if !plan.retries.is_empty() {
            return None;
        }
        let whens: Vec<FormId> = plan.guards.iter().map(|guard| forms.of(&guard.when)).collect::<Option<_>>()?;
        let mut kinds = IndexSet::default();
        let mut kind_of = Vec::with_capacity(plan.occurrences.len());
        for occurrence in &plan.occurrences {
            let deed = forms.step(&system.steps[occurrence.step.0 as usize])?;
            let guards = occurrence.guards.iter().map(|guard| whens[guard.0 as usize]).collect();
            kind_of.push(kinds.insert_full((deed, guards)).0);
        }
        let mut undivided = 0;
        let root = Tree::of(&plan.root, &mut undivided);
        Some(PlanForm { plan, root, undivided: undivided as usize, kinds, kind_of, whens })
    }

    /// What becomes of the plan. None where it does not stay as it is.
    pub fn shuffled(&self, forms: &Forms, swap: &mut Swap) -> Option<Shuffle> {
        let mut images = Vec::with_capacity(self.kinds.len());
        for (deed, guards) in &self.kinds {
            let guards = guards.iter().map(|guard| forms.image(*guard, swap)).collect::<Option<_>>()?;
            images.push(self.kinds.get_index_of(&(forms.deed(deed, swap)?, guards))?);
        }
        let places = |count: usize| vec![0; count];
        let mut shuffle = Shuffle {
            occurrences: places(self.plan.occurrences.len()),
            guards: places(self.plan.guards.len()),
            undivided: places(self.undivided),
        };
        self.matched((&self.root, &self.root), &images, &mut shuffle)?;
        self.guards(forms, swap, &mut shuffle)?;
        let id = |id: OccurrenceId| OccurrenceId(shuffle.occurrences[id.0 as usize]);
        let chained =
            |(earlier, later): &(OccurrenceId, OccurrenceId)| self.plan.chains.contains(&(id(*earlier), id(*later)));
        self.plan.chains.iter().all(chained).then_some(shuffle)
    }

    fn matched(&self, (from, to): (&Tree, &Tree), images: &[usize], shuffle: &mut Shuffle) -> Option<()> {
        if from.kind != to.kind || from.children.len() != to.children.len() {
            return None;
        }
        match from.kind {
            Kind::Step => {
                let (image, there) = (images[self.kind_of[from.id as usize]], self.kind_of[to.id as usize]);
                if image != there {
                    return None;
                }
                shuffle.occurrences[from.id as usize] = to.id;
            }
            Kind::Undivided => shuffle.undivided[from.id as usize] = to.id,
            Kind::Sequence | Kind::Optional => {}
            Kind::Interleaved | Kind::Either => {
                let mut free: Vec<&Tree> = to.children.iter().collect();
                for child in &from.children {
                    let at = free.iter().position(|other| self.matched((child, other), images, shuffle).is_some())?;
                    free.remove(at);
                }
                return Some(());
            }
        }
        from.children.iter().zip(&to.children).try_for_each(|(from, to)| self.matched((from, to), images, shuffle))
    }

    /// Follows the `if`s along the occurrences under them.
    fn guards(&self, forms: &Forms, swap: &mut Swap, shuffle: &mut Shuffle) -> Option<()> {
        let plan = self.plan;
        let mut to: Vec<Option<u32>> = vec![None; plan.guards.len()];
        for (occurrence, image) in plan.occurrences.iter().zip(&shuffle.occurrences) {
            let others = &plan.occurrences[*image as usize].guards;
            if others.len() != occurrence.guards.len() {
                return None;
            }
            for (guard, other) in occurrence.guards.iter().zip(others) {
                if *to[guard.0 as usize].get_or_insert(other.0) != other.0 {
                    return None;
                }
            }
        }
        for (at, guard) in plan.guards.iter().enumerate() {
            // An `if` that nothing stands under changes nothing.
            let image = if guard.steps.is_empty() { at as u32 } else { to[at]? };
            let other = &plan.guards[image as usize];
            let steps = guard.steps.iter().map(|id| OccurrenceId(shuffle.occurrences[id.0 as usize])).collect();
            let same_memory = guard.memory.is_some() == other.memory.is_some();
            let same = forms.image(self.whens[at], swap) == Some(self.whens[image as usize]);
            if other.steps != steps || !same_memory || !same {
                return None;
            }
            shuffle.guards[at] = image;
        }
        Some(())
    }
}
