//! Which reactions are enabled, found with a few compares for those that are not.
//!
//! In: the reactions of a system. Out: the same answers as [`System::enabled`]. Of each `when`, what is required of single fields
//! is looked at first: all exact values in one compare for each word, then memberships. Few reactions are left after that, and only
//! of these the whole `when` is evaluated.

use super::{ActionId, Firing, Outcome, Predicate, State, System};

/// What is required of single fields for a reaction to be enabled.
#[derive(Default)]
struct Mesh {
    mask: State,
    value: State,
    /// Word, lowest bit, bits, and values.
    members: Vec<(u8, u8, u8, u64)>,
    never: bool,
}

/// The reactions of a system.
pub(super) struct Sieve<'s> {
    system: &'s System,
    meshes: Vec<Mesh>,
}

impl<'s> Sieve<'s> {
    pub fn of(system: &'s System) -> Sieve<'s> {
        let meshes = system.reactions.iter().map(|action| {
            let mut mesh = Mesh::default();
            mesh.require(&action.when);
            mesh
        });
        Sieve { system, meshes: meshes.collect() }
    }

    /// The reactions that are enabled, with the outcomes that are possible; none in a stable state.
    pub fn enabled<'a>(&'a self, state: &State) -> impl Iterator<Item = (Firing, &'s Outcome)> + use<'a, 's> {
        let (state, system) = (*state, self.system);
        let reactions = (0..).map(ActionId).zip(&system.reactions).zip(&self.meshes);
        reactions.filter(move |((_, action), mesh)| mesh.passes(&state) && action.when.holds(&state)).flat_map(
            move |((reaction, action), _)| {
                Outcome::possible(&action.outcomes, &state)
                    .map(move |(outcome, what)| (Firing { reaction, outcome }, what))
            },
        )
    }
}

impl Mesh {
    fn require(&mut self, when: &Predicate) {
        match when {
            Predicate::All(parts) => parts.iter().for_each(|part| self.require(part)),
            Predicate::Masked { word, mask, value } => {
                let at = usize::from(*word);
                self.never |= (self.value[at] ^ value) & self.mask[at] & mask != 0;
                self.mask[at] |= mask;
                self.value[at] |= value;
            }
            Predicate::Member { word, shift, bits, set } => self.members.push((*word, *shift, *bits, *set)),
            Predicate::Constant(always) => self.never |= !always,
            Predicate::Sum { .. } | Predicate::Not(_) | Predicate::Any(_) => {}
        }
    }

    fn passes(&self, state: &State) -> bool {
        let wrong = |at: usize| (state[at] & self.mask[at]) ^ self.value[at];
        let field = |word: u8, shift: u8, bits: u8| (state[usize::from(word)] >> shift) & ((1 << bits) - 1);
        !self.never
            && wrong(0) | wrong(1) | wrong(2) | wrong(3) == 0
            && self.members.iter().all(|(word, shift, bits, set)| set >> field(*word, *shift, *bits) & 1 == 1)
    }
}
