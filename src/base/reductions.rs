//! Which reductions a check may use. None of them changes a verdict or a count; each can be left out, for comparison.

/// A way to look at less and know as much.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Reduction {
    /// Nodes that can change places without anything else changing are told apart only in counts.
    InterchangeableNodes,
    /// Variables that nothing reads any more, given the steps that are left, are forgotten.
    DeadVariables,
    /// Components that are always written alike are kept once.
    EqualComponents,
    /// Parts that share no variable, fault or order are looked at one by one, and their counts multiplied.
    IndependentParts,
}

impl Reduction {
    /// All there are.
    pub const ALL: [Reduction; 4] = [
        Reduction::InterchangeableNodes,
        Reduction::DeadVariables,
        Reduction::EqualComponents,
        Reduction::IndependentParts,
    ];

    /// As the command line calls it.
    pub fn name(self) -> &'static str {
        match self {
            Reduction::InterchangeableNodes => "interchangeable-nodes",
            Reduction::DeadVariables => "dead-variables",
            Reduction::EqualComponents => "equal-components",
            Reduction::IndependentParts => "independent-parts",
        }
    }
}

/// The reductions that are left out: none, unless said otherwise.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Without(u8);

impl Without {
    /// Nothing is reduced.
    pub const fn all() -> Without {
        Without(0b1111)
    }

    /// All that `self` leaves out, and this one.
    #[must_use]
    pub fn and(self, reduction: Reduction) -> Without {
        Without(self.0 | 1 << reduction as u8)
    }

    /// All but this one are left out.
    pub fn all_but(reduction: Reduction) -> Without {
        Without(Without::all().0 & !(1 << reduction as u8))
    }

    /// Whether this one is used.
    pub fn uses(self, reduction: Reduction) -> bool {
        self.0 >> reduction as u8 & 1 == 0
    }
}

impl FromIterator<Reduction> for Without {
    fn from_iter<T: IntoIterator<Item = Reduction>>(reductions: T) -> Without {
        reductions.into_iter().fold(Without::default(), Without::and)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_left_out_is_not_used_and_the_rest_is() {
        let without = Without::from_iter([Reduction::DeadVariables]);
        let used: Vec<_> = Reduction::ALL.into_iter().filter(|reduction| without.uses(*reduction)).collect();
        assert_eq!(used.len(), 3);
        assert!(!used.contains(&Reduction::DeadVariables));
        assert!(Reduction::ALL.into_iter().all(|reduction| Without::default().uses(reduction)));
        assert!(!Reduction::ALL.into_iter().any(|reduction| Without::all().uses(reduction)));
        assert!(Without::all_but(Reduction::DeadVariables).uses(Reduction::DeadVariables));
    }
}
