//! Sets of sequences in which every sequence has a label: which class it belongs to.
//!
//! The same automata as plain sets, whose sequences all have the label 1. Kept apart from them only by whoever asks:
//! unions, intersections and differences are for plain sets, what is here is for labelled ones.

use super::language::{Language, Languages};
use crate::base::{Limit, Tally};
use rustc_hash::FxHashMap;

/// What has been worked out already; for one question at a time.
pub type Known<K> = FxHashMap<K, Language>;

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

    /// The same sequences, no label greater than this one.
    ///
    /// # Errors
    /// The limit that was hit.
    pub fn at_most(
        &mut self,
        set: Language,
        label: u16,
        known: &mut Known<(Language, u16)>,
        tally: &mut Tally,
    ) -> Result<Language, Limit> {
        self.relabelled(set, label, &|ends| ends.min(label), known, tally)
    }

    /// The plain set of the sequences that have this label.
    ///
    /// # Errors
    /// The limit that was hit.
    pub fn labelled_so(
        &mut self,
        set: Language,
        label: u16,
        known: &mut Known<(Language, u16)>,
        tally: &mut Tally,
    ) -> Result<Language, Limit> {
        self.relabelled(set, label, &|ends| u16::from(ends == label), known, tally)
    }

    fn relabelled(
        &mut self,
        set: Language,
        label: u16,
        relabel: &impl Fn(u16) -> u16,
        known: &mut Known<(Language, u16)>,
        tally: &mut Tally,
    ) -> Result<Language, Limit> {
        if set == Language::NONE {
            return Ok(set);
        }
        if let Some(known) = known.get(&(set, label)) {
            return Ok(*known);
        }
        let mut next = Vec::new();
        for at in 0..self.next(set).len() {
            let (id, rest) = self.next(set)[at];
            next.push((id, self.relabelled(rest, label, relabel, known, tally)?));
        }
        let ends = if self.ends(set) { relabel(self.label(set)) } else { 0 };
        let relabelled = self.labelled(ends, next, tally)?;
        known.insert((set, label), relabelled);
        tally.hold(size_of_val(&(set, label)) + size_of_val(&relabelled))?;
        Ok(relabelled)
    }
}
