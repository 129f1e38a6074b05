//! Indices.

macro_rules! index {
    ($($(#[$doc:meta])* $name:ident),*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name(pub u32);
        impl $name {
            /// As an index into a `Vec`.
            pub fn index(self) -> usize { self.0 as usize }
        }
    )*};
}
index!(
    /// Index into [`super::World::nodes`].
    NodeId,
    /// Index into [`super::World::domains`].
    DomainId,
    /// Index into [`super::World::variables`].
    VariableId,
    /// Index into [`super::World::components`].
    ComponentId,
    /// Index into [`super::World::packages`].
    PackageId,
    /// Index into [`super::World::services`].
    ServiceId,
    /// Index into [`super::World::groups`].
    GroupId,
    /// Index into [`super::World::events`].
    EventId,
    /// Index into [`super::World::steps`].
    StepId
);
