//! A certificate as plain data, and as the text that is kept: one JSON value a line, in a fixed order, then a checksum.
//!
//! Reading accepts what writing gives and nothing else, byte for byte: so a change that means nothing is refused as well.

use super::problem::{Problem, check, refused};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// The version of the format. Raised with every change of what is written.
const VERSION: u32 = 1;

/// A file that the verdict depends on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Source {
    /// From the runbook's folder, parted by `/`.
    pub path: String,
    /// Of its bytes, in hexadecimal.
    pub sha256: String,
}

/// What the numbers of the certificate stand for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Names {
    /// The variables, in the order in which a state lists them.
    pub variables: Vec<String>,
    /// The budgets of faults, with the most of each: listed in a state after the variables.
    pub budgets: Vec<(String, u8)>,
    /// The `if`s: listed after that, 0 where it is not looked at yet or no step under it is left, else 1 for no and 2 for yes.
    pub ifs: Vec<String>,
    /// The steps of the runbook, by label.
    pub steps: Vec<String>,
}

/// The verdict in a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Word {
    /// Every ordering is good.
    AlwaysHealthy,
    /// Some are, some are not.
    OrderMatters,
    /// None is.
    NeverHealthy,
}

/// The verdict, with exact numbers of orderings in decimal digits.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct VerdictTold {
    /// In a word.
    pub word: Word,
    /// All orderings.
    pub total: String,
    /// Those that are good in every run.
    pub good: String,
    /// Those that are good in some runs.
    pub mixed: String,
    /// Those that are good in none.
    pub bad: String,
}

/// What a run may have.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Question {
    /// The run is good.
    Good,
    /// A step is refused.
    Refused,
    /// The event of this name is raised.
    Event(String),
    /// The `always` condition of this name holds in every stable state.
    Keeps(String),
}

/// Over which runs of an ordering.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SetRuns {
    /// All of them.
    Every,
    /// At least one.
    Some,
}

/// A set of orderings, with the part of it that may follow each pair of position and state.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Set {
    /// What the orderings have.
    pub of: Question,
    /// In which runs.
    pub runs: SetRuns,
    /// The node of the whole set.
    pub root: u32,
    /// How many orderings.
    pub count: String,
    /// By position, one node for each of its states.
    pub from: Vec<Vec<u32>>,
}

/// A node of the automaton: whether an ordering may end here, and which step leads where. Node 0 is the empty set.
pub type Node = (bool, Vec<(u32, u32)>);

/// Steps in some order, and steps left out: what no good ordering is like.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pattern {
    /// Steps that are in the ordering.
    pub done: Vec<u32>,
    /// Earlier, later.
    pub before: Vec<(u32, u32)>,
    /// Steps that are not.
    pub left_out: Vec<u32>,
}

/// Which orderings are good, in rules.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rules {
    /// They speak of orderings in which nothing is refused; else of all.
    pub not_refused: bool,
    /// How many those are, where it is told.
    pub spoken_of: Option<String>,
    /// No good ordering is like one of these.
    pub never: Vec<Pattern>,
    /// Orderings that are spoken of, fit none of these and are not good; "0" is *exactly when*. None where it is not told.
    pub admitted: Option<String>,
}

/// What happens in a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum What {
    /// A reaction.
    Reaction,
    /// A fault strikes.
    Fault,
    /// The next step begins.
    Step,
    /// The step's second half.
    Then,
    /// The next step is refused.
    Refused,
    /// The next step is passed over.
    Passed,
}

/// The smallest part of a run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Move {
    /// What happens.
    pub what: What,
    /// Of the reaction, fault or step.
    pub name: String,
    /// Raised by it.
    pub events: Vec<String>,
    /// The state after it: variables and budgets, without the `if`s.
    pub state: String,
}

/// How a run ends.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Ending {
    /// Good.
    Healthy,
    /// It is shown for what happens on the way.
    Shown,
    /// The last step is refused.
    Refused,
    /// These reactions go round for ever.
    Unsettled(Vec<Move>),
    /// This `always` condition does not hold.
    Always(String),
    /// Health does not hold.
    Unhealthy,
    /// This drill fails.
    Drill(String),
}

/// One run of one ordering.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RunShown {
    /// The whole ordering; the run may end before its last step.
    pub ordering: Vec<u32>,
    /// Which alternative of `unknown` holds.
    pub start: u32,
    /// What happens.
    pub moves: Vec<Move>,
    /// How it ends.
    pub ending: Ending,
}

/// Whether a claim holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum AnswerTold {
    /// It does.
    Holds,
    /// It does not.
    Fails,
    /// It is about more than orderings, and nothing here says it.
    NotCovered,
}

