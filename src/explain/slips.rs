//! What people and machines may do wrong, in words.
//!
//! Comes in: a system, its mishaps and what was found out about them. Goes out: rows of steps, conditions as a runbook's `if`
//! says them, and runs as stories. Every run is replayed before it is told.

use super::data::{Harm, Slip, SlipCell, SlipCheck, SlipKind, SlipStep, SlipStory, SlipsFinding, Tolerance};
use super::rows::is_rest;
use super::story::step_name;
use super::tell::run;
use crate::certify::Bug;
use crate::slips::{self, Cell, Check, Matrix, Witness};
use crate::system::{Mishap, MishapKind, OccurrenceId, Procedure, System, VarOrigin};

/// Tells what mishaps can do. `coarse` names packages of which not every part was looked at. Linear.
///
/// # Panics
/// If the procedure is [`Procedure::Free`]: a world alone has no steps to do wrong.
pub fn slips(system: &System, mishaps: &[Mishap], matrix: &Matrix, coarse: Vec<String>) -> SlipsFinding {
    let Procedure::Ordered(plan) = &system.procedure else { panic!("a world explored alone has no mishaps") };
    // The waiting at the end is nobody's step.
    let own = plan.occurrences.len() - plan.retries.rest.iter().count();
    let mut steps: Vec<SlipStep> = (0..own as u32)
        .map(|id| SlipStep { number: id as usize + 1, step: step_name(system, OccurrenceId(id)), cells: Vec::new() })
        .collect();
    for cell in &matrix.cells {
        let mishap = &mishaps[cell.mishap];
        steps[mishap.occurrence.0 as usize].cells.push(told(system, mishap, cell));
    }
    let tolerance = &matrix.tolerance;
    let set = |set: &Vec<usize>| set.iter().map(|index| slip(system, &mishaps[*index])).collect();
    SlipsFinding {
        good: matrix.good.to_string(),
        steps,
        tolerance: Tolerance {
            looked_at: tolerance.looked_at,
            sets: tolerance.sets.iter().map(set).collect(),
            limit: tolerance.limit.map(|limit| limit.to_string()),
        },
        coarse,
        repair_limit: matrix.repairs.map(|limit| limit.to_string()),
        limit: matrix.limit.map(|limit| limit.to_string()),
    }
}

/// Tells a run in which these mishaps happened, and whether it is known to have a sign or to have none.
///
/// # Errors
/// It does not replay: a bug of the program.
pub fn slip_story(
    system: &System,
    happened: &[&Mishap],
    witness: &Witness,
    silent: Option<bool>,
) -> Result<SlipStory, Bug> {
    let events = &system.origins.events;
    Ok(SlipStory {
        slips: happened.iter().map(|mishap| slip(system, mishap)).collect(),
        meant: witness
            .meant
            .iter()
            .filter(|id| !is_rest(system, Some(**id)))
            .map(|id| step_name(system, *id))
            .collect(),
        silent,
        signs: witness.signs.iter().map(|event| events[event.0 as usize].name.clone()).collect(),
        run: run(&witness.system, &witness.run)?,
    })
}

fn told(system: &System, mishap: &Mishap, cell: &Cell) -> SlipCell {
    SlipCell {
        slip: slip(system, mishap),
        harm: match cell.worst {
            slips::Harm::Impossible => Harm::Impossible,
            slips::Harm::Harmless => Harm::Harmless,
            slips::Harm::Signs => Harm::Signs,
            slips::Harm::Announced => Harm::Announced,
            slips::Harm::Silent => Harm::Silent,
            slips::Harm::BeyondRepair => Harm::BeyondRepair,
        },
        silent: cell.silent,
        unseen: cell.unseen,
        orders: cell.orders.to_string(),
        of: cell.of.to_string(),
        check: cell.check.as_ref().map(|check| look(system, check)),
    }
}

/// What goes wrong, in words.
fn slip(system: &System, mishap: &Mishap) -> Slip {
    let name = step_name(system, mishap.occurrence);
    let number = mishap.occurrence.0 as usize + 1;
    let step = format!("step {number} ({})", name.sentence);
    let detail = &mishap.detail;
    let (kind, says) = match mishap.kind {
        MishapKind::Skipped => (SlipKind::Skipped, format!("{step} skipped")),
        MishapKind::Twice => (SlipKind::Twice, format!("{step} done twice")),
        MishapKind::Swapped => (SlipKind::Swapped, format!("{step} swapped with the next")),
        MishapKind::WrongNode => (SlipKind::WrongNode, format!("{detail} in place of {step}")),
        MishapKind::CutShort => (SlipKind::CutShort, format!("{step} cut short by a crash of {detail}")),
        MishapKind::HalfWay => (SlipKind::HalfWay, format!("{step} left half-way")),
        MishapKind::Crash => (SlipKind::Crash, format!("a crash of {detail} before {step}")),
        MishapKind::Fault => (SlipKind::Fault, format!("{detail} before {step}")),
    };
    Slip { number, kind, detail: detail.clone(), says }
}

/// A check, as a runbook's `if` says it.
fn look(system: &System, check: &Check) -> SlipCheck {
    let parts = check.variables.iter().map(|(var, set)| condition(&system.origins.vars[var.0 as usize], *set));
    SlipCheck { after: check.after.map(|id| id.0 as usize + 1), condition: parts.collect::<Vec<_>>().join(" and ") }
}

fn condition(var: &VarOrigin, set: u64) -> String {
    let named = |wanted: bool| -> Vec<&str> {
        let of = var.values.iter().enumerate().filter(|(index, _)| (set >> index & 1 == 1) == wanted);
        of.map(|(_, value)| value.as_str()).collect()
    };
    match (&*named(true), &*named(false)) {
        (["yes"], ["no"]) => var.name.clone(),
        (["no"], ["yes"]) => format!("not {}", var.name),
        ([only], _) => format!("{} == {only}", var.name),
        (_, [other]) => format!("{} != {other}", var.name),
        (several, _) => format!("{} in ({})", var.name, several.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn var(name: &str, values: &[&str]) -> VarOrigin {
        VarOrigin {
            name: name.to_owned(),
            short: name.to_owned(),
            node: None,
            values: values.iter().map(|&value| value.to_owned()).collect(),
            hidden: false,
            observable: true,
        }
    }

    #[test]
    fn a_check_is_written_as_an_if_says_it() {
        let truth = var("installed(sp4, A)", &["no", "yes"]);
        assert_eq!(condition(&truth, 0b10), "installed(sp4, A)");
        assert_eq!(condition(&truth, 0b01), "not installed(sp4, A)");
        let words = var("iis(A)", &["absent", "working", "broken", "odd"]);
        assert_eq!(condition(&words, 0b0010), "iis(A) == working");
        assert_eq!(condition(&words, 0b1011), "iis(A) != broken");
        assert_eq!(condition(&words, 0b1010), "iis(A) in (working, odd)");
        assert_eq!(condition(&var("on", &["yes", "maybe"]), 0b01), "on == yes");
    }
}
