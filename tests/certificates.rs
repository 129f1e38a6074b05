//! Certificates: the rechecker finds again what the engines found, in every shipped runbook and in worlds by chance; and it
//! refuses whatever was changed.

mod written;

use runproof::base::{Budget, Sources};
use runproof::check::{self, Detail, Subject, Uncertified, certificate_of, certified};
use runproof::files::runbooks_below;
use runproof::recheck::{AnswerTold, Certificate, Problem, digest};
use runproof::report::{Recheck, RecheckOutcome};
use runproof::resolve::{self, model};
use runproof::system::{Predicate, Procedure, System};
use runproof::{lower, recheck};
use serde_json::Value;
use std::path::{Path, PathBuf};

fn models() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("models")
}

/// The certificate of a runbook, as if it lay beside it; and whether a claim fails. None where something goes round.
fn certificate_if_any(path: &Path) -> Option<(String, bool)> {
    let name = path.file_name().unwrap().to_str().unwrap();
    let certified = certified(path, name, Detail::Plain, &Budget::default()).unwrap_or_else(|found| panic!("{found}"));
    match certified.certificate {
        Ok(text) => Some((text, certified.checked.report.fails())),
        Err(Uncertified::Unknown(_)) => None,
        Err(other) => panic!("{}: {other:?}", path.display()),
    }
}

fn certificate(path: &Path) -> (String, bool) {
    certificate_if_any(path).expect("nothing in it goes round")
}

fn rechecked(path: &Path, certificate: &str) -> Recheck {
    let folder = path.parent().unwrap();
    let found = check::recheck(("the certificate", certificate.as_bytes(), folder), None, &Budget::default());
    found.unwrap_or_else(|found| panic!("{found}"))
}

#[test]
fn what_is_certified_of_every_shipped_runbook_is_found_again() {
    let runbooks = runbooks_below(&models()).unwrap();
    assert!(runbooks.len() > 20, "the shipped runbooks are found");
    let (mut certified, all) = (0, runbooks.len());
    for path in runbooks {
        let Some((text, fails)) = certificate_if_any(&path) else { continue };
        certified += 1;
        let found = rechecked(&path, &text);
        assert_eq!(found.outcome, RecheckOutcome::Rechecked, "{}: {:?}", path.display(), found.reason);
        assert_eq!(found.fails(), fails, "{}", path.display());
        let kept = Certificate::read(text.as_bytes()).unwrap();
        assert_eq!(kept.written(), text, "{}: written as it is read", path.display());
    }
    assert!(certified > 40 && certified + 8 >= all, "{certified} of {all} have a certificate");
}

#[test]
fn what_is_certified_of_worlds_by_chance_is_found_again() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("runbook.md");
    let (mut decided, mut mattered, mut with_ifs, mut mixed) = (0, 0, 0, 0);
    for seed in 0..300 {
        let mut dice = written::Dice::new(seed);
        let (world, runbook) = (written::world(&mut dice), written::runbook(&mut dice));
        std::fs::write(folder.path().join("world.toml"), &world).unwrap();
        std::fs::write(&path, &runbook).unwrap();
        let budget = Budget { states: Some(20_000), ..Budget::default() };
        let Ok(found) = certified(&path, "runbook.md", Detail::Plain, &budget) else { continue };
        let Ok(text) = found.certificate else { continue };
        decided += 1;
        let fails = found.checked.report.fails();
        let again = rechecked(&path, &text);
        assert_eq!(again.outcome, RecheckOutcome::Rechecked, "seed {seed}: {:?}\n{world}\n{runbook}", again.reason);
        assert_eq!(again.fails(), fails, "seed {seed}\n{world}\n{runbook}");
        let kept = Certificate::read(text.as_bytes()).unwrap();
        mattered += u32::from(kept.rules.is_some());
        mixed += u32::from(kept.verdict.mixed != "0");
        with_ifs += u32::from(!kept.names.ifs.is_empty());
    }
    println!("{decided} decided, order mattered in {mattered}, mixed in {mixed}, with `if` {with_ifs}");
    assert!(decided > 100 && mattered > 10 && mixed > 10 && with_ifs > 10, "the worlds are of every kind");
}

