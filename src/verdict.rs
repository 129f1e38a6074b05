//! What was found out: verdict, exact counts, evidence.

use crate::base::Limit;
use crate::system::OccurrenceId;
use crate::trace::Trace;
use num_bigint::BigUint;

/// The verdict on a runbook.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// Every ordering is good.
    AlwaysHealthy,
    /// Some orderings are good, some are not.
    OrderMatters,
    /// No ordering is good.
    NeverHealthy,
    /// A limit was hit first.
    Undecided(Limit),
}

/// Exact numbers of orderings. `total = good + mixed + bad`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Counts {
    /// Orderings that the procedure allows.
    pub total: BigUint,
    /// Every run is good.
    pub good: BigUint,
    /// Some runs are good.
    pub mixed: BigUint,
    /// No run is good.
    pub bad: BigUint,
}

/// How much was looked at. Depends on nothing but the system.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Effort {
    /// Distinct pairs of position and stable state.
    pub states: u64,
    /// Moves between them.
    pub moves: u64,
    /// Nodes of the minimal automaton of good orderings.
    pub automaton: u64,
}

/// What a check of one system gives.
#[derive(Clone, Debug)]
pub struct Verdict {
    /// In a word.
    pub kind: Kind,
    /// None if undecided.
    pub counts: Option<Counts>,
    /// How much was looked at; as far as it got, if undecided.
    pub effort: Effort,
    /// The shortest counterexample, where not all orderings are good.
    pub counterexample: Option<Counterexample>,
    /// One for each of `System::claims`, in order.
    pub claims: Vec<ClaimVerdict>,
}

/// Whether a claim holds.
#[derive(Clone, Debug)]
pub struct ClaimVerdict {
    /// In a word.
    pub answer: Answer,
    /// An ordering and a run that contradict the claim, or (for `some`) an ordering that bears it out.
    pub witness: Option<Counterexample>,
    /// Good orderings and all orderings among those that satisfy the claim's `where`; for claims with `count`, and for
    /// `healthy` claims.
    pub counted: Option<(BigUint, BigUint)>,
}

/// Whether a claim holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Answer {
    /// It does.
    Holds,
    /// It does not.
    Fails,
    /// A limit was hit first.
    Undecided(Limit),
    /// No ordering satisfies its `where`: a mistake in the runbook.
    Vacuous,
}

/// One ordering and one run of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Counterexample {
    /// The whole ordering. The run may end before its last step.
    pub ordering: Vec<OccurrenceId>,
    /// The shortest prefix of `ordering` (as a length) after which no completion is good; None where the ordering has a
    /// good completion after every proper prefix of it, or is not about goodness.
    pub lost_after: Option<usize>,
    /// The run.
    pub trace: Trace,
    /// How it ends.
    pub ending: Ending,
}

/// How a run ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ending {
    /// Good: healthy, all drills pass.
    Healthy,
    /// Shown for what happens on the way (an event); how it ends does not matter.
    Witness,
    /// The trace's last turn is refused.
    Refused,
    /// After the trace's last turn (or the initial settling), reactions go on for ever: from some state of the last
    /// settling on, this cycle of reactions repeats.
    Unsettled(Vec<crate::trace::Fire>),
    /// The stable state after the trace's last phase breaks `System::always[i]`.
    Always(u32),
    /// The procedure is finished and health does not hold.
    Unhealthy,
    /// The procedure is finished, healthy, and this drill fails.
    Drill {
        /// Index into `System::drills`.
        drill: u32,
        /// The drill's run: `Actor::Step` indices count through `act`, then `then`. `initial` and `settle` are unused.
        trace: Trace,
        /// How the drill fails.
        failure: DrillFailure,
    },
}

/// How a drill fails.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DrillFailure {
    /// Its last turn is refused.
    Refused,
    /// Reactions go on for ever.
    Unsettled(Vec<crate::trace::Fire>),
    /// `expect` does not hold.
    Expect,
    /// One of `expect_after` does not hold.
    ExpectAfter,
}
