//! Cases with several nodes that are alike, and cases that are two cases side by side.

use super::random::Dice;
use super::{Case, Cond, Deed, Trial, Way, leaves};
use runproof::system::{Block, OccurrenceId, Slot, System, VarOrigin};

/// A case, and which variables belong to which node.
#[derive(Clone, Debug)]
pub struct Copies {
    pub case: Case,
    /// For each variable, its node and its place there.
    pub nodes: Vec<Option<(usize, usize)>>,
}

impl Copies {
    /// Tells a system which variables belong to which node.
    pub fn name(&self, system: &mut System) {
        let var = |at: usize| {
            let own = self.nodes.get(at).copied().flatten();
            let (node, short) =
                own.map_or((None, format!("v{at}")), |(node, place)| (Some(node as u32), format!("p{place}")));
            VarOrigin { name: format!("v{at}"), short, node, values: Vec::new(), hidden: false, observable: true }
        };
        system.origins.vars = (0..system.layout.slots.len()).map(var).collect();
        assert!(system.layout.slots.iter().all(|slot| matches!(slot, Slot::Field { .. })));
    }
}

/// What a template says of one node, said of another.
struct Copy<'m> {
    var: &'m dyn Fn(usize) -> usize,
    step: &'m dyn Fn(u32) -> u32,
}

impl Copy<'_> {
    fn cond(&self, cond: &Cond) -> Cond {
        let all = |parts: &[Cond]| parts.iter().map(|part| self.cond(part)).collect();
        match cond {
            Cond::Is(var, value) => Cond::Is((self.var)(*var), *value),
            Cond::OneOf(var, values) => Cond::OneOf((self.var)(*var), values.clone()),
            Cond::AtMost(terms, bound) => {
                Cond::AtMost(terms.iter().map(|(weight, term)| (*weight, self.cond(term))).collect(), *bound)
            }
            Cond::Not(inner) => Cond::Not(Box::new(self.cond(inner))),
            Cond::All(parts) => Cond::All(all(parts)),
            Cond::Any(parts) => Cond::Any(all(parts)),
        }
    }

    fn ways(&self, ways: &[Way]) -> Vec<Way> {
        let sets =
            |way: &Way| way.sets.iter().map(|(when, var, value)| (self.cond(when), (self.var)(*var), *value)).collect();
        ways.iter().map(|way| Way { when: self.cond(&way.when), sets: sets(way), events: way.events.clone() }).collect()
    }

    fn deed(&self, deed: &Deed) -> Deed {
        Deed {
            needs: deed.needs.iter().map(|need| self.cond(need)).collect(),
            phases: deed.phases.iter().map(|ways| self.ways(ways)).collect(),
        }
    }

    fn block(&self, block: &Block) -> Block {
        let all = |blocks: &[Block]| blocks.iter().map(|block| self.block(block)).collect();
        match block {
            Block::Step(id) => Block::Step(OccurrenceId((self.step)(id.0))),
            Block::Optional(inner) => Block::Optional(Box::new(self.block(inner))),
            Block::Undivided(inner) => Block::Undivided(Box::new(self.block(inner))),
            Block::Sequence(children) => Block::Sequence(all(children)),
            Block::Interleaved(children) => Block::Interleaved(all(children)),
            Block::Either(children) => Block::Either(all(children)),
        }
    }
}

