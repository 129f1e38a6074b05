//! The list of tests, and what each does.

use super::compare::{Compare, report, slips};
use super::models::Model;
use crate::base::{one_line, printable};
use crate::files::runbooks_below;
use crate::report::data::Answer;
use crate::report::text::{self, Look};
use libtest_mimic::{Arguments, Failed, Trial};
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;

/// Runs the tests of the runbooks below `directory` of the package at `package`. Called by [`super::main!`], which
/// brings the assertion of snapshots so that these belong to the user's package.
pub fn run(package: &str, directory: &str, assert: fn(&str, &str)) -> ExitCode {
    let arguments = Arguments::from_args();
    let package = Path::new(package);
    let compare = Compare { snapshots: package.join("snapshots"), assert };
    // Cargo runs tests in the package: paths of mistakes are then short, and the same on every machine.
    let here = std::env::current_dir().is_ok_and(|here| here == package);
    let below = if here { Path::new(directory).to_owned() } else { package.join(directory) };
    libtest_mimic::run(&arguments, tests(&below, directory, &compare)).exit_code()
}

#[doc(hidden)]
#[macro_export]
macro_rules! __runproof_testing_main {
    ($directory:expr) => {
        fn main() -> ::std::process::ExitCode {
            $crate::testing::run(env!("CARGO_MANIFEST_DIR"), $directory, |name: &str, text: &str| {
                $crate::testing::insta::assert_snapshot!(name, text);
            })
        }
    };
}

fn tests(below: &Path, directory: &str, compare: &Compare) -> Vec<Trial> {
    let paths = match runbooks_below(below) {
        Ok(paths) if paths.is_empty() => {
            Err(format!("no runbook below {directory}: no *.md with a `toml runproof` block"))
        }
        Ok(paths) => Ok(paths),
        Err(error) => Err(error.to_string()),
    };
    match paths {
        Ok(paths) => paths.iter().flat_map(|path| trials(below, directory, path, compare)).collect(),
        Err(error) => vec![failing(format!("{directory}::reads"), error)],
    }
}

fn trials(below: &Path, directory: &str, path: &Path, compare: &Compare) -> Vec<Trial> {
    let name = path.strip_prefix(below).unwrap_or(path).with_extension("");
    let name = crate::files::shown(&name);
    let model = Model::new(format!("{directory}/{name}.md"), name.clone(), path.to_owned());
    let (claims, asks_for_slips) = match model.asks() {
        Ok(asks) => asks,
        Err(mistakes) => return vec![failing(format!("{name}::reads"), mistakes)],
    };
    let mut trials: Vec<Trial> = claims
        .into_iter()
        .map(|id| {
            let model = Arc::clone(&model);
            Trial::test(one_line(&format!("{name}::{id}")), move || claim(&model, &id))
        })
        .collect();
    let compare = compare.clone();
    if asks_for_slips {
        let (model, compare) = (Arc::clone(&model), compare.clone());
        trials.push(Trial::test(one_line(&format!("{name}::slips")), move || slips(&model, &compare)));
    }
    trials.push(Trial::test(one_line(&format!("{name}::report")), move || report(&model, &compare)));
    trials
}

fn failing(name: String, text: String) -> Trial {
    Trial::test(one_line(&name), move || Err(Failed::from(printable(&text, false).into_owned())))
}

fn claim(model: &Model, id: &str) -> Result<(), Failed> {
    let checked = model.checked()?;
    let claims = &checked.report.finding.claims;
    let claim = claims.iter().find(|claim| claim.id == id).expect("the ids are those of the runbook's claims");
    match claim.answer {
        Answer::Holds => Ok(()),
        Answer::Fails | Answer::Vacuous | Answer::Undecided => Err(text::claim(claim, Look::PLAIN).into()),
    }
}
