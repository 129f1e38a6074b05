//! One text for one language, with what a reader has to know at its head.

use super::graph::Graph;
use super::machine::{Unwritten, Wanted, model};
use super::order::Law;
use super::{Target, dot, itf, mermaid, murphi, pddl, promela, tla};
use crate::base::{Limit, Tally};
use crate::system::{Procedure, State, System};

/// More pairs than this are not looked at to find out whether runs of an ordering can end in several ways.
const MOST_PAIRS: usize = 20_000_000;

/// Writes a system; with a law, whether it is exactly that of the good orderings.
///
/// # Errors
/// It cannot be said in that language, or a limit was hit.
pub fn write(
    system: &System,
    (title, target): (&str, Target),
    law: Option<Law>,
    tally: &mut Tally,
) -> Result<String, Unwritten> {
    let unsaid = |text: &str| Err(Unwritten::Unsaid(text.to_owned()));
    match (target, &system.procedure) {
        (Target::Promela | Target::Murphi | Target::Tla, _) => infix(system, (title, target), law, tally),
        (Target::Pddl, Procedure::Free) => {
            unsaid("a world alone has no end that a planner could look for: export a runbook")
        }
        (Target::Pddl, Procedure::Ordered(_)) => planning(system, title, tally),
        (Target::Itf, _) => unsaid("this format holds one run, not a system"),
        (Target::Dot, _) => {
            let graph = small(system, dot::MOST_PAIRS, tally)?;
            Ok(dot::write(system, title, &graph))
        }
        (Target::Mermaid, Procedure::Ordered(plan)) => Ok(mermaid::procedure(system, plan, title)),
        (Target::Mermaid, Procedure::Free) => {
            let graph = small(system, mermaid::MOST_STATES, tally)?;
            Ok(mermaid::graph(system, &graph, title))
        }
    }
}

/// Writes one run: what led to each state, and the state.
pub fn run(system: &System, about: &[String], states: &[(String, State)]) -> String {
    itf::write(system, about, states)
}

fn small(system: &System, most: usize, tally: &mut Tally) -> Result<Graph, Unwritten> {
    let mine = tally.budget().states.is_none_or(|allowed| allowed >= most as u64);
    Graph::of(system, most, tally).map_err(|limit| match limit {
        Limit::States if mine => {
            Unwritten::Unsaid(format!("there are more than {most} states: too many for a picture"))
        }
        limit => Unwritten::Limit(limit),
    })
}

fn infix(
    system: &System,
    (title, target): (&str, Target),
    law: Option<Law>,
    tally: &mut Tally,
) -> Result<String, Unwritten> {
    let ordered = matches!(system.procedure, Procedure::Ordered(_));
    let compared = law.is_some();
    let certain = compared && Graph::of(system, MOST_PAIRS, tally)?.certain;
    let wanted = Wanted { drills: true, faults: true, law, certain };
    let mut model = model(system, title, &wanted, tally)?;
    let mut about = vec![String::new()];
    about.push(if ordered {
        "One run is one order of the steps together with everything the environment does.".to_owned()
    } else {
        "The world alone: every step at any time, for ever. A refused step changes nothing and is no move.".to_owned()
    });
    about.push("The world settles after each phase and fault: reactions run, in any order, until none can.".to_owned());
    if ordered {
        about.push("A step that is refused is an end of the run, not a command that is not possible.".to_owned());
    }
    if ordered && !system.faults.is_empty() {
        about.push("Faults strike before a step, within their budgets; not after the last step.".to_owned());
    }
    if ordered && !system.drills.is_empty() {
        about.push(
            "Drills come after a healthy end, one after the other, each on a copy of the final state.".to_owned(),
        );
        about.push(
            "Where a drill can go several ways, `ends well` says that this way passes, not that all do.".to_owned(),
        );
    }
    about.push("Reactions that go round for ever break no assertion: look for a cycle while `settling`.".to_owned());
    if compared && certain {
        about.push("Asserted: a run is good exactly if its order satisfies the rules.".to_owned());
    } else if compared {
        about.push(
            "Asserted: no run that is not good satisfies the rules. That an order that breaks them has a run that is"
                .into(),
        );
        about
            .push("not good is no assertion about one run: runs of one order can end in several ways here.".to_owned());
    } else if ordered {
        about.push("Asserted: every run is good.".to_owned());
    }
    model.about = about;
    Ok(match target {
        Target::Murphi => murphi::write(&model),
        Target::Tla => tla::write(&model),
        _ => promela::write(&model),
    })
}

fn planning(system: &System, title: &str, tally: &mut Tally) -> Result<String, Unwritten> {
    let wanted = Wanted { drills: false, faults: false, law: None, certain: false };
    let mut model = model(system, title, &wanted, tally)?;
    model.about = vec![
        String::new(),
        "The problem of finding an order with a run that ends well. The planner chooses everything, also outcomes and"
            .into(),
        "the order of reactions: a plan is a good order only where the environment has nothing to choose.".into(),
        "Domain and problem are in one text; most planners want the problem, from its `(define` on, in a second file."
            .into(),
    ];
    let mut left_out = Vec::new();
    if !system.drills.is_empty() {
        left_out.push("drills".to_owned());
    }
    if !system.faults.is_empty() {
        left_out.push("faults".to_owned());
    }
    if system.initial.len() > 1 {
        left_out.push(format!("{} of {} initial states", system.initial.len() - 1, system.initial.len()));
    }
    if !left_out.is_empty() {
        model.about.push(format!("Left out: {}.", left_out.join(", ")));
    }
    // A plan may not break anything on its way.
    for definition in model.definitions.iter_mut().filter(|definition| definition.name == "goes on") {
        definition.expr = super::Expr::Constant(false);
    }
    pddl::write(&model)
        .ok_or_else(|| Unwritten::Unsaid("a sum has too many terms to be written out in PDDL".to_owned()))
}
