//! Files that somebody made to do harm, terminals that act on what they are shown, disks that are full, signals at any moment: the
//! command says so and ends, and what it writes is there whole or not at all.
#![cfg(unix)]

use std::io::Read;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Output, Stdio};
use std::time::{Duration, Instant};

const MODELS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/stranger/models");
const PROGRAM: &str = env!("CARGO_BIN_EXE_runproof");

/// Every command, on a runbook, its world, and files that are written into the current folder.
const COMMANDS: [&[&str]; 22] = [
    &["check", "careless.md"],
    &["check", "careless.md", "--stats"],
    &["check", "."],
    &["check", "careless.md", "--certify", "a.cert"],
    &["orderings", "careless.md", "--all", "a.txt", "--sample", "2"],
    &["trace", "careless.md"],
    &["trace", "careless.md", "--claim", "whatever-the-order"],
    &["diff", "careless.md", "careful.md"],
    &["repair", "careless.md"],
    &["slips", "careful.md"],
    &["slips", "careful.md", "--step", "1"],
    &["plan", "world.toml", "--runbook", "careful.md", "--after", "1"],
    &["rollback", "careful.md"],
    &["service", "careful.md"],
    &["states", "world.toml", "--stats"],
    &["recheck", "known.cert"],
    &["export", "careless.md", "--to", "promela"],
    &["export", "careless.md", "--to", "tla", "--out", "a.tla"],
    &["lower", "careless.md"],
    &["explain", "R201"],
    &["schema", "world"],
    &["completions", "bash"],
];

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).expect("the command prints UTF-8")
}

/// A folder with the files of the stranger's models, and a certificate of one of them.
fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for name in ["world.toml", "careful.md", "careless.md"] {
        std::fs::copy(Path::new(MODELS).join(name), folder.path().join(name)).unwrap();
    }
    let certified = runproof(folder.path(), &["check", "careful.md", "--certify", "known.cert"]).output().unwrap();
    assert_eq!(certified.status.code(), Some(0), "{}", text(&certified.stderr));
    folder
}

fn runproof(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(PROGRAM);
    command.args(arguments).current_dir(folder).stdin(Stdio::null());
    command
}

/// Waits, but not for ever.
fn ended(child: &mut Child, within: Duration) -> ExitStatus {
    let started = Instant::now();
    loop {
        if let Some(status) = child.try_wait().unwrap() {
            return status;
        }
        if started.elapsed() > within {
            child.kill().unwrap();
            child.wait().unwrap();
            panic!("it did not end within {within:?}");
        }
        std::thread::sleep(Duration::from_millis(2));
    }
}

/// What a command prints, which ends within twenty seconds.
fn output(mut command: Command) -> Output {
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let (mut out, mut err) = (child.stdout.take().unwrap(), child.stderr.take().unwrap());
    let reading = std::thread::spawn(move || {
        let mut bytes = Vec::new();
        err.read_to_end(&mut bytes).map(|_| bytes)
    });
    let printing = std::thread::spawn(move || {
        let mut bytes = Vec::new();
        out.read_to_end(&mut bytes).map(|_| bytes)
    });
    let status = ended(&mut child, Duration::from_secs(60));
    Output { status, stdout: printing.join().unwrap().unwrap(), stderr: reading.join().unwrap().unwrap() }
}

/// In a shell, for its limits: `$P` is the program.
fn in_shell(folder: &Path, script: &str) -> Output {
    let mut command = Command::new("sh");
    command.args(["-c", script]).env("P", PROGRAM).current_dir(folder).stdin(Stdio::null());
    output(command)
}

/// The names in a folder that no test put there.
fn left_over(folder: &Path) -> Vec<String> {
    let names =
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned());
    names.filter(|name| name.contains(".part") || name.starts_with(".runproof")).collect()
}

fn harmless(bytes: &[u8], whose: &str) {
    let printed = text(bytes);
    let turns = |c: char| matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    let acts = |c: &char| c.is_control() && !matches!(c, '\n' | '\t') || turns(*c);
    if let Some(found) = printed.chars().find(acts) {
        panic!("{whose} prints {found:?}: {printed:?}");
    }
}

/// What a terminal acts on: colours, the title of the window, a bare C1 control, a turn of direction, the start of the line.
const NASTY: &str = "a\u{1b}[31m\u{1b}]0;t\u{7}\u{9b}2J\u{202e}\rb\u{7f}";

