//! Every key of a world and of a runbook's checked block: its name, its type, what it means.
//!
//! This is the only place that lists them. A key added here is accepted, completed by editors and documented; reading it is a line in
//! `world.rs` or `block.rs`.

use super::shape::{Key, Keys, Shape, Type};

const fn key(name: &'static str, ty: Type, doc: &'static str) -> Key {
    Key { name, ty, doc }
}

/// Most nodes that `nodes = N` may ask for: a domain holds 64 values.
pub(super) const MAX_NODES: i64 = 64;
/// Most faults of one kind that a runbook may ask for.
const MAX_FAULTS: i64 = 1000;
/// Most slips and crashes at once that a report may look at: sets of them are many.
const MAX_SLIPS: i64 = 4;
/// Bounds of an integer variable, far inside `i64` so that sums cannot overflow.
const MAX_RANGE: i64 = 1_000_000_000;

const TEXTS: Type = Type::List(&Type::Text);
const NAMES: Type = Type::List(&Type::Name);
const SET: Type = Type::Map(Keys::Targets, &Type::Value);
const BINDERS: Type = Type::Map(Keys::Names, &Type::Name);
const TITLE: Key = key("title", Type::Text, "How people call it.");
const CITE: Key = key("cite", TEXTS, "Ids of the facts that say so.");
const EVENTS: Key = key("events", NAMES, "Events that are raised.");
const EFFECTS: Key = key("set", SET, "What changes: variable = value.");

macro_rules! shape {
    ($name:ident, $is:literal, $doc:literal, [$($key:expr),* $(,)?] $(, rivals $rivals:expr)? $(, needed $needed:expr)?) => {
        #[doc = $doc]
        pub(super) static $name: Shape = Shape {
            name: $is,
            doc: $doc,
            keys: &[$($key),*],
            rivals: shape!(@list $($rivals)?),
            needed: shape!(@list $($needed)?),
        };
    };
    (@list) => { &[] };
    (@list $list:expr) => { $list };
}

shape!(
    WORLD,
    "a world",
    "What exists and how it behaves.",
    [
        TITLE,
        key(
            "nodes",
            Type::Either(&[
                NAMES,
                Type::Integer(1, MAX_NODES),
                Type::Map(Keys::Names, &Type::Map(Keys::Names, &Type::Name)),
            ]),
            "The machines: names, a count (n1, n2, …), or tables with fixed attributes.",
        ),
        key("include", TEXTS, "Worlds that this one builds on, as paths from this file."),
        key("sets", Type::Map(Keys::Names, &NAMES), "Named sets of nodes."),
        key("scales", Type::Map(Keys::Names, &NAMES), "Versions that several components share, oldest first."),
        key("component", Type::Map(Keys::Names, &Type::Table(&COMPONENT)), "Files with one version on each node."),
        key("package", Type::Map(Keys::Names, &Type::Table(&PACKAGE)), "Whatever has a setup program."),
        key("service", Type::Map(Keys::Names, &Type::Table(&SERVICE)), "What runs on each node."),
        key(
            "group",
            Type::Map(Keys::Names, &Type::Table(&GROUP)),
            "What one node owns at a time and another can take over."
        ),
        key("event", Type::Map(Keys::Names, &Type::Table(&EVENT)), "What a log would show."),
        key("var", Type::Map(Keys::Names, &Type::Table(&VAR)), "Everything else that can change."),
        key("define", Type::Map(Keys::Heads, &Type::Expression), "Names for expressions: `\"serving(n)\" = \"…\"`."),
        key(
            "action",
            Type::Map(Keys::Sentences, &Type::Table(&ACTION)),
            "Steps of the world's own, by their sentence."
        ),
        key("reaction", Type::Map(Keys::Sentences, &Type::Table(&REACTION)), "What the system does by itself."),
        key("fault", Type::Map(Keys::Sentences, &Type::Table(&FAULT)), "What may go wrong, where a runbook lets it."),
        key("health", Type::Map(Keys::Ids, &Type::Expression), "What must hold at the end."),
        key("always", Type::Map(Keys::Ids, &Type::Expression), "What must hold after every step."),
        key("drill", Type::Map(Keys::Ids, &Type::Table(&DRILL)), "What is tried on a copy of every final state."),
        key("initial", SET, "The state a runbook starts from, before its own `given`."),
    ]
);

shape!(
    COMPONENT,
    "a component",
    "A file, or files replaced together, with one version on each node.",
    [
        TITLE,
        CITE,
        key("versions", Type::Either(&[NAMES, Type::Name]), "Oldest first; or the name of a scale."),
        key("on", Type::Nodes, "`all`, or the set of nodes that have it."),
        key("in-use", Type::Expression, "While this holds, a write stays pending until the node restarts."),
    ],
    rivals & [],
    needed & [&["versions"]]
);

const POLICIES: Type = Type::OneOf(&["older", "always", "present"]);
const MOMENTS: Type = Type::OneOf(&["once", "restart"]);

