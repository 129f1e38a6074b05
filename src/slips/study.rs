//! Every mishap alone, and the least that does harm.

use super::data::{Harm, Matrix, Tolerance};
use super::matrix::Singles;
use super::scene::Scene;
use crate::base::{Budget, Limit, Tally};
use crate::system::{Mishap, System};
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

/// The same, where `every` is the runbook's system with every step of the world: what is beyond repair is asked of those.
///
/// # Panics
/// As [`study`].
pub fn study_among((system, every): (&System, &System), mishaps: &[Mishap], most: u32, budget: &Budget) -> Matrix {
    let mut tally = Tally::start(budget, "states");
    let (good, cells) = (BigUint::ZERO, Vec::new());
    let mut matrix = Matrix { good, cells, tolerance: Tolerance::default(), limit: None };
    let found = fill(&mut matrix, (system, every), (mishaps, most), &mut tally);
    if let Err(limit) = found {
        matrix.limit = Some(limit);
        matrix.tolerance.limit.get_or_insert(limit);
    }
    matrix
}

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
    matrix.limit = singles.limit;
    let bad = matrix.cells.iter().filter(|cell| cell.worst >= Harm::Announced).map(|cell| vec![cell.mishap]);
    matrix.tolerance = Tolerance { looked_at: most.min(1), sets: bad.collect(), ..Tolerance::default() };
    Ok(())
}
