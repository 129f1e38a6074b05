//! A runbook's lists as text and as an outline at once: what an edit is in words, and in the file.
//!
//! Comes in: a sheet, the resolved runbook and its system with every step of the world. Goes out: an outline for the search; for
//! what the search finds, sentences and the text of the file. Units of the outline are items of the sheet; list 0 of the
//! outline is the top level, the others are those of the sheet, counted from 1.

use crate::orderings::repair::{Edit, List, Member, Outline, Part, Repair, Unit, UnitId, restricted};
use crate::resolve::model;
use crate::syntax::{ItemKind, Sheet, Wanted};
use crate::system::{Block, OccurrenceId, Procedure, StepSet, System};

/// The lists of a runbook, as text and as an outline.
pub struct Document<'t> {
    /// As an outline.
    pub outline: Outline,
    /// Whether some items stay as they are, or whole.
    pub kept: bool,
    sheet: Sheet<'t>,
    /// The item of each unit.
    items: Vec<usize>,
    /// The name of each occurrence.
    names: Vec<String>,
    /// The sentence of each step of the system.
    sentences: Vec<String>,
}

impl<'t> Document<'t> {
    /// Lays out a runbook.
    ///
    /// # Panics
    /// If the system is that of a world alone.
    pub fn new(sheet: Sheet<'t>, runbook: &model::Runbook, system: &System) -> Document<'t> {
        let Procedure::Ordered(plan) = &system.procedure else { panic!("a runbook's steps are ordered") };
        let sentences: Vec<String> = system.steps.iter().map(|step| step.name.clone()).collect();
        let names = plan.occurrences.iter().map(|occurrence| {
            let sentence = &sentences[occurrence.step.0 as usize];
            let numbered = occurrence.label.starts_with(&format!("{sentence} ("));
            if occurrence.label == *sentence || numbered {
                format!("`{}`", occurrence.label)
            } else {
                format!("`{sentence} #{}`", occurrence.label)
            }
        });
        let names = names.collect();
        let root = List { origin: Some(0), ordered: true, open: true, parts: Vec::new() };
        let outline = Outline { occurrences: plan.occurrences.len(), units: Vec::new(), inserted: Vec::new(), root };
        let mut document = Document { outline, kept: false, sheet, items: Vec::new(), names, sentences };
        let top = document.sheet.top.clone().into_iter();
        document.outline.root.parts = top.map(|list| document.list(list, true, (runbook, &plan.root))).collect();
        document
    }

    fn list(&mut self, list: usize, open: bool, what: (&model::Runbook, &Block)) -> Part {
        let (open, ordered) = (open && self.sheet.lists[list].open, self.sheet.lists[list].ordered);
        let mut parts = Vec::new();
        for item in self.sheet.lists[list].items.clone() {
            let kind = self.sheet.items[item].kind;
            if let ItemKind::List(inner) = kind {
                parts.push(self.list(inner, open, what));
                continue;
            }
            self.kept |= !open || !matches!(kind, ItemKind::Step | ItemKind::Text);
            let block = restricted(what.1, self.steps(item, what.0));
            let unit = UnitId(u32::try_from(self.items.len()).expect("items are few"));
            self.outline.units.push(Unit { block, deletable: open, movable: open && kind != ItemKind::Copies });
            self.items.push(item);
            parts.push(Part::Unit(unit));
        }
        let origin = u32::try_from(list + 1).expect("lists are few");
        Part::List(List { origin: Some(origin), ordered, open, parts })
    }

    /// The steps that stand in an item.
    fn steps(&self, item: usize, runbook: &model::Runbook) -> StepSet {
        let item = self.sheet.items[item].span.clone();
        let inside = |occurrence: &model::Occurrence| {
            let place = occurrence.span.range();
            item.start <= place.start && place.end <= item.end
        };
        let ids = (0..).map(OccurrenceId).zip(&runbook.occurrences);
        ids.filter(|(_, occurrence)| inside(occurrence)).map(|(id, _)| id).collect()
    }

    /// The text of the file with its lists like this.
    pub fn written(&self, outline: &Outline) -> String {
        self.sheet.rewritten(&self.wanted(outline, &outline.root))
    }

    fn wanted(&self, outline: &Outline, list: &List) -> Vec<Wanted> {
        let part = |part: &Part| match part {
            Part::Unit(unit) => match self.items.get(unit.index()) {
                Some(item) if self.required(outline, *unit) => Wanted::Required(*item),
                Some(item) => Wanted::Item(*item),
                None => Wanted::New(self.sentence(outline, *unit).to_owned()),
            },
            Part::List(list) => Wanted::List {
                origin: list.origin.map(|origin| origin as usize - 1),
                ordered: list.ordered,
                parts: self.wanted(outline, list),
            },
        };
        list.parts.iter().map(part).collect()
    }

    /// Whether a unit that could be left out no longer can.
    fn required(&self, outline: &Outline, unit: UnitId) -> bool {
        let block = |outline: &Outline| outline.units[unit.index()].block.clone();
        matches!(block(&self.outline), Some(Block::Optional(_))) && !matches!(block(outline), Some(Block::Optional(_)))
    }

    fn sentence(&self, outline: &Outline, unit: UnitId) -> &str {
        &self.sentences[outline.inserted[unit.index() - self.items.len()].0 as usize]
    }

    /// The edits of a repair, one sentence each.
    pub fn words(&self, repair: &Repair) -> Vec<String> {
        let mut new = self.items.len();
        let mut say = |edit: &Edit| match edit {
            Edit::Order { first, then, .. } => {
                let names = |members: &[Member]| {
                    listed(members.iter().flat_map(|member| self.member(&repair.outline, *member)).collect())
                };
                format!("put {} before {}", names(first), names(then))
            }
            Edit::Require(unit) => format!("do {} in any case", self.unit(&repair.outline, *unit)),
            Edit::Delete(unit) => format!("leave out {}", self.unit(&repair.outline, *unit)),
            Edit::Move(unit, _) => {
                format!("move {} {}", self.unit(&repair.outline, *unit), self.place(&repair.outline, *unit))
            }
            Edit::Insert(..) => {
                let unit = UnitId(u32::try_from(new).expect("items are few"));
                new += 1;
                format!("add {} {}", self.unit(&repair.outline, unit), self.place(&repair.outline, unit))
            }
        };
        repair.edits.iter().map(&mut say).collect()
    }

    fn member(&self, outline: &Outline, member: Member) -> Vec<String> {
        match member {
            Member::Unit(unit) => vec![self.unit(outline, unit)],
            Member::List(list) => {
                let units = outline.root.find(list).map(List::units).unwrap_or_default();
                units.into_iter().map(|unit| self.unit(outline, unit)).collect()
            }
        }
    }

    fn unit(&self, outline: &Outline, unit: UnitId) -> String {
        if unit.index() >= self.items.len() {
            return format!("`{}`", self.sentence(outline, unit));
        }
        let steps = outline.steps(unit);
        let own = self.names.iter().zip((0..).map(OccurrenceId)).filter(|(_, id)| steps.contains(*id));
        listed(own.map(|(name, _)| name.clone()).collect())
    }

    /// Where a unit stands.
    fn place(&self, outline: &Outline, unit: UnitId) -> String {
        let is = |part: &Part| *part == Part::Unit(unit);
        let around = outline.root.lists().into_iter().find(|list| list.parts.iter().any(is));
        let does = |other: &UnitId| outline.units[other.index()].block.is_some();
        if let Some(list) = around.filter(|list| !list.ordered) {
            let beside = list.units().into_iter().filter(does).find(|other| *other != unit);
            return beside.map_or(String::new(), |other| format!("in any order with {}", self.unit(outline, other)));
        }
        let units: Vec<UnitId> = outline.root.units().into_iter().filter(does).collect();
        match units.iter().position(|other| *other == unit) {
            Some(0) | None => {
                units.get(1).map_or(String::new(), |next| format!("before {}", self.unit(outline, *next)))
            }
            Some(at) => format!("after {}", self.unit(outline, units[at - 1])),
        }
    }
}

/// `a`, `a and b`, `a, b and c`
fn listed(items: Vec<String>) -> String {
    match &items[..] {
        [] => String::new(),
        [one] => one.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}