#[test]
fn a_certificate_with_one_byte_changed_is_refused() {
    let path = models().join("hotfix-queue/one-restart.md");
    let (text, _) = certificate(&path);
    for at in 0..text.len() {
        for flip in [1u8, 0x20, 0x80] {
            let mut bytes = text.clone().into_bytes();
            bytes[at] ^= flip;
            assert!(matches!(Certificate::read(&bytes), Err(Problem::Refused(_))), "byte {at} with {flip:#x}");
        }
    }
    for length in 0..text.len() {
        assert!(Certificate::read(&text.as_bytes()[..length]).is_err(), "cut to {length}");
    }
    assert!(Certificate::read(format!("{text}\n").as_bytes()).is_err(), "with more at its end");
}

/// The certificate with a checksum that fits.
fn sealed(lines: &[Value]) -> String {
    let body: String = lines.iter().map(|line| format!("{line}\n")).collect();
    let sum = digest(body.as_bytes());
    format!("{body}{{\"sha256\":\"{sum}\"}}\n")
}

/// Everything that is like a value but for one place.
fn variants(value: &Value) -> Vec<Value> {
    match value {
        Value::Null => vec![Value::from("x")],
        Value::Bool(truth) => vec![Value::from(!truth)],
        Value::Number(number) => {
            let number = number.as_u64().unwrap();
            let less = number.checked_sub(1).map(Value::from);
            [Value::from(number + 1)].into_iter().chain(less).collect()
        }
        Value::String(text) => {
            let digits = text.parse::<u64>().ok().map(|number| Value::from((number + 1).to_string()));
            let mut swapped: Vec<Value> = Vec::new();
            for (word, other) in [("holds", "fails"), ("order-matters", "always-healthy"), ("every", "some")] {
                swapped.extend((text == word).then(|| Value::from(other)));
                swapped.extend((text == other).then(|| Value::from(word)));
            }
            let last = text.char_indices().last().map(|(at, c)| Value::from(format!("{}{}", &text[..at], turned(c))));
            digits.into_iter().chain(swapped).chain(last).collect()
        }
        Value::Array(parts) => {
            let mut all = Vec::new();
            for at in 0..parts.len() {
                let put = |part: Option<Value>| {
                    let mut parts = parts.clone();
                    match part {
                        Some(part) => parts[at] = part,
                        None => drop(parts.remove(at)),
                    }
                    Value::Array(parts)
                };
                all.push(put(None));
                all.extend(variants(&parts[at]).into_iter().map(|part| put(Some(part))));
            }
            all
        }
        Value::Object(fields) => {
            let mut all = Vec::new();
            for (name, field) in fields {
                for variant in variants(field) {
                    let mut fields = fields.clone();
                    fields[name] = variant;
                    all.push(Value::Object(fields));
                }
                if name.starts_with("witness") || name == "counterexample" || name == "rules" {
                    let mut fields = fields.clone();
                    fields[name] = Value::Null;
                    all.push(Value::Object(fields));
                }
            }
            all
        }
    }
}

fn turned(c: char) -> char {
    match c {
        '0' => '1',
        _ if c.is_ascii() => char::from(c as u8 - 1),
        _ => 'x',
    }
}

#[test]
fn a_certificate_that_says_something_else_is_refused_though_its_checksum_fits() {
    let mut tried = 0;
    for name in ["hotfix-queue/one-restart.md", "hotfix-queue/two-people.md", "tutorial/unknown/prepared.md"] {
        let path = models().join(name);
        let (text, _) = certificate(&path);
        let mut lines: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        lines.pop();
        assert_eq!(sealed(&lines), text, "nothing is changed yet");
        for at in 1..lines.len() {
            for variant in variants(&lines[at]).into_iter().filter(|variant| *variant != lines[at]) {
                let mut lines = lines.clone();
                lines[at] = variant;
                let found = rechecked(&path, &sealed(&lines));
                let refused = matches!(found.outcome, RecheckOutcome::Refused | RecheckOutcome::Changed);
                assert!(refused, "{name}: {}", lines[at]);
                tried += 1;
            }
        }
    }
    println!("{tried} changes refused");
    assert!(tried > 1000, "{tried}");
}

