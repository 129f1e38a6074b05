//! Where we are now, and the safest way on.
//!
//! Comes in: a world, a state file, a runbook and how far it was followed. Goes out: a report. The runbook is looked at first: if following
//! the rest of it ends well in every case, nothing else is planned.

use super::rollback::switches_or_moves;
use super::{Mistakes, order, shown, too_large};
use crate::base::{Budget, Limit, SourceId, Span, Tally};
use crate::explain::data::{PlanFinding, PlanOutcome, StepName};
use crate::explain::{self, step_name};
use crate::lower;
use crate::plan::{After, Found, Here, Plan, Problem, Rest, Walk, find, verify, watch};
use crate::report;
use crate::resolve::{self, model};
use crate::system::{Block, End, OccurrenceId, Procedure, Runner, State, Step, StepId, System, VarId, Watch};
use std::path::Path;

/// More states than this are not looked at, if no other limit is given.
const MOST_STATES: u64 = 1_000_000;

/// What is asked.
#[derive(Clone, Debug, Default)]
pub struct Planning<'a> {
    /// The state file.
    pub from: Option<&'a Path>,
    /// The runbook that was being followed.
    pub runbook: Option<&'a Path>,
    /// Its steps that were done, the last of them just now.
    pub after: &'a [String],
    /// Exactly the steps that were done, as an order.
    pub ordering: Option<&'a str>,
    /// `healthy`, or a condition.
    pub to: &'a str,
    /// How many crashes the plan survives.
    pub surviving: u8,
}

/// A plan, as far as there is one.
#[derive(Debug)]
pub struct Planned {
    /// What was found out.
    pub report: report::Plan,
    /// Warnings.
    pub warnings: Mistakes,
}

/// Why nothing could be planned.
#[derive(Debug)]
pub enum Unplanned {
    /// Something is wrong with the files.
    Mistakes(Box<Mistakes>),
    /// Something is wrong with what was asked.
    Asked(String),
}

impl From<Mistakes> for Unplanned {
    fn from(mistakes: Mistakes) -> Self {
        Unplanned::Mistakes(Box::new(mistakes))
    }
}

/// A runbook that is under way.
struct Followed {
    runbook: model::Runbook,
    system: System,
    after: After,
}

/// Looks for the shortest plan that ends well whatever happens.
///
/// # Errors
/// Something is wrong with the files, or with what was asked.
///
/// # Panics
/// If the plan does not stand up to being carried out: a bug of the program.
pub fn plan(world: &Path, asked: &Planning<'_>, budget: &Budget) -> Result<Planned, Unplanned> {
    let mut mistakes = Mistakes::default();
    let resolved = resolve::load_world(world, &mut mistakes.sources, &mut mistakes.diagnostics);
    let Some(mut resolved) = resolved else { return Err(mistakes.into()) };
    let mut followed = None;
    if let Some(path) = asked.runbook {
        let opened = resolve::open_runbook(path, &mut mistakes.sources, &mut mistakes.diagnostics);
        let Some((own, runbook)) = opened else { return Err(mistakes.into()) };
        let names = |world: &model::World| world.variables.iter().map(|one| one.name.clone()).collect::<Vec<String>>();
        if names(&own.world) != names(&resolved.world) {
            let message = format!("{} is about another world than {}", shown(path), shown(world));
            return Err(Unplanned::Asked(message));
        }
        let system =
            lower::runbook(&own.world, &runbook).map_err(|error| too_large(&error, runbook.span, &mistakes))?;
        let after = after(&system, asked).map_err(|wrong| Unplanned::Asked(format!("{}: {wrong}", shown(path))))?;
        resolved = own;
        followed = Some(Followed { runbook, system, after });
    }
    let mut known = None;
    if let Some(path) = asked.from {
        known = resolve::open_state(path, (world, &resolved), &mut mistakes.sources, &mut mistakes.diagnostics);
        if known.is_none() {
            return Err(mistakes.into());
        }
    }
    let mut world_aimed = resolved.world.clone();
    if asked.to != "healthy" {
        let aim = resolve::aim(("--to", asked.to), &resolved, &mut mistakes.sources, &mut mistakes.diagnostics);
        let Some(aim) = aim else { return Err(mistakes.into()) };
        (world_aimed.health, world_aimed.drills) = (vec![aim], Vec::new());
    }
    let desk = Desk { aimed: &world_aimed, asked, budget, followed: followed.as_ref() };
    let place = followed.as_ref().map_or(Span::new(SourceId(0), 0..0), |followed| followed.runbook.span);
    let finding = match desk.starts(known.as_ref()) {
        Ok((starts, rest)) => {
            let large = |error| too_large(&error, place, &mistakes);
            let system = desk.system(&starts, asked.surviving).map_err(large)?;
            match desk.finding(&system, &starts, &rest) {
                Ok(finding) => finding,
                Err(Stopped::Asked(wrong)) => return Err(Unplanned::Asked(wrong)),
                Err(Stopped::Limit(limit)) => undecided(desk.nothing_found(), limit),
            }
        }
        Err(Stopped::Asked(wrong)) => return Err(Unplanned::Asked(wrong)),
        Err(Stopped::Limit(limit)) => undecided(desk.nothing_found(), limit),
    };
    let labels = |steps: &[OccurrenceId]| {
        let system = followed.as_ref().map(|followed| &followed.system);
        steps.iter().filter_map(|id| system.map(|system| step_name(system, *id).label)).collect::<Vec<String>>()
    };
    let after = match followed.as_ref().map(|followed| &followed.after) {
        Some(After::Steps(steps) | After::Ordering(steps)) => labels(steps),
        None => Vec::new(),
    };
    let paths = (asked.from.map(shown), asked.runbook.map(shown), after);
    let report = report::Plan::new((shown(world), resolved.world.title.clone()), paths, finding);
    Ok(Planned { report, warnings: mistakes })
}

