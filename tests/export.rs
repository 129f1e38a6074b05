//! What is exported means what was checked: guarded commands, followed one by one, reach as many pairs of position and stable
//! state as the engines, and find a bad run, a good run and the rules where the checker does.

mod naive;

use naive::random::{Dice, system};
use naive::{Case, Run};
use num_bigint::BigUint;
use proptest::prelude::*;
use runproof::base::{Budget, Limit, Tally};
use runproof::engine::{Engine, Packed};
use runproof::export::{Graph, Law, Model, Target, To, Unwritten, Value, Wanted, model, write};
use runproof::orderings::decide_among;
use runproof::system::{Finish, Procedure, Slot, System, VarOrigin};
use runproof::verdict::{Among, Kind};
use std::collections::{BTreeSet, HashMap};

type State = Vec<Value>;

/// All states of a model, and for each those that a command leads to.
struct Followed {
    states: Vec<State>,
    next: Vec<Vec<usize>>,
}

impl Followed {
    fn of(model: &Model) -> Followed {
        let mut numbers: HashMap<State, usize> = HashMap::new();
        let mut followed = Followed { states: Vec::new(), next: Vec::new() };
        for (_, state) in &model.initial {
            followed.number(&mut numbers, state.clone());
        }
        while let Some(state) = followed.states.get(followed.next.len()).cloned() {
            let next = model.commands.iter().filter(|command| model.holds(&command.guard, &state));
            let next = next.map(|command| followed.number(&mut numbers, model.after(command, &state))).collect();
            followed.next.push(next);
        }
        followed
    }

    fn number(&mut self, numbers: &mut HashMap<State, usize>, state: State) -> usize {
        *numbers.entry(state.clone()).or_insert_with(|| {
            self.states.push(state);
            self.states.len() - 1
        })
    }

    fn count(&self, holds: impl Fn(&State) -> bool) -> u64 {
        self.states.iter().filter(|state| holds(state)).count() as u64
    }

    /// Whether reactions can go round for ever: a cycle in which the moment stays what it is.
    fn restless(&self, moment: usize) -> bool {
        let same = |from: usize| {
            let next = self.next[from].iter().copied();
            next.filter(move |to| self.states[*to][moment] == self.states[from][moment])
        };
        let mut left: Vec<usize> = (0..self.states.len()).map(|at| same(at).count()).collect();
        let mut before = vec![Vec::new(); self.states.len()];
        (0..self.states.len()).for_each(|at| same(at).for_each(|to| before[to].push(at)));
        // What can go on only to what ends, ends.
        let mut ending: Vec<usize> = (0..left.len()).filter(|at| left[*at] == 0).collect();
        let mut ended = 0;
        while let Some(at) = ending.pop() {
            ended += 1;
            for from in &before[at] {
                left[*from] -= 1;
                if left[*from] == 0 {
                    ending.push(*from);
                }
            }
        }
        ended < self.states.len()
    }
}

fn wanted(law: Option<Law>, certain: bool) -> Wanted {
    Wanted { drills: true, faults: true, law, certain }
}

fn modelled(system: &System, wanted: &Wanted) -> Model {
    model(system, "a case", wanted, &mut Tally::start(&Budget::default(), "states")).expect("a case can be said")
}

/// The model in which a run ends where it breaks something.
fn stopping(mut model: Model) -> Model {
    for definition in model.definitions.iter_mut().filter(|definition| definition.name == "goes on") {
        definition.expr = runproof::export::Expr::Constant(false);
    }
    model
}

fn law(system: &System) -> (Option<Law>, bool) {
    let verdict = decide_among(system, Among::All, &Budget::default());
    let law = match (verdict.kind, &verdict.rules) {
        (Kind::AlwaysHealthy, _) => Some(Law::Unless(Vec::new())),
        (Kind::NeverHealthy, _) => Some(Law::Never),
        (_, Some(rules)) if rules.admitted == Some(BigUint::ZERO) => Some(Law::Unless(rules.never.clone())),
        _ => None,
    };
    (law, verdict.counts.is_some_and(|counts| counts.mixed == BigUint::ZERO))
}

