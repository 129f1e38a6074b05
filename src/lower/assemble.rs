//! One system from a world and a runbook, or from a world alone.

use super::condition::{Cond, Translator};
use super::effect::Effect;
use super::pack::{Packer, Possible};
use super::reaction::{self, Spontaneous};
use super::step::{self, Command, Requirement};
use super::{TooLarge, mishap, power, procedure};
use crate::base::Map;
use crate::resolve::model::{self, Runbook, VariableId, World};
use crate::system::{Drill, EventOrigin, Fault, Mishap, Origins, Procedure, Step, StepId, System, VarId, VarOrigin};

/// The system of a runbook: its steps, faults with their budgets, claims.
///
/// # Errors
/// If the state or the conditions do not fit.
pub fn runbook(world: &World, runbook: &Runbook) -> Result<System, TooLarge> {
    Assembly::new(world, Some(runbook))?.system()
}

/// The system of a runbook, with all steps of the world after those of the runbook: for repairs. A variable has the same
/// number as in [`runbook()`], but may lie elsewhere.
///
/// # Errors
/// If the state or the conditions do not fit.
pub fn with_every_step(world: &World, runbook: &Runbook) -> Result<System, TooLarge> {
    let mut assembly = Assembly::new(world, Some(runbook))?;
    assembly.take_every_step(&mut Translator::new(world))?;
    assembly.system()
}

/// The system of a runbook with all steps of the world, and what may go wrong at each occurrence, in the order of the document.
///
/// The steps of the runbook come first, then the others of the world; those behind them (crashes, faults, what is cut short) are
/// tried in mishaps alone: the first try of such a mishap is [`Refused::Impossible`](crate::system::Refused::Impossible) and
/// names one of them. Linear in occurrences × (nodes + faults), and in the outcomes of what is cut short: at most
/// 2^[`MOST_PARTS`](super::MOST_PARTS) for each package.
///
/// # Errors
/// If the state or the conditions do not fit.
pub fn mishaps(world: &World, runbook: &Runbook) -> Result<(System, Vec<Mishap>), TooLarge> {
    let mut assembly = Assembly::new(world, Some(runbook))?;
    let translator = &mut Translator::new(world);
    assembly.take_every_step(translator)?;
    let place = |step| assembly.steps.get_index_of(&step).expect("every step of the world was taken") as u32;
    let (tried, mishaps) = mishap::all(translator, runbook, |step| StepId(place(step)), assembly.steps.len())?;
    assembly.tried = tried;
    Ok((assembly.system()?, mishaps))
}

/// The system of a runbook, with more conditions behind those of `[always]`. A variable has the same number and lies in the same
/// place as in [`runbook()`].
///
/// # Errors
/// If the state or the conditions do not fit.
pub fn measured(world: &World, runbook: &Runbook, more: &[model::Condition]) -> Result<System, TooLarge> {
    let mut world = world.clone();
    world.always.extend_from_slice(more);
    self::runbook(&world, runbook)
}

/// The system of a world explored alone: every step at any time, no faults, no end.
///
/// # Errors
/// If the state or the conditions do not fit.
pub fn alone(world: &World) -> Result<System, TooLarge> {
    Assembly::new(world, None)?.system()
}

struct Rehearsal {
    drill: model::Drill,
    act: Vec<Command>,
    expect: Requirement,
    then: Vec<Command>,
    expect_after: Vec<Requirement>,
}

/// Everything over model variables, before it is packed.
struct Assembly<'w> {
    world: &'w World,
    runbook: Option<&'w Runbook>,
    steps: Map<model::StepId, Command>,
    /// Steps that are tried in mishaps alone.
    tried: Vec<Command>,
    reactions: Vec<Spontaneous>,
    /// Reactions that take time.
    slow: Vec<Spontaneous>,
    faults: Vec<Spontaneous>,
    drills: Vec<Rehearsal>,
    health: Vec<Requirement>,
    always: Vec<Requirement>,
    /// What is promised to hold eventually.
    promised: Vec<Requirement>,
    guards: Vec<Cond>,
    memories: Vec<Option<VariableId>>,
    /// Until when loops go on.
    untils: Vec<Cond>,
    initial: Vec<(String, Vec<u8>)>,
    extra: Vec<VarOrigin>,
}

