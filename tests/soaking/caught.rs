//! Runs checks one by one, and catches what disagrees.

use super::checks::CHECKS;
use super::subject::Subject;
use std::cell::RefCell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Once;
use std::time::Instant;

/// A check that did not pass.
#[derive(Clone, Debug)]
pub struct Trouble {
    /// The name of the check.
    pub check: &'static str,
    /// Where in the sources it was noticed.
    pub at: String,
    /// What was said.
    pub says: String,
}

impl Trouble {
    /// Whether it is the same trouble, as far as that can be told.
    pub fn is(&self, other: &Trouble) -> bool {
        (self.check, &self.at) == (other.check, &other.at)
    }
}

thread_local! {
    static LAST: RefCell<Option<(String, String)>> = const { RefCell::new(None) };
}

/// Panics are kept and not printed.
fn quietly() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        std::panic::set_hook(Box::new(|panic| {
            let at = panic.location().map(|at| format!("{}:{}", at.file(), at.line())).unwrap_or_default();
            let said = panic.payload();
            let says = said.downcast_ref::<String>().cloned();
            let says = says.or_else(|| said.downcast_ref::<&str>().map(|text| (*text).to_owned()));
            let says = says.unwrap_or_else(|| "a panic without words".to_owned());
            LAST.with(|last| *last.borrow_mut() = Some((at, says)));
        }));
    });
}

/// Runs one check; what it panics with is the trouble.
pub fn one(subject: &Subject, name: &'static str, check: fn(&Subject)) -> Option<Trouble> {
    quietly();
    LAST.with(|last| last.borrow_mut().take());
    let payload = catch_unwind(AssertUnwindSafe(|| check(subject))).err()?;
    let (at, says) = LAST.with(|last| last.borrow_mut().take()).unwrap_or_else(|| {
        // It panicked in another thread, and was handed on.
        let says = payload.downcast_ref::<String>().cloned();
        (String::new(), says.unwrap_or_else(|| "a panic in another thread".to_owned()))
    });
    Some(Trouble { check: name, at, says })
}

/// Runs all checks, those that take long only as often as they say; `begun` is told the name of each. Ends with the first trouble.
pub fn examined(subject: &Subject, begun: &dyn Fn(&'static str)) -> Option<Trouble> {
    for check in CHECKS {
        let often = check.one_in <= 1 || subject.dice(check.name).chance(check.one_in);
        if !often {
            continue;
        }
        begun(check.name);
        let started = Instant::now();
        let trouble = one(subject, check.name, check.run);
        let spent = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX);
        subject.add(&format!("ms in {}", check.name), spent);
        if trouble.is_some() {
            return trouble;
        }
        if check.name == "reads" && !subject.met.lock().unwrap().contains_key("read") {
            return None;
        }
    }
    None
}

/// The check of a name.
pub fn check(name: &str) -> fn(&Subject) {
    CHECKS.iter().find(|check| check.name == name).expect("every trouble is of a check").run
}
