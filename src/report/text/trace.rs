//! A run as a table: a row for each step, a column for each node, only what changed.

use super::page::{Ink, Line, Page, Piece, flow, piece, width};
use crate::explain::data::{Actor, Note, Row, Went, What};

/// Columns between columns.
const GUTTER: usize = 2;
/// The step column gets no wider than this where space is short.
const STEP: usize = 24;
/// A node's column that would be narrower than this makes the layout a stacked one.
const NARROW: usize = 20;

/// What a run is told with.
pub(super) struct Run<'r> {
    pub(super) nodes: &'r [String],
    pub(super) rows: &'r [Row],
    /// What is said after the row of a step (zero: before the first): that something is lost there.
    pub(super) losses: Vec<(usize, Loss)>,
}

/// What is lost at some place of a run, in words.
pub(super) struct Loss {
    pub(super) lost: Option<String>,
    /// Where it was not the operator's doing.
    pub(super) luck: Option<String>,
}

/// One row, before it is laid out.
struct Told {
    mark: Piece,
    step: Line,
    /// By node.
    cells: Vec<Vec<Cell>>,
    /// Of the world as a whole.
    wide: Vec<Cell>,
}

/// A paragraph of a cell: indent and text.
type Cell = (usize, Line);

/// Prints the run: in columns with one or two nodes, stacked with more or where the page is too narrow.
pub(super) fn run(page: &mut Page, run: &Run<'_>) {
    let told: Vec<Told> = run.rows.iter().map(|row| told(row, run.nodes.len())).collect();
    let columns = Columns::fit(page.look.width, run, &told);
    if let Some(columns) = &columns {
        columns.heading(page, run.nodes);
    }
    let mut losses = run.losses.iter().peekable();
    while let Some((_, loss)) = losses.next_if(|(after, _)| *after == 0) {
        said_across(page, loss);
    }
    for (index, (row, told)) in run.rows.iter().zip(&told).enumerate() {
        match &columns {
            Some(columns) => columns.row(page, told),
            None => stacked(page, run.nodes, told),
        }
        // The further passes of a loop belong to its last step.
        let next = run.rows[index + 1..].iter().find(|row| row.number.is_some());
        if next.is_some_and(|row| row.again.is_some()) {
            continue;
        }
        while let Some((_, loss)) = losses.next_if(|(after, _)| row.number.is_some_and(|number| number >= *after)) {
            said_across(page, loss);
        }
    }
    losses.for_each(|(_, loss)| said_across(page, loss));
}

fn said_across(page: &mut Page, loss: &Loss) {
    if let Some(text) = &loss.lost {
        page.words(6, 9, &[piece(Ink::Bad, format!("── {text} ──"))]);
    }
    if let Some(text) = &loss.luck {
        page.words(9, 10, &[piece(Ink::Unsure, format!("(bad luck: {text})"))]);
    }
}

fn told(row: &Row, nodes: usize) -> Told {
    let mark = match (row.number, row.actor) {
        (Some(number), _) => piece(Ink::Plain, number.to_string()),
        (None, Actor::Fault) => piece(Ink::Bad, "!"),
        (None, Actor::System) => piece(Ink::Plain, "~"),
        (None, _) => piece(Ink::Dim, "·"),
    };
    let ink = match (row.actor, row.went) {
        (Actor::Fault, _) => Ink::Bad,
        (Actor::Start, _) | (_, Went::PassedOver) => Ink::Dim,
        _ => Ink::Plain,
    };
    let mut step = vec![piece(ink, row.text.clone())];
    if let Some(label) = &row.label {
        step.push(piece(Ink::Dim, format!(" #{label}")));
    }
    if row.again.is_some() {
        step.push(piece(Ink::Dim, " again"));
    }
    let mut told = Told { mark, step, cells: vec![Vec::new(); nodes], wide: Vec::new() };
    if let Some(condition) = &row.condition {
        let text = match without_not(condition) {
            Some(inner) => format!("passed over: {inner} holds"),
            None => format!("passed over: {condition} does not hold"),
        };
        told.wide.push((0, vec![piece(Ink::Dim, text)]));
    }
    for part in &row.refused {
        told.put(row.node, (0, vec![piece(Ink::Bad, format!("✗ refused: {}", part.part))]));
    }
    let cross = if row.went == Went::Failed { "✗ " } else { "" };
    let own_event = row.notes.iter().position(|note| note.by.is_none() && matches!(note.what, What::Event { .. }));
    if row.went == Went::Failed && own_event.is_none() {
        told.put(row.node, (0, vec![piece(Ink::Bad, "✗ failed")]));
    }
    let mut heads: Vec<Option<&str>> = vec![None; nodes + 1];
    for note in &row.notes {
        if matches!(note.what, What::Change { implied: true, .. }) {
            continue;
        }
        if let Some(by) = note.by.as_ref().filter(|by| moves(by, note)) {
            told.put(note.node, (0, vec![piece(Ink::Plain, format!("↳ {by}"))]));
            heads[note.node.unwrap_or(nodes)] = None;
            continue;
        }
        let head = &mut heads[note.node.unwrap_or(nodes)];
        let by = note.by.as_deref();
        let says_it = by.is_some_and(|by| names(by, note));
        if *head != by
            && let Some(by) = by
            && !says_it
        {
            told.put(note.node, (0, vec![piece(Ink::Dim, format!("↳ {by}"))]));
        }
        *head = if says_it { None } else { by };
        let indent = if by.is_some() && !says_it { 2 } else { 0 };
        let lead = if says_it { "↳ " } else { "" };
        let cross = if note.by.is_none() { cross } else { "" };
        told.put(note.node, (indent, said(note, lead, cross)));
    }
    for always in &row.always {
        told.wide.push((0, vec![piece(Ink::Bad, format!("✗ always: {always} does not hold"))]));
    }
    told
}