impl<'w> Assembly<'w> {
    fn new(world: &'w World, runbook: Option<&'w Runbook>) -> Result<Self, TooLarge> {
        let mut translator = Translator::new(world);
        let translator = &mut translator;
        let mut assembly = Assembly {
            world,
            runbook,
            steps: Map::default(),
            tried: Vec::new(),
            reactions: reaction::reactions(translator)?,
            slow: reaction::slow(translator)?,
            faults: Vec::new(),
            drills: Vec::new(),
            health: Vec::new(),
            always: requirements(translator, &world.always)?,
            promised: Vec::new(),
            guards: Vec::new(),
            memories: Vec::new(),
            untils: Vec::new(),
            initial: vec![(String::new(), world.initial.clone())],
            extra: Vec::new(),
        };
        match runbook {
            None => {
                assembly.take_every_step(translator)?;
                assembly.leave_out_idle_switches();
            }
            Some(runbook) => {
                assembly.initial.clone_from(&runbook.initial);
                assembly.take_runbook(translator, runbook)?;
                assembly.health = requirements(translator, &world.health)?;
                for drill in &world.drills {
                    assembly.drills.push(rehearsal(translator, drill)?);
                }
            }
        }
        Ok(assembly)
    }

    fn take_every_step(&mut self, translator: &mut Translator<'_>) -> Result<(), TooLarge> {
        for (index, step) in self.world.steps.iter().enumerate() {
            let id = model::StepId(index as u32);
            if !self.steps.contains_key(&id) {
                self.steps.insert(id, step::command(translator, step)?);
            }
        }
        Ok(())
    }

    /// Leaves out the steps that switch nodes of which nothing reads whether they are up.
    fn leave_out_idle_switches(&mut self) {
        let steps = &self.world.steps;
        let switched = |id: &model::StepId| power::switched(&steps[id.index()].act);
        let others = self.steps.iter().filter(|(id, _)| switched(id).is_none()).map(|(_, command)| command);
        let noticed = power::noticed(self.world, others, self.reactions.iter().chain(&self.slow), &self.always);
        self.steps.retain(|id, _| switched(id).is_none_or(|node| noticed[node.index()]));
    }

    fn take_runbook(&mut self, translator: &mut Translator<'_>, runbook: &Runbook) -> Result<(), TooLarge> {
        for occurrence in &runbook.occurrences {
            if !self.steps.contains_key(&occurrence.step) {
                let command = step::command(translator, &self.world.steps[occurrence.step.index()])?;
                self.steps.insert(occurrence.step, command);
            }
        }
        let mut budgets = Vec::new();
        for (name, most) in &runbook.budgets {
            let values = (0..=*most).map(|left| left.to_string()).collect();
            budgets.push((self.hidden(format!("budget of {name}"), values, *most), *most));
        }
        for &(fault, budget) in &runbook.faults {
            let (variable, most) = budgets[budget as usize];
            let fault = &self.world.faults[fault as usize];
            self.faults.push(reaction::fault(translator, fault, variable, most)?);
        }
        for claim in &runbook.claims {
            if let Some(model::Promise::Eventually(_, Some(condition), _)) = &claim.promise {
                self.promised.push(step::requirement(translator, condition)?);
            }
        }
        for guard in &runbook.guards {
            self.guards.push(translator.condition(&guard.when)?);
            let memory = (guard.steps.len() > 1)
                .then(|| self.hidden(format!("if {}", guard.text), vec!["no".into(), "yes".into()], 0));
            self.memories.push(memory);
        }
        for one in &runbook.loops {
            self.untils.push(translator.condition(&one.until)?);
        }
        Ok(())
    }

    /// A variable of the lowering's own.
    fn hidden(&mut self, name: String, values: Vec<String>, initial: u8) -> VariableId {
        let variable = VariableId((self.world.variables.len() + self.extra.len()) as u32);
        self.extra.push(VarOrigin { short: name.clone(), name, node: None, values, hidden: true, observable: false });
        for (_, state) in &mut self.initial {
            state.push(initial);
        }
        variable
    }

    fn packer(&self) -> Result<Packer, TooLarge> {
        let always = Cond::Constant(true);
        let drilled = self.drills.iter().flat_map(|drill| drill.act.iter().chain(&drill.then));
        let commands = self.steps.values().chain(&self.tried).chain(drilled);
        let stepped: Vec<(&Cond, &Effect)> =
            commands.flat_map(|command| command.phases.iter().flatten()).map(|effect| (&always, effect)).collect();
        let spontaneous = self.reactions.iter().chain(&self.slow).chain(&self.faults);
        let fired: Vec<(&Cond, &Effect)> =
            spontaneous.flat_map(|one| one.effects.iter().map(|effect| (&one.when, effect))).collect();
        let states: Vec<Vec<u8>> = self.initial.iter().map(|(_, state)| state.clone()).collect();
        let mut possible = Possible::new(&states, stepped.iter().chain(&fired).copied());
        for memory in self.memories.iter().flatten() {
            possible.add(*memory, 0b11);
        }
        possible.layout()
    }

