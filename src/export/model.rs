//! A system as people would write it for another tool: variables with named values, and guarded commands that say all.
//!
//! Where the procedure stands, whether the world is settling and how a run ended are variables like any other, so that a
//! writer is syntax and nothing else. One command is one indivisible move; a state in which none is possible is the end of
//! a run. What must never be is in [`Model::never`], what is worth counting in [`Model::counted`].

use crate::system::Compare;

/// Index into [`Model::vars`].
pub type Var = usize;

/// A value: 0-based place in the variable's domain.
pub type Value = u16;

/// What a variable is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// A variable of the world, or one that the lowering added.
    World,
    /// What happens now.
    Now,
    /// How far the procedure has come.
    Place,
    /// The final state, kept while a drill changes it.
    Kept,
    /// What the rules ask about the order so far.
    Order,
}

/// A variable.
#[derive(Clone, Debug)]
pub struct Variable {
    /// As people know it.
    pub name: String,
    /// The names of its values, two or more.
    pub values: Vec<String>,
    /// What it is for.
    pub role: Role,
}

impl Variable {
    /// Whether its values are no and yes.
    pub fn is_flag(&self) -> bool {
        self.values == ["no", "yes"]
    }
}

/// A condition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Expr {
    /// Always or never.
    Constant(bool),
    /// The variable has one of these values; sorted, neither none nor all.
    In(Var, Vec<Value>),
    /// The sum of the weights of the terms that hold, compared with a bound.
    Sum(Vec<(i64, Expr)>, Compare, i64),
    /// A [`Definition`].
    Named(usize),
    /// Does not hold.
    Not(Box<Expr>),
    /// All hold.
    All(Vec<Expr>),
    /// At least one holds.
    Any(Vec<Expr>),
}

impl Expr {
    /// Always.
    pub const YES: Expr = Expr::Constant(true);

    /// The variable has this value.
    pub fn is(var: Var, value: Value) -> Expr {
        Expr::In(var, vec![value])
    }

    /// The variable, whose values are no and yes, is yes.
    pub fn flag(var: Var) -> Expr {
        Expr::is(var, 1)
    }

    /// All hold; what is said twice is said once, and memberships of one variable are one.
    pub fn all(parts: impl IntoIterator<Item = Expr>) -> Expr {
        let mut list: Vec<Expr> = Vec::new();
        for part in parts {
            let parts = if let Expr::All(inner) = part { inner } else { vec![part] };
            for part in parts {
                match part {
                    Expr::Constant(true) => {}
                    Expr::Constant(false) => return Expr::Constant(false),
                    Expr::In(var, values) => {
                        let known = list.iter_mut().find_map(|other| match other {
                            Expr::In(of, values) if *of == var => Some(values),
                            _ => None,
                        });
                        match known {
                            Some(known) => known.retain(|value| values.contains(value)),
                            None => list.push(Expr::In(var, values)),
                        }
                    }
                    part if list.contains(&part) => {}
                    part => list.push(part),
                }
            }
        }
        if list.iter().any(|part| matches!(part, Expr::In(_, values) if values.is_empty())) {
            return Expr::Constant(false);
        }
        if list.len() == 1 {
            list.swap_remove(0)
        } else if list.is_empty() {
            Expr::YES
        } else {
            Expr::All(list)
        }
    }

    /// At least one holds.
    pub fn any(parts: impl IntoIterator<Item = Expr>) -> Expr {
        let mut list: Vec<Expr> = Vec::new();
        for part in parts {
            let parts = if let Expr::Any(inner) = part { inner } else { vec![part] };
            for part in parts {
                match part {
                    Expr::Constant(false) => {}
                    Expr::Constant(true) => return Expr::YES,
                    part if list.contains(&part) => {}
                    part => list.push(part),
                }
            }
        }
        match list.len() {
            0 => Expr::Constant(false),
            1 => list.swap_remove(0),
            _ => Expr::Any(list),
        }
    }

    /// Does not hold.
    #[must_use]
    pub fn negated(self) -> Expr {
        match self {
            Expr::Constant(value) => Expr::Constant(!value),
            Expr::Not(inner) => *inner,
            other => Expr::Not(Box::new(other)),
        }
    }

    /// The variables that it reads, apart from those of definitions.
    pub fn reads(&self, found: &mut Vec<Var>) {
        match self {
            Expr::Constant(_) | Expr::Named(_) => {}
            Expr::In(var, _) => found.push(*var),
            Expr::Sum(terms, ..) => terms.iter().for_each(|(_, term)| term.reads(found)),
            Expr::Not(inner) => inner.reads(found),
            Expr::All(parts) | Expr::Any(parts) => parts.iter().for_each(|part| part.reads(found)),
        }
    }
}

