//! The long random run: worlds and runbooks by chance through every engine, reduction, number of threads, export and rechecker.
//! What disagrees is made small and kept under `tests/found/`.
//!
//! `cargo soak --minutes 60 --seed 1 --threads 2`. Under a plain `cargo test` it looks at a few cases, the same each time.

mod agreeing;
mod naive;
mod plain;
mod slipped;
mod soaking;
mod written;

use soaking::caught::{Trouble, examined};
use soaking::subject::{Subject, Tallies};
use soaking::{features, roll, shrink, store};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use written::wider::Written;

/// A case that takes longer is asked to stop; one that takes twice as long hangs.
const LONG: Duration = Duration::from_secs(120);
/// For making a case small.
const SHRINKING: Duration = Duration::from_secs(300);

struct Asked {
    cases: u64,
    time: Option<Duration>,
    seed: u64,
    threads: usize,
    found: PathBuf,
    program: Option<PathBuf>,
    /// Ends with the first trouble.
    first: bool,
    one: Option<u64>,
}

impl Asked {
    /// None where other tests are asked for.
    fn read(arguments: impl Iterator<Item = String>) -> Option<Asked> {
        let mut asked = Asked {
            cases: 60,
            time: None,
            seed: 0,
            threads: 1,
            found: store::found(),
            program: None,
            first: false,
            one: None,
        };
        let mut arguments = arguments.peekable();
        while let Some(argument) = arguments.next() {
            let mut number = || arguments.next().and_then(|text| text.parse::<f64>().ok()).expect("a number follows");
            match argument.as_str() {
                "--minutes" => {
                    asked.time = Some(Duration::from_secs_f64(number() * 60.0));
                    asked.cases = u64::MAX;
                    asked.program = asked.program.or_else(|| Some(env!("CARGO_BIN_EXE_runproof").into()));
                }
                "--cases" => asked.cases = number() as u64,
                "--seed" => asked.seed = number() as u64,
                "--threads" => asked.threads = number() as usize,
                "--one" => asked.one = Some(number() as u64),
                "--first" => asked.first = true,
                "--found" => asked.found = arguments.next().expect("a folder follows").into(),
                "--program" => asked.program = Some(arguments.next().expect("a program follows").into()),
                "--list" => return None,
                // What `cargo test` hands on to every test.
                flag if flag.starts_with('-') => {}
                filter if "soak".contains(filter) => {}
                _ => return None,
            }
        }
        Some(asked)
    }
}

/// What one worker is doing.
struct Bench {
    since: Mutex<Option<(Instant, u64, &'static str)>>,
    cancelled: Arc<AtomicBool>,
    given_up: AtomicBool,
}

/// What all workers share.
struct Run {
    asked: Asked,
    next: AtomicU64,
    started: Instant,
    met: Mutex<Tallies>,
    over: AtomicBool,
}

impl Run {
    fn take(&self) -> Option<u64> {
        let late = self.asked.time.is_some_and(|time| self.started.elapsed() >= time);
        if late || self.over.load(Ordering::SeqCst) {
            return None;
        }
        let number = self.next.fetch_add(1, Ordering::SeqCst);
        (number < self.asked.cases).then(|| self.asked.seed.wrapping_mul(0x0010_0000) + number)
    }

    fn count(&self, what: &str) {
        *self.met.lock().unwrap().entry(what.to_owned()).or_default() += 1;
    }

    fn troubled(&self, folder: &Path, written: &Written, trouble: &Trouble, seed: u64) {
        println!("TROUBLE in case {seed}, {} at {}:\n{}", trouble.check, trouble.at, clipped(&trouble.says));
        self.count("TROUBLE");
        // A test that fails need not go on.
        if self.asked.first || self.asked.time.is_none() {
            self.over.store(true, Ordering::SeqCst);
        }
        let subject = Subject { program: self.asked.program.clone(), ..Subject::new(folder, seed) };
        let time = self.asked.time.map_or(SHRINKING / 10, |_| SHRINKING);
        let (small, says) = shrink::shrunk(&subject, written, trouble, time);
        let kept = store::keep(&self.asked.found, &small, &says, seed);
        println!("kept in {}:", kept.display());
        small.files.iter().for_each(|(name, text)| println!("--- {name}\n{text}"));
        println!("--- {}", clipped(&says.says));
    }

