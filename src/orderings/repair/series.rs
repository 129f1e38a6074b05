//! A partial order as lists in lists: series and parallel composition.
//!
//! In: pairs of numbers, the earlier first. Out: a tree whose orders are exactly those that the pairs allow; None where
//! there is no such tree (or the pairs contradict each other).
//! A set of numbers is parallel where comparability falls apart, a series where incomparability does (Valdes, Tarjan and
//! Lawler, 1982).

/// A series-parallel order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Tree {
    /// One of the numbers.
    Leaf(usize),
    /// In this order.
    Series(Vec<Tree>),
    /// In any order.
    Parallel(Vec<Tree>),
}

/// The tree of the order over `0..count` that these pairs make. Cubic in `count`.
pub fn tree(count: usize, pairs: &[(usize, usize)]) -> Option<Tree> {
    let mut before = vec![vec![false; count]; count];
    for (one, other) in pairs {
        before[*one][*other] = true;
    }
    for through in 0..count {
        for one in 0..count {
            for other in 0..count {
                before[one][other] |= before[one][through] && before[through][other];
            }
        }
    }
    let contradicts = (0..count).any(|one| before[one][one]);
    if contradicts { None } else { grow(&before, (0..count).collect()) }
}

fn grow(before: &[Vec<bool>], members: Vec<usize>) -> Option<Tree> {
    if let [one] = members[..] {
        return Some(Tree::Leaf(one));
    }
    let comparable = |a: usize, b: usize| before[a][b] || before[b][a];
    let parallel = components(&members, comparable);
    if parallel.len() != 1 {
        return parallel.into_iter().map(|part| grow(before, part)).collect::<Option<_>>().map(Tree::Parallel);
    }
    let mut series = components(&members, |a, b| !comparable(a, b));
    if series.len() == 1 {
        return None;
    }
    series.sort_by(|a, b| before[b[0]][a[0]].cmp(&before[a[0]][b[0]]));
    series.into_iter().map(|part| grow(before, part)).collect::<Option<_>>().map(Tree::Series)
}

/// The connected components, each sorted, by their least member.
fn components(members: &[usize], joined: impl Fn(usize, usize) -> bool) -> Vec<Vec<usize>> {
    let mut left = members.to_vec();
    let mut all = Vec::new();
    while !left.is_empty() {
        let mut component = vec![left.remove(0)];
        let mut at = 0;
        while at < component.len() {
            let from = component[at];
            let (near, far) = left.iter().partition(|other| joined(from, **other));
            left = far;
            component.extend::<Vec<usize>>(near);
            at += 1;
        }
        component.sort_unstable();
        all.push(component);
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shape(tree: &Tree) -> String {
        let join = |trees: &[Tree], sign: &str| trees.iter().map(shape).collect::<Vec<_>>().join(sign);
        match tree {
            Tree::Leaf(at) => at.to_string(),
            Tree::Series(trees) => format!("({})", join(trees, "<")),
            Tree::Parallel(trees) => format!("[{}]", join(trees, " ")),
        }
    }

    #[test]
    fn pairs_become_lists_in_lists() {
        let shown = |count, pairs: &[(usize, usize)]| tree(count, pairs).map(|tree| shape(&tree));
        assert_eq!(shown(3, &[(0, 2)]).as_deref(), Some("[(0<2) 1]"));
        assert_eq!(shown(3, &[(2, 0), (2, 1)]).as_deref(), Some("(2<[0 1])"));
        assert_eq!(shown(4, &[(0, 2), (0, 3), (1, 2), (1, 3)]).as_deref(), Some("([0 1]<[2 3])"));
        assert_eq!(shown(4, &[(3, 2), (2, 1), (1, 0)]).as_deref(), Some("(3<2<1<0)"));
    }

    #[test]
    fn what_lists_cannot_say_has_no_tree() {
        assert_eq!(tree(4, &[(0, 2), (1, 2), (1, 3)]), None);
        assert_eq!(tree(2, &[(0, 1), (1, 0)]), None);
    }
}