impl Dice<'_> {
    /// Two to four nodes that are alike, with conditions that speak of all of them; seldom, something of one of them is changed.
    pub fn copies(&mut self) -> Copies {
        let nodes = 2 + self.below(3);
        let own = 1 + self.below(2);
        let mut template: Vec<u8> = (0..own).map(|_| 2 + self.below(2) as u8).collect();
        template.push(2);
        let shared = nodes * own;
        let var = |node: usize| move |var: usize| if var < own { node * own + var } else { shared };
        let deeds = if nodes == 2 { 1 + self.below(3) } else { 1 + self.below(2) };
        let step = |node: usize| move |step: u32| (node * deeds) as u32 + step;
        let mut sizes: Vec<u8> = (0..nodes).flat_map(|_| template[..own].to_vec()).collect();
        sizes.push(2);

        let first: Vec<u8> = template.iter().map(|size| self.below(usize::from(*size)) as u8).collect();
        let alike: Vec<u8> = (0..shared).map(|at| first[at % own]).chain([first[own]]).collect();
        let mut initial = vec![alike.clone()];
        match self.below(6) {
            0 => initial.push(alike.iter().take(shared).copied().chain([1 - first[own]]).collect()),
            1 => {
                // One of the nodes is not like the others, and nobody knows which.
                let other = self.below(usize::from(template[0])) as u8;
                initial = (0..nodes).map(|node| alike.clone().tap(|world| world[node * own] = other)).collect();
            }
            _ => {}
        }

        let mut steps = vec![Vec::new(); nodes];
        for _ in 0..deeds {
            let deed = self.deed(&template);
            let crowd = self.chance(2).then(|| self.crowd(&template, nodes, &var));
            for (node, steps) in steps.iter_mut().enumerate() {
                let mut deed = Copy { var: &var(node), step: &|id| id }.deed(&deed);
                deed.needs.extend(crowd.clone());
                steps.push(deed);
            }
        }
        let mut steps: Vec<Deed> = steps.concat();
        let block = self.block(&(0..deeds as u32).collect::<Vec<u32>>());
        let mut children: Vec<Block> =
            (0..nodes).map(|node| Copy { var: &|var| var, step: &step(node) }.block(&block)).collect();
        let mut plan =
            if self.chance(8) { Block::Either(children.clone()) } else { Block::Interleaved(children.clone()) };
        if steps.len() < 7 && self.chance(2) {
            let crowd = self.crowd(&template, nodes, &var);
            let sets = vec![(crowd, shared, self.below(2) as u8)];
            let way = Way { when: Cond::All(Vec::new()), sets, events: Vec::new() };
            let last = Block::Step(OccurrenceId(steps.len() as u32));
            steps.push(Deed { needs: Vec::new(), phases: vec![vec![way]] });
            if self.chance(2) {
                plan = Block::Sequence(vec![plan, last]);
            } else {
                children.push(last);
                plan = Block::Interleaved(children);
            }
        }
        let mut guards = Vec::new();
        if self.chance(3) {
            let cond = self.cond(&template, 1);
            guards.extend((0..nodes).map(|node| {
                let copy = Copy { var: &var(node), step: &step(node) };
                (copy.cond(&cond), leaves(&copy.block(&block)))
            }));
        }

        let mut reactions = Vec::new();
        if self.chance(2) {
            let at = self.below(own);
            let from = self.below(usize::from(template[at])) as u8;
            let when = Cond::All(vec![Cond::Is(at, from), self.seldom(&template, 2)]);
            let to = (from + 1) % template[at];
            let way =
                Way { when: Cond::All(Vec::new()), sets: vec![(Cond::All(Vec::new()), at, to)], events: Vec::new() };
            for node in 0..nodes {
                let copy = Copy { var: &var(node), step: &|id| id };
                reactions.push((copy.cond(&when), copy.ways(std::slice::from_ref(&way))));
            }
        }
        let crowd_or_none = |dice: &mut Self, odds| {
            if dice.chance(odds) { vec![dice.crowd(&template, nodes, &var)] } else { Vec::new() }
        };
        let always = crowd_or_none(self, 3);
        let health = if self.chance(2) {
            vec![self.crowd(&template, nodes, &var)]
        } else {
            let cond = self.cond(&template, 1);
            (0..nodes).map(|node| Copy { var: &var(node), step: &|id| id }.cond(&cond)).collect()
        };
        let mut faults = Vec::new();
        if self.chance(4) {
            let budget = sizes.len();
            let value = self.below(usize::from(template[0])) as u8;
            for node in 0..nodes {
                let sets = vec![(Cond::All(Vec::new()), node * own, value), (Cond::All(Vec::new()), budget, 0)];
                let way = Way { when: Cond::All(Vec::new()), sets, events: Vec::new() };
                faults.push((Cond::Is(budget, 1), vec![way]));
            }
            sizes.push(2);
            initial.iter_mut().for_each(|world| world.push(1));
        }
        let mut nodes_of: Vec<Option<(usize, usize)>> = (0..shared).map(|at| Some((at / own, at % own))).collect();
        nodes_of.resize(sizes.len(), None);
        let mut chains = Vec::new();
        if deeds > 1 && self.chance(4) {
            chains.extend((0..nodes).map(|node| (step(node)(0), step(node)(1))));
        }
        let mut drills = Vec::new();
        if self.chance(4) {
            let (act, expect) = (self.deed(&template), self.cond(&template, 1));
            drills.extend((0..nodes).map(|node| {
                let copy = Copy { var: &var(node), step: &|id| id };
                let (expect, expect_after) = (copy.cond(&expect), Cond::All(Vec::new()));
                Trial { act: vec![copy.deed(&act)], expect, then: Vec::new(), expect_after }
            }));
        }
        let mut case = Case {
            sizes,
            initial,
            steps,
            reactions,
            faults,
            plan,
            chains,
            guards,
            always,
            health,
            drills,
            rounds: Default::default(),
        };
        if self.chance(3) {
            self.disturb(&mut case, shared);
        }
        Copies { case, nodes: nodes_of }
    }

    /// Changes one thing, so that nodes are not alike any more, or only some of them.
    fn disturb(&mut self, case: &mut Case, own: usize) {
        let sizes = case.sizes[..=own].to_vec();
        match self.below(5) {
            0 => {
                let at = self.below(case.steps.len());
                case.steps[at] = self.deed(&sizes);
            }
            1 => {
                let (world, at) = (self.below(case.initial.len()), self.below(own));
                case.initial[world][at] = self.below(usize::from(sizes[at])) as u8;
            }
            2 => case.health.push(self.cond(&sizes, 1)),
            3 => case.always.push(Cond::Not(Box::new(self.cond(&sizes, 1)))),
            _ => {
                let (a, b) = (self.below(case.steps.len()) as u32, self.below(case.steps.len()) as u32);
                if a != b && self.chance(2) {
                    case.chains.push((a, b));
                } else {
                    case.steps.swap(a as usize, b as usize);
                }
            }
        }
    }

    /// A condition on all nodes.
    fn crowd<V: Fn(usize) -> usize>(&mut self, template: &[u8], nodes: usize, var: &impl Fn(usize) -> V) -> Cond {
        let cond = self.cond(template, 1);
        let each = (0..nodes).map(|node| Copy { var: &var(node), step: &|id| id }.cond(&cond));
        match self.below(4) {
            0 => Cond::All(each.collect()),
            1 => Cond::Any(each.collect()),
            _ => Cond::AtMost(each.map(|cond| (1, cond)).collect(), self.below(nodes) as i64),
        }
    }

    /// Two cases side by side. Seldom, something of one reads something of the other.
    pub fn side_by_side(&mut self) -> Copies {
        let [first, second] = [self.case_of(&[1, 2, 3]), self.case_of(&[1, 2, 3])];
        let (vars, steps) = (first.sizes.len(), first.steps.len() as u32);
        let copy = Copy { var: &|var| var + vars, step: &|id| id + steps };
        let actions = |list: &[(Cond, Vec<Way>)]| -> Vec<(Cond, Vec<Way>)> {
            list.iter().map(|(when, ways)| (copy.cond(when), copy.ways(ways))).collect()
        };
        let conds = |list: &[Cond]| -> Vec<Cond> { list.iter().map(|cond| copy.cond(cond)).collect() };
        let mut guards = first.guards.clone();
        let ids = |ids: &[u32]| ids.iter().map(|id| id + steps).collect();
        guards.extend(second.guards.iter().map(|(when, under)| (copy.cond(when), ids(under))));
        let initial = if self.chance(6) {
            let last = |list: &[Vec<u8>]| list.last().cloned().unwrap();
            let pair = |list: &[Vec<u8>], others: &[Vec<u8>]| [&list[0][..], &others[0][..]].concat();
            vec![pair(&first.initial, &second.initial), [last(&first.initial), last(&second.initial)].concat()]
        } else {
            let pairs = first.initial.iter().flat_map(|one| second.initial.iter().map(move |two| (one, two)));
            pairs.map(|(one, two)| [&one[..], &two[..]].concat()).collect()
        };
        let both = |one: Vec<Cond>, two: &[Cond]| [one, conds(two)].concat();
        let mut children = vec![first.plan.clone(), copy.block(&second.plan)];
        if self.chance(3) {
            // Lists of lists are one list.
            for child in std::mem::take(&mut children) {
                match child {
                    Block::Interleaved(inner) => children.extend(inner),
                    other => children.push(other),
                }
            }
        }
        let mut case = Case {
            sizes: [&first.sizes[..], &second.sizes[..]].concat(),
            initial,
            steps: first.steps.iter().cloned().chain(second.steps.iter().map(|deed| copy.deed(deed))).collect(),
            reactions: [first.reactions, actions(&second.reactions)].concat(),
            faults: [first.faults, actions(&second.faults)].concat(),
            plan: if self.chance(6) { Block::Sequence(children) } else { Block::Interleaved(children) },
            chains: first
                .chains
                .iter()
                .copied()
                .chain(second.chains.iter().map(|(a, b)| (a + steps, b + steps)))
                .collect(),
            guards,
            always: both(first.always, &second.always),
            health: both(first.health, &second.health),
            drills: first.drills,
            rounds: Default::default(),
        };
        if self.chance(4) {
            let sizes = case.sizes.clone();
            let at = self.below(case.steps.len());
            case.steps[at].needs.push(self.cond(&sizes, 1));
        }
        let nodes = vec![None; case.sizes.len()];
        Copies { case, nodes }
    }
}

trait Tap: Sized {
    fn tap(self, change: impl FnOnce(&mut Self)) -> Self;
}

impl Tap for Vec<u8> {
    fn tap(mut self, change: impl FnOnce(&mut Self)) -> Self {
        change(&mut self);
        self
    }
}
