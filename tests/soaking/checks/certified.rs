//! The certificate: found again; and refused where a byte, or what it says, was changed.

use super::super::subject::Subject;
use super::{STATES, shown};
use runproof::base::Budget;
use runproof::check::{self, Detail, Uncertified, certified};
use runproof::recheck::{AnswerTold, Certificate, Problem};
use runproof::report::{Recheck, RecheckOutcome};

fn rechecked(subject: &Subject, certificate: &str) -> Recheck {
    let it = ("the certificate", certificate.as_bytes(), subject.folder.as_path());
    check::recheck(it, None, &Budget::default()).unwrap_or_else(|found| panic!("{found}"))
}

/// Something else is said, and the checksum fits.
fn lie(kept: &mut Certificate, which: usize) -> Option<&'static str> {
    match which {
        0 => {
            kept.verdict.good = (kept.verdict.good.parse::<u64>().ok()? + 1).to_string();
            Some("one more good order")
        }
        1 => {
            let claim = kept.claims.iter_mut().find(|claim| claim.answer != AnswerTold::NotCovered)?;
            claim.answer = match claim.answer {
                AnswerTold::Holds => AnswerTold::Fails,
                _ => AnswerTold::Holds,
            };
            Some("another answer to a claim")
        }
        2 => {
            let place = kept.places.iter_mut().find(|place| place.len() > 1)?;
            place.pop();
            Some("a state less")
        }
        _ => {
            let node = kept.nodes.iter_mut().rev().find(|(_, next)| !next.is_empty())?;
            node.0 = !node.0;
            Some("an automaton that ends elsewhere")
        }
    }
}

pub fn certificate(subject: &Subject) {
    let path = subject.runbook();
    let found = match certified(&path, "runbook.md", Detail::Plain, &subject.within(STATES)) {
        Ok(found) => found,
        Err(mistakes) => return shown(&mistakes),
    };
    let text = match found.certificate {
        Ok(text) => text,
        Err(Uncertified::Unknown(_)) => return subject.count("certificates do not hold it"),
        Err(Uncertified::Limit(_)) => return,
    };
    let again = rechecked(subject, &text);
    assert_eq!(again.outcome, RecheckOutcome::Rechecked, "{:?}", again.reason);
    let fails = found.checked.report.fails();
    // Claims about more than the orders are left open.
    assert!(again.fails() == fails || again.uncovered() && fails, "a claim fails: {fails}");
    let kept = Certificate::read(text.as_bytes()).expect("it was read just now");
    assert_eq!(kept.written(), text, "written as it is read");
    subject.count("done: certificate");
    let mut dice = subject.dice("certificate");
    let mut bytes = text.clone().into_bytes();
    let at = dice.below(bytes.len());
    bytes[at] ^= [1u8, 0x20, 0x80][dice.below(3)];
    assert!(matches!(Certificate::read(&bytes), Err(Problem::Refused(_))), "byte {at} may not be changed");
    for which in 0..4 {
        let mut wrong = kept.clone();
        let Some(what) = lie(&mut wrong, which).filter(|_| wrong != kept) else { continue };
        let found = rechecked(subject, &wrong.written());
        assert_eq!(found.outcome, RecheckOutcome::Refused, "a certificate with {what}");
        subject.count("lies refused");
    }
}
