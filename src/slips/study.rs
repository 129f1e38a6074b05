//! Every mishap alone, the least that does harm, and whether so much of it is borne.

use super::acts::{Hands, Stop, watch};
use super::chase::{Chase, Ended, Question};
use super::checks::{Seen, cheapest};
use super::data::{Allowed, Cell, Harm, Matrix, Tolerance, Witness};
use super::labels::label;
use super::matrix::Singles;
use super::scene::Scene;
use super::tolerance::smallest;
use crate::base::{Budget, Limit, Tally};
use crate::system::{Finishes, Mishap, MishapKind, System};
use num_bigint::BigUint;

/// Looks at every mishap in every good ordering, and for the smallest sets of them, of at most `most`, that lead to a bad end.
/// `system` is a runbook's, with every step that the mishaps try; what is beyond repair is asked of its steps.
///
/// Good orderings are not enumerated: linear in the pairs of position and state that can be met without a mishap and after one, times
/// the mishaps, and in the automata of the sets of orderings.
///
/// # Panics
/// If the procedure is [`crate::system::Procedure::Free`]: a world alone has no steps to do wrong.
pub fn study(system: &System, mishaps: &[Mishap], most: u32, budget: &Budget) -> Matrix {
    study_among((system, system), mishaps, most, budget)
}

/// The same, where `every` is the runbook's system with every step of the world: what is beyond repair is asked of those. Its variables
/// are the same, in the same order; they may lie elsewhere.
///
/// # Panics
/// As [`study`].
pub fn study_among((system, every): (&System, &System), mishaps: &[Mishap], most: u32, budget: &Budget) -> Matrix {
    let mut tally = Tally::start(budget, "states");
    let (good, cells) = (BigUint::ZERO, Vec::new());
    let mut matrix = Matrix { good, cells, tolerance: Tolerance::default(), repairs: None, limit: None };
    if let Err(limit) = fill(&mut matrix, (system, every), (mishaps, most), &mut tally) {
        matrix.limit = Some(limit);
        if matrix.tolerance.looked_at < most && matrix.tolerance.sets.is_empty() {
            matrix.tolerance.limit.get_or_insert(limit);
        }
    }
    matrix
}

/// What comes first is kept where a limit is hit later.
fn fill(
    matrix: &mut Matrix,
    (system, every): (&System, &System),
    (mishaps, most): (&[Mishap], u32),
    tally: &mut Tally,
) -> Result<(), Limit> {
    let Some(scene) = Scene::of(system, mishaps, tally)? else { return Ok(()) };
    matrix.good.clone_from(&scene.good.count);
    let mut singles = Singles::of(&scene, every, tally)?;
    matrix.cells = (0..mishaps.len()).map(|mishap| singles.cell(mishap)).collect();
    matrix.repairs = singles.limit;
    tally.phase = "checks";
    singles.know_bits();
    let seen = Seen::of(&scene, tally)?;
    for cell in matrix.cells.iter_mut().filter(|cell| cell.unseen) {
        cell.check = cheapest((&scene, &singles, &seen), cell.mishap, tally)?;
    }
    let watch = watch();
    let hands = Hands::new(system, scene.plan, &scene.watched, &watch);
    let mut chase = Chase { scene: &scene, hands, finishes: Finishes::new(system) };
    for cell in matrix.cells.iter_mut().filter(|cell| cell.worst >= Harm::Announced) {
        cell.witness = Some(shown(&mut chase, &singles, cell, tally)?);
    }
    let tolerance = &mut matrix.tolerance;
    if most == 0 {
        return Ok(());
    }
    let bad = || matrix.cells.iter().filter(|cell| cell.worst >= Harm::Announced);
    tolerance.looked_at = 1;
    tolerance.sets = bad().map(|cell| vec![cell.mishap]).collect();
    tolerance.witness = bad().next().and_then(|cell| cell.witness.clone());
    if tolerance.sets.is_empty() {
        if let Err(limit) = smallest((&scene, &singles, &watch), most, tolerance, tally) {
            tolerance.limit = Some(limit);
            return Ok(());
        }
        let Some(set) = tolerance.sets.first() else { return Ok(()) };
        let slots: Vec<Option<usize>> =
            (0..mishaps.len()).map(|mishap| set.iter().position(|other| *other == mishap)).collect();
        let counts = vec![1; set.len()];
        let question = Question { slots: &slots, most: &counts, meant: None, wanted: None };
        let found = chase.find(&question, tally)?.expect("the set leads to a bad end");
        tolerance.witness = Some(chase.witness(&found, tally)?);
    }
    Ok(())
}

/// A run that does the worst of a cell, in the shortest good ordering.
fn shown(chase: &mut Chase<'_, '_>, singles: &Singles, cell: &Cell, tally: &mut Tally) -> Result<Witness, Limit> {
    let bits = match (cell.worst, cell.silent) {
        (Harm::BeyondRepair, true) => label::BEYOND_SILENT,
        (Harm::BeyondRepair, false) => label::BEYOND,
        (Harm::Silent, _) => label::SILENT,
        _ => label::BAD,
    };
    let meant = singles.sets.shortest(singles.cells[cell.mishap], bits, tally)?.expect("it is counted in the cell");
    let slots: Vec<Option<usize>> =
        (0..chase.scene.mishaps.len()).map(|mishap| (mishap == cell.mishap).then_some(0)).collect();
    let wanted = |ended: &Ended| {
        let beyond = match ended.stop {
            Stop::Stable(state) | Stop::Refused(state) => singles.beyond.contains(&state),
            Stop::Unsettled | Stop::Endless => false,
        };
        ended.bad && (!cell.silent || !ended.sign) && (cell.worst != Harm::BeyondRepair || beyond)
    };
    let question = Question { slots: &slots, most: &[1], meant: Some(&meant), wanted: Some(&wanted) };
    let found = chase.find(&question, tally)?.expect("some run of the ordering is like this");
    chase.witness(&found, tally)
}

/// Whether every good ordering still ends well with so many mishaps, and at most one at each step (a crash or a fault may strike before
/// another one at the same step); a run that does not, if there is one.
///
/// # Errors
/// The limit that was hit.
///
/// # Panics
/// As [`study`].
pub fn tolerates(
    system: &System,
    mishaps: &[Mishap],
    allowed: &Allowed,
    budget: &Budget,
) -> Result<Option<Witness>, Limit> {
    let mut tally = Tally::start(budget, "states");
    let Some(scene) = Scene::of(system, mishaps, &mut tally)? else { return Ok(None) };
    tally.phase = "tolerance";
    let slot = |mishap: &Mishap| match mishap.kind {
        MishapKind::Fault => {
            let named = allowed.faults.iter().position(|(detail, _)| *detail == mishap.detail);
            named.map(|place| place + 2)
        }
        kind if kind.is_crash() => Some(1),
        _ => Some(0),
    };
    let slots: Vec<Option<usize>> = mishaps.iter().map(slot).collect();
    let counts: Vec<u32> =
        [allowed.slips, allowed.crashes].into_iter().chain(allowed.faults.iter().map(|(_, most)| *most)).collect();
    let watch = watch();
    let hands = Hands::new(system, scene.plan, &scene.watched, &watch);
    let mut chase = Chase { scene: &scene, hands, finishes: Finishes::new(system) };
    let question = Question { slots: &slots, most: &counts, meant: None, wanted: None };
    let found = chase.find(&question, &mut tally)?;
    found.map(|found| chase.witness(&found, &mut tally)).transpose()
}
