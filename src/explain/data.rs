//! What is told about a check: plain owned data in words, no packed states, ready for every view.
//!
//! Invariants: everything is in the order in which it is to be shown; numbers that may be large are decimal strings;
//! two checks of the same files give equal data.

mod card;
mod plan;
mod rollback;
mod rules;
mod service;
mod slips;
mod stats;

pub use card::{Freedom, Freest, Samples};
pub use plan::{CrashBranch, LookCase, PlanFinding, PlanItem, PlanOutcome};
pub use rollback::{RollbackFinding, RollbackRow, WayBack};
pub use rules::{Among, ClassFinding, PatternFinding, RuleFinding, RulesFinding};
pub use service::{BestOrder, Served, ServiceFinding, ServiceRow};
pub use slips::{Harm, Slip, SlipCell, SlipCheck, SlipKind, SlipStep, SlipStory, SlipsFinding, Tolerance};
pub use stats::{ActionStats, ReductionStats, Stats, StepStats, VariableStats};

use serde::Serialize;

/// The verdict on a runbook, in a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Word {
    /// Every ordering is good.
    AlwaysHealthy,
    /// Some orderings are good, some are not.
    OrderMatters,
    /// No ordering is good.
    NeverHealthy,
    /// A limit was hit first.
    Undecided,
}

/// Exact numbers of orderings, as decimal digits.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Counts {
    /// Orderings that the procedure allows.
    pub total: String,
    /// Every run is good.
    pub good: String,
    /// Some runs are good.
    pub mixed: String,
    /// No run is good.
    pub bad: String,
    /// Good orderings among all, `5.0%`; `<0.1%` and `>99.9%` where rounding would say none or all.
    pub share: String,
}

/// How much was looked at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Effort {
    /// Distinct pairs of position and stable state.
    pub states: u64,
    /// Moves between them.
    pub moves: u64,
    /// Nodes of the minimal automaton of good orderings.
    pub automaton: u64,
}

/// What a check of a runbook found out. Made by [`super::runbook`] alone, from a certified verdict.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Finding {
    /// In a word.
    pub verdict: Word,
    /// The limit that was hit, where undecided.
    pub limit: Option<String>,
    /// None where undecided.
    pub counts: Option<Counts>,
    /// How much was looked at.
    pub effort: Effort,
    /// Of the set of good orderings: equal sets have equal fingerprints. None where undecided.
    pub fingerprint: Option<String>,
    /// Which orderings are good, where order matters.
    pub rules: Option<RulesFinding>,
    /// How the others fail, larger ones first.
    pub classes: Vec<ClassFinding>,
    /// The limit that was hit before the classes were known.
    pub classes_limit: Option<String>,
    /// In the order of the runbook.
    pub claims: Vec<ClaimFinding>,
    /// The shortest, where not all orderings are good.
    pub counterexample: Option<Story>,
}

/// Whether a claim holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Answer {
    /// It does.
    Holds,
    /// It does not.
    Fails,
    /// A limit was hit first.
    Undecided,
    /// No ordering satisfies its `where`: a mistake in the runbook.
    Vacuous,
}

/// Good orderings and all orderings among those that a claim speaks of, as decimal digits.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Counted {
    /// Good ones.
    pub good: String,
    /// All.
    pub of: String,
}

/// What was found out about a claim.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ClaimFinding {
    /// Unique in its runbook.
    pub id: String,
    /// For people.
    pub title: Option<String>,
    /// As the runbook says it: `every = healthy`, `count = 36 of 720`.
    pub says: String,
    /// The `where`, as written.
    pub filter: Option<String>,
    /// Sources.
    pub cite: Vec<String>,
    /// Whether it holds.
    pub answer: Answer,
    /// The limit that was hit, where undecided.
    pub limit: Option<String>,
    /// What was found, in words, for claims about more than orderings.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub found: Option<String>,
    /// For claims with `count` and claims about `healthy`.
    pub counted: Option<Counted>,
    /// For claims about `healthy` with a `where`: good orderings that do not satisfy it, as decimal digits.
    pub good_elsewhere: Option<String>,
    /// An ordering and a run that contradict the claim, or that bear out a `some`.
    pub witness: Option<Story>,
}

