//! Where the last good way out was closed, in words, for the lines between the rows of a run.

use super::trace::Loss;
use crate::explain::data::{Actor, Row, Story, Went};

/// What is said after which step; in order.
pub(super) fn losses(story: &Story) -> Vec<(usize, Loss)> {
    let mut losses: Vec<(usize, Loss)> = Vec::new();
    let here = story.lost.map(|lost| lost.after);
    if let Some(after) = story.lost_after.filter(|after| !refused_at(story, *after)) {
        let text = match (after, here == Some(after)) {
            (0, true) => "no order of the steps ends well",
            (0, false) => "no order of the steps ends well whatever happens",
            (_, true) => "no order of the remaining steps ends well from here",
            (_, false) => "no order of the remaining steps ends well whatever happens",
        };
        losses.push((after, Loss { lost: Some(text.to_owned()), luck: None }));
    }
    let Some(lost) = story.lost else { return losses };
    let left = story.ordering.len() > lost.after;
    if story.lost_after != here && left && !refused_at(story, lost.after) {
        let text = "no order of the remaining steps ends well from here";
        losses.push((lost.after, Loss { lost: Some(text.to_owned()), luck: None }));
    }
    if lost.luck {
        let saved = if left { "some order of the rest would still end well" } else { "it could have ended well" };
        let text = Some(format!("had {}, {saved}", otherwise(story, lost.after)));
        match losses.iter_mut().find(|(after, _)| *after == lost.after) {
            Some((_, loss)) => loss.luck = text,
            None => losses.push((lost.after, Loss { lost: None, luck: text })),
        }
    }
    losses
}

/// A step that is refused is the end: nothing remains to be said of what follows.
fn refused_at(story: &Story, after: usize) -> bool {
    story.rows.iter().any(|row| row.number == Some(after) && row.went == Went::Refused)
}

/// `step 3 gone otherwise`
fn otherwise(story: &Story, after: usize) -> String {
    if after == 0 {
        let what = if story.start.is_some() { "the unknown facts been otherwise" } else { "it started otherwise" };
        return what.to_owned();
    }
    let row = story.rows.iter().position(|row| row.number == Some(after));
    let before = &story.rows[..row.unwrap_or(story.rows.len())];
    let struck = before.last().filter(|row| matches!(row.actor, Actor::Fault | Actor::System));
    match (struck, row) {
        (Some(Row { actor: Actor::System, text, .. }), Some(_)) => {
            format!("step {after} or what happened before it ({text}) gone otherwise")
        }
        (Some(Row { actor: Actor::System, text, .. }), None) => format!("{text} not happened, or gone otherwise"),
        (Some(fault), Some(_)) => format!("step {after} or what struck before it ({}) gone otherwise", fault.text),
        (Some(fault), None) => format!("{} not struck, or gone otherwise", fault.text),
        (None, _) => format!("step {after} gone otherwise"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::explain::data::Lost;

    #[test]
    fn luck_is_told_where_something_else_could_have_come_of_the_step() {
        let (system, certified) = crate::explain::example::certified();
        let mut story = crate::explain::runbook(&system, &certified).counterexample.expect("the example has one");
        let texts = |story: &Story| -> Vec<(usize, Option<String>, Option<String>)> {
            losses(story).into_iter().map(|(after, loss)| (after, loss.lost, loss.luck)).collect()
        };
        let from_here = Some("no order of the remaining steps ends well from here".to_owned());
        assert_eq!(texts(&story), [(2, from_here.clone(), None)]);
        story.lost = Some(Lost { after: 2, luck: true });
        let luck = Some("had step 2 gone otherwise, some order of the rest would still end well".to_owned());
        assert_eq!(texts(&story), [(2, from_here.clone(), luck.clone())]);
        story.lost_after = Some(1);
        let whatever = Some("no order of the remaining steps ends well whatever happens".to_owned());
        assert_eq!(texts(&story), [(1, whatever, None), (2, from_here, luck)]);
        (story.lost_after, story.lost) = (None, Some(Lost { after: 3, luck: true }));
        let luck = Some("had step 3 gone otherwise, it could have ended well".to_owned());
        assert_eq!(texts(&story), [(3, None, luck)]);
    }
}
