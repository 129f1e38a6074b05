//! Repairs, ways back, what is served, and plans: nothing panics, and what is proposed holds.

use super::super::subject::Subject;
use super::{few, opened, shown};
use runproof::Runbook;
use runproof::check::{self, Planning, Repairing, Unplanned};
use runproof::explain::data::Word;
use runproof::report::{RepairOutcome, json, text, text::Look};

pub fn repair(subject: &Subject) {
    if few(subject, 500).is_none() {
        return;
    }
    let path = subject.runbook();
    let may = Repairing { edits: 1 + subject.dice("repair").below(2), keep_steps: false };
    let repaired = match check::repair(&path, may, &subject.within(1_500)) {
        Ok(repaired) => repaired,
        Err(mistakes) => return shown(&mistakes),
    };
    let _ = (text::repair(&repaired.report, Look::PLAIN), json::repair(Some(&repaired.report), &[]));
    subject.count("done: repair");
    let Some(better) = repaired.text else { return };
    assert_ne!(repaired.report.outcome, RepairOutcome::None);
    let there = subject.folder.join("repaired.md");
    std::fs::write(&there, &better).unwrap();
    let again = Runbook::open(&there);
    std::fs::remove_file(&there).unwrap();
    let again = match again {
        Ok(again) => again,
        // A claim may name a step that is no longer there; the report says so.
        Err(_) if repaired.report.claims.iter().any(|claim| claim.is.is_none()) => return,
        Err(found) => panic!("{found}\n{better}"),
    };
    if let Ok(report) = again.check(&subject.within(20_000)) {
        assert_eq!(report.finding.verdict, Word::AlwaysHealthy, "{better}");
    }
    subject.count("repaired");
}

pub fn ways(subject: &Subject) {
    let Some(system) = few(subject, 500) else { return };
    let runbook = opened(subject);
    let budget = subject.within(2_000);
    let rollback = || match runbook.rollback(&budget) {
        Ok(report) => (text::rollback(&report, Look::PLAIN), json::report("rollback", Some(&report), &[])),
        Err(mistakes) => (mistakes.to_string(), String::new()),
    };
    assert_eq!(rollback(), rollback(), "twice the same bytes");
    let service = || match runbook.service(&budget) {
        Ok(report) => (text::service(&report, Look::PLAIN), json::report("service", Some(&report), &[])),
        Err(mistakes) => (mistakes.to_string(), String::new()),
    };
    assert_eq!(service(), service(), "twice the same bytes");
    let first = "1".to_owned();
    let path = subject.runbook();
    let after = if super::steps(&system) > 1 { vec![first] } else { Vec::new() };
    let asked = Planning { runbook: Some(&path), after: &after, to: "healthy", ..Planning::default() };
    let plan = || match check::plan(&subject.world(), &asked, &budget) {
        Ok(planned) => text::plan(&planned.report, Look::PLAIN),
        Err(Unplanned::Mistakes(mistakes)) => mistakes.to_string(),
        Err(Unplanned::Asked(wrong)) => wrong,
    };
    assert_eq!(plan(), plan(), "twice the same bytes");
    subject.count("done: ways on and back");
}
