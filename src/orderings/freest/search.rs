//! Branch and bound over partial orders on elements.
//!
//! In: the elements of a plan and the automaton of good orderings. Out: the lists that bind the fewest pairs of
//! steps. A partial order that still allows something else is short of some pair; which pairs it may be short of is
//! read off a pattern that no good ordering fits, or off four elements that form an N. Every order that is looked for
//! contains at least one of these pairs, so each is tried in turn, and banned afterwards. What is bound only grows on
//! the way, which is the bound.
//!
//! The work has a cap of its own, counted in places looked at, so that equal runbooks give equal answers on any
//! machine.

use super::elements::Elements;
use super::partial::Partial;
use super::tree::{Freest, count_if_good, lists, plan_of};
use super::walk::{Stop, Walk};
use crate::base::{Limit, Tally};
use crate::orderings::Study;
use crate::system::{Block, OccurrenceId};
use num_bigint::BigUint;

impl Study<'_> {
    /// The freest lists over the same steps all of whose orderings are good: of those that keep what the runbook's
    /// own lists ask and keep whole what is optional, either, undivided or under an `if`, those that bind the fewest
    /// pairs of steps; then those with the most orderings. None where there are none, as where no ordering is good.
    /// Exponential; what was found until a limit is hit is returned with [`Freest::proved_fewest`] false.
    ///
    /// # Errors
    /// The limit that was hit before any were found.
    pub fn freest(&mut self, tally: &mut Tally) -> Result<Option<Freest>, Limit> {
        let good = self.suffixes.languages.count(self.good);
        if good == BigUint::ZERO {
            return Ok(None);
        }
        if good == *self.suffixes.course.total() {
            let (root, none) = (self.plan.root.clone(), BigUint::ZERO);
            let (added, bound, proved_fewest) = (Vec::new(), 0, true);
            return Ok(Some(Freest { root, added, bound, orderings: good, given_up: none, proved_fewest }));
        }
        let held = tally.bytes;
        let elements = Elements::of(self.plan);
        let walk = Walk::new(self.plan, &elements, (&self.suffixes.languages, self.good));
        let mut search = Search { study: self, elements: &elements, walk, best: None };
        let stopped = search.all(tally);
        let best = search.best;
        tally.bytes = held;
        let proved_fewest = match (&best, stopped) {
            (_, Ok(())) => true,
            (Some(_), Err(_)) => false,
            (None, Err(Stop::Limit(limit))) => return Err(limit),
            (None, Err(Stop::Capped)) => return Err(Limit::States),
        };
        Ok(best.map(|Best { bound, orderings, order, root }| {
            let steps = |element: usize| leaves(&elements.blocks[element]);
            let new = order.covering().filter(|(a, b)| !elements.base.has(*a, *b));
            let added = new.map(|(a, b)| (steps(a), steps(b))).collect();
            let given_up = good - &orderings;
            Freest { root, added, bound, orderings, given_up, proved_fewest }
        }))
    }
}

fn leaves(block: &Block) -> Vec<OccurrenceId> {
    let steps = block.steps();
    (0..).map(OccurrenceId).filter(|id| steps.contains(*id)).take(steps.len()).collect()
}

struct Best {
    bound: u64,
    orderings: BigUint,
    order: Partial,
    root: Block,
}

struct Search<'a, 's> {
    study: &'a Study<'s>,
    elements: &'a Elements,
    walk: Walk<'a>,
    best: Option<Best>,
}

/// Pairs that must not be added any more.
type Banned = Vec<Vec<bool>>;

impl Search<'_, '_> {
    fn all(&mut self, tally: &mut Tally) -> Result<(), Stop> {
        let mut order = self.elements.base.clone();
        for (a, b) in self.walk.necessary(tally)? {
            order.add(a, b);
        }
        self.offer(self.one_good(), tally)?;
        self.branch(&order, vec![vec![false; order.len()]; order.len()], tally)
    }

    /// The elements one after the other, as the first good ordering begins them: not good where it needs more than
    /// that.
    fn one_good(&self) -> Partial {
        let mut order = self.elements.base.clone();
        let languages = &self.study.suffixes.languages;
        let (mut node, mut begun) = (self.study.good, Vec::new());
        while let Some((id, rest)) = languages.next(node).first() {
            let element = self.elements.of[id.0 as usize];
            if !begun.contains(&element) {
                begun.push(element);
            }
            node = *rest;
        }
        for pair in begun.windows(2) {
            if !order.has(pair[1], pair[0]) {
                order.add(pair[0], pair[1]);
            }
        }
        order
    }

