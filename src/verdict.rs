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
    /// Of the set of good orderings: equal sets have equal fingerprints, whatever the runbook looks like. None if undecided.
    pub fingerprint: Option<String>,
    /// Which orderings are good, where order matters; as far as it got.
    pub rules: Option<Rules>,
    /// How the others fail; empty if undecided.
    pub classes: Classes,
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
    /// For `healthy` claims with a `where`: good orderings that do not satisfy it. None is left where the `where` is necessary.
    pub good_elsewhere: Option<BigUint>,
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
    /// What else is known, where the run is not good.
    pub insight: Insight,
}

/// Steps of an ordering that stand in some order, and steps that it leaves out: what a rule forbids.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Pattern {
    /// Steps that are in the ordering; sorted.
    pub done: Vec<OccurrenceId>,
    /// A strict partial order on `done`, by its covering pairs (earlier, later); sorted.
    pub before: Vec<(OccurrenceId, OccurrenceId)>,
    /// Steps that are not in the ordering; sorted.
    pub left_out: Vec<OccurrenceId>,
}

impl Pattern {
    /// Whether an ordering is like this.
    pub fn fits(&self, ordering: &[OccurrenceId]) -> bool {
        let place = |id: &OccurrenceId| ordering.iter().position(|other| other == id);
        self.done.iter().all(|id| place(id).is_some())
            && self.before.iter().all(|(earlier, later)| place(earlier) < place(later))
            && self.left_out.iter().all(|id| place(id).is_none())
    }
}

/// Which orderings rules speak of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Among {
    /// All that the procedure allows.
    All,
    /// Those in which no step is refused in any run.
    NotRefused,
}

/// Which orderings are good, in rules: prime (no smaller pattern is forbidden) and irredundant (none follows from the others).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rules {
    /// Which orderings they speak of.
    pub among: Among,
    /// How many those are; None if that could not be counted.
    pub spoken_of: Option<BigUint>,
    /// No good ordering fits any of these. The order is that in which they are told.
    pub never: Vec<Pattern>,
    /// Orderings that are spoken of, are not good and fit none of `never`: zero means *good exactly when*. None if a limit was hit.
    pub admitted: Option<BigUint>,
    /// Why there are no more of them, where `admitted` is not zero; where it is, why some may follow from others.
    pub limit: Option<Limit>,
}

/// Why a run is not good.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Cause {
    /// This step is refused.
    Refused(OccurrenceId),
    /// Reactions go on for ever.
    Unsettled,
    /// A loop goes round for ever, or reactions that take time do.
    Endless,
    /// `System::always[i]` breaks, and none before it in the world does.
    Always(u32),
    /// At the end these parts of health do not hold: condition and part.
    Unhealthy(Vec<(u32, u32)>),
    /// At the end this drill fails.
    Drill(u32),
}

/// Orderings that fail alike.
#[derive(Clone, Debug)]
pub struct Class {
    /// The first of the rules that they break; None where they break none, or where a step is refused.
    pub breaks: Option<usize>,
    /// The first cause, in the order of [`Cause`], that some run of them has; None for the rest, where there are too many.
    pub cause: Option<Cause>,
    /// How many.
    pub count: BigUint,
    /// The shortest of them; one of them, for the rest.
    pub shortest: Counterexample,
}

/// How orderings fail. Each that is not good is in one class.
#[derive(Clone, Debug, Default)]
pub struct Classes {
    /// Larger ones first.
    pub classes: Vec<Class>,
    /// Why there are none, where there should be.
    pub limit: Option<Limit>,
}

/// A good ordering that is near one that is not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Nearest {
    /// The good one; the first in the document's order among the nearest.
    pub ordering: Vec<OccurrenceId>,
    /// How many swaps of neighbours, or steps to move, take out or put in, lead to it.
    pub distance: u64,
}

/// Where the last good way out was closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Whose {
    /// Whatever the environment had done, the step would have lost it.
    Operators,
    /// Had something else come of the step (or of the unknown facts), some order of the rest would still end well.
    Luck,
}

/// What else is known of a run that is not good.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Insight {
    /// The first of the rules that the ordering breaks.
    pub breaks: Option<usize>,
    /// After how many steps no order of the rest ends well from where *this run* is, whatever happens; and whose doing it was.
    /// Zero is before the first step. None where more steps could still have ended well, but the ordering has no more; and where
    /// a limit was hit before that was known. Where there is nothing but the operator's choice, this and
    /// [`Counterexample::lost_after`] agree, but that a last step can lose it here.
    pub lost: Option<(usize, Whose)>,
    /// The nearest by swaps of neighbours, among the good orderings of the same steps.
    pub by_swaps: Option<Nearest>,
    /// The nearest by moved steps (steps taken out or put in count too).
    pub by_moves: Option<Nearest>,
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
    /// After the trace's last turn these turns repeat for ever.
    Endless(Vec<crate::trace::Turn>),
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
    /// After its last turn these turns of reactions that take time repeat for ever.
    Endless(Vec<crate::trace::Turn>),
    /// `expect` does not hold.
    Expect,
    /// One of `expect_after` does not hold.
    ExpectAfter,
}