    fn work(&self, bench: &Bench) {
        let scratch = tempfile::tempdir().expect("a temporary folder can be made");
        while let Some(seed) = self.take() {
            bench.cancelled.store(false, Ordering::SeqCst);
            let folder = scratch.path().join("case");
            let mut subject = Subject::new(&folder, seed);
            subject.cancelled = Arc::clone(&bench.cancelled);
            subject.program.clone_from(&self.asked.program);
            let written = roll::case(seed);
            subject.put(&written);
            let begun = |check| *bench.since.lock().unwrap() = Some((Instant::now(), seed, check));
            let trouble = examined(&subject, &begun);
            let late = bench.cancelled.load(Ordering::SeqCst);
            *bench.since.lock().unwrap() = None;
            if bench.given_up.load(Ordering::SeqCst) {
                return;
            }
            let mut met = std::mem::take(&mut *subject.met.lock().unwrap());
            if met.contains_key("read") {
                features::features(&written).for_each(|name| *met.entry(format!("has: {name}")).or_default() += 1);
            }
            met.insert("cases".to_owned(), 1);
            {
                let mut all = self.met.lock().unwrap();
                met.into_iter().for_each(|(name, many)| *all.entry(name).or_default() += many);
            }
            match trouble {
                Some(_) if late => self.count("stopped since it took long"),
                Some(trouble) => self.troubled(&folder, &written, &trouble, seed),
                None => {}
            }
        }
    }

    fn tell(&self) {
        let met = self.met.lock().unwrap();
        let minutes = self.started.elapsed().as_secs_f64() / 60.0;
        println!("== after {minutes:.1} minutes, seed {}", self.asked.seed);
        met.iter()
            .filter(|(name, _)| !name.starts_with("has: "))
            .for_each(|(name, many)| println!("{many:>10} {name}"));
        let many = |name: &str| met.get(&format!("has: {name}")).copied().unwrap_or(0);
        let shown: Vec<String> = features::all().map(|name| format!("{name} {}", many(name))).collect();
        println!("cases that could be read, with: {}", shown.join(", "));
    }
}

fn clipped(text: &str) -> String {
    text.chars().take(2_000).collect()
}

fn main() -> ExitCode {
    let Some(asked) = Asked::read(std::env::args().skip(1)) else { return ExitCode::SUCCESS };
    if let Some(seed) = asked.one {
        roll::case(seed).files.iter().for_each(|(name, text)| println!("--- {name}\n{text}"));
        return ExitCode::SUCCESS;
    }
    let threads = asked.threads.max(1);
    let run = Arc::new(Run {
        asked,
        next: AtomicU64::new(0),
        started: Instant::now(),
        met: Mutex::default(),
        over: AtomicBool::new(false),
    });
    let begin = |run: &Arc<Run>| {
        let bench =
            Arc::new(Bench { since: Mutex::default(), cancelled: Arc::default(), given_up: AtomicBool::new(false) });
        let (run, own) = (Arc::clone(run), Arc::clone(&bench));
        // Lists of lists are walked by functions that call themselves.
        let worker = std::thread::Builder::new().stack_size(32 << 20).spawn(move || run.work(&own));
        (bench, worker.expect("a thread can be started"))
    };
    let mut workers: Vec<_> = (0..threads).map(|_| begin(&run)).collect();
    let mut told = Instant::now();
    let mut hanging = 0;
    while workers.iter().any(|(_, worker)| !worker.is_finished()) {
        std::thread::sleep(Duration::from_millis(50));
        if run.asked.time.is_some() && told.elapsed() > Duration::from_secs(60) {
            told = Instant::now();
            run.tell();
        }
        for slot in &mut workers {
            let (bench, _) = &*slot;
            let now = *bench.since.lock().unwrap();
            let Some((since, seed, check)) = now.filter(|(since, ..)| since.elapsed() > LONG) else { continue };
            bench.cancelled.store(true, Ordering::SeqCst);
            if since.elapsed() > 2 * LONG && !bench.given_up.swap(true, Ordering::SeqCst) {
                hanging += 1;
                let trouble = Trouble { check, at: "it hangs".to_owned(), says: format!("longer than {:?}", 2 * LONG) };
                println!("HANGS in case {seed}, {check}");
                store::keep(&run.asked.found, &roll::case(seed), &trouble, seed);
                *slot = begin(&run);
            }
        }
        if hanging > 3 {
            break;
        }
    }
    for (_, worker) in workers {
        if worker.is_finished() && worker.join().is_err() {
            println!("a worker panicked outside of a check");
            run.count("TROUBLE");
        }
    }
    run.tell();
    let troubles = run.met.lock().unwrap().get("TROUBLE").copied().unwrap_or(0) + hanging;
    if troubles == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