/// One ordering and one run of it, step by step.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Story {
    /// What distinguishes the initial state, where facts are unknown.
    pub start: Option<String>,
    /// Node names, for the columns.
    pub nodes: Vec<String>,
    /// The whole ordering; the run may end before its last step.
    pub ordering: Vec<StepName>,
    /// What happens.
    pub rows: Vec<Row>,
    /// The shortest prefix of `ordering` after which no order of the remaining steps ends well, whatever happens.
    pub lost_after: Option<usize>,
    /// Where *this run* was lost; None where its end is good, or could still have been.
    pub lost: Option<Lost>,
    /// The first of the rules that the ordering breaks; counted from zero.
    pub breaks: Option<usize>,
    /// Good orderings that are near; empty where there is none, or where they were not looked for.
    pub nearest: Vec<Near>,
    /// What could still be done at the end; None where that was not asked.
    pub repair: Option<Rescue>,
    /// How it ends.
    pub ending: Ending,
}

impl Story {
    /// Whether this is the same run, whatever else is told of it.
    pub fn is_run_of(&self, other: &Story) -> bool {
        (&self.start, &self.ordering, &self.rows, &self.ending)
            == (&other.start, &other.ordering, &other.rows, &other.ending)
    }
}

/// Where a run was lost.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Lost {
    /// After how many steps no order of the remaining ones ends well from where the run is, whatever happens.
    pub after: usize,
    /// Whether it was luck: had something else come of the last of these steps (or of the unknown facts), some order of the
    /// remaining steps would still have ended well.
    pub luck: bool,
}

/// A good ordering that is near.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Near {
    /// The good one.
    pub ordering: Vec<StepName>,
    /// How many steps are moved, taken out or put in; None where it is only the nearest by swaps.
    pub moves: Option<u64>,
    /// How many swaps of neighbours lead to it; None where it is only the nearest by moves.
    pub swaps: Option<u64>,
}

/// What could still be done where a run ended.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Rescue {
    /// After how many steps nothing that the world knows leads to a good end any more; None where something still does.
    pub beyond_after: Option<usize>,
    /// The shortest way to a good end from where the run ended, in sentences.
    pub steps: Vec<String>,
    /// Whether other outcomes on the way call for other steps.
    pub depends: bool,
    /// The limit that was hit before this was known.
    pub limit: Option<String>,
}

/// A step of an ordering.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct StepName {
    /// Unique in the runbook.
    pub label: String,
    /// The sentence.
    pub sentence: String,
    /// One-based line in the runbook.
    pub line: Option<u32>,
}

/// Who acts in a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Actor {
    /// Nobody: the initial state settles.
    Start,
    /// The operator.
    Step,
    /// What may go wrong.
    Fault,
    /// The system: a reaction that takes time.
    System,
}

/// How a row went.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Went {
    /// Done.
    Done,
    /// Done with events and effects that the world calls a failure.
    Failed,
    /// Nothing changed; the operator cannot go on as written.
    Refused,
    /// The step's `if` does not hold.
    PassedOver,
}

/// Somebody acts, and the system settles.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Row {
    /// One-based place in the ordering; None for faults and the start.
    pub number: Option<usize>,
    /// Who acts.
    pub actor: Actor,
    /// Which pass of its loop it is in, from 2; None in the first, and where there is no loop.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub again: Option<u32>,
    /// The sentence, or what strikes.
    pub text: String,
    /// The step's label where it is not its sentence.
    pub label: Option<String>,
    /// How it went.
    pub went: Went,
    /// The `if` that does not hold, where passed over.
    pub condition: Option<String>,
    /// Sources of the outcomes taken.
    pub cite: Vec<String>,
    /// Index into [`Story::nodes`], where the actor is of one node.
    pub node: Option<usize>,
    /// The parts of `needs` that do not hold, where refused.
    pub refused: Vec<Broken>,
    /// What happened, in order.
    pub notes: Vec<Note>,
    /// `always` conditions that do not hold once everything has settled, by phase.
    pub always: Vec<String>,
}

/// One thing that happened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Note {
    /// Index into [`Story::nodes`]; None where it is of the world as a whole.
    pub node: Option<usize>,
    /// The reaction that did it; None where the row's actor did.
    pub by: Option<String>,
    /// Sources of the outcome.
    pub cite: Vec<String>,
    /// What.
    pub what: What,
}

