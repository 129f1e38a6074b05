//! What a change of one word of a world does to the verdict, told before any difference of texts.

use runproof::report::text::{self, Look};
use runproof::{Budget, Runbook};
use std::path::Path;

fn report(path: &Path) -> String {
    let report = Runbook::open(path).unwrap().check(&Budget::default()).unwrap();
    text::runbook(&report, Look::PLAIN)
}

#[test]
fn an_option_pack_that_replaces_only_older_files_makes_every_order_of_q218922_good() {
    let models = Path::new(env!("CARGO_MANIFEST_DIR")).join("models/nt4-cluster");
    let copy = tempfile::tempdir().unwrap();
    let world = std::fs::read_to_string(models.join("world.toml")).unwrap();
    let package = world.find("[package.ntop]").unwrap();
    let (before, after) = world.split_at(package);
    let changed = after.replacen("replaces = \"always\"", "replaces = \"older\"", 1);
    assert_ne!(changed, after, "the Option Pack replaces files of any age");
    std::fs::write(copy.path().join("world.toml"), format!("{before}{changed}")).unwrap();
    std::fs::copy(models.join("q218922.md"), copy.path().join("q218922.md")).unwrap();

    let old = report(&models.join("q218922.md"));
    let new = report(&copy.path().join("q218922.md"));
    let lines = text::differences(&old, &new);
    let starts: Vec<String> =
        lines.iter().map(|line| line.chars().take(89).collect::<String>().trim_end().to_owned()).collect();
    insta::assert_snapshot!(starts.join("\n"), @r"
    verdict was order matters: 70 of 10 080 orders are good (0.7%), 10 010 never end well
         is now always healthy: all 10 080 orders are good
    rule gone on every node n: `install ntop on n`, then `restart n #first-n`, then `reapply
    shortest counterexample was ends unhealthy: clussvc(A) == running does not hold
                         is now none: every order is good
    claim was ✓ how-many: count = 70 good of 10080 (Q218922.fix)
       is now ✗ how-many: count = 70 good of 10080 · 10 080 of 10 080 good (Q218922.fix)
    claim was ✓ note-is-sufficient: every = healthy, where install ntop on {n} before first-{
       is now ✓ note-is-sufficient: every = healthy, where install ntop on {n} before first-{
    claim was ✓ note-is-not-necessary: some = healthy, where not (install ntop on {n} before
       is now ✓ note-is-not-necessary: some = healthy, where not (install ntop on {n} before
    claim was ✓ each-node-for-itself: exactly = healthy, where install ntop on {n} before fir
       is now ✗ each-node-for-itself: exactly = healthy, where install ntop on {n} before fir
    claim was ✓ restart-before-the-service-pack: no = healthy, where not first-{n} before rea
       is now ✗ restart-before-the-service-pack: no = healthy, where not first-{n} before rea
    claim was ✓ restart-after-the-service-pack: no = healthy, where not reapply sp4 on {n} be
       is now ✗ restart-after-the-service-pack: no = healthy, where not reapply sp4 on {n} be
    ");
}