/// The verdict on a claim.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClaimTold {
    /// Its name.
    pub id: String,
    /// Whether it holds.
    pub answer: AnswerTold,
    /// Good orderings and all orderings that satisfy its `where`, where told.
    pub counted: Option<(String, String)>,
    /// Good orderings that do not satisfy it, where told.
    pub good_elsewhere: Option<String>,
    /// A run that contradicts it, or (for `some`) bears it out.
    pub witness: Option<RunShown>,
}

/// All that a verdict rests on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Certificate {
    /// The path of the runbook from the folder of the certificate, parted by `/`.
    pub runbook: String,
    /// Every file that was read, in the order in which they were; the runbook is the first.
    pub sources: Vec<Source>,
    /// What the numbers stand for.
    pub names: Names,
    /// The verdict.
    pub verdict: VerdictTold,
    /// How each position but the first is come to: a position before it in this list, which starts with the first position
    /// as number 0, and the step.
    pub positions: Vec<(u32, u32)>,
    /// States, each once: a letter for each value.
    pub states: Vec<String>,
    /// By position, the states that can be met there.
    pub places: Vec<Vec<u32>>,
    /// The automaton; an edge leads to a node that stands before.
    pub nodes: Vec<Node>,
    /// Sets of orderings.
    pub sets: Vec<Set>,
    /// The rules, where order matters.
    pub rules: Option<Rules>,
    /// A run that is not good, where there is one.
    pub counterexample: Option<RunShown>,
    /// The claims, in the order of the runbook.
    pub claims: Vec<ClaimTold>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Head {
    version: u32,
    runbook: String,
}

/// SHA-256 in hexadecimal digits.
pub fn digest(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

impl Certificate {
    /// The text that is kept.
    pub fn written(&self) -> String {
        let mut text = String::new();
        line(&mut text, "runproof-certificate", &Head { version: VERSION, runbook: self.runbook.clone() });
        line(&mut text, "sources", &self.sources);
        line(&mut text, "names", &self.names);
        line(&mut text, "verdict", &self.verdict);
        line(&mut text, "positions", &self.positions);
        line(&mut text, "states", &self.states);
        line(&mut text, "places", &self.places);
        line(&mut text, "nodes", &self.nodes);
        line(&mut text, "sets", &self.sets);
        line(&mut text, "rules", &self.rules);
        line(&mut text, "counterexample", &self.counterexample);
        line(&mut text, "claims", &self.claims);
        let sum = digest(text.as_bytes());
        line(&mut text, "sha256", &sum);
        text
    }

    /// Reads what was written.
    ///
    /// # Errors
    /// The bytes are not those of a certificate, or not all of them.
    pub fn read(bytes: &[u8]) -> Result<Certificate, Problem> {
        let text = std::str::from_utf8(bytes).map_err(|_| refused("the file is not UTF-8, so no certificate"))?;
        check(text.starts_with("{\"runproof-certificate\":"), || "this file is no certificate".to_owned())?;
        let mut lines = text.split_inclusive('\n');
        let head: Head = section(lines.next(), "runproof-certificate")?;
        check(head.version == VERSION, || {
            format!("the certificate is of version {}, and {VERSION} is known here", head.version)
        })?;
        let body = text.len() - text.split_inclusive('\n').next_back().map_or(0, str::len);
        let mut sum = String::new();
        line(&mut sum, "sha256", &digest(&bytes[..body]));
        check(text[body..] == sum, || {
            "the checksum does not fit: the certificate was changed, or is not whole".to_owned()
        })?;
        let read = Certificate {
            runbook: head.runbook,
            sources: section(lines.next(), "sources")?,
            names: section(lines.next(), "names")?,
            verdict: section(lines.next(), "verdict")?,
            positions: section(lines.next(), "positions")?,
            states: section(lines.next(), "states")?,
            places: section(lines.next(), "places")?,
            nodes: section(lines.next(), "nodes")?,
            sets: section(lines.next(), "sets")?,
            rules: section(lines.next(), "rules")?,
            counterexample: section(lines.next(), "counterexample")?,
            claims: section(lines.next(), "claims")?,
        };
        check(read.written() == text, || "the certificate is not written as certificates are".to_owned())?;
        Ok(read)
    }
}

fn line(text: &mut String, name: &str, value: &impl Serialize) {
    let value = serde_json::to_string(value).expect("certificates have only string keys");
    text.push_str(&format!("{{\"{name}\":{value}}}\n"));
}

fn section<T: DeserializeOwned>(line: Option<&str>, name: &str) -> Result<T, Problem> {
    let value = line
        .and_then(|line| line.strip_prefix(&format!("{{\"{name}\":")))
        .and_then(|line| line.strip_suffix("}\n"))
        .ok_or_else(|| refused(format!("the certificate has no line `{name}` where it should be")))?;
    serde_json::from_str(value).map_err(|error| refused(format!("the line `{name}` cannot be read: {error}")))
}
