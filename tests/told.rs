//! What is told of worlds whose nodes are not alike after all, of exactly as many classes as are told apart, and of drills that take long.

use runproof::report::text::{self, Look};
use runproof::{Budget, Runbook};

fn report(world: &str, runbook: &str) -> String {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("world.toml"), world).unwrap();
    let runbook = format!("# Runbook\n\n```toml runproof\nworld = \"world.toml\"\n\n{runbook}");
    std::fs::write(folder.path().join("runbook.md"), runbook).unwrap();
    let runbook = Runbook::open(folder.path().join("runbook.md")).unwrap_or_else(|mistakes| panic!("{mistakes}"));
    text::runbook(&runbook.check(&Budget::default()).unwrap(), Look { width: 200, ..Look::PLAIN })
}

/// What is touched between `first` and `last` is spoilt.
const DOORS: &str = r#"
nodes = ["A", "B"]
[var]
open = { per = "node", values = ["no", "yes"] }
touched = { per = "node", values = ["no", "yes"] }
spoilt = { per = "node", values = ["no", "yes"] }
[action."first {n: node}"]
set = { "open(n)" = "yes" }
[action."mid {n: node}"]
set = { "touched(n)" = "if open(n) then yes else touched(n)" }
[action."other {n: node}"]
set = { "touched(n)" = "if open(n) then yes else touched(n)" }
[action."look {n: node}"]
[action."last {n: node}"]
set = { "spoilt(n)" = "if touched(n) then yes else spoilt(n)", "open(n)" = "no" }
[health]
ok = "all n: not spoilt(n)"
"#;

#[test]
fn nothing_between_is_not_said_of_a_node_on_which_something_may_come_between() {
    let lists = "```\n\n1. A\n   - `first A`\n   - `mid A`\n   - `other A`\n   - `last A`\n2. B\n   - `first B`\n   - `mid B`\n   - `other B`\n   - `last B`\n   - `look B`\n";
    let told = report(DOORS, lists);
    assert!(told.contains("nothing after `first A` and before `last A`"), "{told}");
    assert!(told.contains("neither `mid B` nor `other B` after `first B` and before `last B`"), "{told}");
}

#[test]
fn an_order_that_the_lists_fix_on_one_node_is_not_taken_for_fixed_on_another() {
    let lists = "```\n\n1. A\n   - in order\n     1. `first A`\n     2. `last A`\n   - `mid A`\n   - `look A`\n2. B\n   - `first B`\n   - `mid B`\n   - `look B`\n   - `last B`\n";
    let told = report(DOORS, lists);
    assert!(told.contains("`mid A` not between `first A` and `last A`"), "{told}");
    assert!(told.contains("never `first B`, then `mid B`, then `last B`"), "{told}");
}

#[test]
fn a_step_that_is_optional_on_one_node_alone_makes_a_condition_there_alone() {
    let world = r#"
nodes = ["A", "B"]
[var]
at = { per = "node", values = ["start", "half", "bad"] }
[action."a {n: node}"]
set = { "at(n)" = "if at(n) == half then bad else at(n)" }
[action."b {n: node}"]
set = { "at(n)" = "if at(n) == start then half else at(n)" }
[health]
ok = "all n: at(n) != bad"
"#;
    let told = report(world, "```\n\n- `a A`\n- `b A`\n- [ ] `a B`\n- [ ] `b B`\n");
    assert!(told.contains("1. `a A` before `b A`\n"), "{told}");
    assert!(told.contains("2. if both are done, `a B` before `b B`\n"), "{told}");
}

#[test]
fn nodes_that_are_called_by_the_usual_letters_are_told_one_by_one() {
    let world = r#"
nodes = ["x", "y", "z", "n", "m", "k", "i", "j", "node"]
[var]
at = { per = "node", values = ["start", "half", "bad"] }
[action."a {q: node}"]
set = { "at(q)" = "if at(q) == half then bad else at(q)" }
[action."b {q: node}"]
set = { "at(q)" = "if at(q) == start then half else at(q)" }
[health]
ok = "all q: at(q) != bad"
"#;
    let told = report(world, "```\n\n- `a n`\n- `b n`\n- `a m`\n- `b m`\n");
    assert!(told.contains("`a n` before `b n`") && told.contains("`a m` before `b m`"), "{told}");
}

#[test]
fn exactly_as_many_classes_as_are_told_apart_are_told_apart() {
    let mut world = String::from("nodes = 1\n[var]\n");
    let mut actions = String::new();
    let mut health = String::from("\n[health]\n");
    let mut lists = String::from("```\n\n");
    for at in 0..5 {
        world.push_str(&format!("x{at} = {{ values = [\"off\", \"on\"] }}\n"));
        actions.push_str(&format!("\n[action.\"turn {at} on\"]\nset = {{ x{at} = \"on\" }}\n"));
        health.push_str(&format!("h{at} = \"x{at} == on\"\n"));
        lists.push_str(&format!("- [ ] `turn {at} on`\n"));
    }
    actions.push_str("\n[action.finish]\nneeds = \"x0 == on\"\nset = { x0 = \"on\" }\n");
    let told = report(&format!("{world}{actions}{health}"), &format!("{lists}- [ ] `finish`\n"));
    assert!(told.contains("order matters"), "{told}");
}

#[test]
fn a_drill_that_takes_tens_of_thousands_of_reactions_is_certified() {
    let world = r#"
nodes = 1
[var]
low = { range = [0, 63] }
high = { range = [0, 63] }
top = { range = [0, 63] }
going = { values = ["no", "yes"] }
ready = { values = ["no", "yes"] }
[action."make ready"]
set = { ready = "yes" }
[action.go]
set = { going = "yes" }
[reaction.low]
when = "going == yes and low < 63"
set = { low = "min(low + 1, 63)" }
[reaction.high]
when = "going == yes and low == 63 and high < 63"
set = { low = 0, high = "min(high + 1, 63)" }
[reaction.top]
when = "going == yes and low == 63 and high == 63 and top < 7"
set = { low = 0, high = 0, top = "min(top + 1, 63)" }
[health]
ready = "ready == yes"
[drill.count]
do = ["go"]
expect = "top == 7"
"#;
    let told = report(world, "[[claim]]\nid = \"some\"\nsome = \"healthy\"\n```\n\n1. `make ready`\n");
    assert!(told.contains("always healthy"), "{told}");
}