    /// Recursion is as deep as there are pairs of elements.
    fn branch(&mut self, order: &Partial, mut banned: Banned, tally: &mut Tally) -> Result<(), Stop> {
        tally.check()?;
        let bound = self.bound(order);
        if self.best.as_ref().is_some_and(|best| bound > best.bound) {
            return Ok(());
        }
        let short_of = match self.walk.bad(order, tally)? {
            Some(ordering) if self.walk.same_inside(&ordering, tally)? => self.ways_out(order, &ordering, tally)?,
            Some(_) => return Ok(()),
            None => match order.n() {
                None => return self.offer(order.clone(), tally),
                Some([a, b, c, d]) => vec![(a, d), (d, a), (a, b), (b, a), (c, d), (d, c)],
            },
        };
        let mut next: Vec<(u64, (usize, usize), Partial)> = Vec::new();
        for (a, b) in short_of.into_iter().filter(|(a, b)| !order.knows(*a, *b)) {
            let mut longer = order.clone();
            longer.add(a, b);
            next.push((self.bound(&longer), (a, b), longer));
        }
        next.sort_by_key(|(bound, pair, _)| (*bound, *pair));
        for (_, (a, b), longer) in next {
            if !longer.pairs().any(|(a, b)| banned[a][b]) {
                self.branch(&longer, banned.clone(), tally)?;
            }
            banned[a][b] = true;
        }
        Ok(())
    }

    /// How many pairs of steps are bound that the plan leaves open.
    fn bound(&self, order: &Partial) -> u64 {
        let new = order.pairs().filter(|(a, b)| !self.elements.base.has(*a, *b));
        new.map(|pair| self.elements.weight(pair)).sum()
    }

    fn offer(&mut self, order: Partial, tally: &mut Tally) -> Result<(), Stop> {
        let bound = self.bound(&order);
        let Some(root) = lists(&order, self.elements) else { return Ok(()) };
        let plan = plan_of(root, self.study.plan);
        let counted = count_if_good(&plan, &self.study.suffixes.languages, self.study.good, tally)?;
        let better = |best: &Best, orderings: &BigUint| (best.bound, orderings) > (bound, &best.orderings);
        if let Some(orderings) = counted
            && self.best.as_ref().is_none_or(|best| better(best, &orderings))
        {
            self.best = Some(Best { bound, orderings, order, root: plan.root });
        }
        Ok(())
    }

    /// Pairs of which every order on the way to the goal has at least one, given an ordering that it must not allow.
    fn ways_out(
        &mut self,
        order: &Partial,
        ordering: &[OccurrenceId],
        tally: &mut Tally,
    ) -> Result<Vec<(usize, usize)>, Stop> {
        let Some((steps, pattern)) = self.pattern(order, ordering, tally)? else {
            return Ok(self.not_kept(ordering));
        };
        let pairs = steps.iter().flat_map(|a| steps.iter().map(move |b| (*a, *b)));
        Ok(pairs.filter(|(a, b)| a != b && !pattern.has(*a, *b)).collect())
    }

    /// Every pair of elements that an ordering does not keep apart in this order.
    fn not_kept(&self, ordering: &[OccurrenceId]) -> Vec<(usize, usize)> {
        let elements = self.elements.blocks.len();
        let (mut first, mut last) = (vec![None; elements], vec![None; elements]);
        for (place, id) in ordering.iter().enumerate() {
            let element = self.elements.of[id.0 as usize];
            first[element] = first[element].or(Some(place));
            last[element] = Some(place);
        }
        let pairs = (0..elements).flat_map(|a| (0..elements).map(move |b| (a, b)));
        pairs.filter(|(a, b)| a != b && first[*b].is_some() && last[*a] > first[*b]).collect()
    }

    /// As few single steps of an ordering as possible with as little order as possible, such that no good ordering
    /// that keeps the partial order has them so; None where it takes more than single steps. The order comes with the
    /// partial order.
    fn pattern(
        &mut self,
        order: &Partial,
        ordering: &[OccurrenceId],
        tally: &mut Tally,
    ) -> Result<Option<(Vec<usize>, Partial)>, Stop> {
        let elements = ordering.iter().map(|id| self.elements.of[id.0 as usize]);
        let mut steps: Vec<usize> = elements.filter(|element| self.elements.plain(*element)).collect();
        let with = |pairs: &[(usize, usize)]| {
            let mut both = order.clone();
            pairs.iter().for_each(|(a, b)| both.add(*a, *b));
            both
        };
        let chain = |steps: &[usize]| steps.windows(2).map(|pair| (pair[0], pair[1])).collect::<Vec<_>>();
        if self.walk.possible(&with(&chain(&steps)), tally)? {
            return Ok(None);
        }
        for at in (0..steps.len()).rev() {
            let step = steps.remove(at);
            if self.walk.possible(&with(&chain(&steps)), tally)? {
                steps.insert(at, step);
            }
        }
        let mut pairs: Vec<(usize, usize)> =
            (0..steps.len()).flat_map(|b| (0..b).map(move |a| (a, b))).map(|(a, b)| (steps[a], steps[b])).collect();
        let mut at = 0;
        while at < pairs.len() {
            let mut fewer = pairs.clone();
            let (a, b) = fewer.remove(at);
            // What follows from the rest cannot be dropped yet; once it no longer does, it is tried again.
            let follows = fewer.iter().any(|(x, y)| *x == a && fewer.contains(&(*y, b)));
            if !follows && !self.walk.possible(&with(&fewer), tally)? {
                pairs = fewer;
                at = 0;
            } else {
                at += 1;
            }
        }
        Ok(Some((steps, with(&pairs))))
    }
}
