//! A case by chance: a wide one, a narrow one, or one that somebody has changed.

use super::meant::well_meant;
use crate::written::wider::{Written, written};
use crate::written::{self, Dice};

/// The case of a number. The same number gives the same case.
pub fn case(seed: u64) -> Written {
    let mut dice = Dice::new(seed & 0xffff_ffff);
    let narrow = dice.chance(5);
    let mut case = if narrow {
        let (world, runbook) = (written::world(&mut dice), written::runbook(&mut dice));
        let file = |name: &str, text: String| (name.to_owned(), text);
        Written { files: vec![file("world.toml", world), file("runbook.md", runbook)] }
    } else {
        written(&mut dice)
    };
    if dice.chance(2) {
        well_meant(&mut dice, &mut case);
    }
    if dice.chance(6) {
        for _ in 0..1 + dice.below(2) {
            change(&mut dice, &mut case);
        }
    }
    case
}

/// Words that are put in the place of others of their kind.
const SWAPS: &[(&str, &str)] = &[
    (" and ", " or "),
    (" or ", " and "),
    ("==", "!="),
    ("<", ">="),
    ("restart", "power off"),
    ("yes", "no"),
    ("running", "stopped"),
    ("v2", "v3"),
    ("`if ", "`if not "),
    ("either", "undivided"),
    ("- ", "1. "),
    ("1. ", "- "),
    ("every", "some"),
    ("\"", ""),
    ("A", "B"),
    ("(", "(("),
    ("node", "package"),
    ("1", "65"),
];

/// A line left out, doubled or moved, a word changed, or a character.
fn change(dice: &mut Dice, case: &mut Written) {
    let file = dice.below(case.files.len());
    let text = &mut case.files[file].1;
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    if lines.is_empty() {
        return;
    }
    let (at, other) = (dice.below(lines.len()), dice.below(lines.len()));
    match dice.below(6) {
        0 => drop(lines.remove(at)),
        1 => lines.insert(other, lines[at].clone()),
        2 => lines.swap(at, other),
        3 | 4 => {
            let fitting: Vec<&(&str, &str)> = SWAPS.iter().filter(|(from, _)| lines[at].contains(from)).collect();
            if !fitting.is_empty() {
                let (from, to) = fitting[dice.below(fitting.len())];
                lines[at] = lines[at].replacen(from, to, 1);
            }
        }
        _ => {
            let mut letters: Vec<char> = lines[at].chars().collect();
            let letter = ['"', '`', '[', '}', ' ', '\u{1b}', 'é', '#', '0'][dice.below(9)];
            let place = dice.below(letters.len() + 1);
            letters.insert(place, letter);
            lines[at] = letters.into_iter().collect();
        }
    }
    *text = lines.join("\n") + "\n";
}
