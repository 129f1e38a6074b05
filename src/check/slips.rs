//! What people and machines may do wrong in a runbook, and what comes of it.

use super::{Mistakes, Runbook, order, too_large};
use crate::base::Budget;
use crate::report::{self, data};
use crate::slips::{self, Cell, Matrix};
use crate::system::{Mishap, MishapKind, OccurrenceId, System};
use crate::{explain, lower};

/// A run that is asked for: the worst that may come of something that goes wrong at a step.
#[derive(Clone, Debug)]
pub struct Slip {
    /// The step, by label, by sentence, or by its place in the document.
    pub step: String,
    /// What goes wrong there; None is whatever is worst.
    pub kind: Option<data::SlipKind>,
}

/// What was looked at.
struct Studied {
    system: System,
    mishaps: Vec<Mishap>,
    matrix: Matrix,
}

impl Runbook {
    /// How many things at once the runbook asks to look at.
    pub fn asks_for_slips(&self) -> Option<u32> {
        self.runbook.slips
    }

    /// What each thing that may go wrong can do, and the least that does harm, among up to `most` at once.
    ///
    /// # Errors
    /// With all steps of the world, and those that are cut short, a state does not fit.
    pub fn slips(&self, most: u32, budget: &Budget) -> Result<report::Slips, Mistakes> {
        let studied = self.studied(most, budget)?;
        self.told(&studied)
    }

    /// The same, with the worst run of one thing that goes wrong. None is shown where nothing bad comes of it.
    ///
    /// # Errors
    /// As [`Runbook::slips`]; in words, where there is no such step.
    ///
    /// # Panics
    /// If the run does not replay: a bug of the program.
    pub fn slip(&self, asked: &Slip, most: u32, budget: &Budget) -> Result<Result<report::Slips, String>, Mistakes> {
        let id = match order::one(&self.system, &asked.step) {
            Ok(id) => id,
            Err(wrong) => return Ok(Err(wrong)),
        };
        let studied = self.studied(most, budget)?;
        let mut report = self.told(&studied)?;
        let worst = studied.worst(id, asked.kind).and_then(|cell| Some((cell, cell.witness.as_ref()?)));
        report.shown = worst.map(|(cell, witness)| {
            let happened = [&studied.mishaps[cell.mishap]];
            explain::slip_story(&studied.system, &happened, witness).unwrap_or_else(|bug| panic!("{bug}"))
        });
        Ok(Ok(report))
    }

    fn studied(&self, most: u32, budget: &Budget) -> Result<Studied, Mistakes> {
        let (system, mishaps) = self.mishaps()?;
        let matrix = slips::study(&system, &mishaps, most, budget);
        Ok(Studied { system, mishaps, matrix })
    }

    /// The system with all steps of the world, and what may go wrong.
    pub(super) fn mishaps(&self) -> Result<(System, Vec<Mishap>), Mistakes> {
        let place = self.runbook.span;
        lower::mishaps(&self.world, &self.runbook).map_err(|error| too_large(&error, place, &self.mistakes))
    }

    fn told(&self, studied: &Studied) -> Result<report::Slips, Mistakes> {
        let coarse = lower::coarse(&self.world, &self.runbook);
        let coarse = coarse.map_err(|error| too_large(&error, self.runbook.span, &self.mistakes))?;
        Ok(report::Slips {
            path: self.path.clone(),
            title: self.runbook.title.clone(),
            world: self.world.title.clone(),
            assumptions: self.assumptions(),
            finding: explain::slips(&studied.system, &studied.mishaps, &studied.matrix, coarse),
            shown: None,
        })
    }
}

impl Studied {
    /// The worst that can come of something at a step; the first of those that are as bad.
    fn worst(&self, id: OccurrenceId, kind: Option<data::SlipKind>) -> Option<&Cell> {
        let here = |cell: &&Cell| {
            let mishap = &self.mishaps[cell.mishap];
            mishap.occurrence == id && kind.is_none_or(|kind| same(kind, mishap.kind))
        };
        let rank = |cell: &Cell| (cell.worst, cell.silent);
        let cells = self.matrix.cells.iter().filter(here);
        cells.reduce(|worst, cell| if rank(cell) > rank(worst) { cell } else { worst })
    }
}

fn same(told: data::SlipKind, kind: MishapKind) -> bool {
    use data::SlipKind;
    matches!(
        (told, kind),
        (SlipKind::Skipped, MishapKind::Skipped)
            | (SlipKind::Twice, MishapKind::Twice)
            | (SlipKind::Swapped, MishapKind::Swapped)
            | (SlipKind::WrongNode, MishapKind::WrongNode)
            | (SlipKind::CutShort, MishapKind::CutShort)
            | (SlipKind::HalfWay, MishapKind::HalfWay)
            | (SlipKind::Crash, MishapKind::Crash)
            | (SlipKind::Fault, MishapKind::Fault)
    )
}