fn after(system: &System, asked: &Planning<'_>) -> Result<After, String> {
    if let Some(ordering) = asked.ordering {
        return order::begun(system, ordering).map(After::Ordering);
    }
    let steps = asked.after.iter().map(|text| order::step(system, text));
    steps.collect::<Result<Vec<OccurrenceId>, String>>().map(After::Steps)
}

fn undecided(finding: PlanFinding, limit: Limit) -> PlanFinding {
    PlanFinding { outcome: PlanOutcome::Undecided, limit: Some(limit.to_string()), ..finding }
}

enum Stopped {
    Asked(String),
    Limit(Limit),
}

impl From<Limit> for Stopped {
    fn from(limit: Limit) -> Self {
        Stopped::Limit(limit)
    }
}

/// The values that the variables of the world may have now, with what is known of each case.
type Starts = Vec<(String, Vec<u8>)>;

/// What is left of a runbook.
struct Left {
    /// What following it comes to.
    rest: Rest,
    /// The steps that are still to come in some case.
    ahead: Vec<OccurrenceId>,
}

struct Desk<'d> {
    /// The world whose health is what the plan leads to.
    aimed: &'d model::World,
    asked: &'d Planning<'d>,
    budget: &'d Budget,
    followed: Option<&'d Followed>,
}

