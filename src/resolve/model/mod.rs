//! What a world and a runbook mean, in the words of the domain: packages, services, groups; ground and typed.

mod action;
mod expression;
mod ids;
mod runbook;
mod software;
mod world;

pub use action::{Act, Argument, Drill, DrillStep, Fault, FaultEffect, Reaction, Step};
pub use expression::{Assign, Compare, Condition, Expr, Outcome, Term, Value};
pub use ids::{ComponentId, DomainId, EventId, GroupId, NodeId, PackageId, ServiceId, StepId, VariableId};
pub use runbook::{Claim, Guard, Loop, Occurrence, Promise, Property, Runbook};
pub use software::{
    Component, ComponentOnNode, Event, Group, Package, PackageOnNode, Removal, Replaces, Service, ServiceOnNode, Write,
};
pub use world::{Domain, DomainKind, Variable, World};