shape!(
    PACKAGE,
    "a package",
    "Anything with a setup program: products, service packs, drivers, agents.",
    [
        TITLE,
        CITE,
        key("needs", Type::Expression, "Not so: installing is refused and nothing changes."),
        key("on", Type::Nodes, "`all`, or the set of nodes it can be installed on."),
        key("writes", Type::Map(Keys::Names, &Type::Name), "Component = the version that it brings."),
        key(
            "replaces",
            Type::Either(&[POLICIES, Type::Map(Keys::Names, &POLICIES)]),
            "Which versions it writes over: older ones, always, or older ones where the component is present; or one for each component.",
        ),
        key(
            "at",
            Type::Either(&[MOMENTS, Type::Map(Keys::Names, &MOMENTS)]),
            "When the writes happen: at once, or at the next restart; or one for each component.",
        ),
        key("restart", Type::OneOf(&["none", "needed"]), "Does the node need a restart afterwards?"),
        key("removable", Type::Boolean, "Is there a step `remove … on …`?"),
        key("remove", Type::Table(&REMOVAL), "What removing it does; implies `removable`."),
        EFFECTS,
        EVENTS,
        key("fails", Type::List(&Type::Table(&FAILURE)), "Ways in which setup fails, tried in order."),
        key(
            "interrupted",
            Type::List(&Type::Table(&LEFTOVER)),
            "What a setup that is cut short may leave behind; without it, any part of what it writes."
        ),
    ]
);

shape!(
    REMOVAL,
    "the removal of a package",
    "What removing a package does.",
    [CITE, key("needs", Type::Expression, "Not so: removing is refused and nothing changes."), EFFECTS, EVENTS,]
);

shape!(
    FAILURE,
    "a way to fail",
    "A way in which setup fails: the first that matches wins.",
    [key("when", Type::Expression, "When this is what happens."), EFFECTS, EVENTS, CITE,]
);

shape!(
    LEFTOVER,
    "a leftover",
    "What a setup that is cut short may leave behind: any of those whose `when` holds.",
    [key("when", Type::Expression, "When this may be left."), EFFECTS, EVENTS, CITE,]
);

shape!(
    SERVICE,
    "a service",
    "What runs on each node: stopped, running or failed.",
    [
        TITLE,
        CITE,
        key("start", Type::OneOf(&["automatic", "manual"]), "Is it started when the node boots?"),
        key("on", Type::Nodes, "`all`, or the set of nodes that have it."),
        key("needs", Type::Expression, "Not so: a start fails."),
        key("events", NAMES, "Events that are raised when a start fails."),
    ]
);

shape!(
    GROUP,
    "a group",
    "What one node owns at a time and another can take over.",
    [
        TITLE,
        CITE,
        key("needs", Type::Expression, "What its owner must have for it to be online."),
        key("failover", Type::OneOf(&["automatic", "manual"]), "Does it move by itself?"),
        key("starts-on", Type::Name, "The node that owns it at first."),
    ]
);

shape!(
    EVENT,
    "an event",
    "What a log would show.",
    [
        key("source", Type::Text, "Who logs it."),
        key("code", Type::Text, "Its number."),
        key("text", Type::Text, "Its text."),
        CITE,
    ]
);

shape!(
    VAR,
    "a variable",
    "Something that can change.",
    [
        TITLE,
        CITE,
        key("per", Type::Name, "`node`, `group`, `package` or a set of nodes: one value for each."),
        key("values", Type::Either(&[NAMES, Type::Name]), "What it may be; or the name of a scale."),
        key("range", Type::Range, "The integers it may be, both ends included."),
        key("observable", Type::Boolean, "Can an operator look at it? If not, no check that is proposed reads it."),
    ],
    rivals & [&["values", "range"]],
    needed & [&["values", "range"]]
);

const OUTCOMES: Type = Type::List(&Type::Table(&OUTCOME));

shape!(
    ACTION,
    "an action",
    "A step of the world's own.",
    [
        TITLE,
        CITE,
        key("needs", Type::Expression, "Not so: the step is refused and nothing changes."),
        key("outcomes", OUTCOMES, "What can happen: the environment chooses among those whose `when` holds."),
        EFFECTS,
        EVENTS,
        key("fails", Type::Boolean, "Is the step said to have failed?"),
    ],
    rivals & [&["outcomes", "set"], &["outcomes", "events"], &["outcomes", "fails"]]
);

shape!(
    REACTION,
    "a reaction",
    "What happens by itself, as soon as it can; or, if it takes time, later.",
    [
        TITLE,
        CITE,
        key("for", BINDERS, "Name = node, group, package or a set of nodes: one for each."),
        key("when", Type::Expression, "When it can happen."),
        key("takes-time", Type::Boolean, "Does it happen at some later moment, with steps before it?"),
        key("outcomes", OUTCOMES, "What can happen: the environment chooses among those whose `when` holds."),
        EFFECTS,
        EVENTS,
    ],
    rivals & [&["outcomes", "set"], &["outcomes", "events"]]
);