#[test]
fn an_automaton_that_is_deeper_than_any_order_is_refused_before_it_is_walked() {
    let path = models().join("hotfix-queue/one-restart.md");
    let mut kept = Certificate::read(certificate(&path).0.as_bytes()).unwrap();
    let first = u32::try_from(kept.nodes.len()).unwrap();
    kept.nodes.push((false, vec![(0, first - 1)]));
    kept.nodes.extend((first..first + 200_000).map(|before| (false, vec![(0, before)])));
    kept.sets[0].root = first + 200_000;
    let found = rechecked(&path, &kept.written());
    assert_eq!(found.outcome, RecheckOutcome::Refused);
    assert!(found.reason.as_ref().unwrap().contains("more steps than the runbook"), "{:?}", found.reason);
}

#[test]
fn a_pair_of_position_and_state_that_nothing_leads_to_is_refused() {
    let path = models().join("hotfix-queue/one-restart.md");
    let kept = Certificate::read(certificate(&path).0.as_bytes()).unwrap();
    let end = kept.nodes.iter().position(|node| *node == (true, Vec::new())).unwrap() as u32;
    let mut tried = 0;
    // Where nothing comes next, all that is asked of a pair is whether it is a good end: either answer is tried for each set.
    let last = (0..kept.places.len()).filter(|at| kept.positions.iter().all(|(from, _)| *from as usize != *at));
    for at in last {
        let others = (0..kept.states.len() as u32).filter(|state| !kept.places[at].contains(state));
        for (state, answers) in others.flat_map(|state| (0..1u32 << kept.sets.len()).map(move |bits| (state, bits))) {
            let mut more = kept.clone();
            more.places[at].push(state);
            for (number, set) in more.sets.iter_mut().enumerate() {
                set.from[at].push(if answers >> number & 1 == 1 { end } else { 0 });
            }
            let found = rechecked(&path, &more.written());
            assert_eq!(found.outcome, RecheckOutcome::Refused, "state {state} at position {at}, {answers:b}");
            tried += 1;
        }
    }
    assert!(tried > 0);
}

#[test]
fn a_certificate_of_files_that_changed_says_which() {
    let folder = tempfile::tempdir().unwrap();
    for name in ["world.toml", "one-restart.md"] {
        std::fs::copy(models().join("hotfix-queue").join(name), folder.path().join(name)).unwrap();
    }
    let path = folder.path().join("one-restart.md");
    let (text, _) = certificate(&path);
    assert_eq!(rechecked(&path, &text).outcome, RecheckOutcome::Rechecked);
    let world = folder.path().join("world.toml");
    let changed = std::fs::read_to_string(&world).unwrap() + "\n# a word\n";
    std::fs::write(&world, changed).unwrap();
    let found = rechecked(&path, &text);
    assert_eq!(found.outcome, RecheckOutcome::Changed);
    assert!(found.changed.len() == 1 && found.changed[0].ends_with("world.toml: changed"), "{:?}", found.changed);
    std::fs::remove_file(&world).unwrap();
    assert_eq!(rechecked(&path, &text).outcome, RecheckOutcome::Changed);
}

/// A world and a runbook, and the system that they become.
fn opened(path: &Path) -> (model::World, model::Runbook, System) {
    let (resolved, runbook) = resolve::open_runbook(path, &mut Sources::default(), &mut Vec::new()).unwrap();
    let system = lower::runbook(&resolved.world, &runbook).unwrap();
    (resolved.world, runbook, system)
}