#[test]
fn nothing_of_a_file_or_its_name_reaches_a_terminal_raw() {
    let folder = folder();
    let at = |name: &str| folder.path().join(name);
    // A runbook without a title is called by its file's name.
    let untitled = std::fs::read_to_string(at("careless.md")).unwrap().replacen("# Two people, a server each", "", 1);
    let world = std::fs::read_to_string(at("world.toml")).unwrap();
    let (runbook, named) = (format!("{NASTY}\n.md"), format!("{NASTY}.toml"));
    std::fs::write(at(&runbook), untitled.replace("world.toml", "w.toml")).unwrap();
    std::fs::write(at("w.toml"), &world).unwrap();
    std::fs::write(at(&named), &world).unwrap();
    let wrong = [
        (
            "heading.md",
            "# &#27;[2J&#x9b;&#8238; x\n\n```toml runproof\nworld = \"world.toml\"\n```\n\n- `restart A`\n".to_owned(),
        ),
        ("step.md", format!("```toml runproof\nworld = \"world.toml\"\n```\n\n- `restart {NASTY}`\n")),
        ("world.md", "```toml runproof\nworld = \"\\u001b[2J.toml\"\n```\n\n- `restart A`\n".to_owned()),
        ("key.toml", "\"\\u001b[31m\" = 1\nnodes = [\"\\u009b\", \"\\u202e\"]\n".to_owned()),
        ("raw.toml", format!("nodes = [\"{NASTY}\"]\n")),
        ("broken.toml", format!("{NASTY} = = 1\n")),
        ("state.toml", "given = { \"\\u001b[2J\" = \"\\u202e\" }\n".to_owned()),
        ("bad.cert", format!("{{\"{NASTY}\": \"{NASTY}\"}}\n")),
    ];
    for (name, text) in &wrong {
        std::fs::write(at(name), text).unwrap();
    }
    let (runbook, named) = (runbook.as_str(), named.as_str());
    let all: Vec<Vec<&str>> = vec![
        vec!["check", runbook],
        vec!["check", runbook, "--stats"],
        vec!["check", "."],
        vec!["check", runbook, "--certify", NASTY],
        vec!["recheck", NASTY],
        vec!["recheck", "bad.cert"],
        vec!["orderings", runbook, "--all", NASTY],
        vec!["orderings", runbook, "--all", "no\u{1b}[2J/x"],
        vec!["trace", runbook, "--claim", NASTY],
        vec!["trace", runbook, "--ordering", NASTY],
        vec!["trace", runbook],
        vec!["diff", runbook, "careful.md"],
        vec!["diff", "\u{1b}[2J:a.md"],
        vec!["repair", runbook],
        vec!["slips", runbook],
        vec!["slips", runbook, "--step", NASTY],
        vec!["plan", named, "--from", "state.toml"],
        vec!["plan", named, "--runbook", runbook, "--to", NASTY],
        vec!["plan", named, "--runbook", runbook, "--after", NASTY],
        vec!["rollback", runbook],
        vec!["service", runbook],
        vec!["states", named],
        vec!["states", named, "--checkpoint", "bad.cert"],
        vec!["lower", named],
        vec!["explain", NASTY],
        vec!["check", NASTY, "--\u{1b}[2J"],
        vec![NASTY],
        vec!["check", "--states", NASTY],
        vec!["export", runbook, "--to", NASTY],
    ];
    let exports =
        ["promela", "murphi", "tla", "pddl", "itf", "dot", "mermaid"].map(|to| vec!["export", runbook, "--to", to]);
    let mistakes = wrong
        .iter()
        .flat_map(|(name, _)| [vec!["check", *name], vec!["states", *name], vec!["export", *name, "--to", "tla"]]);
    for arguments in all.into_iter().chain(exports).chain(mistakes) {
        for form in [None, Some("--json")] {
            let arguments: Vec<&str> = arguments.iter().copied().chain(form).collect();
            let Output { stdout, stderr, status } = output(runproof(folder.path(), &arguments));
            harmless(&stdout, &format!("{arguments:?} (standard output)"));
            harmless(&stderr, &format!("{arguments:?} (standard error)"));
            assert!(matches!(status.code(), Some(0..=3)), "{arguments:?} ends with {status}: {}", text(&stderr));
        }
    }
}

