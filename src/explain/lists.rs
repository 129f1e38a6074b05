//! A tree of blocks as the lists of a runbook, which read back as the same tree.
//!
//! Comes in: a system with an ordered procedure, and a tree over its occurrences. Goes out: Markdown. Each item holds
//! one block; the `if`s of an item stand before it, as does what makes it optional or undivided. A group of items
//! under one `if` becomes an item of its own with a list. What it does not know: the text around the lists of the
//! document.

use crate::base::Map;
use crate::system::{Block, GuardId, OccurrenceId, Plan, Procedure, StepSet, System};

/// The lists.
///
/// # Panics
/// If the procedure is [`Procedure::Free`]: a world alone has no lists.
pub fn lists(system: &System, root: &Block) -> String {
    let Procedure::Ordered(plan) = &system.procedure else { panic!("a world explored alone has no lists") };
    let mut writer = Writer {
        system,
        plan,
        told: vec![false; plan.guards.len()],
        looped: vec![false; plan.retries.loops.len()],
        repeated: Map::default(),
        text: String::new(),
    };
    let without = without_rest(root, plan);
    let root = without.as_ref().unwrap_or(root);
    let under_if = plan.guards.iter().any(|guard| guard.steps == root.steps())
        || plan.retries.loops.iter().any(|lap| lap.steps() == root.steps());
    match root {
        Block::Sequence(children) if !under_if => writer.list(children, Manner::Numbered, 0),
        Block::Interleaved(children) if !under_if => writer.list(children, Manner::Bulleted, 0),
        other => writer.list(std::slice::from_ref(other), Manner::Numbered, 0),
    }
    writer.text
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Manner {
    Numbered,
    Bulleted,
}

/// A line of a list with what is below it.
enum Item<'b> {
    Block(&'b Block),
    /// Some of the blocks of a list, under one `if`.
    Under(GuardId, Vec<&'b Block>),
}

struct Writer<'a> {
    system: &'a System,
    plan: &'a Plan,
    /// Which `if`s are written.
    told: Vec<bool>,
    /// Which loops are.
    looped: Vec<bool>,
    /// How often each sentence stands without a label.
    repeated: Map<String, u32>,
    text: String,
}

impl Writer<'_> {
    fn list(&mut self, children: &[Block], manner: Manner, indent: usize) {
        self.items(children.iter().collect(), manner, indent);
    }

    fn items(&mut self, children: Vec<&Block>, manner: Manner, indent: usize) {
        for (number, item) in (1..).zip(self.grouped(children)) {
            let mark = match manner {
                Manner::Numbered => format!("{number}. "),
                Manner::Bulleted => "- ".to_owned(),
            };
            self.text += &format!("{:indent$}{mark}", "");
            let below = indent + mark.len();
            match item {
                Item::Block(block) => self.item(block, below),
                Item::Under(guard, blocks) => {
                    self.told[guard.0 as usize] = true;
                    let words = match manner {
                        Manner::Numbered => "in this order",
                        Manner::Bulleted => "in any order",
                    };
                    self.text += &format!("`if {}` {words}:\n", self.plan.guards[guard.0 as usize].text);
                    self.items(blocks, manner, below);
                }
            }
        }
    }

    /// Puts together what stands under one `if` that is not about a single one of these blocks; outer ones first.
    fn grouped<'b>(&self, children: Vec<&'b Block>) -> Vec<Item<'b>> {
        let all = children.iter().fold(StepSet::default(), |all, child| all.union(child.steps()));
        let mut items: Vec<Item<'b>> = Vec::new();
        for child in children {
            let steps = child.steps();
            let spans = |at: usize| {
                let guard = self.plan.guards[at].steps;
                !self.told[at] && steps.within(guard) && guard != steps && guard.within(all)
            };
            match (0..self.told.len()).find(|at| spans(*at)) {
                None => items.push(Item::Block(child)),
                Some(at) => {
                    let id = GuardId(u32::try_from(at).expect("there are few"));
                    let known = items.iter_mut().find_map(|item| match item {
                        Item::Under(guard, blocks) if *guard == id => Some(blocks),
                        _ => None,
                    });
                    match known {
                        Some(blocks) => blocks.push(child),
                        None => items.push(Item::Under(id, vec![child])),
                    }
                }
            }
        }
        items
    }

    /// One block, after the mark of its item.
    fn item(&mut self, block: &Block, indent: usize) {
        let mut inner = block;
        if let Block::Optional(within) = inner {
            self.text += "[ ] ";
            inner = within;
        }
        let steps = block.steps();
        let loops = self.plan.retries.loops.iter().zip(&mut self.looped);
        let lap = loops.into_iter().find(|(lap, told)| !**told && lap.steps() == steps).map(|(lap, told)| {
            *told = true;
            lap
        });
        // Of the `if`s about the same steps as a loop, some are in it.
        let around = lap.map(|lap| &self.plan.occurrences[lap.body[0].0 as usize].guards[..lap.outer]);
        let mut inside = false;
        for (id, (guard, told)) in (0..).map(GuardId).zip(self.plan.guards.iter().zip(&mut self.told)) {
            if !*told && guard.steps == steps {
                if around.is_some_and(|around| !around.contains(&id)) {
                    inside = true;
                    continue;
                }
                *told = true;
                self.text += &format!("`if {}` ", guard.text);
            }
        }
        if let Some(lap) = lap {
            self.text += &format!("`repeat until {}` ", lap.text);
        }
        if let Block::Undivided(within) = inner {
            if lap.is_none() {
                self.text += "`undivided` ";
            }
            inner = within;
        }
        if inside {
            self.text += "this:\n";
            return self.list(std::slice::from_ref(inner), Manner::Numbered, indent);
        }
        match inner {
            Block::Step(id) => self.step(*id),
            Block::Sequence(children) => {
                self.text += "in this order:\n";
                self.list(children, Manner::Numbered, indent);
            }
            Block::Interleaved(children) => {
                self.text += "in any order:\n";
                self.list(children, Manner::Bulleted, indent);
            }
            Block::Either(children) => {
                self.text += "`either`\n";
                self.list(children, Manner::Bulleted, indent);
            }
            Block::Optional(_) | Block::Undivided(_) => {
                self.text += "this:\n";
                self.list(std::slice::from_ref(inner), Manner::Numbered, indent);
            }
        }
    }

    fn step(&mut self, id: OccurrenceId) {
        let occurrence = &self.plan.occurrences[id.0 as usize];
        let sentence = &self.system.steps[occurrence.step.0 as usize].name;
        self.text += &format!("`{sentence}`");
        let before = self.repeated.get(sentence).copied().unwrap_or(0);
        let own = if before == 0 { sentence.clone() } else { format!("{sentence} ({})", before + 1) };
        if occurrence.label == own {
            self.repeated.insert(sentence.clone(), before + 1);
        } else {
            self.text += &format!(" {{#{}}}", as_label(&occurrence.label));
        }
        self.text += "\n";
    }
}

/// A tree without the occurrence that stands for the end, which nobody writes; None where there is none.
fn without_rest(root: &Block, plan: &Plan) -> Option<Block> {
    let rest = plan.retries.rest?;
    let Block::Sequence(blocks) = root else { return None };
    let (last, others) = blocks.split_last()?;
    let others = others.to_vec();
    (*last == Block::Step(rest)).then(|| match <[Block; 1]>::try_from(others) {
        Ok([only]) => only,
        Err(several) => Block::Sequence(several),
    })
}

/// A label as it may be written. Only the number of a repeated sentence that was put elsewhere changes.
fn as_label(label: &str) -> String {
    let plain = |character: char| character.is_alphanumeric() || matches!(character, '-' | '_' | '.');
    let words = label.split(|character| !plain(character)).filter(|word| !word.is_empty());
    words.collect::<Vec<_>>().join("-")
}
