//! The markers of list items, and lines to the right of them.
//!
//! Numbers go on by one where they did so before, stay the same where they were all the same, and are left alone
//! where they followed no rule.

use super::sheet::SheetItem;

/// Gives each item of a list its marker.
pub(super) struct Markers {
    bullet: String,
    next: u64,
    step: u64,
    /// Numbers are as they were: they followed no rule.
    free: bool,
    end: char,
}

impl Markers {
    /// Markers for a list that had these items, with numbers if they are to go on as they were.
    pub(super) fn new(items: &[&SheetItem], numbered: bool) -> Markers {
        let bullet = items.first().map_or("-", |item| &item.marker);
        let bullet = if matches!(bullet, "-" | "*" | "+") { bullet.to_owned() } else { "-".to_owned() };
        let numbers: Vec<u64> = items.iter().filter(|_| numbered).filter_map(|item| number(item)).collect();
        let by = |step: u64| numbers.windows(2).all(|two| two[0].checked_add(step) == Some(two[1]));
        let step = u64::from(by(1));
        let end = items.first().filter(|_| numbered).and_then(|item| item.marker.chars().last()).unwrap_or('.');
        Markers { bullet, next: numbers.first().copied().unwrap_or(1), step, free: !by(1) && !by(0), end }
    }

    /// For the next item, which may have had one.
    pub(super) fn bullet(&mut self, own: Option<&SheetItem>) -> String {
        let own = own.map(|own| own.marker.clone()).filter(|marker| matches!(&marker[..], "-" | "*" | "+"));
        own.unwrap_or_else(|| self.bullet.clone())
    }

    /// For the next item, which may have had one.
    pub(super) fn number(&mut self, own: Option<&SheetItem>) -> String {
        if self.free {
            self.next = own.and_then(number).unwrap_or(self.next);
        }
        let marker = format!("{}{}", self.next, self.end);
        self.next += self.step;
        marker
    }
}

fn number(item: &SheetItem) -> Option<u64> {
    item.marker.trim_end_matches(['.', ')']).parse().ok()
}

/// The lines of an item.
pub(super) fn item(marker: &str, pad: usize, body: &[String]) -> Vec<String> {
    let mut lines = vec![format!("{marker}{}{}", " ".repeat(pad), body.first().map_or("", String::as_str))];
    lines.extend(body.iter().skip(1).map(|line| shifted(line, marker.len() + pad)));
    lines
}

/// A line further to the right; blank ones stay empty.
pub(super) fn shifted(line: &str, right: usize) -> String {
    if line.trim().is_empty() { String::new() } else { format!("{}{line}", " ".repeat(right)) }
}