shape!(
    FAULT,
    "a fault",
    "What may go wrong.",
    [
        TITLE,
        CITE,
        key("for", BINDERS, "Name = node, group, package or a set of nodes: one for each."),
        key("when", Type::Expression, "When it can happen."),
        key("outcomes", OUTCOMES, "What can happen: the environment chooses among those whose `when` holds."),
        EFFECTS,
        EVENTS,
    ],
    rivals & [&["outcomes", "set"], &["outcomes", "events"]]
);

shape!(
    OUTCOME,
    "an outcome",
    "One thing that can happen.",
    [
        key("when", Type::Expression, "When it can."),
        EFFECTS,
        EVENTS,
        CITE,
        key("fails", Type::Boolean, "Is the step said to have failed?"),
    ]
);

shape!(
    DRILL,
    "a drill",
    "Tried on a copy of every final state.",
    [
        TITLE,
        CITE,
        key("for", BINDERS, "Name = node, group, package or a set of nodes: one drill for each."),
        key("do", TEXTS, "Sentences of steps and faults."),
        key("expect", Type::Expression, "What must hold after `do`."),
        key("then", TEXTS, "Sentences of steps, from each result of `do`."),
        key("expect-after", Type::Expression, "What must hold after `then`."),
    ],
    rivals & [],
    needed & [&["do"], &["expect", "expect-after"]]
);

shape!(
    BLOCK,
    "the checked block",
    "What a runbook is checked against.",
    [
        TITLE,
        key("world", Type::Text, "The world, as a path from this file."),
        key("given", SET, "What holds before the first step."),
        key("unknown", Type::List(&SET), "One of these holds, nobody knows which: all are checked."),
        key("faults", Type::Map(Keys::Texts, &Type::Integer(0, MAX_FAULTS)), "Fault = how many may strike meanwhile."),
        key(
            "progress",
            Type::OneOf(&["fair", "any"]),
            "Of runs that go round for ever: `fair` (unless something else is said) leaves out those that always could have ended."
        ),
        key("slips", Type::Integer(1, MAX_SLIPS), "Report what so many slips and crashes at once can do."),
        key("claim", Type::List(&Type::Table(&CLAIM)), "What the runbook promises."),
    ],
    rivals & [],
    needed & [&["world"]]
);

shape!(
    STATE,
    "a state file",
    "What is known of a world at some moment.",
    [
        key("world", Type::Text, "The world, as a path from this file."),
        key("given", SET, "What is so."),
        key("unknown", Type::List(&SET), "One of these is so, nobody knows which."),
    ]
);

shape!(
    CLAIM,
    "a claim",
    "What the runbook promises.",
    [
        key("id", Type::Id, "Its name, which is the name of its test."),
        TITLE,
        CITE,
        key("where", Type::Rule, "Which orderings it is about; all of them without it."),
        key(
            "every",
            Type::Text,
            "Every ordering is healthy, unhealthy, refused, raises this event, breaks this `always`."
        ),
        key("some", Type::Text, "Some ordering does."),
        key("no", Type::Text, "No ordering does."),
        key("only", Type::Text, "Only orderings that satisfy the `where` do: it is necessary."),
        key(
            "exactly",
            Type::Text,
            "Exactly the orderings that satisfy the `where` do: it is necessary and sufficient."
        ),
        key("count", Type::Table(&COUNT), "How many orderings there are, and how many of them are good."),
        key(
            "tolerates",
            Type::Map(Keys::Texts, &Type::Integer(0, MAX_FAULTS)),
            "`slips`, `crash` or a fault = how many may happen in any good ordering, and it still ends well."
        ),
        key("no-silent-slips", Type::Boolean, "No single slip in a good ordering ends badly without a sign of it."),
        key("eventually", Type::Text, "`healthy` or an expression: every run comes to it and stays there."),
        key(
            "progress",
            Type::OneOf(&["fair", "any"]),
            "For `eventually`: what is taken for granted of the environment."
        ),
        key("recoverable", Type::Boolean, "From every state that a run can come to, a healthy one can be reached."),
    ],
    rivals
        & [
            &[
                "every",
                "some",
                "no",
                "only",
                "exactly",
                "count",
                "tolerates",
                "no-silent-slips",
                "eventually",
                "recoverable"
            ],
            &["where", "tolerates", "no-silent-slips", "eventually", "recoverable"],
        ],
    needed
        & [
            &["id"],
            &[
                "every",
                "some",
                "no",
                "only",
                "exactly",
                "count",
                "tolerates",
                "no-silent-slips",
                "eventually",
                "recoverable"
            ],
        ]
);

shape!(
    COUNT,
    "a count",
    "How many orderings there are.",
    [key("good", Type::Digits, "How many are good."), key("of", Type::Digits, "Of how many."),],
    rivals & [],
    needed & [&["good", "of"]]
);

/// The least and greatest end of a `range`.
pub(super) const RANGE: (i64, i64) = (-MAX_RANGE, MAX_RANGE);