fn agrees(case: &Case, system: &System) -> Result<(), TestCaseError> {
    let facts = Packed.facts(system, &Budget::default()).unwrap();
    let model = modelled(system, &wanted(None, false));
    let followed = Followed::of(&model);
    let pairs = followed.count(|state| model.holds(&model.counted[0].expr, state));
    prop_assert_eq!(pairs, facts.states, "pairs of position and stable state");
    let moment = model.now.0;
    let bad = followed.count(|state| model.never.iter().any(|never| model.holds(&never.expr, state))) > 0;
    prop_assert_eq!(bad || followed.restless(moment), facts.bad, "a bad run");

    let graph = Graph::of(system, usize::MAX, &mut Tally::start(&Budget::default(), "states")).unwrap();
    prop_assert_eq!(graph.pairs.len() as u64, facts.states);
    let worse = |finish: &Option<Finish>| finish.is_some_and(|finish| finish != Finish::Healthy);
    let wrong = graph.edges.iter().any(|edge| edge.broken || !matches!(edge.to, To::Pair(_)));
    prop_assert_eq!(wrong || graph.restless || graph.broken_at_start || graph.ends.iter().any(worse), facts.bad);

    // Whether some run is good: where drills are a matter of several ways, that is said of one way alone.
    if case.drills.is_empty() {
        let stopping = stopping(model);
        let followed = Followed::of(&stopping);
        let good = followed.count(|state| stopping.now.1 == Some(state[moment])) > 0;
        let orderings = case.orderings();
        let runs = orderings.iter().flat_map(|ordering| case.runs(ordering)).collect::<BTreeSet<Run>>();
        prop_assert_eq!(good, runs.iter().any(|run| run.good), "a good run");
    }

    if let (Some(law), unmixed) = law(system) {
        prop_assert!(unmixed || !graph.certain, "where nothing has to be chosen an order is good or not");
        let never = matches!(law, Law::Never);
        let model = modelled(system, &wanted(Some(law), graph.certain));
        let followed = Followed::of(&model);
        for watched in &model.never {
            let against = followed.states.iter().find(|state| model.holds(&watched.expr, state));
            prop_assert!(against.is_none(), "{}: {:?}", watched.name, against);
        }
        // The assertions are not empty: with another law there is a run that breaks one.
        let other = if never { Law::Unless(Vec::new()) } else { Law::Never };
        if graph.certain && !followed.restless(moment) {
            let model = modelled(system, &wanted(Some(other), true));
            let followed = Followed::of(&model);
            let broken =
                model.never.iter().any(|watched| followed.states.iter().any(|state| model.holds(&watched.expr, state)));
            prop_assert_eq!(broken, never || facts_have_good(&graph), "another law is refused");
        }
    }
    Ok(())
}

/// Whether some end is good.
fn facts_have_good(graph: &Graph) -> bool {
    graph.ends.contains(&Some(Finish::Healthy)) && !graph.broken_at_start
}

fn hostile(system: &mut System, names: &[String]) {
    let name = |at: usize| names[at % names.len()].clone();
    system.origins.vars = (0..system.layout.slots.len())
        .map(|at| VarOrigin {
            name: name(at),
            short: name(at),
            node: None,
            values: (0..4).map(|value| name(at + value)).collect(),
            hidden: false,
            observable: true,
        })
        .collect();
    system.origins.title = name(0);
    for (at, step) in system.steps.iter_mut().enumerate() {
        step.name = name(at);
        step.cite = vec![name(at + 1)];
    }
    for (at, reaction) in system.reactions.iter_mut().enumerate() {
        reaction.name = name(at);
    }
    for condition in system.always.iter_mut().chain(&mut system.health) {
        condition.name = name(0);
        condition.parts.iter_mut().for_each(|part| part.text = name(1));
    }
    if let Procedure::Ordered(plan) = &mut system.procedure {
        plan.occurrences.iter_mut().enumerate().for_each(|(at, one)| one.label = name(at));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(if cfg!(debug_assertions) { 600 } else { 3_000 }))]

    #[test]
    fn random_cases_mean_the_same(bytes in proptest::collection::vec(any::<u8>(), 40..260)) {
        let case = Dice(bytes.iter()).case_of(&[2, 3, 3, 4, 4, 5]);
        let system = system(&case, Vec::new());
        agrees(&case, &system)?;
    }

    #[test]
    fn no_name_breaks_out_of_what_it_stands_in(
        bytes in proptest::collection::vec(any::<u8>(), 40..160),
        names in proptest::collection::vec("(?s)[\\PC\\n\"\\\\*/(){}\\-= ]{0,24}|if|rule|====|end|now|unless|\\*/ assert\\(0\\)", 2..6),
    ) {
        let case = Dice(bytes.iter()).case_of(&[2, 3]);
        let mut system = system(&case, Vec::new());
        hostile(&mut system, &names);
        for target in Target::ALL {
            let written = write(&system, ("a \"title\" */ with\nall", target), None, &mut Tally::start(&Budget::default(), "states"));
            match written {
                Ok(text) => well_formed(target, &text)?,
                Err(Unwritten::Unsaid(_)) => {}
                Err(Unwritten::Limit(limit)) => prop_assert!(false, "{limit}"),
            }
        }
    }
}

