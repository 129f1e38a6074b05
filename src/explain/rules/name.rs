//! What steps are called, also where a node's name is a variable; and what a procedure says about them by itself.

use crate::system::{Block, Occurrence, OccurrenceId, Plan, Procedure, StepId, System};

/// What the steps of a runbook are called.
pub struct Names<'s> {
    plan: &'s Plan,
    /// Sentences, by occurrence.
    sentences: Vec<&'s str>,
    /// Node names.
    pub nodes: &'s [String],
}

/// A text in which node names stand for others: from, to.
pub type Renaming<'r> = [(&'r str, &'r str)];

/// How steps of one sentence are told apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Apart {
    /// There is only one.
    Alone,
    /// By its label.
    Label,
    /// By its place among those of the same sentence, from 1.
    Place(usize),
}

impl<'s> Names<'s> {
    /// The names of a runbook's steps.
    ///
    /// # Panics
    /// If the procedure is [`Procedure::Free`]: a world alone has no occurrences.
    pub fn of(system: &'s System) -> Names<'s> {
        let Procedure::Ordered(plan) = &system.procedure else { panic!("a world explored alone has no occurrences") };
        let sentence = |occurrence: &Occurrence| system.steps[occurrence.step.0 as usize].name.as_str();
        Names { plan, sentences: plan.occurrences.iter().map(sentence).collect(), nodes: &system.origins.nodes }
    }

    /// All occurrences, in document order.
    pub fn all(&self) -> impl Iterator<Item = OccurrenceId> + use<> {
        (0u32..).map(OccurrenceId).take(self.sentences.len())
    }

    /// Unique in the runbook.
    pub fn label(&self, id: OccurrenceId) -> &'s str {
        &self.plan.occurrences[id.0 as usize].label
    }

    /// What is done.
    pub fn step(&self, id: OccurrenceId) -> StepId {
        self.plan.occurrences[id.0 as usize].step
    }

    fn sentence(&self, id: OccurrenceId) -> &'s str {
        self.sentences[id.0 as usize]
    }

    /// Whether somebody gave the step its label.
    fn labelled(&self, id: OccurrenceId) -> bool {
        let (label, sentence) = (self.label(id), self.sentence(id));
        let numbered = |rest: &str| rest.is_empty() || rest == format!(" ({})", self.place(id));
        !label.strip_prefix(sentence).is_some_and(numbered)
    }

    /// The occurrences of the same sentence, in document order.
    fn namesakes(&self, sentence: &str) -> impl Iterator<Item = OccurrenceId> {
        self.all().filter(move |id| self.sentence(*id) == sentence)
    }

    fn place(&self, id: OccurrenceId) -> usize {
        1 + self.namesakes(self.sentence(id)).take_while(|other| *other != id).count()
    }

    /// How to tell it from others of its sentence.
    pub fn apart(&self, id: OccurrenceId) -> Apart {
        match self.labelled(id) {
            true => Apart::Label,
            false if self.namesakes(self.sentence(id)).count() == 1 => Apart::Alone,
            false => Apart::Place(self.place(id)),
        }
    }

    /// `` `restart A #first-A` ``, `` `restart A` (the second) ``
    pub fn name(&self, id: OccurrenceId) -> String {
        self.renamed(id, self.apart(id), &[])
    }

    /// The same with other node names, or variables for them.
    pub fn renamed(&self, id: OccurrenceId, apart: Apart, renaming: &Renaming<'_>) -> String {
        let sentence = rename(self.sentence(id), renaming);
        match apart {
            Apart::Alone => format!("`{sentence}`"),
            Apart::Label => format!("`{sentence} #{}`", rename(self.label(id), renaming)),
            Apart::Place(place) => format!("`{sentence}` (the {})", ordinal(place)),
        }
    }

    /// The step that has this one's name with other nodes in it.
    pub fn image(&self, id: OccurrenceId, apart: Apart, renaming: &Renaming<'_>) -> Option<OccurrenceId> {
        let sentence = rename(self.sentence(id), renaming);
        let mut found: Vec<OccurrenceId> = self.namesakes(&sentence).collect();
        match apart {
            Apart::Alone if found.len() == 1 => found.pop(),
            Apart::Alone => None,
            Apart::Label => {
                let label = rename(self.label(id), renaming);
                found.into_iter().find(|other| self.label(*other) == label)
            }
            Apart::Place(place) => found.get(place - 1).copied(),
        }
    }

    /// The ways in which the step may be told apart where its node is a variable, best first.
    pub fn ways_apart(&self, id: OccurrenceId) -> Vec<Apart> {
        match self.apart(id) {
            Apart::Label if self.namesakes(self.sentence(id)).count() == 1 => vec![Apart::Label, Apart::Alone],
            Apart::Label => vec![Apart::Label, Apart::Place(self.place(id))],
            apart => vec![apart],
        }
    }

    /// The nodes that the step's sentence names, each once.
    pub fn nodes_of(&self, id: OccurrenceId) -> Vec<usize> {
        let sentence = self.sentence(id);
        let named = |node: &usize| rename(sentence, &[(self.nodes[*node].as_str(), "")]) != sentence;
        (0..self.nodes.len()).filter(named).collect()
    }

    /// Whether the step is in every ordering.
    pub fn always_done(&self, id: OccurrenceId) -> bool {
        surely(&self.plan.root, id) == Some(true)
    }

    /// Whether the first is before the second in every ordering that has both. May say no where it is so.
    pub fn always_before(&self, first: OccurrenceId, second: OccurrenceId) -> bool {
        self.plan.chains.contains(&(first, second)) || in_sequence(&self.plan.root, first, second)
    }

    /// Whether no ordering has both. May say no where it is so.
    pub fn exclude(&self, one: OccurrenceId, other: OccurrenceId) -> bool {
        exclusive(&self.plan.root, one, other)
    }
}