/// What a condition denies, if it does nothing but deny.
fn without_not(condition: &str) -> Option<&str> {
    let inner = condition.strip_prefix("not (")?.strip_suffix(')')?;
    let depths = inner.chars().scan(0i32, |depth, c| {
        *depth += i32::from(c == '(') - i32::from(c == ')');
        Some(*depth)
    });
    depths.into_iter().all(|depth| depth >= 0).then_some(inner)
}

/// Whether a reaction's name already says which variable it changes: `clussvc starts on B`.
fn names(by: &str, note: &Note) -> bool {
    matches!(&note.what, What::Change { short, .. } if by.split(' ').next() == Some(short))
}

/// Whether a reaction's name says all of a change: `sql fails over to B` of `owner(sql) A → B`.
fn moves(by: &str, note: &Note) -> bool {
    let What::Change { short, to, .. } = &note.what else { return false };
    let group = short.strip_prefix("owner(").and_then(|rest| rest.strip_suffix(')'));
    group.is_some_and(|group| by.split(' ').next() == Some(group) && by.split(' ').next_back() == Some(to))
}

fn said(note: &Note, lead: &str, cross: &str) -> Line {
    match &note.what {
        What::Change { short, variable, from, to, at_restart, .. } => {
            let (whose, name) = if note.node.is_some() { ("", short) } else { ("shared: ", variable) };
            let mut line = vec![piece(Ink::Plain, format!("{lead}{whose}{name} {from} → {to}"))];
            if *at_restart {
                line.push(piece(Ink::Dim, " (at\u{a0}restart)"));
            }
            line
        }
        What::Event { name, source, code, text, .. } => {
            let mark: Vec<&str> = source.iter().chain(code).map(String::as_str).collect();
            let text = match (mark.is_empty(), text) {
                (true, None) => name.clone(),
                (true, Some(text)) => text.clone(),
                (false, None) => format!("{} ({name})", mark.join(" ")),
                (false, Some(text)) => format!("{}: {text}", mark.join(" ")),
            };
            vec![piece(if cross.is_empty() { Ink::Unsure } else { Ink::Bad }, format!("{cross}{text}"))]
        }
    }
}

impl Told {
    fn put(&mut self, node: Option<usize>, cell: Cell) {
        match node.and_then(|node| self.cells.get_mut(node)) {
            Some(cells) => cells.push(cell),
            None => self.wide.push(cell),
        }
    }
}

/// Where the columns are.
struct Columns {
    number: usize,
    step: usize,
    nodes: Vec<usize>,
}

impl Columns {
    /// Widths that give each column what it needs, or a share of what there is; None where a stacked layout reads better.
    fn fit(page: usize, run: &Run<'_>, told: &[Told]) -> Option<Columns> {
        if run.nodes.is_empty() || run.nodes.len() > 2 {
            return None;
        }
        let number = told.iter().map(|told| width(std::slice::from_ref(&told.mark))).max().unwrap_or(0).max(3);
        let longest = told.iter().map(|told| width(&told.step)).max().unwrap_or(0).max(4);
        let needs: Vec<usize> = run
            .nodes
            .iter()
            .enumerate()
            .map(|(node, name)| {
                let cells = told.iter().flat_map(|told| &told.cells[node]);
                let widest = cells.map(|(indent, line)| indent + width(line)).max().unwrap_or(0);
                let heading = width(&flow(&[piece(Ink::Plain, format!("node {name}"))], usize::MAX)[0]);
                widest.max(heading)
            })
            .collect();
        let room = page - 2 - number - 1;
        let gutters = GUTTER * needs.len();
        let wanted = longest + gutters + needs.iter().sum::<usize>();
        let step = if wanted <= room { longest } else { longest.min(STEP) };
        let left = room.checked_sub(step + gutters)?;
        let nodes = shares(&needs, left);
        let cramped = nodes.iter().zip(&needs).any(|(width, need)| width < need && *width < NARROW);
        (!cramped).then_some(Columns { number, step, nodes })
    }