#[test]
fn a_name_that_is_no_text_is_no_panic() {
    let folder = folder();
    let name = PathBuf::from(std::ffi::OsStr::from_bytes(b"\xff\xfe\x1b.md"));
    if std::fs::copy(folder.path().join("careless.md"), folder.path().join(&name)).is_err() {
        return; // This file system takes text alone.
    }
    let mut command = runproof(folder.path(), &["check"]);
    command.arg(&name);
    let found = output(command);
    assert_eq!(found.status.code(), Some(1), "{}", text(&found.stderr));
    harmless(&found.stdout, "the check");
}

/// The end of a pipe that nobody reads from.
fn closed() -> Stdio {
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    Stdio::from(writer)
}

#[test]
fn a_closed_pipe_changes_no_exit_code() {
    let folder = folder();
    for arguments in COMMANDS {
        let expected = output(runproof(folder.path(), arguments)).status.code();
        assert!(matches!(expected, Some(0..=3)), "{arguments:?}: {expected:?}");
        let mut command = runproof(folder.path(), arguments);
        let mut child = command.stdout(closed()).stderr(closed()).spawn().unwrap();
        assert_eq!(ended(&mut child, Duration::from_secs(60)).code(), expected, "{arguments:?}");
        let closed = format!("$P {} >&- 2>&-", arguments.join(" "));
        assert_eq!(in_shell(folder.path(), &closed).status.code(), expected, "{closed}");
    }
    for arguments in [&["--help"][..], &["check", "--no-such"], &["check", "nowhere.md"]] {
        let mut command = runproof(folder.path(), arguments);
        let expected = if arguments == ["--help"] { 0 } else { 2 };
        let mut child = command.stdout(closed()).stderr(closed()).spawn().unwrap();
        assert_eq!(ended(&mut child, Duration::from_secs(60)).code(), Some(expected), "{arguments:?}");
    }
    assert_eq!(left_over(folder.path()), [""; 0]);
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_behind_standard_output_is_four_and_says_so() {
    let folder = folder();
    for arguments in COMMANDS {
        let full = || Stdio::from(std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap());
        let mut command = runproof(folder.path(), arguments);
        let found = command.stdout(full()).stderr(Stdio::piped()).output().unwrap();
        let silent = arguments.contains(&"--out");
        assert_eq!(found.status.code() == Some(4), !silent, "{arguments:?}: {}", text(&found.stderr));
        assert!(silent || text(&found.stderr).contains("cannot write"), "{arguments:?}: {}", text(&found.stderr));
        let expected = output(runproof(folder.path(), arguments)).status.code();
        let mut command = runproof(folder.path(), arguments);
        let status = command.stdout(Stdio::null()).stderr(full()).status().unwrap();
        assert_eq!(status.code(), expected, "{arguments:?}: nobody hears what is said");
    }
}

/// Commands that write `a`, and whether it is of use to have it from before.
const WRITING: [&str; 5] = [
    "check careful.md --certify a",
    "export careless.md --to promela --out a",
    "orderings careful.md --all a",
    "states large.toml --states 2000 --checkpoint a --checkpoint-every 1ms",
    "repair a --write",
];

/// Before such a command: `a` is there for those that replace it.
fn prepared(folder: &Path, command: &str) -> Option<Vec<u8>> {
    std::fs::write(folder.join("large.toml"), LARGE).unwrap();
    let old = match command.split(' ').next() {
        Some("states") => None,
        Some("repair") => Some(std::fs::read(folder.join("careless.md")).unwrap()),
        _ => Some(b"old".to_vec()),
    };
    match &old {
        Some(old) => std::fs::write(folder.join("a"), old).unwrap(),
        None => drop(std::fs::remove_file(folder.join("a"))),
    }
    old
}

/// More states than anybody will wait for.
const LARGE: &str = "nodes = 1\n[var]\nv = { range = [0, 63] }\nw = { range = [0, 63] }\nx = { range = [0, 63] }\ny = { range = [0, 63] }\n\
    [action.v]\nset = { v = \"if v < 63 then v + 1 else 0\" }\n[action.w]\nset = { w = \"if w < 63 then w + 1 else 0\" }\n\
    [action.x]\nset = { x = \"if x < 63 then x + 1 else 0\" }\n[action.y]\nset = { y = \"if y < 63 then y + 1 else 0\" }\n\
    [always]\nfine = \"v >= 0\"\n";

#[test]
fn what_is_written_is_written_and_a_disk_that_is_full_leaves_the_file_as_it_was() {
    for command in WRITING {
        let folder = folder();
        let file = folder.path().join("a");
        let old = prepared(folder.path(), command);
        // A write beyond this many bytes fails; the signal that would end the process is ignored.
        let full = in_shell(folder.path(), &format!("trap '' XFSZ; ulimit -f 0; exec $P {command}"));
        assert_eq!(std::fs::read(&file).ok(), old, "{command}");
        assert_eq!(left_over(folder.path()), [""; 0], "{command}");
        let said = text(&full.stderr);
        assert!(said.contains("cannot write") || said.contains("not saved"), "{command}: {said}");
        let expected = if command.starts_with("states") { 3 } else { 4 };
        assert_eq!(full.status.code(), Some(expected), "{command}: {said}");
        let fine = in_shell(folder.path(), &format!("exec $P {command}"));
        assert!(matches!(fine.status.code(), Some(0 | 1 | 3)), "{command}: {}", text(&fine.stderr));
        assert_ne!(std::fs::read(&file).ok(), old, "{command}");
        assert_eq!(left_over(folder.path()), [""; 0], "{command}");
    }
}

#[test]
fn where_no_file_can_be_nothing_is_written_and_the_exit_code_says_so() {
    let folder = folder();
    prepared(folder.path(), "");
    // Whoever runs this: below a file there is no folder, and nobody makes files in /proc.
    for place in ["world.toml/a", "/proc/a", "no/such/folder/a", "."] {
        for command in &WRITING[..4] {
            let command = command.replace(" a", &format!(" {place}"));
            let found = in_shell(folder.path(), &format!("exec $P {command}"));
            let said = text(&found.stderr);
            assert!(matches!(found.status.code(), Some(2..=4)), "{command}: {said}");
            assert!(!said.is_empty() && !said.contains("bug"), "{command}: {said}");
        }
    }
    assert_eq!(left_over(folder.path()), [""; 0]);
}

/// Numbers that look like chance and are the same in every run.
fn delays() -> impl Iterator<Item = Duration> {
    let mut seed = 0x2545_f491_u64;
    std::iter::repeat_with(move || {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        Duration::from_micros((seed >> 33) % 60_000)
    })
}

#[test]
fn a_signal_at_any_moment_leaves_the_old_file_or_the_new_one() {
    let mut delays = delays();
    for command in WRITING {
        let folder = folder();
        let file = folder.path().join("a");
        prepared(folder.path(), command);
        drop(in_shell(folder.path(), &format!("exec $P {command}")));
        let complete = std::fs::read(&file).ok();
        for round in 0..8 {
            let old = prepared(folder.path(), command);
            let arguments: Vec<&str> = command.split(' ').collect();
            let arguments = if command.starts_with("states") { &arguments[..2] } else { &arguments[..] };
            let mut started = runproof(folder.path(), arguments);
            if command.starts_with("states") {
                started.args(["--checkpoint", "a", "--checkpoint-every", "1ms"]);
            }
            let mut child = started.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
            // The second signal does not wait for an end in good order.
            for signal in if round % 2 == 0 { &["INT"][..] } else { &["TERM", "INT"] } {
                std::thread::sleep(delays.next().unwrap());
                drop(
                    Command::new("kill")
                        .args([&format!("-{signal}"), &child.id().to_string()])
                        .stderr(Stdio::null())
                        .status(),
                );
            }
            let status = ended(&mut child, Duration::from_secs(60));
            // Without a code: it came before anything was begun.
            assert!(matches!(status.code(), None | Some(0 | 1 | 3)), "{command} ends with {status}");
            assert_eq!(left_over(folder.path()), [""; 0], "{command}");
            let new = std::fs::read(&file).ok();
            if command.starts_with("states") {
                let again = in_shell(folder.path(), "exec $P states large.toml --states 1 --checkpoint a");
                assert_eq!(again.status.code(), Some(3), "whole, or not there: {}", text(&again.stderr));
            } else {
                assert!(new == old || new == complete, "{command}: the file is neither the old one nor the new one");
            }
        }
    }
}

#[cfg(target_os = "linux")]
#[test]
fn where_memory_ends_the_command_says_so_and_leaves_no_part_of_a_file() {
    let folder = folder();
    prepared(folder.path(), "");
    std::fs::write(folder.path().join("many.toml"), "nodes = 40\n[health]\nend = \"all n: up(n)\"\n").unwrap();
    let runbook = "```toml runproof\nworld = \"many.toml\"\n```\n\n- `for each n` `power off {n}`\n";
    std::fs::write(folder.path().join("many.md"), runbook).unwrap();
    for kilobytes in [100_000, 200_000, 400_000] {
        let check = "check many.md --without interchangeable-nodes --without independent-parts --certify a";
        let command = format!("ulimit -v {kilobytes}; exec $P {check}");
        let found = in_shell(folder.path(), &command);
        let said = text(&found.stdout) + &text(&found.stderr);
        assert!(matches!(found.status.code(), Some(3 | 4)), "{command}: {} {said}", found.status);
        assert!(said.contains("memory") || said.contains("positions"), "{command}: {said}");
    }
    assert_eq!(std::fs::read(folder.path().join("a")).unwrap(), b"old");
    assert_eq!(left_over(folder.path()), [""; 0]);
}

#[test]
fn worlds_and_includes_stay_in_their_project_and_are_plain_files() {
    let folder = folder();
    let at = |name: &str| folder.path().join(name);
    let inner = at("project");
    std::fs::create_dir_all(inner.join("deep")).unwrap();
    let pipe = Command::new("mkfifo").arg(inner.join("pipe.toml")).status().unwrap();
    assert!(pipe.success());
    std::os::unix::fs::symlink(inner.join("pipe.toml"), inner.join("link.md")).unwrap();
    std::os::unix::fs::symlink("/dev/zero", inner.join("zero.toml")).unwrap();
    std::os::unix::fs::symlink(at("world.toml"), inner.join("out.toml")).unwrap();
    std::fs::copy(at("world.toml"), inner.join("world.toml")).unwrap();
    let check = |world: &str, more: &[&str]| {
        let text = format!("```toml runproof\nworld = \"{world}\"\n```\n\n1. `restart A`\n");
        std::fs::write(inner.join("deep/runbook.md"), text).unwrap();
        let found = output(runproof(&inner, &[&["check", "deep/runbook.md"], more].concat()));
        (found.status.code(), text_of_codes(&found.stderr))
    };
    std::fs::write(inner.join("runproof.toml"), "").unwrap();
    assert_eq!(check("../world.toml", &[]), (Some(0), vec![]));
    for outside in ["../../world.toml", "../out.toml", "/dev/zero", "../zero.toml", "/etc/passwd", "/proc/self/mem"] {
        assert_eq!(check(outside, &[]), (Some(2), vec!["R125".to_owned()]), "{outside}");
    }
    assert_eq!(check("../../world.toml", &["--allow-outside"]), (Some(0), vec![]));
    for special in ["../pipe.toml", "../deep", "../zero.toml", "/dev/stdin"] {
        assert_eq!(check(special, &["--allow-outside"]), (Some(2), vec!["R118".to_owned()]), "{special}");
    }
    std::fs::remove_file(inner.join("runproof.toml")).unwrap();
    assert_eq!(check("../world.toml", &[]), (Some(2), vec!["R125".to_owned()]), "nothing marks a project");
    std::fs::write(inner.join("world.toml"), "include = [\"pipe.toml\", \"zero.toml\", \"../world.toml\"]\n").unwrap();
    let found = output(runproof(&inner, &["states", "world.toml"]));
    assert_eq!(text_of_codes(&found.stderr), ["R118", "R125", "R125"]);
    // Nor does a folder with a pipe in it, or a pipe or device in place of a file, keep anybody waiting.
    for arguments in [
        &["check", "."][..],
        &["check", "link.md"],
        &["states", "pipe.toml"],
        &["recheck", "zero.toml"],
        &["check", "/dev/zero"],
    ] {
        assert_eq!(output(runproof(&inner, arguments)).status.code(), Some(2), "{arguments:?}");
    }
}

/// The codes of the mistakes on standard error, in order.
fn text_of_codes(stderr: &[u8]) -> Vec<String> {
    let said = text(stderr);
    said.lines().filter_map(|line| Some(line.strip_prefix("error[")?.split(']').next()?.to_owned())).collect()
}
