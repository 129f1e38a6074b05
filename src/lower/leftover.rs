//! What a step leaves where it does not come to its end: cut short by a crash, or begun and never finished.
//!
//! ```text
//! setup of a package:   ∅ ─ some of what it writes at once ─ all of that ─ installed, and what waits for the restart
//!                            └──── half-way: neither ∅ nor all ────┘
//! cut short by a crash: any of these, and the node goes down; what was to wait for the restart is lost but in the last
//! ```
//!
//! Everything is one outcome: nothing reacts between a part that was written and the crash.

use super::TooLarge;
use super::condition::{Cond, Translator};
use super::effect::{self, Effect, Write};
use super::step::{self, Command};
use crate::base::Map;
use crate::resolve::model::{self, Act, NodeId, VariableId, World};

/// Up to so many things that a package writes, every subset of them may be left; of more, the first ones, in the order in which
/// the world names them, components before other variables.
pub const MOST_PARTS: usize = 10;

/// The step, cut short by a crash of one of its nodes.
pub fn cut_short(translator: &mut Translator<'_>, step: &model::Step, node: NodeId) -> Result<Command, TooLarge> {
    let world = translator.world();
    let mut command = step::command(translator, step)?;
    let crash = effect::down(world, node);
    let crashed = |effect: Effect| then(effect, &crash);
    let nothing = || Effect::quiet(Vec::new());
    let up = step::truth(world, world.up[node.index()], true);
    let down = matches!(step.act, Act::PowerOn(_));
    if !down && command.needs.iter().all(|need| need.name != up.name) {
        command.needs.push(up);
    }
    command.phases = match &step.act {
        // The crash comes before the node has booted, or right after.
        Act::Restart(_) => vec![vec![crash.clone()], vec![nothing(), crashed(effect::boot(world, node))]],
        Act::Install(..) | Act::Reapply(..) | Act::Remove(..) => {
            let setup = Setup::of(world, &step.act, command.phases.remove(0));
            let left = setup.left(translator, Some(&crash))?.into_iter().map(|(_, effect)| effect);
            let ends = setup.failing.iter().chain([&setup.done]).cloned();
            vec![std::iter::once(nothing()).chain(left).chain(ends).map(crashed).collect()]
        }
        _ => {
            let ends = command.phases.remove(0);
            let begun = Cond::any(ends.iter().map(|effect| effect.when.clone()));
            vec![std::iter::once(nothing().only(begun)).chain(ends).map(crashed).collect()]
        }
    };
    command.name = format!("{}, cut short by a crash of {}", command.name, world.nodes[node.index()]);
    Ok(command)
}

/// The step, begun and never finished; None where it cannot be.
pub fn half_way(translator: &mut Translator<'_>, step: &model::Step) -> Result<Option<Command>, TooLarge> {
    let world = translator.world();
    let mut command = step::command(translator, step)?;
    let effects: Vec<Effect> = match &step.act {
        Act::Restart(node) => vec![effect::down(world, *node)],
        Act::Install(..) | Act::Reapply(..) | Act::Remove(..) => {
            let setup = Setup::of(world, &step.act, command.phases.remove(0));
            let left = setup.left(translator, None)?.into_iter();
            left.map(|(chosen, effect)| match chosen {
                Some(chosen) => effect.only(setup.is_half(&chosen)),
                None => effect,
            })
            .collect()
        }
        _ => Vec::new(),
    };
    let possible = effects.into_iter().filter(|effect| effect.when != Cond::Constant(false));
    command.phases = vec![possible.collect()];
    command.name = format!("{}, begun and never finished", command.name);
    Ok((!command.phases[0].is_empty()).then_some(command))
}

/// Whether the package of a step writes more than [`MOST_PARTS`] things at once.
pub fn is_coarse(translator: &mut Translator<'_>, step: &model::Step) -> Result<bool, TooLarge> {
    let mut command = step::command(translator, step)?;
    let setup = Setup::of(translator.world(), &step.act, command.phases.remove(0));
    Ok(setup.said.is_none() && setup.parts.len() > MOST_PARTS)
}

/// One effect, and at once another that does not look at what the first did.
fn then(mut first: Effect, second: &Effect) -> Effect {
    first.writes.retain(|write| second.writes.iter().all(|later| later.variable != write.variable));
    first.writes.extend(second.writes.iter().cloned());
    first
}

