//! Lowered conditions say what the expressions of the world say, in every state that random steps lead to.

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use runproof::base::Sources;
use runproof::resolve::{self, evaluate, model};
use runproof::system::{Condition, State, System, VarId};
use runproof::{files, lower};
use std::path::Path;

/// The value indices of the world's variables in a packed state.
fn values(system: &System, world: &model::World, state: &State) -> Vec<u8> {
    (0..world.variables.len()).map(|variable| system.layout.get(state, VarId(variable as u32))).collect()
}

fn same(written: &[model::Condition], lowered: &[Condition], values: &[u8], state: &State, world: &model::World) {
    assert_eq!(written.len(), lowered.len());
    for (written, lowered) in written.iter().zip(lowered) {
        let wanted = evaluate::Evaluation::new(world, values).holds(&written.expr);
        assert_eq!(wanted, lowered.holds(state), "{} differs", written.name);
    }
}

/// One of the outcomes, of a step (whether it is refused or not), a reaction or a fault, chosen by `choice`.
fn go_on(system: &System, state: &State, choice: usize) -> State {
    let steps = system.steps.iter().flat_map(|step| step.phases.iter().flat_map(|phase| &phase.outcomes));
    let reactions = system.reactions.iter().filter(|reaction| reaction.when.holds(state));
    let faults = system.faults.iter().map(|fault| &fault.action).filter(|action| action.when.holds(state));
    let spontaneous = reactions.chain(faults).flat_map(|action| &action.outcomes);
    let possible: Vec<_> = steps.chain(spontaneous).filter(|outcome| outcome.when.holds(state)).collect();
    possible[choice % possible.len()].apply(state)
}

#[test]
fn conditions_hold_in_packed_states_exactly_where_their_expressions_do() {
    let models = Path::new(env!("CARGO_MANIFEST_DIR")).join("models");
    let runbooks = files::runbooks_below(&models).unwrap();
    assert!(runbooks.len() > 20, "the shipped runbooks are found");
    for path in runbooks {
        let (resolved, runbook) = resolve::open_runbook(&path, &mut Sources::default(), &mut Vec::new()).unwrap();
        let world = &resolved.world;
        let system = lower::runbook(world, &runbook).unwrap();
        let choices = prop::collection::vec(any::<usize>(), 1..40);
        let mut runner = TestRunner::new(Config { cases: 16, failure_persistence: None, ..Config::default() });
        let walk = |choices: Vec<usize>| {
            let mut state = system.initial[choices[0] % system.initial.len()];
            for choice in choices {
                let values = values(&system, world, &state);
                same(&world.health, &system.health, &values, &state, world);
                same(&world.always, &system.always, &values, &state, world);
                for (written, lowered) in world.drills.iter().zip(&system.drills) {
                    same(
                        std::slice::from_ref(&written.expect),
                        std::slice::from_ref(&lowered.expect),
                        &values,
                        &state,
                        world,
                    );
                }
                state = go_on(&system, &state, choice);
            }
            Ok(())
        };
        runner.run(&choices, walk).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    }
}

fn steps_alone(world: &str) -> Vec<String> {
    let resolved = resolve::world_from_text("world.toml", world, &mut Sources::default(), &mut Vec::new()).unwrap();
    lower::alone(&resolved.world).unwrap().steps.into_iter().map(|step| step.name).collect()
}

#[test]
fn a_world_alone_is_without_restarts_only_where_they_change_nothing_that_is_read() {
    let switches = "nodes = [\"pc\"]\n[var]\nlight = { values = [\"off\", \"on\"] }\n\
                    [action.\"switch on\"]\nset = { light = \"on\" }\n";
    assert_eq!(steps_alone(switches), ["switch on"]);
    let queue = "nodes = [\"pc\"]\n[component.file]\nversions = [\"old\", \"new\"]\nin-use = \"yes\"\n\
                 [action.\"queue on {n: node}\"]\nset = { \"file.pending(n)\" = \"new\" }\n";
    assert!(steps_alone(queue).contains(&"restart pc".to_owned()), "a restart writes what is pending");
}
