//! Sets of sequences in which every sequence has a label: which class it belongs to.
//!
//! The same automata as plain sets, whose sequences all have the label 1. Kept apart from them only by whoever asks:
//! unions, intersections and differences are for plain sets, what is here is for labelled ones.

use super::language::{Count, Language, Languages};
use crate::base::{Limit, Tally};
use num_bigint::BigUint;
use rustc_hash::FxHashMap;
use std::rc::Rc;

/// What has been worked out already; for one question at a time.
pub type Known<K> = FxHashMap<K, Language>;

/// How many sequences have which label; sorted by label.
type Counted = Rc<[(u16, Count)]>;

impl Languages {
    /// The sequences that are in both sets, each with the lesser of its labels.
    ///
    /// # Errors
    /// The limit that was hit.
    pub fn least(
        &mut self,
        (a, b): (Language, Language),
        known: &mut Known<(Language, Language)>,
        tally: &mut Tally,
    ) -> Result<Language, Limit> {
        if a == b || a == Language::NONE {
            return Ok(a);
        }
        if b == Language::NONE {
            return Ok(b);
        }
        let key = (a.min(b), a.max(b));
        if let Some(known) = known.get(&key) {
            return Ok(*known);
        }
        let mut next = Vec::new();
        for at in 0..self.next(a).len() {
            let (id, rest) = self.next(a)[at];
            let other = self.after(b, id);
            next.push((id, self.least((rest, other), known, tally)?));
        }
        let ends = self.label(a).min(self.label(b));
        let least = self.labelled(ends, next, tally)?;
        known.insert(key, least);
        tally.hold(size_of_val(&key) + size_of_val(&least))?;
        Ok(least)
    }

    /// The same sequences with other labels; those whose label becomes zero are left out. The key says which relabelling
    /// `known` knows of.
    ///
    /// # Errors
    /// The limit that was hit.
    pub fn relabelled<K: Copy + Eq + std::hash::Hash>(
        &mut self,
        (set, key): (Language, K),
        relabel: &impl Fn(u16) -> u16,
        known: &mut Known<(Language, K)>,
        tally: &mut Tally,
    ) -> Result<Language, Limit> {
        if set == Language::NONE {
            return Ok(set);
        }
        if let Some(known) = known.get(&(set, key)) {
            return Ok(*known);
        }
        let mut next = Vec::new();
        for at in 0..self.next(set).len() {
            let (id, rest) = self.next(set)[at];
            next.push((id, self.relabelled((rest, key), relabel, known, tally)?));
        }
        let ends = if self.ends(set) { relabel(self.label(set)) } else { 0 };
        let relabelled = self.labelled(ends, next, tally)?;
        known.insert((set, key), relabelled);
        tally.hold(2 * size_of::<((Language, K), Language)>())?;
        Ok(relabelled)
    }

    /// The sequences of a labelled set that are in a plain one, with their labels.
    ///
    /// # Errors
    /// The limit that was hit.
    pub fn within(
        &mut self,
        (set, plain): (Language, Language),
        known: &mut Known<(Language, Language)>,
        tally: &mut Tally,
    ) -> Result<Language, Limit> {
        if set == Language::NONE || plain == Language::NONE {
            return Ok(Language::NONE);
        }
        if let Some(known) = known.get(&(set, plain)) {
            return Ok(*known);
        }
        let mut next = Vec::new();
        for at in 0..self.next(plain).len() {
            let (id, rest) = self.next(plain)[at];
            let labelled = self.after(set, id);
            next.push((id, self.within((labelled, rest), known, tally)?));
        }
        let ends = if self.ends(plain) { self.label(set) } else { 0 };
        let within = self.labelled(ends, next, tally)?;
        known.insert((set, plain), within);
        tally.hold(2 * size_of::<((Language, Language), Language)>())?;
        Ok(within)
    }

    /// How many sequences have which label; sorted by label.
    ///
    /// # Errors
    /// The limit that was hit.
    pub fn counts_by_label(&self, set: Language, tally: &mut Tally) -> Result<Vec<(u16, BigUint)>, Limit> {
        let mut known = vec![None; set.number() + 1];
        let counts = self.count_labels(set, &mut known, tally)?;
        Ok(counts.iter().map(|(label, count)| (*label, count.clone().into())).collect())
    }

    /// Recursion is as deep as a sequence is long.
    fn count_labels(&self, set: Language, known: &mut [Option<Counted>], tally: &mut Tally) -> Result<Counted, Limit> {
        if let Some(known) = &known[set.number()] {
            return Ok(Rc::clone(known));
        }
        // Sorted by label; there are few.
        let mut counts: Vec<(u16, Count)> = Vec::new();
        if self.ends(set) {
            counts.push((self.label(set), Count::Small(1)));
        }
        for (_, rest) in self.next(set) {
            for (label, count) in self.count_labels(*rest, known, tally)?.iter() {
                match counts.binary_search_by_key(label, |(label, _)| *label) {
                    Ok(at) => counts[at].1.add(count),
                    Err(at) => counts.insert(at, (*label, count.clone())),
                }
            }
        }
        let counts: Counted = counts.into();
        tally.hold(counts.len() * 2 * size_of::<(u16, Count)>())?;
        known[set.number()] = Some(Rc::clone(&counts));
        Ok(counts)
    }
}