/// What is left: the parts that are written, where they are known, and the effect.
type Left = (Option<Vec<usize>>, Effect);

/// A setup, or the removal of a package, taken apart.
struct Setup<'w> {
    /// Where it fails.
    failing: Vec<Effect>,
    /// Where it succeeds.
    done: Effect,
    /// What is written at once, by variable: components first, then what is set.
    parts: Vec<Vec<Write>>,
    /// What comes last: `installed`, and what waits for the restart.
    last: Vec<Write>,
    /// `interrupted`.
    said: Option<&'w [model::Outcome]>,
}

impl<'w> Setup<'w> {
    fn of(world: &'w World, act: &Act, mut effects: Vec<Effect>) -> Setup<'w> {
        let (Act::Install(package, node) | Act::Reapply(package, node) | Act::Remove(package, node)) = act else {
            panic!("a setup is one of a package")
        };
        let on = world.packages[package.index()].on[node.index()].as_ref();
        let on = on.expect("a step exists only where its package can be");
        let here = |component: &'w model::Component| component.on[node.index()].as_ref();
        let versions: Vec<VariableId> = world.components.iter().filter_map(here).map(|on| on.version).collect();
        let waiting = world.components.iter().filter_map(here).filter_map(|on| on.pending);
        let late: Vec<VariableId> = waiting.chain([on.installed, world.restart_pending[node.index()]]).collect();
        let done = effects.pop().expect("a setup can succeed");
        let mut groups: Map<VariableId, Vec<Write>> = Map::default();
        let (last, now): (Vec<Write>, Vec<Write>) =
            done.writes.iter().cloned().partition(|write| late.contains(&write.variable));
        now.into_iter().for_each(|write| groups.entry(write.variable).or_default().push(write));
        let (files, others): (Vec<_>, Vec<_>) =
            groups.into_iter().partition(|(variable, _)| versions.contains(variable));
        let parts = files.into_iter().chain(others).map(|(_, writes)| writes).collect();
        let said = if matches!(act, Act::Remove(..)) { None } else { on.interrupted.as_deref() };
        Setup { failing: effects, done, parts, last, said }
    }

    /// What may be left. What a crash undoes is no part.
    fn left(&self, translator: &mut Translator<'_>, crash: Option<&Effect>) -> Result<Vec<Left>, TooLarge> {
        let succeeds = &self.done.when;
        if let Some(said) = self.said {
            let effects = effect::outcomes(translator, said)?;
            return Ok(effects.into_iter().map(|effect| (None, effect.only(succeeds.clone()))).collect());
        }
        let undone =
            |part: &[Write]| crash.is_some_and(|crash| crash.writes.iter().any(|it| it.variable == part[0].variable));
        let parts: Vec<usize> = (0..self.parts.len()).filter(|part| !undone(&self.parts[*part])).collect();
        let chosen: Vec<Vec<usize>> = if parts.len() > MOST_PARTS {
            (0..=parts.len()).map(|first| parts[..first].to_vec()).collect()
        } else {
            let subset = |bits: u32| (0..).zip(&parts).filter(move |(at, _)| bits >> at & 1 == 1);
            (0..1u32 << parts.len()).map(|bits| subset(bits).map(|(_, part)| *part).collect()).collect()
        };
        let effect = |chosen: &[usize]| {
            Effect::quiet(chosen.iter().flat_map(|part| self.parts[*part].iter().cloned()).collect())
        };
        let left = chosen.into_iter().map(|chosen| {
            let effect = effect(&chosen).only(succeeds.clone());
            (Some(chosen), effect)
        });
        Ok(left.collect())
    }

    /// Where the chosen parts change something, and what is left out would change something more.
    fn is_half(&self, chosen: &[usize]) -> Cond {
        let changes = |write: &Write| Cond::all([write.when.clone(), Cond::is(write.variable, write.value).negate()]);
        let (some, rest): (Vec<usize>, Vec<usize>) = (0..self.parts.len()).partition(|part| chosen.contains(part));
        let some = some.into_iter().flat_map(|part| &self.parts[part]);
        let rest = rest.into_iter().flat_map(|part| &self.parts[part]).chain(&self.last);
        Cond::all([Cond::any(some.map(changes)), Cond::any(rest.map(changes))])
    }
}