    fn heading(&self, page: &mut Page, names: &[String]) {
        let step = vec![vec![piece(Ink::Dim, "step")]];
        let cells = names.iter().map(|name| vec![(0, vec![piece(Ink::Dim, format!("node {name}"))])]);
        self.lines(page, &piece(Ink::Plain, ""), step, cells.collect());
    }

    fn row(&self, page: &mut Page, told: &Told) {
        let step = flow(&told.step, self.step);
        let from = 2 + self.number + 1 + self.step + GUTTER;
        let room = page.look.width.saturating_sub(from);
        let wide: Vec<Line> = told.wide.iter().flat_map(|(indent, line)| hanging(*indent, line, room)).collect();
        if told.cells.iter().all(Vec::is_empty) && room >= NARROW {
            self.side_by_side(page, &told.mark, vec![(self.step, step), (room, wide)]);
            return;
        }
        self.lines(page, &told.mark, step, told.cells.clone());
        if room >= NARROW {
            wide.iter().for_each(|line| page.line(from, line));
        } else {
            told.wide.iter().for_each(|(extra, line)| page.words(8 + extra, 10 + extra, line));
        }
    }

    fn lines(&self, page: &mut Page, mark: &Piece, step: Vec<Line>, cells: Vec<Vec<Cell>>) {
        let mut columns: Vec<(usize, Vec<Line>)> = vec![(self.step, step)];
        for (cells, room) in cells.iter().zip(&self.nodes) {
            let lines = cells.iter().flat_map(|(indent, line)| hanging(*indent, line, *room));
            columns.push((*room, lines.collect()));
        }
        self.side_by_side(page, mark, columns);
    }

    fn side_by_side(&self, page: &mut Page, mark: &Piece, columns: Vec<(usize, Vec<Line>)>) {
        let height = columns.iter().map(|(_, lines)| lines.len()).max().unwrap_or(0);
        for index in 0..height {
            let number = if index == 0 { mark.clone() } else { piece(Ink::Plain, "") };
            let mut line = padded(vec![number], self.number + 1);
            for (place, (room, lines)) in columns.iter().enumerate() {
                let gutter = if place + 1 < columns.len() { GUTTER } else { 0 };
                line.extend(padded(lines.get(index).cloned().unwrap_or_default(), room + gutter));
            }
            page.line(2, &line);
        }
    }
}

/// Divides `left` among columns: all get what they need if there is enough, else those that need less than an even share
/// get what they need and the others divide the rest.
fn shares(needs: &[usize], left: usize) -> Vec<usize> {
    let even = left / needs.len();
    let small: usize = needs.iter().filter(|need| **need <= even).sum();
    let large = needs.iter().filter(|need| **need > even).count();
    needs.iter().map(|need| if *need <= even { *need } else { ((left - small) / large).min(*need) }).collect()
}

/// A paragraph of a cell: its further lines stand two columns to the right.
fn hanging(indent: usize, line: &[Piece], room: usize) -> Vec<Line> {
    let lines = flow(line, room.saturating_sub(indent + 2));
    let whole = flow(line, room.saturating_sub(indent));
    let lines = if whole.len() == 1 { whole } else { lines };
    let led = lines.into_iter().enumerate().map(|(index, mut line)| {
        line.insert(0, piece(Ink::Plain, " ".repeat(if index == 0 { indent } else { indent + 2 })));
        line
    });
    led.collect()
}

fn padded(mut line: Line, to: usize) -> Line {
    let missing = to.saturating_sub(width(&line));
    line.push(piece(Ink::Plain, " ".repeat(missing)));
    line
}

/// A row above what it changed: for many nodes, only those that change.
fn stacked(page: &mut Page, nodes: &[String], told: &Told) {
    let mut first = vec![told.mark.clone()];
    first = padded(first, 4);
    let room = page.look.width - 8;
    for (index, line) in flow(&told.step, room).into_iter().enumerate() {
        first.extend(line);
        page.line(2, &if index == 0 { std::mem::take(&mut first) } else { padded(std::mem::take(&mut first), 4) });
        first.push(piece(Ink::Plain, "    "));
    }
    for (name, cells) in nodes.iter().zip(&told.cells) {
        for (indent, cell) in cells {
            let mut line = vec![piece(Ink::Dim, format!("{name}: "))];
            line.extend(cell.iter().cloned());
            page.words(8 + indent, 10 + indent, &line);
        }
    }
    for (indent, cell) in &told.wide {
        page.words(8 + indent, 10 + indent, cell);
    }
}