impl Desk<'_> {
    /// Where one may be, and what is left of the runbook.
    fn starts(&self, known: Option<&resolve::State>) -> Result<(Starts, Left), Stopped> {
        if let Some(followed) = self.followed {
            return self.under_way(followed, known, &mut self.tally("states"));
        }
        let filled = |values: &[Option<u8>]| {
            values.iter().zip(&self.aimed.initial).map(|(value, other)| value.unwrap_or(*other)).collect()
        };
        let cases = known.into_iter().flat_map(|known| &known.cases);
        let starts = cases.map(|(words, values)| (words.clone(), filled(values))).collect();
        Ok((starts, Left { rest: Rest::None, ahead: Vec::new() }))
    }

    /// Every step of the world, those of the runbook first; where one may be as its initial states; crashes as its faults.
    fn system(&self, starts: &Starts, crashes: u8) -> Result<System, lower::TooLarge> {
        let world = self.aimed;
        let faults = (0u32..).zip(&world.faults).filter(|(_, fault)| crashes > 0 && fault.family == "crash");
        let occurrences = self.followed.map_or(Vec::new(), |followed| {
            let bare = |one: &model::Occurrence| model::Occurrence { guards: Vec::new(), ..one.clone() };
            followed.runbook.occurrences.iter().map(bare).collect()
        });
        let everything = model::Runbook {
            title: world.title.clone(),
            initial: starts.clone(),
            faults: faults.map(|(index, _)| (index, 0)).collect(),
            budgets: if crashes > 0 { vec![("crash".to_owned(), crashes)] } else { Vec::new() },
            slips: None,
            occurrences,
            root: Block::Sequence(Vec::new()),
            guards: Vec::new(),
            loops: Vec::new(),
            fair: true,
            chains: Vec::new(),
            claims: Vec::new(),
            span: Span::new(SourceId(0), 0..0),
        };
        let mut system = lower::with_every_step(world, &everything)?;
        // What is told first wins among plans of the same length: the runbook's own steps, then those that only switch and move.
        let routine = |name: &String| world.steps.iter().any(|step| step.name == *name && switches_or_moves(&step.act));
        let own = everything.occurrences.iter().map(|one| &world.steps[one.step.index()].name);
        let own: Vec<&String> = own.collect();
        system.procedure = Procedure::Free;
        system.steps.sort_by_key(|step| (!own.contains(&&step.name), !routine(&step.name)));
        Ok(system)
    }

    fn nothing_found(&self) -> PlanFinding {
        PlanFinding {
            to: self.asked.to.to_owned(),
            surviving: self.asked.surviving,
            cases: 0,
            outcome: PlanOutcome::Undecided,
            rest: Vec::new(),
            steps: 0,
            restarts: 0,
            same_in_all_cases: false,
            plan: Vec::new(),
            breaks: Vec::new(),
            broken: Vec::new(),
            reasons: Vec::new(),
            limit: None,
        }
    }

    fn tally(&self, phase: &'static str) -> Tally {
        let states = Some(self.budget.states.unwrap_or(MOST_STATES));
        Tally::start(&Budget { states, ..self.budget.clone() }, phase)
    }

    fn finding(&self, system: &System, known: &Starts, left: &Left) -> Result<PlanFinding, Stopped> {
        let starts = settled(system, &mut self.tally("states"))?;
        let mut finding = PlanFinding { cases: starts.states.len(), ..self.nothing_found() };
        let name = |id: &OccurrenceId| self.followed.map(|followed| step_name(&followed.system, *id));
        if self.asked.to == "healthy" && self.asked.surviving == 0 {
            finding.outcome = match &left.rest {
                Rest::Every => PlanOutcome::GoOn,
                Rest::Ordering(_) => PlanOutcome::GoOnInOrder,
                Rest::None => PlanOutcome::Plan,
            };
            if let Rest::Ordering(steps) = &left.rest {
                finding.rest = steps.iter().filter_map(name).collect();
            }
            if left.rest == Rest::Every {
                finding.rest = left.ahead.iter().filter_map(name).collect();
            }
            if left.rest != Rest::None {
                return Ok(finding);
            }
        }
        let kept: Vec<u32> = (0u32..)
            .zip(&system.always)
            .filter(|(_, always)| starts.states.iter().all(|state| always.holds(state)))
            .map(|(index, _)| index)
            .collect();
        let others = (0u32..).zip(&system.always).filter(|(index, _)| !kept.contains(index));
        finding.broken = others.map(|(_, always)| always.name.clone()).collect();
        self.planned(system, (&starts, known, left), &kept, &mut finding);
        Ok(finding)
    }

    fn planned(
        &self,
        system: &System,
        (starts, known, left): (&Settled, &Starts, &Left),
        kept: &[u32],
        finding: &mut PlanFinding,
    ) {
        let problem = Problem { keep: kept.to_vec(), ..Problem::new(system) };
        let keeping = watch(kept);
        let mut found = find(&problem, &keeping, &starts.states, &mut self.tally("plans"));
        let free = Problem::new(system);
        let nothing = Watch::nothing();
        if !kept.is_empty() && matches!(found, Found::Hopeless(_)) {
            found = find(&free, &nothing, &starts.states, &mut self.tally("plans"));
            if let Found::Plan(plan) = &found {
                finding.breaks = self.broken_by(system, (plan, starts), kept);
            }
        }
        match found {
            Found::Plan(plan) => {
                finding.outcome = if plan.steps == 0 { PlanOutcome::Nothing } else { PlanOutcome::Plan };
                (finding.steps, finding.restarts) = (plan.steps, plan.restarts);
                finding.same_in_all_cases = plan.blind;
                finding.plan = explain::plan(system, &plan, |step| self.of_runbook(system, step, &left.ahead));
            }
            Found::Hopeless(hopeless) => {
                finding.outcome = PlanOutcome::BeyondRepair;
                finding.reasons = explain::never(system, &hopeless, &starts.words);
                if self.asked.surviving > 0 {
                    self.without_crashes(known, finding);
                }
            }
            Found::Undecided(limit) => {
                (finding.outcome, finding.limit) = (PlanOutcome::Undecided, Some(limit.to_string()));
            }
        }
    }

    /// The `always` conditions that a plan breaks.
    fn broken_by(&self, system: &System, (plan, starts): (&Plan, &Settled), kept: &[u32]) -> Vec<String> {
        let breaks = |index: &&u32| {
            let problem = Problem { keep: vec![**index], ..Problem::new(system) };
            let one = watch(&[**index]);
            !matches!(verify(&problem, &one, (plan, &starts.states), &mut self.tally("plans")), Ok(Ok(_)))
        };
        kept.iter().filter(breaks).map(|index| system.always[*index as usize].name.clone()).collect()
    }

    /// Whether there is a plan if nothing crashes.
    fn without_crashes(&self, known: &Starts, finding: &mut PlanFinding) {
        let Ok(calm) = self.system(known, 0) else { return };
        let Ok(Settled { states, .. }) = settled(&calm, &mut self.tally("states")) else { return };
        let problem = Problem::new(&calm);
        let nothing = Watch::nothing();
        if let Found::Plan(plan) = find(&problem, &nothing, &states, &mut self.tally("plans")) {
            let (steps, word) = (plan.steps, if plan.steps == 1 { "step" } else { "steps" });
            finding.reasons.push(format!("without a crash there is a plan, of {steps} {word} at worst"));
        }
    }

    /// The steps of the runbook still to come that are this step of the world.
    fn of_runbook(&self, system: &System, step: StepId, ahead: &[OccurrenceId]) -> Vec<StepName> {
        let Some(followed) = self.followed else { return Vec::new() };
        let sentence = &system.steps[step.0 as usize].name;
        let names = ahead.iter().map(|id| step_name(&followed.system, *id));
        names.filter(|name| name.sentence == *sentence).collect()
    }

    /// Where the runbook may be, as far as the state file allows.
    fn under_way(
        &self,
        followed: &Followed,
        known: Option<&resolve::State>,
        tally: &mut Tally,
    ) -> Result<(Starts, Left), Stopped> {
        let Procedure::Ordered(plan) = &followed.system.procedure else { unreachable!("a runbook has an order") };
        let mut walk = Walk::of(&followed.system, plan, tally)?;
        let mut here: Vec<Here> = walk.here(&followed.after, tally)?;
        if here.is_empty() {
            return Err(Stopped::Asked("no run of the runbook comes to where these steps are done".to_owned()));
        }
        if let Some(known) = known {
            here.retain(|(_, state)| fits(&followed.system, state, known));
            if here.is_empty() {
                let wrong = "no run of the runbook is like the state file after these steps; leave --runbook out to plan from the file alone";
                return Err(Stopped::Asked(wrong.to_owned()));
            }
        }
        let rest = walk.rest(&here, tally)?;
        let mut ahead: Vec<OccurrenceId> = (0u32..).map(OccurrenceId).take(plan.occurrences.len()).collect();
        ahead.retain(|id| here.iter().any(|(at, _)| !walk.course.position(*at).done.contains(*id)));
        let layout = &followed.system.layout;
        let vars = || (0u32..).map(VarId).take(self.aimed.variables.len());
        let mut values: Vec<Vec<u8>> =
            here.iter().map(|(_, state)| vars().map(|var| layout.get(state, var)).collect()).collect();
        values.sort_unstable();
        values.dedup();
        Ok((values.into_iter().map(|values| (String::new(), values)).collect(), Left { rest, ahead }))
    }
}

