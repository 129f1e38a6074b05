//! The command line.

use crate::base::{Reduction, parse_amount, parse_duration};
use crate::check::{Detail, Target};
use crate::report::data::SlipKind;
use clap::builder::PossibleValue;
use clap::{Args, Parser, Subcommand, ValueEnum};
use std::path::PathBuf;
use std::time::Duration;

const EXIT_CODES: &str = "\
Exit codes:
  0  all claims hold (a runbook without claims has none that fails)
  1  a claim fails
  2  a file is wrong, or the command line
  3  undecided: a limit was hit
  4  the program failed
Where several apply: 4, then 2, then 1, then 3.";

/// Runbooks, proved: decides for every order that a runbook allows, and everything that may happen meanwhile, whether it
/// ends well.
#[derive(Debug, Parser)]
#[command(name = "runproof", version, term_width = 80, after_help = EXIT_CODES, subcommand_required = true)]
pub struct Arguments {
    /// What to do.
    #[command(subcommand)]
    pub task: Task,
    /// No colour, whatever the terminal can show (NO_COLOR in the environment does the same)
    #[arg(long, global = true)]
    pub no_color: bool,
    /// Reads worlds and includes from outside the project too: the folder with `.git` or `runproof.toml`, or else the file's own
    #[arg(long, global = true)]
    pub allow_outside: bool,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Task {
    /// Decides every runbook below the paths: verdict, counts, rules, how the other orders fail, claims, counterexample
    Check {
        /// Runbooks, or directories that hold some [default: models, or else the current directory]
        paths: Vec<PathBuf>,
        /// Writes what the verdict on the one runbook rests on to this file, for `runproof recheck`
        #[arg(long, value_name = "FILE")]
        certify: Option<PathBuf>,
        #[command(flatten)]
        stats: WithStats,
        #[command(flatten)]
        limits: Limits,
        #[command(flatten)]
        form: Form,
    },
    /// Shows which orders work: counts, exact rules, how the others fail, where each step may come
    Orderings {
        /// The runbook
        runbook: PathBuf,
        /// Rules that speak of all orders, also those in which a step is refused
        #[arg(long)]
        absolute: bool,
        /// Draws so many good orders by chance, each as likely as any other
        #[arg(long, value_name = "N")]
        sample: Option<usize>,
        /// Another seed draws others
        #[arg(long, value_name = "S", default_value_t = 0, requires = "sample")]
        seed: u64,
        /// Draws from the orders that are not good, with --sample
        #[arg(long, requires = "sample")]
        bad: bool,
        #[command(flatten)]
        listed: Listed,
        #[command(flatten)]
        limits: Limits,
        #[command(flatten)]
        form: Form,
    },
    /// Shows a run step by step: the shortest counterexample, a claim's witness, or an order of your own
    Trace {
        /// The runbook
        runbook: PathBuf,
        /// The run that contradicts this claim, or bears it out
        #[arg(long, value_name = "ID")]
        claim: Option<String>,
        /// The shortest run of this class of orders that are not good, as `runproof orderings` numbers them
        #[arg(long, value_name = "N", conflicts_with = "claim")]
        class: Option<usize>,
        /// A run of this order: labels, sentences or places in the document, parted by `;`
        #[arg(long, value_name = "STEPS", conflicts_with_all = ["claim", "class"])]
        ordering: Option<String>,
        #[command(flatten)]
        limits: Limits,
        #[command(flatten)]
        form: Form,
    },
    /// Says what a change does: orders gained and lost, rules, the shortest counterexample, claims
    Diff {
        /// The runbook as it was: a file, or that of a git revision, HEAD~1:models/a.md
        old: PathBuf,
        /// The runbook as it is [default: the file in the work tree; then a plain OLD is that of the last commit]
        new: Option<PathBuf>,
        /// End with 1 if anything changed, as `git diff` does
        #[arg(long)]
        exit_code: bool,
        #[command(flatten)]
        limits: Limits,
        #[command(flatten)]
        form: Form,
    },
    /// Finds the smallest edit of a runbook after which every order is good
    Repair {
        /// The runbook
        runbook: PathBuf,
        /// The most edits: a step left out, put in or moved, or steps put in an order
        #[arg(long, value_name = "N", default_value_t = 2)]
        edits: usize,
        /// Leave no step out
        #[arg(long)]
        keep_steps: bool,
        /// Replace the file with the repaired one
        #[arg(long)]
        write: bool,
        #[command(flatten)]
        limits: Limits,
        #[command(flatten)]
        form: Form,
    },
    /// Says what people and machines may do wrong at each step, what comes of it, and which looks would show it
    Slips {
        /// The runbook
        runbook: PathBuf,
        /// How many things may go wrong at once, for the tolerance [default: `slips` of the runbook, or else 1]
        #[arg(long, value_name = "K", value_parser = clap::value_parser!(u32).range(1..=4))]
        most: Option<u32>,
        /// The worst run of what goes wrong at this step: its label, its sentence or its place in the document
        #[arg(long, value_name = "STEP")]
        step: Option<String>,
        /// What goes wrong there, with --step [default: whatever is worst]
        #[arg(long, value_name = "KIND", requires = "step")]
        slip: Option<Slipped>,
        /// End with 1 if something ends badly without a sign (silent), or badly at all (bad)
        #[arg(long, value_name = "WHAT")]
        fail_on: Option<FailOn>,
        #[command(flatten)]
        limits: Limits,
        #[command(flatten)]
        form: Form,
    },
    /// Says what to do from where one is: the shortest plan that ends well whatever happens, and where to look on the way
    Plan {
        /// The world
        world: PathBuf,
        /// What is known now: a TOML file with `given` and `unknown`, over the world's `[initial]`
        #[arg(long, value_name = "FILE", required_unless_present = "runbook")]
        from: Option<PathBuf>,
        /// The runbook that was being followed; with --from, of what it may have come to only what is like the file
        #[arg(long, value_name = "FILE")]
        runbook: Option<PathBuf>,
        /// A step of it that was done, the last one just now: a label, a sentence or a place in the document
        #[arg(long, value_name = "STEP", requires = "runbook")]
        after: Vec<String>,
        /// Exactly the steps that were done, in this order, parted by `;`
        #[arg(long, value_name = "STEPS", requires = "runbook", conflicts_with = "after")]
        ordering: Option<String>,
        /// What the plan leads to: `healthy`, with its drills, or a condition
        #[arg(long, value_name = "EXPR", default_value = "healthy")]
        to: String,
        /// The plan ends well also if so many crashes strike, of any node, between any steps
        #[arg(long, value_name = "N", default_value_t = 0, value_parser = clap::value_parser!(u8).range(0..=63))]
        surviving: u8,
        #[command(flatten)]
        limits: Limits,
        #[command(flatten)]
        form: Form,
    },
    /// Says after each step whether there is a way back, and how long it is at worst
    Rollback {
        /// The runbook
        runbook: PathBuf,
        #[command(flatten)]
        limits: Limits,
        #[command(flatten)]
        form: Form,
    },
    /// Says what is served during each step, at how much redundancy, and which good order does best
    Service {
        /// The runbook
        runbook: PathBuf,
        #[command(flatten)]
        limits: Limits,
        #[command(flatten)]
        form: Form,
    },
    /// Explores a world alone, every step allowed at any time: reachable states, `always` conditions that break
    States {
        /// The world
        world: PathBuf,
        #[command(flatten)]
        exploring: Exploring,
        #[command(flatten)]
        stats: WithStats,
        #[command(flatten)]
        limits: Limits,
        #[command(flatten)]
        form: Form,
    },
    /// Rechecks a certificate that `check --certify` wrote, by an interpreter that shares nothing with the checker
    Recheck {
        /// The certificate
        certificate: PathBuf,
        /// The runbook, where it is not where the certificate says
        #[arg(long, value_name = "RUNBOOK")]
        runbook: Option<PathBuf>,
        #[command(flatten)]
        limits: Limits,
        #[command(flatten)]
        form: Form,
    },
    /// Writes a runbook or a world in another tool's language, or as a picture
    Export {
        /// A runbook or a world
        file: PathBuf,
        #[command(flatten)]
        exporting: Exporting,
        #[command(flatten)]
        limits: Limits,
        #[command(flatten)]
        form: Form,
    },
    /// Says whether the checks are worth anything: what no runbook exercises, and what no claim would notice
    Cover {
        /// Runbooks, or directories that hold some [default: models, or else the current directory]
        paths: Vec<PathBuf>,
        #[command(flatten)]
        mutating: Mutating,
        #[command(flatten)]
        limits: Limits,
        #[command(flatten)]
        form: Form,
    },
    /// Prints what a world or a runbook becomes before it is checked
    Lower {
        /// A world or a runbook
        file: PathBuf,
    },
    /// Says what the code of a mistake means, with an example
    Explain {
        /// The code, R201
        code: String,
    },
    /// Prints a JSON Schema, for editors
    Schema {
        /// Of what
        of: SchemaOf,
    },
    /// Prints a script that completes the command line
    Completions {
        /// For which shell
        shell: clap_complete::Shell,
    },
}

/// What is not to happen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum FailOn {
    /// Something ends badly without a sign
    Silent,
    /// Something ends badly
    Bad,
}