/// Whether a step below a block is done whenever the block is; None where it is not below it.
fn surely(block: &Block, id: OccurrenceId) -> Option<bool> {
    match block {
        Block::Step(step) => (*step == id).then_some(true),
        Block::Undivided(inner) => surely(inner, id),
        Block::Optional(inner) => surely(inner, id).map(|_| false),
        Block::Sequence(children) | Block::Interleaved(children) => children.iter().find_map(|child| surely(child, id)),
        Block::Either(children) if children.len() == 1 => surely(&children[0], id),
        Block::Either(children) => children.iter().find_map(|child| surely(child, id)).map(|_| false),
    }
}

fn children(block: &Block) -> &[Block] {
    match block {
        Block::Step(_) => &[],
        Block::Optional(inner) | Block::Undivided(inner) => std::slice::from_ref(inner),
        Block::Sequence(children) | Block::Interleaved(children) | Block::Either(children) => children,
    }
}

/// The innermost block that holds both, and which of its children hold them.
fn parting(block: &Block, one: OccurrenceId, other: OccurrenceId) -> Option<(&Block, usize, usize)> {
    let holds = |id: OccurrenceId| children(block).iter().position(|child| child.steps().contains(id));
    match (holds(one)?, holds(other)?) {
        (a, b) if a == b => parting(&children(block)[a], one, other),
        (a, b) => Some((block, a, b)),
    }
}

fn in_sequence(block: &Block, first: OccurrenceId, second: OccurrenceId) -> bool {
    matches!(parting(block, first, second), Some((Block::Sequence(_), a, b)) if a < b)
}

fn exclusive(block: &Block, one: OccurrenceId, other: OccurrenceId) -> bool {
    matches!(parting(block, one, other), Some((Block::Either(_), ..)))
}

/// Replaces names where they stand as words of their own.
pub fn rename(text: &str, renaming: &Renaming<'_>) -> String {
    let mut renamed = String::new();
    let mut rest = text;
    let mut inside = false;
    while let Some(character) = rest.chars().next() {
        let here = renaming.iter().find(|(from, _)| !inside && !from.is_empty() && is_word(rest, from));
        if let Some((from, to)) = here {
            renamed.push_str(to);
            rest = &rest[from.len()..];
            inside = true;
        } else {
            renamed.push(character);
            rest = &rest[character.len_utf8()..];
            inside = character.is_alphanumeric() || character == '_';
        }
    }
    renamed
}

fn is_word(text: &str, word: &str) -> bool {
    let after = text.strip_prefix(word).map(|rest| rest.chars().next());
    after.is_some_and(|next| next.is_none_or(|next| !(next.is_alphanumeric() || next == '_')))
}

fn ordinal(place: usize) -> String {
    match place {
        1 => "first".to_owned(),
        2 => "second".to_owned(),
        3 => "third".to_owned(),
        4 => "fourth".to_owned(),
        place => format!("{place}th in the document"),
    }
}