/// What can happen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case", tag = "kind")]
pub enum What {
    /// A variable has another value after the row than before it.
    Change {
        /// With its arguments: `clusres(A)`.
        variable: String,
        /// Without the node: `clusres`.
        short: String,
        /// Its value before the row.
        from: String,
        /// Its value after the row.
        to: String,
        /// A version that waits for the restart of its node; `from` is then the version on disk.
        at_restart: bool,
        /// Follows from the row's sentence or from another note; views may leave it out.
        implied: bool,
    },
    /// An event is raised.
    Event {
        /// Its name in the world.
        name: String,
        /// `ClusSvc`
        source: Option<String>,
        /// `1058`
        code: Option<String>,
        /// What the log says.
        text: Option<String>,
        /// Sources.
        cite: Vec<String>,
    },
}

/// A part of a condition that does not hold, and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Broken {
    /// The condition's name in the world.
    pub condition: String,
    /// The part, as a reader would write it: `iis(B) == working`.
    pub part: String,
    /// Sources of the condition.
    pub cite: Vec<String>,
    /// The variables that it reads.
    pub values: Vec<Value>,
}

/// A variable and its value where something broke.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Value {
    /// With its arguments.
    pub variable: String,
    /// What it was.
    pub value: String,
    /// Whether it is one of those that suffice to break the part.
    pub breaks: bool,
}

/// Why a variable had a value at some point of a run: who changed it last.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Because {
    /// With its arguments.
    pub variable: String,
    /// What it was.
    pub value: String,
    /// One-based place of the step during which it got the value; None for the start, and for faults.
    pub step: Option<usize>,
    /// The step's sentence, or the fault; None where the run started with it.
    pub actor: Option<String>,
    /// The reaction that did it, where it was not the actor itself.
    pub reaction: Option<String>,
    /// The values that made it go this way: `clussvc(B)`, `running`. With another value of any one of them, it could have gone
    /// another way.
    pub while_: Vec<(String, String)>,
    /// More such values, of which each alone was enough.
    pub while_one_of: Vec<(String, String)>,
    /// What would have given it the same value later: each alone would have been enough.
    pub also: Vec<String>,
    /// Sources.
    pub cite: Vec<String>,
}

/// How a run ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum EndKind {
    /// Healthy, and all drills pass.
    Healthy,
    /// Shown for what happens on the way.
    Witness,
    /// The last row is refused.
    Refused,
    /// Reactions go on for ever.
    Unsettled,
    /// A loop goes round for ever, or reactions that take time do.
    Endless,
    /// An `always` condition does not hold.
    Always,
    /// Health does not hold.
    Unhealthy,
    /// A drill fails.
    Drill,
}

/// How a run ends, and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Ending {
    /// In a word.
    pub kind: EndKind,
    /// What does not hold.
    pub broken: Vec<Broken>,
    /// The reactions that repeat, where unsettled; the steps, faults and reactions that do, where endless.
    pub cycle: Vec<String>,
    /// Where the broken values come from, nearest first.
    pub because: Vec<Because>,
    /// The drill that fails.
    pub drill: Option<DrillStory>,
}

/// A drill that fails, step by step.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct DrillStory {
    /// With its binding: `failover (A)`.
    pub name: String,
    /// For people.
    pub title: Option<String>,
    /// Sources.
    pub cite: Vec<String>,
    /// How it fails: refused, unsettled, `expect`, `expect-after`.
    pub failure: DrillEnd,
    /// What happens.
    pub rows: Vec<Row>,
}

/// How a drill fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum DrillEnd {
    /// A step of it is refused.
    Refused,
    /// Reactions go on for ever.
    Unsettled,
    /// `expect` does not hold.
    Expect,
    /// `expect-after` does not hold.
    ExpectAfter,
}

/// What exploring a world alone found out. Made by [`super::world`] alone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct WorldFinding {
    /// The limit that was hit, where not all states were seen.
    pub limit: Option<String>,
    /// Distinct stable states; those seen before the violation or the limit, where there is one.
    pub states: String,
    /// Moves between them.
    pub moves: String,
    /// How many states were looked at to know that: fewer, where one stands for many.
    pub looked_at: u64,
    /// One for each `always` condition of the world.
    pub always: Vec<AlwaysFinding>,
    /// The shortest run that breaks an `always` condition or does not settle.
    pub violation: Option<Story>,
}

/// Whether a condition holds in every reachable stable state.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct AlwaysFinding {
    /// Its name in the world.
    pub name: String,
    /// Sources.
    pub cite: Vec<String>,
    /// Whether it holds; undecided where another violation ended the search.
    pub answer: Answer,
}