/// A way to go wrong, by its name.
#[derive(Clone, Copy, Debug)]
pub struct Slipped(pub SlipKind);

impl ValueEnum for Slipped {
    fn value_variants<'a>() -> &'a [Self] {
        &[
            Slipped(SlipKind::Skipped),
            Slipped(SlipKind::Twice),
            Slipped(SlipKind::Swapped),
            Slipped(SlipKind::WrongNode),
            Slipped(SlipKind::CutShort),
            Slipped(SlipKind::HalfWay),
            Slipped(SlipKind::Crash),
            Slipped(SlipKind::Fault),
        ]
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        Some(PossibleValue::new(self.0.name()))
    }
}

/// What has a schema.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum SchemaOf {
    /// A world's TOML
    World,
    /// The checked block of a runbook
    Block,
}

/// Whether to say what makes a check large.
#[derive(Clone, Copy, Debug, Args)]
pub struct WithStats {
    /// Says what the states are made of: values of each variable, what each step, reaction and fault does, what reductions save
    #[arg(long)]
    stats: bool,
}

impl WithStats {
    /// What is told beside the verdict.
    pub fn detail(self) -> Detail {
        if self.stats { Detail::Stats } else { Detail::Plain }
    }
}

/// What one check may use.
#[derive(Debug, Args)]
pub struct Limits {
    /// Time for each runbook: 500ms, 10s, 2m [default: no limit]
    #[arg(long, value_name = "TIME", value_parser = parse_duration)]
    pub time: Option<Duration>,
    /// States for each runbook: 1000, 500k, 20M [default: no limit]
    #[arg(long, value_name = "COUNT", value_parser = parse_amount)]
    pub states: Option<u64>,
    /// Memory for each runbook, in bytes: 500M, 4G [default: 4G, or half of what the system allows if that is less]
    #[arg(long, value_name = "BYTES", value_parser = parse_amount)]
    pub memory: Option<u64>,
    /// Threads; 0 is one a core. No result depends on it
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub threads: usize,
    /// Leaves a reduction out, for comparison; may be given several times. No verdict and no count depends on it
    #[arg(long, value_name = "REDUCTION")]
    pub without: Vec<LeftOut>,
}

