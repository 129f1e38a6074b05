//! How orderings fail: each that is not good is in one class, with an exact count and the shortest of its kind.
//!
//! In: a study, and the rules. Out: [`Classes`]. Every ordering is labelled with the least cause that some run of it has, in
//! one backward pass; orderings of one label are then told apart by the first rule that they break. Refusals are labels
//! of their own where there are not too many positions; elsewhere all orderings in which something is refused are one class.

use super::fitting::fitting;
use super::labelled::Known;
use super::language::Language;
use super::study::Study;
use super::suffixes::{Found, Places, Trait};
use super::witness::lost_after;
use crate::base::{Limit, Tally};
use crate::engine::{Fate, Only, Target};
use crate::system::{Finish, Marks, OccurrenceId, Watched};
use crate::verdict::{Cause, Class, Classes, Counterexample, Rules};
use num_bigint::BigUint;
use std::collections::BTreeMap;

/// More classes than this are not told apart: the smallest are put together.
const MOST: usize = 32;
/// With more positions than this, refusals are not told apart by step.
const MOST_POSITIONS: usize = 20_000;

/// The label of good orderings, greater than that of every cause.
const GOOD: u16 = u16::MAX;

/// What a run can fail of, with the number that stands for it.
type Labels = BTreeMap<Label, u16>;

/// A cause; without one where there is no name for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Label {
    Refused(Option<OccurrenceId>),
    Unsettled,
    Endless,
    Always(u32),
    /// Some condition past those that can be watched.
    OtherAlways,
    Ends(Finish),
}

/// Sorts the orderings that are not good.
pub fn classify(study: &mut Study<'_>, rules: Option<&Rules>, tally: &mut Tally) -> Classes {
    let mut classes = Vec::new();
    let limit = collect(study, rules, &mut classes, tally).err();
    if limit.is_some() {
        // Counts that do not make the whole would mislead.
        classes.clear();
    }
    Classes { classes, limit }
}

fn collect(
    study: &mut Study<'_>,
    rules: Option<&Rules>,
    classes: &mut Vec<Class>,
    tally: &mut Tally,
) -> Result<(), Limit> {
    tally.phase = "classes";
    let (all, labels) = Labelling::of(study, tally)?;
    let label_of: BTreeMap<u16, Label> = labels.iter().map(|(label, number)| (*number, *label)).collect();
    let refusals = labels.iter().filter(|(label, _)| matches!(label, Label::Refused(_)));
    let last_refusal = refusals.map(|(_, number)| *number).max().unwrap_or(0);
    let languages = &mut study.suffixes.languages;
    let counts = languages.counts_by_label(all, tally)?;
    let refused = counts.into_iter().filter(|(label, _)| *label <= last_refusal);
    let mut groups: Vec<Group> =
        refused.map(|(label, count)| Group { breaks: None, label, among: all, count }).collect();

    let bad = |label: u16| u16::from(last_refusal < label && label < GOOD);
    let mut rest = languages.relabelled((all, ()), &bad, &mut Known::default(), tally)?;
    let never = rules.iter().flat_map(|rules| &rules.never).map(Some).chain([None]);
    for (index, pattern) in never.enumerate() {
        let broken = match pattern {
            Some(pattern) => fitting(languages, rest, pattern, tally)?,
            None => rest,
        };
        rest = languages.difference(rest, broken, tally)?;
        let among = languages.within((all, broken), &mut Known::default(), tally)?;
        let breaks = pattern.map(|_| index);
        let counts = languages.counts_by_label(among, tally)?;
        groups.extend(counts.into_iter().map(|(label, count)| Group { breaks, label, among, count }));
    }
    groups.sort_by(|a, b| b.count.cmp(&a.count));
    let others = if groups.len() > MOST { groups.split_off(MOST - 1) } else { Vec::new() };
    for group in groups.iter().chain(others.first()) {
        let label = label_of[&group.label];
        let equal = |label: u16| u16::from(label == group.label);
        let set = study.suffixes.languages.relabelled((group.among, ()), &equal, &mut Known::default(), tally)?;
        let shortest = study.shortest_of(set, label, tally)?;
        let (breaks, cause) = (group.breaks, study.cause(label));
        classes.push(Class { breaks, cause, count: group.count.clone(), shortest });
    }
    if let Some(rest) = classes.last_mut().filter(|_| !others.is_empty()) {
        (rest.breaks, rest.cause) = (None, None);
        rest.count = others.iter().map(|group| &group.count).sum();
    }
    Ok(())
}

/// Orderings with one label among those of a labelled set.
struct Group {
    breaks: Option<usize>,
    label: u16,
    among: Language,
    count: BigUint,
}

