//! Makes a case small: lines, sections, items and parts of expressions are left out while the trouble stays the same.

use super::caught::{Trouble, check, one};
use super::subject::Subject;
use crate::written::wider::Written;
use std::time::{Duration, Instant};

/// The smallest case that was found in which the same check is in the same trouble, and what it says there.
pub fn shrunk(subject: &Subject, written: &Written, trouble: &Trouble, time: Duration) -> (Written, Trouble) {
    let started = Instant::now();
    let (mut best, mut says) = (written.clone(), trouble.clone());
    let mut again = true;
    while again && started.elapsed() < time {
        again = false;
        for file in 0..best.files.len() {
            let mut at = 0;
            // What is left out makes place for what comes next.
            while let Some(smaller) = candidate(&best.files[file].1, at) {
                if started.elapsed() >= time {
                    break;
                }
                at += 1;
                let mut tried = best.clone();
                tried.files[file].1 = smaller;
                if let Some(found) = troubled(subject, &tried, trouble) {
                    (best, says) = (tried, found);
                    again = true;
                    at -= 1;
                }
            }
        }
    }
    subject.put(&best);
    (best, says)
}

/// The trouble, if it is the same.
fn troubled(subject: &Subject, written: &Written, trouble: &Trouble) -> Option<Trouble> {
    subject.put(written);
    if trouble.check != "reads" && runproof::Runbook::open(subject.runbook()).is_err() {
        return None;
    }
    one(subject, trouble.check, check(trouble.check)).filter(|found| found.is(trouble))
}

/// The `at`th smaller text: blocks of lines first, larger ones before smaller ones, then parts of lines.
fn candidate(text: &str, at: usize) -> Option<String> {
    let lines: Vec<&str> = text.lines().collect();
    let joined = |lines: &[&str]| lines.iter().map(|line| format!("{line}\n")).collect::<String>();
    let blocks = blocks(&lines);
    if let Some(&(from, to)) = blocks.get(at) {
        return Some(joined(&[&lines[..from], &lines[to..]].concat()));
    }
    let mut left = at - blocks.len();
    for (number, line) in lines.iter().enumerate() {
        let parts = parts(line);
        if let Some(smaller) = parts.get(left) {
            let mut lines = lines.clone();
            lines[number] = smaller;
            return Some(joined(&lines));
        }
        left -= parts.len();
    }
    None
}

/// Runs of lines that may be left out: sections of a world, claims, items with what is below them, and lines.
fn blocks(lines: &[&str]) -> Vec<(usize, usize)> {
    let mut all: Vec<(usize, usize)> = Vec::new();
    let indent = |line: &str| line.len() - line.trim_start().len();
    for (from, line) in lines.iter().enumerate() {
        let after = from + 1;
        let until = |stop: &dyn Fn(&str) -> bool| {
            lines[after..].iter().position(|line| stop(line)).map_or(lines.len(), |at| after + at)
        };
        if line.starts_with('[') {
            all.push((from, until(&|line| line.starts_with('[') || line.starts_with("```"))));
        }
        if ["- ", "1. "].iter().any(|mark| line.trim_start().starts_with(mark)) {
            all.push((from, until(&|other| other.is_empty() || indent(other) <= indent(line))));
        }
        all.push((from, after));
        if line.is_empty() {
            all.push((from, (from + 3).min(lines.len())));
        }
    }
    all.sort_by_key(|(from, to)| std::cmp::Reverse(to - from));
    all.dedup();
    all
}

/// A line with a part of it left out.
fn parts(line: &str) -> Vec<String> {
    let mut all = Vec::new();
    let mut put = |range: std::ops::Range<usize>, with: &str| {
        let smaller = format!("{}{with}{}", &line[..range.start], &line[range.end..]);
        if smaller.len() < line.len() {
            all.push(smaller);
        }
    };
    let marks: Vec<usize> = line.match_indices(['"', '`']).map(|(at, _)| at).collect();
    for pair in marks.chunks_exact(2) {
        let (from, to) = (pair[0] + 1, pair[1]);
        for (at, word) in operators(&line[from..to]) {
            put(from..from + at + word.len(), "");
            put(from + at..to, "");
        }
        let inner = &line[from..to];
        if inner.starts_with('(') && inner.ends_with(')') && balanced(&inner[1..inner.len() - 1]) {
            put(from..to, &inner[1..inner.len() - 1]);
        }
        if let Some(rest) = inner.strip_prefix("not ") {
            put(from..to, rest);
        }
        if line[pair[0]..].starts_with('`') {
            put(pair[0]..pair[1] + 1, "");
        }
        let end = &line[to + 1..];
        if let Some(close) = end.strip_prefix(" {#").and_then(|label| label.find('}')) {
            put(to + 1..to + 1 + close + 4, "");
        }
    }
    // Entries of lists and tables.
    for (at, _) in line.match_indices(", ") {
        let before = line[..at].rfind(['{', '[', ',']).map_or(0, |at| at + 1);
        let after = line[at + 2..].find([',', '}', ']']).map_or(line.len(), |end| at + 2 + end);
        put(before..at + 2, if line[..before].ends_with(',') { " " } else { "" });
        put(at..after, "");
    }
    if let Some(at) = line.find("[ ] ") {
        put(at..at + 4, "");
    }
    all
}

/// The places of operators that are in no brackets.
fn operators(text: &str) -> Vec<(usize, &'static str)> {
    let mut all = Vec::new();
    for word in [" and ", " or ", " implies "] {
        all.extend(text.match_indices(word).filter(|(at, _)| balanced(&text[..*at])).map(|(at, _)| (at, word)));
    }
    all
}

fn balanced(text: &str) -> bool {
    let mut depth = 0i32;
    for letter in text.chars() {
        depth += i32::from(letter == '(') - i32::from(letter == ')');
        if depth < 0 {
            return false;
        }
    }
    depth == 0
}
