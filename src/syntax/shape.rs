//! What a table may hold, as data: the words in which `keys.rs` is written.
//!
//! One table of shapes drives both the check of a file (`check.rs`) and the JSON Schema (`schema.rs`), so that editor and program
//! agree on what a key is.

/// A kind of table.
#[derive(Debug)]
pub(super) struct Shape {
    /// With its article: "a package".
    pub name: &'static str,
    /// What it is for.
    pub doc: &'static str,
    /// What it may hold.
    pub keys: &'static [Key],
    /// Keys of which at most one may be there.
    pub rivals: &'static [&'static [&'static str]],
    /// Keys of which one must be there.
    pub needed: &'static [&'static [&'static str]],
}

/// A key of a table.
#[derive(Debug)]
pub(super) struct Key {
    /// As written.
    pub name: &'static str,
    /// What stands on its right.
    pub ty: Type,
    /// What it means.
    pub doc: &'static str,
}

/// What stands on the right of a key.
#[derive(Debug)]
pub(super) enum Type {
    /// Any text.
    Text,
    /// A name, as expressions can say it.
    Name,
    /// A name that no expression says: it may also be a word of the language.
    Id,
    /// The name of a set of nodes, or `all`.
    Nodes,
    /// One of these words.
    OneOf(&'static [&'static str]),
    /// Text that is an expression.
    Expression,
    /// Text in the rule language of `where`.
    Rule,
    /// The right side of an assignment: an expression, or an integer or a boolean as TOML writes it.
    Value,
    /// An integer from the first to the second.
    Integer(i64, i64),
    /// An integer that is not negative, or its digits as text where TOML cannot hold it.
    Digits,
    /// `true` or `false`.
    Boolean,
    /// A list.
    List(&'static Type),
    /// `[from, to]`, two integers.
    Range,
    /// A table whose keys are the file's own.
    Map(Keys, &'static Type),
    /// A table whose keys are the language's.
    Table(&'static Shape),
    /// One of several.
    Either(&'static [Type]),
}

/// What the keys of a [`Type::Map`] are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Keys {
    /// Names.
    Names,
    /// Names that no expression says.
    Ids,
    /// Sentences with parameters.
    Sentences,
    /// Heads of definitions.
    Heads,
    /// Variables to set.
    Targets,
    /// Any text.
    Texts,
}

impl Type {
    /// What is expected, with its article.
    pub(super) fn expected(&self) -> String {
        match self {
            Type::Text => "text in quotes".into(),
            Type::Name | Type::Id => "a name in quotes".into(),
            Type::Nodes => "the name of a set in quotes, or \"all\"".into(),
            Type::OneOf(words) => {
                let words: Vec<String> = words.iter().map(|word| format!("\"{word}\"")).collect();
                words.join(" or ")
            }
            Type::Expression => "an expression in quotes".into(),
            Type::Rule => "a rule in quotes".into(),
            Type::Value => "a value: text in quotes, an integer, true or false".into(),
            Type::Integer(..) => "an integer".into(),
            Type::Digits => "an integer, or its digits in quotes".into(),
            Type::Boolean => "true or false".into(),
            Type::List(of) => format!("a list of {}", of.plural()),
            Type::Range => "a list of two integers, [from, to]".into(),
            Type::Map(..) | Type::Table(_) => "a table".into(),
            Type::Either(types) => types.iter().map(Type::expected).collect::<Vec<_>>().join(", or "),
        }
    }

    fn plural(&self) -> &'static str {
        match self {
            Type::Name => "names in quotes",
            Type::Map(..) | Type::Table(_) => "tables",
            Type::Integer(..) => "integers",
            _ => "texts in quotes",
        }
    }
}
