//! What people and machines may do wrong in a runbook, and what comes of it.

use super::promises::Promised;
use super::{Mistakes, Runbook, order, too_large};
use crate::base::Budget;
use crate::report::{self, data};
use crate::slips::{self, Allowed, Cell, Matrix};
use crate::system::{Mishap, MishapKind, OccurrenceId, System};
use crate::verdict::{Answer, ClaimVerdict, Kind, Verdict};
use crate::{explain, lower};
use num_traits::Zero;

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
            let story = explain::slip_story(&studied.system, &happened, witness, Some(cell.silent));
            story.unwrap_or_else(|bug| panic!("{bug}"))
        });
        Ok(Ok(report))
    }

    fn studied(&self, most: u32, budget: &Budget) -> Result<Studied, Mistakes> {
        let (system, mishaps) = self.mishaps()?;
        let matrix = slips::study_among((&system, &self.steps_alone(&system)), &mishaps, most, budget);
        Ok(Studied { system, mishaps, matrix })
    }

    /// The system without what only mishaps try: a crash repairs nothing.
    pub(super) fn steps_alone(&self, system: &System) -> System {
        let mut alone = system.clone();
        alone.steps.truncate(self.world.steps.len());
        alone
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

/// What was looked at for the claims of one runbook, once.
#[derive(Default)]
pub(super) struct Slipped {
    mishaps: Option<(System, Vec<Mishap>)>,
    matrix: Option<Matrix>,
}

impl Runbook {
    /// Whether no single slip ends badly without a sign, or whether one does, where that is claimed.
    pub(super) fn no_silent_slips(
        &self,
        wanted: bool,
        known: &mut Slipped,
        budget: &Budget,
    ) -> Result<Promised, Mistakes> {
        let (system, mishaps) = self.once(known)?;
        if known.matrix.is_none() {
            known.matrix = Some(slips::study_among((&system, &self.steps_alone(&system)), &mishaps, 1, budget));
        }
        let matrix = known.matrix.as_ref().expect("it was looked at just now");
        if let Some(limit) = matrix.limit.filter(|_| matrix.cells.len() < mishaps.len()) {
            return Ok(ClaimVerdict::undecided(limit).into());
        }
        let silent = || matrix.cells.iter().filter(|cell| cell.unseen && mishaps[cell.mishap].kind.is_slip());
        let shown = silent().filter(|cell| cell.silent).find_map(|cell| Some((cell, cell.witness.as_ref()?)));
        let story = shown.map(|(cell, witness)| {
            let story = explain::slip_story(&system, &[&mishaps[cell.mishap]], witness, Some(true));
            story.unwrap_or_else(|bug| panic!("{bug}"))
        });
        let count = silent().count();
        Ok(promised(wanted == (count == 0), story, |says| match count {
            1 => format!("{says}: the only silent one"),
            more => format!("{says}: one of {more} silent ones"),
        }))
    }

    /// Whether every good ordering bears so many slips and faults.
    pub(super) fn tolerates(
        &self,
        (slips, faults): (u32, &[(String, u32)]),
        known: &mut Slipped,
        budget: &Budget,
    ) -> Result<Promised, Mistakes> {
        let (system, mut mishaps) = self.once(known)?;
        let named = |mishap: &Mishap| {
            let fault = self.world.faults.iter().find(|fault| fault.name == mishap.detail)?;
            let of = |(name, _): &&(String, u32)| *name == fault.name || *name == fault.family;
            faults.iter().find(of).map(|(name, _)| name.clone())
        };
        // Faults of one family are counted together: the analysis counts those that are called alike.
        let told = mishaps.clone();
        for mishap in mishaps.iter_mut().filter(|mishap| mishap.kind == MishapKind::Fault) {
            mishap.detail = named(mishap).unwrap_or_default();
        }
        let (crashes, others): (Vec<_>, Vec<_>) = faults.iter().cloned().partition(|(name, _)| name == "crash");
        let allowed = Allowed { slips, crashes: crashes.iter().map(|(_, most)| *most).sum(), faults: others };
        let found = match slips::tolerates(&system, &mishaps, &allowed, budget) {
            Ok(found) => found,
            Err(limit) => return Ok(ClaimVerdict::undecided(limit).into()),
        };
        let Some(witness) = found else { return Ok(answered(true).into()) };
        let happened: Vec<&Mishap> = witness.mishaps.iter().map(|index| &told[*index]).collect();
        let story = explain::slip_story(&system, &happened, &witness, None).unwrap_or_else(|bug| panic!("{bug}"));
        Ok(promised(false, Some(story), |says| format!("with {says}")))
    }

    /// What may go wrong, made once.
    fn once(&self, known: &mut Slipped) -> Result<(System, Vec<Mishap>), Mistakes> {
        if known.mishaps.is_none() {
            known.mishaps = Some(self.mishaps()?);
        }
        Ok(known.mishaps.clone().expect("it was made just now"))
    }
}

/// Where no order is good there is nothing to do wrong, and nothing that is claimed of slips is so. None where some order is.
pub(super) fn nothing_good(verdict: &Verdict) -> Option<Promised> {
    match (&verdict.counts, verdict.kind) {
        (None, Kind::Undecided(limit)) => Some(ClaimVerdict::undecided(limit).into()),
        (Some(counts), _) if counts.good.is_zero() => {
            Some(Promised { found: Some("no order is good".to_owned()), ..answered(false).into() })
        }
        _ => None,
    }
}

fn answered(holds: bool) -> ClaimVerdict {
    let answer = if holds { Answer::Holds } else { Answer::Fails };
    ClaimVerdict { answer, witness: None, counted: None, good_elsewhere: None }
}

fn promised(holds: bool, story: Option<data::SlipStory>, words: impl Fn(&str) -> String) -> Promised {
    let says = story.as_ref().map(|story| {
        let says: Vec<&str> = story.slips.iter().map(|slip| slip.says.as_str()).collect();
        words(&says.join(", and "))
    });
    Promised { verdict: answered(holds), found: says, witness: story.map(|story| story.run) }
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