    fn system(self) -> Result<System, TooLarge> {
        let packer = self.packer()?;
        let conditions = |list: &[Requirement]| list.iter().map(|one| packer.condition(one)).collect();
        let commands = |list: &[Command]| list.iter().map(|command| packer.step(command)).collect();
        let drills = self
            .drills
            .iter()
            .map(|rehearsal| Drill {
                name: rehearsal.drill.name.clone(),
                title: rehearsal.drill.title.clone(),
                cite: rehearsal.drill.cite.clone(),
                act: commands(&rehearsal.act),
                expect: packer.condition(&rehearsal.expect),
                then: commands(&rehearsal.then),
                expect_after: conditions(&rehearsal.expect_after),
            })
            .collect();
        let procedure = match self.runbook {
            None => Procedure::Free,
            Some(runbook) => {
                let memories: Vec<Option<VarId>> =
                    self.memories.iter().map(|memory| memory.map(|variable| VarId(variable.0))).collect();
                let step_of = |step: model::StepId| {
                    StepId(self.steps.get_index_of(&step).expect("every step of the runbook was taken") as u32)
                };
                let whens = (&self.guards[..], &self.untils[..]);
                Procedure::Ordered(procedure::plan(runbook, whens, &memories, step_of, &packer))
            }
        };
        let budgeted = self.faults.iter().map(|fault| (fault, false)).chain(self.slow.iter().map(|slow| (slow, true)));
        let faults: Vec<Fault> =
            budgeted.filter_map(|(fault, slow)| Some(Fault { action: packer.action(fault)?, slow })).collect();
        let mut steps: Vec<Step> = self.steps.values().map(|command| packer.step(command)).collect();
        steps.extend(self.tried.iter().map(|command| packer.step_once(command)));
        let mut procedure = procedure;
        if let Procedure::Ordered(plan) = &mut procedure
            && faults.iter().any(|fault| fault.slow)
        {
            plan.come_to_rest(&mut steps);
        }
        Ok(System {
            initial: self.initial.iter().map(|(_, state)| packer.state(state)).collect(),
            steps,
            reactions: self.reactions.iter().filter_map(|reaction| packer.action(reaction)).collect(),
            faults,
            procedure,
            always: conditions(&self.always),
            health: conditions(&self.health),
            drills,
            claims: self
                .runbook
                .map(|runbook| procedure::claims(runbook, self.promised.iter().map(|one| packer.condition(one))))
                .unwrap_or_default(),
            origins: self.origins(),
            layout: packer.layout(),
        })
    }

    fn origins(&self) -> Origins {
        let world = self.world;
        let mut vars: Vec<VarOrigin> = world
            .variables
            .iter()
            .map(|variable| VarOrigin {
                name: variable.name.clone(),
                short: variable.short.clone(),
                node: variable.node.map(|node| node.0),
                values: world.domains[variable.domain.index()].values.clone(),
                hidden: variable.hidden,
                observable: variable.observable,
            })
            .collect();
        vars.extend(self.extra.iter().cloned());
        let events = world
            .events
            .iter()
            .map(|event| EventOrigin {
                name: event.name.clone(),
                source: event.source.clone(),
                code: event.code.clone(),
                text: event.text.clone(),
                cite: event.cite.clone(),
            })
            .collect();
        let initial = self.initial.iter().map(|(name, _)| name.clone()).collect();
        Origins { title: world.title.clone(), nodes: world.nodes.clone(), vars, events, initial }
    }
}

fn requirements(translator: &mut Translator<'_>, list: &[model::Condition]) -> Result<Vec<Requirement>, TooLarge> {
    list.iter().map(|condition| step::requirement(translator, condition)).collect()
}

fn rehearsal(translator: &mut Translator<'_>, drill: &model::Drill) -> Result<Rehearsal, TooLarge> {
    let commands = |translator: &mut Translator<'_>, steps: &[model::DrillStep]| {
        steps.iter().map(|step| step::drill_command(translator, *step)).collect::<Result<Vec<Command>, TooLarge>>()
    };
    Ok(Rehearsal {
        act: commands(translator, &drill.act)?,
        expect: step::requirement(translator, &drill.expect)?,
        then: commands(translator, &drill.then)?,
        expect_after: requirements(translator, &drill.expect_after)?,
        drill: drill.clone(),
    })
}