/// A condition with a name.
#[derive(Clone, Debug)]
pub struct Definition {
    /// As people would say it.
    pub name: String,
    /// What it is, in the words of the world; one line each.
    pub comments: Vec<String>,
    /// May name definitions before this one.
    pub expr: Expr,
}

/// What is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// This value.
    Value(Value),
    /// What another variable, of the same domain, has.
    Of(Var),
}

/// Assignments that are made if a condition holds in the state before the command.
#[derive(Clone, Debug)]
pub struct Update {
    /// Evaluated on the state before; names no definition.
    pub when: Expr,
    /// What is written; no two updates of a command that apply in one state write the same variable.
    pub sets: Vec<(Var, Source)>,
}

impl Update {
    /// One assignment that is always made.
    pub fn always(var: Var, value: Value) -> Update {
        Update::when(Expr::YES, var, value)
    }

    /// One assignment.
    pub fn when(when: Expr, var: Var, value: Value) -> Update {
        Update { when, sets: vec![(var, Source::Value(value))] }
    }
}

/// A guarded command: one indivisible move.
#[derive(Clone, Debug)]
pub struct Command {
    /// Which part of the model it belongs to: the step, reaction or fault; empty for none.
    pub heading: String,
    /// Unique.
    pub name: String,
    /// Events, sources; one line each.
    pub comments: Vec<String>,
    /// When it is possible.
    pub guard: Expr,
    /// Simultaneous.
    pub updates: Vec<Update>,
}

/// A condition that is asserted never to hold, or that is counted.
#[derive(Clone, Debug)]
pub struct Watched {
    /// In words: what must not be.
    pub name: String,
    /// The condition.
    pub expr: Expr,
}

/// All of it.
#[derive(Clone, Debug)]
pub struct Model {
    /// The title of the runbook or world.
    pub title: String,
    /// What a reader has to know; one line each.
    pub about: Vec<String>,
    /// The variables.
    pub vars: Vec<Variable>,
    /// The initial states: what distinguishes each, and a value for each variable.
    pub initial: Vec<(String, Vec<Value>)>,
    /// Conditions with names.
    pub definitions: Vec<Definition>,
    /// The commands.
    pub commands: Vec<Command>,
    /// What must never hold.
    pub never: Vec<Watched>,
    /// What is worth counting: pairs of position and stable state, runs that end well.
    pub counted: Vec<Watched>,
    /// The variable that says what happens now, and its value where a run ended well.
    pub now: (Var, Option<Value>),
}

impl Model {
    /// Whether a condition holds.
    pub fn holds(&self, expr: &Expr, state: &[Value]) -> bool {
        match expr {
            Expr::Constant(value) => *value,
            Expr::In(var, values) => values.contains(&state[*var]),
            Expr::Sum(terms, compare, bound) => {
                let sum: i64 = terms.iter().filter(|(_, term)| self.holds(term, state)).map(|(weight, _)| weight).sum();
                match compare {
                    Compare::Equal => sum == *bound,
                    Compare::Less => sum < *bound,
                    Compare::AtMost => sum <= *bound,
                }
            }
            Expr::Named(definition) => self.holds(&self.definitions[*definition].expr, state),
            Expr::Not(inner) => !self.holds(inner, state),
            Expr::All(parts) => parts.iter().all(|part| self.holds(part, state)),
            Expr::Any(parts) => parts.iter().any(|part| self.holds(part, state)),
        }
    }

    /// The state after a command. Does not look at its guard.
    pub fn after(&self, command: &Command, state: &[Value]) -> Vec<Value> {
        let mut after = state.to_vec();
        for update in command.updates.iter().filter(|update| self.holds(&update.when, state)) {
            for (var, source) in &update.sets {
                after[*var] = match source {
                    Source::Value(value) => *value,
                    Source::Of(other) => state[*other],
                };
            }
        }
        after
    }

    /// A condition without definitions.
    pub fn expanded(&self, expr: &Expr) -> Expr {
        match expr {
            Expr::Named(definition) => self.expanded(&self.definitions[*definition].expr),
            Expr::Not(inner) => self.expanded(inner).negated(),
            Expr::All(parts) => Expr::all(parts.iter().map(|part| self.expanded(part))),
            Expr::Any(parts) => Expr::any(parts.iter().map(|part| self.expanded(part))),
            Expr::Sum(terms, compare, bound) => {
                let terms = terms.iter().map(|(weight, term)| (*weight, self.expanded(term))).collect();
                Expr::Sum(terms, *compare, *bound)
            }
            Expr::Constant(_) | Expr::In(..) => expr.clone(),
        }
    }
}