/// Systems that a lowering with one mistake would give.
fn planted(system: &System) -> Vec<(String, System)> {
    let mut all = Vec::new();
    let mut plant = |name: String, change: &dyn Fn(&mut System)| {
        let mut wrong = system.clone();
        change(&mut wrong);
        all.push((name, wrong));
    };
    for (at, step) in system.steps.iter().enumerate() {
        for need in 0..step.needs.len() {
            plant(format!("{} without a need", step.name), &|wrong| drop(wrong.steps[at].needs.remove(need)));
        }
        for (phase, ways) in step.phases.iter().enumerate() {
            for (way, outcome) in ways.outcomes.iter().enumerate() {
                if outcome.when != Predicate::Constant(true) {
                    plant(format!("{} goes another way too", step.name), &|wrong| {
                        wrong.steps[at].phases[phase].outcomes[way].when = Predicate::Constant(true);
                    });
                }
                for assign in 0..outcome.assigns.len() {
                    plant(format!("{} without an effect", step.name), &|wrong| {
                        drop(wrong.steps[at].phases[phase].outcomes[way].assigns.remove(assign));
                    });
                    if outcome.assigns[assign].when != Predicate::Constant(true) {
                        plant(format!("{} with an effect always", step.name), &|wrong| {
                            let assigns = &mut wrong.steps[at].phases[phase].outcomes[way].assigns;
                            assigns[assign].when = Predicate::Constant(true);
                        });
                    }
                }
            }
        }
    }
    for (at, reaction) in system.reactions.iter().enumerate() {
        plant(format!("without {}", reaction.name), &|wrong| drop(wrong.reactions.remove(at)));
    }
    for at in 0..system.faults.len() {
        plant("without a fault".to_owned(), &|wrong| drop(wrong.faults.remove(at)));
    }
    for at in 0..system.health.len() {
        plant("without a part of health".to_owned(), &|wrong| drop(wrong.health[at].parts.remove(0)));
    }
    for at in 0..system.drills.len() {
        plant("without a drill".to_owned(), &|wrong| drop(wrong.drills.remove(at)));
    }
    if let Procedure::Ordered(plan) = &system.procedure {
        for at in 0..plan.guards.len() {
            plant("with an `if` the other way round".to_owned(), &|wrong| {
                let Procedure::Ordered(plan) = &mut wrong.procedure else { return };
                let when = std::mem::replace(&mut plan.guards[at].when, Predicate::Constant(true));
                plan.guards[at].when = Predicate::Not(Box::new(when));
            });
        }
    }
    all
}

#[test]
fn a_mistake_in_the_lowering_is_noticed() {
    let (mut noticed, mut same) = (0, 0);
    for name in [
        "hotfix-queue/two-people.md",
        "kafka/six-steps.md",
        "nt4-cluster/q242398-sp5.md",
        "nt4-cluster/q191138-newer-on-a.md",
        "tutorial/always/careless.md",
        "tutorial/drill/runbook.md",
        "tutorial/unknown/prepared.md",
    ] {
        let path = models().join(name);
        let (world, runbook, system) = opened(&path);
        let subject = Subject { world: &world, runbook: &runbook, sources: Vec::new(), path: String::new() };
        let budget = Budget::default();
        let right = certificate_of(&subject, &system, &budget).unwrap();
        for (what, wrong) in planted(&system) {
            let certificate = certificate_of(&subject, &wrong, &budget).unwrap();
            if certificate == right {
                // Nothing that a run can come to shows it.
                same += 1;
                continue;
            }
            let mut tally = runproof::base::Tally::start(&budget, "pairs");
            let found = recheck::recheck(&certificate, &world, &runbook, &mut tally);
            assert!(matches!(found, Err(Problem::Refused(_))), "{name}: {what} is not noticed");
            noticed += 1;
        }
    }
    println!("{noticed} mistakes noticed, {same} that show nowhere");
    assert!(noticed > 50, "{noticed}");
}

#[test]
fn a_limit_gives_no_certificate_and_no_answer() {
    let path = models().join("nt4-cluster/q218922.md");
    let budget = Budget { states: Some(300), ..Budget::default() };
    assert!(certified(&path, "q218922.md", Detail::Plain, &budget).unwrap().certificate.is_err());
    let (text, _) = certificate(&path);
    let found = check::recheck(("it", text.as_bytes(), path.parent().unwrap()), None, &budget).unwrap();
    assert_eq!(found.outcome, RecheckOutcome::Undecided);
}

#[test]
fn a_claim_about_more_than_orders_is_said_to_be_left_open() {
    let folder = tempfile::tempdir().unwrap();
    let source = models().join("hotfix-queue");
    std::fs::copy(source.join("world.toml"), folder.path().join("world.toml")).unwrap();
    let text = std::fs::read_to_string(source.join("one-restart.md")).unwrap();
    let fence = text.find("```toml runproof").unwrap();
    let end = fence + text[fence..].find("\n```").unwrap();
    let more = "\n\n[[claim]]\nid = \"can-be-recovered\"\nrecoverable = true";
    let path = folder.path().join("one-restart.md");
    std::fs::write(&path, format!("{}{more}{}", &text[..end], &text[end..])).unwrap();
    let (text, _) = certificate(&path);
    let kept = Certificate::read(text.as_bytes()).unwrap();
    assert_eq!(kept.claims.last().map(|claim| claim.answer), Some(AnswerTold::NotCovered));
    let found = rechecked(&path, &text);
    assert_eq!(found.outcome, RecheckOutcome::Rechecked, "{:?}", found.reason);
    assert!(found.uncovered());
}
