//! What a good world and a good runbook read as.

use runproof::base::Sources;
use runproof::syntax;
use runproof::syntax::tree::{
    Content, ExprKind, Item, Nodes, PerComponent, RuleKind, Runbook, VarDomain, Versions, World,
};

fn world(text: &str) -> (World, Sources) {
    let mut sources = Sources::default();
    let source = sources.add("world.toml", text);
    let mut found = Vec::new();
    let world = syntax::world(&sources, source, &mut found);
    assert_eq!(found, []);
    (world, sources)
}

fn runbook(text: &str) -> (Runbook, Sources) {
    let mut sources = Sources::default();
    let source = sources.add("runbook.md", format!("```toml runproof\nworld = \"w\"\n```\n\n{text}"));
    let mut found = Vec::new();
    let runbook = syntax::runbook(&sources, source, &mut found);
    assert_eq!(found, []);
    (runbook, sources)
}

/// An item's content in a few characters: steps as they are, forms by name, lists in brackets.
fn outline(item: &Item) -> String {
    let content = item.content.iter().map(|content| match content {
        Content::Step(sentence, None) => sentence.value.clone(),
        Content::Step(sentence, Some(label)) => format!("{}#{}", sentence.value, label.value),
        Content::If(text, _) => format!("if<{}>", text.value),
        Content::ForEach(name, set) => {
            format!("for<{} in {}>", name.value, set.as_ref().map_or("all", |set| set.value.as_str()))
        }
        Content::Either(_) => "either".into(),
        Content::Undivided(_) => "undivided".into(),
        Content::Repeat(Some(most), until, ..) => format!("repeat at most {} until {}", most.value, until.value),
        Content::Repeat(None, until, ..) => format!("repeat until {}", until.value),
        Content::List(list) => {
            let items: Vec<String> = list.items.iter().map(outline).collect();
            if list.ordered { format!("({})", items.join("; ")) } else { format!("[{}]", items.join("; ")) }
        }
    });
    let content = content.collect::<Vec<_>>().join(", ");
    if item.optional { format!("?{content}") } else { content }
}

fn outlines(text: &str) -> Vec<String> {
    runbook(text).0.lists.iter().map(|list| list.items.iter().map(outline).collect::<Vec<_>>().join("; ")).collect()
}

#[test]
fn nodes_are_names_a_count_or_tables() {
    assert!(matches!(world("nodes = [\"A\", \"B\"]").0.nodes, Some(Nodes::Names(names)) if names.len() == 2));
    assert!(matches!(world("nodes = 5").0.nodes, Some(Nodes::Count(count)) if count.value == 5));
    let Some(Nodes::Tables(tables)) = world("[nodes.A]\nrack = \"r1\"\n[nodes.B]").0.nodes else {
        panic!("they are tables");
    };
    assert_eq!(tables[0].1[0].1.value, "r1");
    assert!(tables[1].1.is_empty());
}

#[test]
fn the_order_of_the_file_is_kept() {
    let (world, _) = world("[component.b]\nversions = [\"y\", \"x\"]\n[component.a]\nversions = \"nt\"");
    let names: Vec<&str> = world.components.iter().map(|(name, _)| name.value.as_str()).collect();
    assert_eq!(names, ["b", "a"]);
    assert!(matches!(&world.components[0].1.versions, Versions::List(list) if list[0].value == "y"));
    assert!(matches!(&world.components[1].1.versions, Versions::Scale(scale) if scale.value == "nt"));
}

#[test]
fn a_package_says_when_and_over_what_it_writes_for_all_or_for_each() {
    let (world, _) = world(
        "[package.p]\nwrites = { c = \"v\", d = \"w\" }\nreplaces = \"always\"\nat = { c = \"restart\" }\n\
         [[package.p.fails]]\nwhen = \"up(A)\"\nevents = [\"e\"]\n[package.p.remove]\nneeds = \"up(here)\"",
    );
    let package = &world.packages[0].1;
    assert!(matches!(&package.replaces, Some(PerComponent::All(all)) if all.value == "always"));
    assert!(matches!(&package.at, Some(PerComponent::Each(each)) if each[0].1.value == "restart"));
    assert!(package.fails[0].fails && package.fails[0].when.is_some());
    assert!(package.remove.as_ref().is_some_and(|remove| remove.needs.is_some()));
}

#[test]
fn what_is_set_is_read_as_expressions_and_toml_numbers_and_booleans_are_taken() {
    let (world, sources) =
        world("[initial]\nclusres = \"mscs\"\n\"iis(A)\" = true\nretries = 3\n\"up(B)\" = \"not up(A)\"");
    let values: Vec<&ExprKind> = world.initial.iter().map(|(_, value)| &value.kind).collect();
    assert!(matches!(values[..], [
        ExprKind::Word(mscs), ExprKind::Word(yes), ExprKind::Integer(3), ExprKind::Not(_)
    ] if mscs == "mscs" && yes == "yes"));
    assert_eq!(sources.slice(world.initial[1].0.span), "iis(A)");
}

