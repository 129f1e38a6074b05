//! Health as it would be said by somebody who meant one order of the runbook: otherwise few orders are good by chance.

use crate::naive::unpacked::{case_of, variables};
use crate::written::Dice;
use crate::written::wider::Written;
use runproof::Runbook;
use runproof::base::Files;
use runproof::system::{Slot, System};
use std::io;
use std::path::{Path, PathBuf};

/// Files that are on no disk.
struct Held<'w>(&'w Written);

impl Files for Held<'_> {
    fn read(&self, path: &Path, _: usize) -> io::Result<Vec<u8>> {
        let file = self.0.files.iter().find(|(name, _)| path == Path::new(name));
        file.map(|(_, text)| text.clone().into_bytes()).ok_or_else(|| io::ErrorKind::NotFound.into())
    }

    fn shown(&self, path: &Path) -> String {
        path.display().to_string()
    }

    fn same(&self, path: &Path) -> PathBuf {
        path.to_owned()
    }
}

/// Where some run of some ordering ends well in itself: the names of a few variables, and their values there.
fn end(dice: &mut Dice, system: &System) -> Option<Vec<String>> {
    if super::subject::steps(system) > 6 || system.layout.slots.len() > 60 {
        return None;
    }
    let case = case_of(system, None);
    if case.reactions.len() > 10 || case.faults.len() > 2 {
        return None;
    }
    let orderings = case.orderings();
    let ordering = orderings.get(dice.below(orderings.len().max(1)))?;
    let runs = case.runs(ordering);
    let run = runs.into_iter().find(|run| !run.refused && !run.unsettled && !run.endless)?;
    let told: Vec<String> = variables(system)
        .into_iter()
        .zip(&run.world)
        .filter_map(|(var, value)| {
            let origin = system.origins.vars.get(var.0 as usize).filter(|origin| !origin.hidden)?;
            let changes = matches!(system.layout.slots[var.0 as usize], Slot::Field { .. });
            let value = origin.values.get(usize::from(*value)).filter(|_| changes)?;
            Some(format!("{} == {value}", origin.name))
        })
        .collect();
    let some = (0..1 + dice.below(2)).map(|_| told.get(dice.below(told.len().max(1))).cloned());
    some.collect()
}

/// Writes another `[health]`, where the case can be read and there is such an end.
pub fn well_meant(dice: &mut Dice, written: &mut Written) {
    let Ok(runbook) = Runbook::open_in(&Held(written), Path::new("runbook.md")) else { return };
    let Some(told) = end(dice, runbook.system()) else { return };
    for (_, text) in &mut written.files {
        if let Some(at) = text.find("[health]\nend = ") {
            let line = at + "[health]\n".len();
            let after = text[line..].find('\n').map_or(text.len(), |end| line + end);
            text.replace_range(line..after, &format!("end = \"{}\"", told.join(" and ")));
        }
    }
}