/// A reduction, by its name.
#[derive(Clone, Copy, Debug)]
pub struct LeftOut(pub Reduction);

impl ValueEnum for LeftOut {
    fn value_variants<'a>() -> &'a [Self] {
        const {
            &[
                LeftOut(Reduction::ALL[0]),
                LeftOut(Reduction::ALL[1]),
                LeftOut(Reduction::ALL[2]),
                LeftOut(Reduction::ALL[3]),
            ]
        }
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        Some(PossibleValue::new(self.0.name()))
    }
}

/// How a world is explored alone.
#[derive(Debug, Args)]
pub struct Exploring {
    /// Keeps states in as few bits as it can: still exact, for worlds that do not fit otherwise
    #[arg(long)]
    pub compact: bool,
    /// Saves the work in this file now and then, and at the end if a limit was hit; goes on from it if it is there. Parts
    /// that are independent are then explored together
    #[arg(long, value_name = "FILE")]
    pub checkpoint: Option<PathBuf>,
    /// How often the work is saved
    #[arg(long, value_name = "TIME", value_parser = parse_duration, default_value = "30s", requires = "checkpoint")]
    pub checkpoint_every: Duration,
}

/// Good orders, one by one.
#[derive(Debug, Args)]
pub struct Listed {
    /// Writes all good orders to this file, one a line
    #[arg(long, value_name = "FILE")]
    pub all: Option<PathBuf>,
    /// The most that are written: 1000, 500k, 20M
    #[arg(long, value_name = "COUNT", value_parser = parse_amount, default_value = "1M", requires = "all")]
    pub most: u64,
}

/// What is exported, and where to.
#[derive(Debug, Args)]
pub struct Exporting {
    /// The language: for SPIN, for Rumur and CMurphi, TLA+, for planners; the shortest counterexample as a trace; a
    /// graph of the states; a flowchart of the procedure
    #[arg(long, value_name = "LANGUAGE")]
    pub to: ExportTo,
    /// Asserts that a run is good exactly if its order satisfies the rules, in place of that it is good
    #[arg(long)]
    pub rules: bool,
    /// Writes this file instead of standard output
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
}

/// A language, by its name.
#[derive(Clone, Copy, Debug)]
pub struct ExportTo(pub Target);

impl ValueEnum for ExportTo {
    fn value_variants<'a>() -> &'a [Self] {
        const {
            &[
                ExportTo(Target::ALL[0]),
                ExportTo(Target::ALL[1]),
                ExportTo(Target::ALL[2]),
                ExportTo(Target::ALL[3]),
                ExportTo(Target::ALL[4]),
                ExportTo(Target::ALL[5]),
                ExportTo(Target::ALL[6]),
            ]
        }
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        Some(PossibleValue::new(self.0.name()))
    }
}

/// Which mutants are looked at.
#[derive(Debug, Args)]
pub struct Mutating {
    /// Only so many mutants of each world, spread evenly over all
    #[arg(long, value_name = "N")]
    pub mutants: Option<usize>,
    /// Only mutants of elements, or in files, whose name holds this
    #[arg(long, value_name = "WORD")]
    pub only: Option<String>,
    /// No mutants: only what is never exercised, and what is cited
    #[arg(long, conflicts_with_all = ["mutants", "only"])]
    pub no_mutants: bool,
}

/// In which form to print.
#[derive(Clone, Copy, Debug, Args)]
pub struct Form {
    /// JSON instead of text
    #[arg(long)]
    pub json: bool,
}