/// Comments end where they should, quotes are paired, brackets are closed.
fn well_formed(target: Target, text: &str) -> Result<(), TestCaseError> {
    let mut depth = 0i64;
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let comment = match target {
            Target::Promela => ("/*", "*/"),
            Target::Murphi => ("--", "\n"),
            Target::Tla => ("\\*", "\n"),
            Target::Pddl => (";", "\n"),
            Target::Dot => ("//", "\n"),
            Target::Mermaid | Target::Itf => ("%%", "\n"),
        };
        if rest.starts_with(comment.0) {
            let end = rest.find(comment.1);
            prop_assert!(end.is_some(), "a comment ends");
            let end = end.unwrap() + comment.1.len();
            prop_assert!(!rest[2..end].contains("/*") || target != Target::Promela, "no comment in a comment");
            rest = &rest[end..];
            continue;
        }
        if c == '"' && target != Target::Itf {
            let mut escaped = false;
            let end = rest[1..].find(|c| {
                let ends = c == '"' && !escaped;
                escaped = c == '\\' && !escaped && target == Target::Dot;
                ends
            });
            prop_assert!(end.is_some_and(|end| !rest[1..=end].contains('\n')), "a string ends on its line");
            rest = &rest[end.unwrap() + 2..];
            continue;
        }
        depth += match c {
            '(' | '{' | '[' => 1,
            ')' | '}' | ']' => -1,
            _ => 0,
        };
        prop_assert!(depth >= 0, "nothing is closed that is not open");
        prop_assert!(c.is_ascii(), "{:?} stands outside of comments and strings", c);
        rest = &rest[c.len_utf8()..];
    }
    prop_assert_eq!(depth, 0, "everything is closed");
    Ok(())
}

#[test]
fn a_mask_that_cuts_a_variable_is_said_value_by_value() {
    let case = Dice([7u8; 60].iter()).case_of(&[2]);
    let mut system = system(&case, Vec::new());
    let Slot::Field { word, shift, .. } = system.layout.slots[0] else { panic!("a variable that changes") };
    let half = runproof::system::Predicate::Masked { word, mask: 1 << shift, value: 1 << shift };
    system.health[0].parts[0].predicate = half;
    system.steps[0].phases[0].outcomes[0].assigns = vec![runproof::system::Assign {
        when: runproof::system::Predicate::Constant(true),
        word,
        mask: 2 << shift,
        value: 2 << shift,
    }];
    let facts = Packed.facts(&system, &Budget::default()).unwrap();
    let model = modelled(&system, &wanted(None, false));
    let followed = Followed::of(&model);
    assert_eq!(followed.count(|state| model.holds(&model.counted[0].expr, state)), facts.states);
}

#[test]
fn a_limit_is_a_limit() {
    let case = Dice([3u8; 60].iter()).case_of(&[5]);
    let system = system(&case, Vec::new());
    let budget = Budget { states: Some(0), ..Budget::default() };
    let written = write(&system, ("", Target::Dot), None, &mut Tally::start(&budget, "states"));
    assert!(matches!(written, Err(Unwritten::Limit(Limit::States))));
}

#[test]
fn sums_are_written_without_numbers_below_zero() {
    let mut case = Dice([7u8; 60].iter()).case_of(&[2]);
    let terms = || vec![(-2, naive::Cond::Is(0, 1)), (1, naive::Cond::Is(1, 1))];
    case.health = vec![naive::Cond::AtMost(terms(), -1), naive::Cond::AtMost(terms(), 3)];
    let system = system(&case, Vec::new());
    for (target, one) in
        [(Target::Murphi, " ? 1 : 0)"), (Target::Promela, " -> 1 : 0)"), (Target::Tla, " THEN 1 ELSE 0)")]
    {
        let mut tally = Tally::start(&Budget::default(), "states");
        let text = write(&system, ("sums", target), None, &mut tally).unwrap();
        // Two terms that change sides, and the bound that does.
        assert!(text.contains(&format!("{one} + 1 <= (")), "{text}");
        assert!(text.contains(" + 3") && !text.contains("-1") && !text.contains("0 - "), "{text}");
    }
}
