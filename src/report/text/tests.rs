//! Views of data made by hand: what the models of the project may not happen to show.

use super::{Look, story, summary, world};
use crate::explain::data::{
    Actor, AlwaysFinding, Answer, Because, Broken, DrillEnd, DrillStory, EndKind, Ending, Lost, Note, Row, StepName,
    Story, Value, Went, What, WorldFinding,
};
use crate::report::World;

fn row(number: Option<usize>, text: &str, node: Option<usize>) -> Row {
    Row {
        number,
        again: None,
        actor: if number.is_some() { Actor::Step } else { Actor::Fault },
        text: text.to_owned(),
        label: None,
        went: Went::Done,
        condition: None,
        cite: Vec::new(),
        node,
        refused: Vec::new(),
        notes: Vec::new(),
        always: Vec::new(),
    }
}

fn change(node: Option<usize>, by: Option<&str>, name: &str, from: &str, to: &str) -> Note {
    let what = What::Change {
        variable: name.to_owned(),
        short: name.to_owned(),
        from: from.to_owned(),
        to: to.to_owned(),
        at_restart: false,
        implied: false,
    };
    Note { node, by: by.map(str::to_owned), cite: Vec::new(), what }
}

fn event(node: Option<usize>, by: &str, text: &str) -> Note {
    let what = What::Event {
        name: "stopped".to_owned(),
        source: Some("Broker".to_owned()),
        code: Some("17".to_owned()),
        text: Some(text.to_owned()),
        cite: Vec::new(),
    };
    Note { node, by: Some(by.to_owned()), cite: Vec::new(), what }
}

fn broken(part: &str, variable: &str, value: &str) -> Broken {
    let value = Value { variable: variable.to_owned(), value: value.to_owned(), breaks: true };
    Broken { condition: "end".to_owned(), part: part.to_owned(), cite: Vec::new(), values: vec![value] }
}

fn ending(kind: EndKind, broken: Vec<Broken>) -> Ending {
    Ending { kind, broken, cycle: Vec::new(), because: Vec::new(), drill: None }
}

/// Three nodes: a step, a fault with a reaction that says something, a step that is refused, one that is not reached.
fn three_nodes() -> Story {
    let mut first = row(Some(1), "start broker on n1", Some(0));
    first.notes.push(change(Some(0), None, "broker", "stopped", "running"));
    let mut crash = row(None, "crash on n2", Some(1));
    crash.notes.push(change(Some(1), None, "broker", "running", "stopped"));
    crash.notes.push(change(None, Some("another one leads"), "leader", "n2", "n3"));
    crash.notes.push(event(Some(2), "another one leads", "the log of a broker says this at some length, over a line"));
    crash.always.push("enough".to_owned());
    let mut refused = row(Some(2), "restart n2", Some(1));
    refused.went = Went::Refused;
    refused.refused.push(broken("up(n2)", "up(n2)", "no"));
    let name = |text: &str| StepName { label: text.to_owned(), sentence: text.to_owned(), line: None };
    Story {
        start: Some("disk = full".to_owned()),
        nodes: ["n1", "n2", "n3"].map(str::to_owned).to_vec(),
        ordering: ["start broker on n1", "restart n2", "restart n3"].map(name).to_vec(),
        rows: vec![first, crash, refused.clone()],
        lost_after: Some(0),
        lost: Some(Lost { after: 0, luck: false }),
        breaks: None,
        nearest: Vec::new(),
        repair: None,
        ending: ending(EndKind::Refused, refused.refused),
    }
}

