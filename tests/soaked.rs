//! What the long random run found, looked at again: every case that is kept passes every check that it is asked.

mod agreeing;
mod naive;
mod plain;
mod slipped;
mod soaking;
mod written;

use soaking::caught::one;
use soaking::checks::CHECKS;
use soaking::store;
use soaking::subject::Subject;

#[test]
fn whatever_was_found_is_mended() {
    let folders = std::fs::read_dir(store::found()).map(|entries| entries.map(|entry| entry.unwrap().path()));
    let mut folders: Vec<_> = folders.map(Iterator::collect).unwrap_or_default();
    folders.sort();
    for folder in folders.into_iter().filter(|folder| folder.is_dir()) {
        let why = std::fs::read_to_string(folder.join("why.txt")).expect("what was wrong is said");
        let scratch = tempfile::tempdir().unwrap();
        let seed = store::seed(&why).expect("the seed is said");
        let subject = Subject::new(&scratch.path().join("case"), seed);
        subject.put(&store::read(&folder));
        for check in CHECKS {
            let trouble = one(&subject, check.name, check.run);
            assert!(trouble.is_none(), "{}: {trouble:?}", folder.display());
            if check.name == "reads" && !subject.met.lock().unwrap().contains_key("read") {
                break;
            }
        }
    }
}