#[test]
fn a_variable_has_values_a_scale_or_a_range() {
    let (world, _) = world("[var]\na = { values = [\"x\"] }\nb = { values = \"nt\" }\nc = { range = [-1, 3] }");
    assert!(matches!(world.vars[0].1.domain, VarDomain::Values(_)));
    assert!(matches!(world.vars[1].1.domain, VarDomain::Scale(_)));
    assert!(matches!(&world.vars[2].1.domain, VarDomain::Range(from, to) if (from.value, to.value) == (-1, 3)));
}

#[test]
fn an_action_written_directly_has_one_outcome() {
    let (world, _) = world("[action.\"join on {n: node}\"]\nset = { \"dtc(n)\" = \"joined\" }\nevents = [\"e\"]");
    assert_eq!(world.actions[0].outcomes.len(), 1);
    assert_eq!(world.actions[0].sentence.parts.len(), 2);
    let (world, _) = self::world("[action.\"look\"]");
    assert_eq!(world.actions[0].outcomes.len(), 0);
}

#[test]
fn a_definition_has_a_name_and_parameters() {
    let (world, _) = world("[define]\n\"serving(m, n)\" = \"up(m)\"\nready = \"yes\"");
    assert_eq!((world.defines[0].name.value.as_str(), world.defines[0].params.len()), ("serving", 2));
    assert_eq!((world.defines[1].name.value.as_str(), world.defines[1].params.len()), ("ready", 0));
}

#[test]
fn places_in_a_checked_block_count_from_the_start_of_the_markdown_file() {
    let text = "# Title `x`\n\nText.\n\n```toml runproof\nworld = \"world.toml\"\n[[claim]]\nid = \"a\"\n\
                where = \"x before y\"\nevery = \"healthy\"\ncount = { good = 1 }\n```\n";
    let mut sources = Sources::default();
    let source = sources.add("runbook.md", text.replace("count = { good = 1 }\n", ""));
    let mut found = Vec::new();
    let runbook = syntax::runbook(&sources, source, &mut found);
    assert_eq!(found, []);
    assert_eq!(runbook.title.expect("there is a heading").value, "Title x");
    let block = runbook.block.expect("there is a block");
    assert_eq!(sources.slice(block.world.expect("there is a world").span), "world.toml");
    let (_, rule) = block.claims[0].filter.as_ref().expect("there is a where");
    let RuleKind::Before(_, second) = &rule.kind else { panic!("it is a before") };
    assert_eq!(sources.slice(second.span), "y");
}

#[test]
fn lists_nest_and_keep_the_order_in_which_they_are_written() {
    let text = "1. Stop `stop s on A`, then `restart A` {#again}.\n   - `x`\n   - `y` and `z`\n\n   More `last`.\n2. Only text.\n\
                3. `if up(A) and up(B)` `for each n in control` `restart {n}`\n";
    assert_eq!(
        outlines(text),
        ["stop s on A, restart A#again, [x; y, z], last; ; if<up(A) and up(B)>, for<n in control>, restart {n}"]
    );
}

#[test]
fn an_open_box_makes_an_item_optional_in_both_kinds_of_list() {
    assert_eq!(outlines("- [ ] `a`\n- `b`\n"), ["?a; b"]);
    assert_eq!(outlines("1. [ ] `a`\n2. `b`\n"), ["?a; b"]);
    assert_eq!(outlines("1. [ ] If you like:\n   - `a`\n"), ["?[a]"]);
}

#[test]
fn either_and_undivided_are_forms() {
    assert_eq!(
        outlines("- `either`\n  - `a`\n  - `b`\n- `undivided` `for each n`\n  1. `c`\n"),
        ["either, [a; b]; undivided, for<n in all>, (c)"]
    );
}

#[test]
fn code_in_double_back_ticks_outside_lists_and_in_quotes_is_text() {
    assert_eq!(outlines("`not a step`\n\n- ``msdtc.exe`` and `a`\n\n> - `quoted`\n\n    - `indented code`\n"), ["a"]);
}

#[test]
fn text_between_two_lists_makes_them_two() {
    assert_eq!(outlines("- `a`\n\nThen:\n\n1. `b`\n\n## Again\n\n2. `c`\n"), ["a", "b", "c"]);
}

#[test]
fn an_expression_in_an_item_has_its_place_in_the_file() {
    let (runbook, sources) = runbook("- `if  installed(sp4, B)` `a`\n");
    let Content::If(text, expr) = &runbook.lists[0].items[0].content[0] else { panic!("it is an if") };
    assert_eq!((sources.slice(text.span), sources.slice(expr.span)), ("installed(sp4, B)", "installed(sp4, B)"));
    let ExprKind::Call(name, _) = &expr.kind else { panic!("it is a call") };
    assert_eq!(sources.slice(name.span), "installed");
}

#[test]
fn a_document_without_a_checked_block_is_no_runbook_and_has_no_mistakes() {
    let mut sources = Sources::default();
    let source = sources.add("README.md", "# Readme\n\n1. `a`\n- [x] `b` {#x y}\n\n```toml\nx = 1\n```\n");
    let mut found = Vec::new();
    assert!(syntax::runbook(&sources, source, &mut found).block.is_none());
    assert_eq!(found, []);
}