#[test]
fn with_more_than_two_nodes_only_those_that_change_are_listed_below_the_step() {
    insta::assert_snapshot!(story("three nodes", &three_nodes(), Look::PLAIN), @r"
    three nodes · refused at step 2: up(n2) does not hold
      unknown fact: disk = full

          ── no order of the steps ends well ──
      1   start broker on n1
            n1: broker stopped → running
      !   crash on n2
            n2: broker running → stopped
            n3: ↳ another one leads
              n3: Broker 17: the log of a broker says this at some length, over a
                line
            ↳ another one leads
              shared: leader n2 → n3
            ✗ always: enough does not hold
      2   restart n2
            n2: ✗ refused: up(n2)
          … one more step is not reached

      refused: up(n2) does not hold: up(n2) is no
    ");
}

/// Healthy at the end, but a drill on the only node fails.
fn drilled() -> Story {
    let mut crash = row(None, "crash on A", Some(0));
    crash.actor = Actor::Step;
    crash.notes.push(change(Some(0), None, "web", "running", "stopped"));
    let mut end = ending(EndKind::Drill, vec![broken("web(A) == running", "web(A)", "stopped")]);
    end.because.push(Because {
        variable: "web(A)".to_owned(),
        value: "stopped".to_owned(),
        step: None,
        actor: Some("crash on A".to_owned()),
        reaction: None,
        while_one_of: Vec::new(),
        also: Vec::new(),
        while_: Vec::new(),
        cite: vec!["manual.7".to_owned()],
    });
    end.drill = Some(DrillStory {
        name: "failover (A)".to_owned(),
        title: Some("The node can fail".to_owned()),
        cite: vec!["manual.9".to_owned()],
        failure: DrillEnd::Expect,
        rows: vec![crash],
    });
    Story {
        start: None,
        nodes: vec!["A".to_owned()],
        ordering: vec![StepName { label: "x".to_owned(), sentence: "start web on A".to_owned(), line: None }],
        rows: vec![row(Some(1), "start web on A", Some(0))],
        lost_after: None,
        lost: None,
        breaks: None,
        nearest: Vec::new(),
        repair: None,
        ending: end,
    }
}

#[test]
fn a_drill_that_fails_is_told_step_by_step_with_what_was_expected() {
    insta::assert_snapshot!(story("drilled", &drilled(), Look::PLAIN), @r"
    drilled · ends healthy, but drill failover (A) fails: web(A) == running does
      not hold

          step            node A
      1   start web on A

      healthy, but the drill failover (A) fails: The node can fail (manual.9)

          step        node A
      ·   crash on A  web running → stopped

      expected in the drill: web(A) == running does not hold: web(A) is stopped
        web(A) is stopped because of crash on A (manual.7)
    ");
}

#[test]
fn a_world_alone_says_what_breaks_and_what_was_not_decided() {
    let always = |name: &str, answer| AlwaysFinding { name: name.to_owned(), cite: Vec::new(), answer };
    let mut run = three_nodes();
    run.ordering.clear();
    run.start = None;
    (run.lost_after, run.lost) = (None, None);
    run.rows.truncate(1);
    run.ending = ending(EndKind::Always, vec![broken("broker(n1) == stopped", "broker(n1)", "running")]);
    let finding = WorldFinding {
        limit: None,
        states: "12345".to_owned(),
        moves: "67890".to_owned(),
        looked_at: 12_345,
        always: vec![always("enough", Answer::Fails), always("one-leader", Answer::Undecided)],
        violation: Some(run),
    };
    insta::assert_snapshot!(world(&World::new("world.toml", "Brokers", finding), Look::PLAIN), @r"
    world.toml
    Brokers

    goes wrong: found after 12 345 states, every step at any time
    looked at 67 890 moves

    always
      ✗ enough
      ? one-leader

    shortest run that goes wrong · breaks `end` at step 1: broker(n1) == stopped
      does not hold

      1   start broker on n1
            n1: broker stopped → running

      always end: broker(n1) == stopped does not hold: broker(n1) is running
    ");
}

#[test]
fn a_table_of_nothing_is_its_heading() {
    assert_eq!(summary(&[], Look::PLAIN), "runbook  verdict  good orders  claims\n");
}

#[test]
fn no_text_of_a_file_reaches_the_terminal_as_an_escape() {
    let mut wicked = three_nodes();
    wicked.rows[0].text = "start \u{1b}]0;title\u{7} broker".to_owned();
    wicked.rows[1].notes[0] = change(Some(1), None, "bro\u{1b}[2Jker", "a\u{202e}b", "\u{9b}1m");
    wicked.start = Some("\r\u{8}".to_owned());
    for colour in [false, true] {
        let text = story("wicked", &wicked, Look { width: 80, colour });
        let plain = anstream::adapter::strip_str(&text).to_string();
        assert!(plain.chars().all(|c| c == '\n' || !(c.is_control() || c == '\u{202e}')), "{plain:?}");
        assert!(plain.contains("\\u{1b}]0;title\\u{7}"), "{plain}");
    }
}