impl Study<'_> {
    /// The ordering of a class that is lost after the fewest steps, and a run of it that has the cause.
    fn shortest_of(&mut self, class: Language, label: Label, tally: &mut Tally) -> Result<Counterexample, Limit> {
        let languages = &self.suffixes.languages;
        let ordering = super::shortest::outside(languages, class, languages, self.good, tally)?;
        let ordering = ordering.expect("a class has an ordering, and it is not good");
        let what = match label {
            Label::Refused(Some(id)) => Trait::RefusedAt(id),
            Label::Refused(None) => Trait::Refused,
            Label::Unsettled => Trait::Unsettled,
            Label::Endless => Trait::Endless,
            Label::Always(always) => self.watch.mark(Watched::Broken(always)).map_or(Trait::NotGood, Trait::Marked),
            Label::Ends(finish) => Trait::Ends(finish),
            Label::OtherAlways => Trait::NotGood,
        };
        let mut shown = self.run(ordering, what, tally)?;
        shown.lost_after = lost_after(&self.suffixes.languages, &shown.ordering, self.good);
        Ok(shown)
    }

    fn cause(&self, label: Label) -> Option<Cause> {
        Some(match label {
            Label::Refused(id) => Cause::Refused(id?),
            Label::Unsettled => Cause::Unsettled,
            Label::Endless => Cause::Endless,
            Label::Always(always) => Cause::Always(always),
            Label::OtherAlways | Label::Ends(Finish::Healthy) => return None,
            Label::Ends(Finish::Unhealthy(set)) => Cause::Unhealthy(self.suffixes.finishes.broken(set).to_vec()),
            Label::Ends(Finish::Drill(drill)) => Cause::Drill(drill),
        })
    }
}

/// The pass that labels every ordering.
struct Labelling<'a, 's> {
    study: &'a mut Study<'s>,
    places: Places,
    labels: Labels,
    /// Whether refusals are told apart.
    each_step: bool,
    least: Known<(Language, Language)>,
    at_most: Known<(Language, u16)>,
    constant: Known<(u32, u16)>,
}

impl<'a, 's> Labelling<'a, 's> {
    /// All orderings, labelled, and what the labels mean.
    fn of(study: &'a mut Study<'s>, tally: &mut Tally) -> Result<(Language, Labels), Limit> {
        let each_step = study.suffixes.course.len() <= MOST_POSITIONS;
        let mut labelling = Labelling {
            study,
            places: Places::default(),
            labels: Labels::new(),
            each_step,
            least: Known::default(),
            at_most: Known::default(),
            constant: Known::default(),
        };
        labelling.study.suffixes.meet(Trait::NotRefused, &mut labelling.places, tally)?;
        labelling.number(tally)?;
        let all = labelling.look_back(tally)?;
        Ok((all, labelling.labels))
    }

    /// Finds out which labels there are, and numbers them in order.
    fn number(&mut self, tally: &mut Tally) -> Result<(), Limit> {
        let starts: Vec<Fate> = self.study.suffixes.starts.iter().map(|start| start.fate).collect();
        for fate in starts {
            self.note(None, fate);
        }
        for position in 0..self.places.spans.len() as u32 {
            for at in self.places.spans[position as usize].clone() {
                let state = self.places.states[at];
                let suffixes = &mut self.study.suffixes;
                if suffixes.course.may_end(position) {
                    let finish = suffixes.finishes.finish(suffixes.moves.state(state), tally)?;
                    if finish != Finish::Healthy {
                        self.labels.insert(Label::Ends(finish), 0);
                    }
                }
                for place in 0..self.study.suffixes.course.next(position).len() {
                    let suffixes = &mut self.study.suffixes;
                    let (id, after) = suffixes.course.next(position)[place];
                    let way = suffixes.moves.way(&suffixes.course, (position, id, after));
                    // One way to go that leaves no mark says nothing, unless it is a refusal.
                    if let Some(Only::State(_)) = suffixes.moves.only(way, state) {
                        continue;
                    }
                    let fates = suffixes.moves.of(&suffixes.course, way, state, tally)?;
                    for number in 0..suffixes.moves.count(fates) {
                        let fate = self.study.suffixes.moves.nth(fates, number);
                        self.note(Some(id), fate);
                    }
                }
            }
            tally.check()?;
        }
        let mut labels: Vec<Label> = self.labels.keys().copied().collect();
        // The order of causes; what has no name comes after all that has one.
        labels.sort_by_cached_key(|label| {
            (!matches!(label, Label::Refused(_)), self.study.cause(*label).is_none(), self.study.cause(*label))
        });
        if labels.len() >= usize::from(GOOD) {
            return Err(Limit::Causes);
        }
        self.labels = labels.into_iter().zip(1..).collect();
        Ok(())
    }

    fn note(&mut self, id: Option<OccurrenceId>, fate: Fate) {
        let labels: Vec<Label> = self.says(id, fate).collect();
        for label in labels {
            self.labels.entry(label).or_insert(0);
        }
    }