/// Where one may be, in the system that is planned in.
struct Settled {
    /// Distinct.
    states: Vec<State>,
    /// What is known of each.
    words: Vec<String>,
}

/// Where the initial states of a system settle, reactions that take time as well.
fn settled(system: &System, tally: &mut Tally) -> Result<Settled, Stopped> {
    let nothing = Watch::nothing();
    let mut runner = Runner::new(system, &nothing);
    let wait =
        Step { name: "wait".to_owned(), nodes: Vec::new(), cite: Vec::new(), needs: Vec::new(), phases: Vec::new() };
    let mut starts = Settled { states: Vec::new(), words: Vec::new() };
    for initial in (0..).take(system.initial.len()) {
        let mut ends: Vec<End> = Vec::new();
        for run in &runner.initial(initial, tally)?.runs {
            match run.end {
                End::Stable(state) => {
                    ends.extend(runner.step_to_rest(state, &wait, tally)?.runs.iter().map(|run| run.end));
                }
                other => ends.push(other),
            }
        }
        for end in ends {
            match end {
                End::Stable(state) if !starts.states.contains(&state) => {
                    starts.states.push(state);
                    starts.words.push(system.origins.initial[initial as usize].clone());
                }
                End::Stable(_) => {}
                End::Refused | End::Unsettled | End::Endless => {
                    return Err(Stopped::Asked("this state never settles: reactions go on for ever".to_owned()));
                }
            }
        }
    }
    Ok(starts)
}

/// Whether a state is as the file says, in one of its cases.
fn fits(system: &System, state: &State, known: &resolve::State) -> bool {
    let like = |values: &[Option<u8>]| {
        let vars = (0u32..).map(VarId).zip(values);
        vars.into_iter().all(|(var, value)| value.is_none_or(|value| system.layout.get(state, var) == value))
    };
    known.cases.iter().any(|(_, values)| like(values))
}