    /// What an attempt says about a run, whatever follows.
    fn says(&self, id: Option<OccurrenceId>, fate: Fate) -> impl Iterator<Item = Label> {
        let end = match fate.target {
            Target::Refused => Some(Label::Refused(id.filter(|_| self.each_step))),
            Target::Unsettled => Some(Label::Unsettled),
            Target::Endless => Some(Label::Endless),
            Target::State(_) => None,
        };
        let broken = fate.marks.meets(Marks::BROKEN).then(|| {
            let watch = self.study.watch;
            let marked = |always: &u32| watch.mark(Watched::Broken(*always)).is_some_and(|mark| fate.marks.meets(mark));
            let always = (0..).take(self.study.system.always.len()).find(marked);
            always.map_or(Label::OtherAlways, Label::Always)
        });
        end.into_iter().chain(broken)
    }

    /// Backward: the labelled orderings from every state met.
    fn look_back(&mut self, tally: &mut Tally) -> Result<Language, Limit> {
        self.places.sets = vec![Language::NONE; self.places.states.len()];
        let mut found = Found::default();
        for step in 0..self.study.suffixes.course.len() {
            let position = self.study.suffixes.course.backwards()[step];
            let span = self.places.spans[position as usize].clone();
            found.begin(span.len());
            for place in 0..self.study.suffixes.course.next(position).len() {
                let suffixes = &mut self.study.suffixes;
                let (id, after) = suffixes.course.next(position)[place];
                let way = suffixes.moves.way(&suffixes.course, (position, id, after));
                found.turn_to(&suffixes.moves, &self.places, after);
                for (row, at) in span.clone().enumerate() {
                    let state = self.places.states[at];
                    let suffixes = &mut self.study.suffixes;
                    let set = if let Some(Only::State(to)) = suffixes.moves.only(way, state) {
                        found.sets[to as usize]
                    } else {
                        let fates = suffixes.moves.of(&suffixes.course, way, state, tally)?;
                        let fates: Vec<Fate> = suffixes.moves.known(fates).collect();
                        self.combined(Some(id), &fates, after, tally)?
                    };
                    found.add(row, (id, set));
                }
            }
            for (row, at) in span.enumerate() {
                let suffixes = &mut self.study.suffixes;
                let ends = match suffixes.course.may_end(position) {
                    false => 0,
                    true => match suffixes.finishes.finish(suffixes.moves.state(self.places.states[at]), tally)? {
                        Finish::Healthy => GOOD,
                        finish => self.labels[&Label::Ends(finish)],
                    },
                };
                let next = found.next[row].iter().copied();
                self.places.sets[at] = suffixes.languages.labelled(ends, next, tally)?;
            }
            tally.check()?;
        }
        let starts: Vec<Fate> = self.study.suffixes.starts.iter().map(|start| start.fate).collect();
        self.combined(None, &starts, 0, tally)
    }

    fn combined(
        &mut self,
        id: Option<OccurrenceId>,
        fates: &[Fate],
        after: u32,
        tally: &mut Tally,
    ) -> Result<Language, Limit> {
        let mut combined = None;
        for fate in fates {
            let said = self.says(id, *fate).map(|label| self.labels[&label]).min();
            let set = match (fate.target, said) {
                (Target::State(state), None) => self.set(after, state),
                (Target::State(state), Some(label)) => {
                    let set = self.set(after, state);
                    self.study.suffixes.languages.relabelled(
                        (set, label),
                        &|ends| ends.min(label),
                        &mut self.at_most,
                        tally,
                    )?
                }
                (_, said) => self.constant(after, said.expect("a run that is cut short says why"), tally)?,
            };
            let languages = &mut self.study.suffixes.languages;
            combined = Some(match combined {
                None => set,
                Some(sofar) => languages.least((sofar, set), &mut self.least, tally)?,
            });
        }
        Ok(combined.unwrap_or(Language::NONE))
    }

    fn set(&self, position: u32, state: u32) -> Language {
        self.places.sets[self.places.find(position, state).expect("every state that can be met was met")]
    }

    /// All that may follow a position, with one label.
    fn constant(&mut self, position: u32, label: u16, tally: &mut Tally) -> Result<Language, Limit> {
        if let Some(known) = self.constant.get(&(position, label)) {
            return Ok(*known);
        }
        let count = self.study.suffixes.course.next(position).len();
        let mut next = Vec::with_capacity(count);
        for place in 0..count {
            let (id, after) = self.study.suffixes.course.next(position)[place];
            next.push((id, self.constant(after, label, tally)?));
        }
        let suffixes = &mut self.study.suffixes;
        let ends = if suffixes.course.may_end(position) { label } else { 0 };
        let all = suffixes.languages.labelled(ends, next, tally)?;
        self.constant.insert((position, label), all);
        tally.hold(2 * size_of::<((u32, u16), Language)>())?;
        Ok(all)
    }
}
