//! Compare fields and their codes.

use super::{Change, ChangeKind, DiffOptions, Structure};
use crate::label;
use crate::model::{Code, Field, Model};

pub(super) fn compare(a: &Model, b: &Model, options: DiffOptions, changes: &mut Vec<Change>) {
    let mut tags: Vec<u32> = a.fields.keys().chain(b.fields.keys()).copied().collect();
    tags.sort_unstable();
    tags.dedup();
    for tag in tags {
        let path = format!("fields.{tag}");
        match (a.fields.get(&tag), b.fields.get(&tag)) {
            (Some(one), None) => only(changes, ChangeKind::FieldRemoved, path, one),
            (None, Some(other)) => only(changes, ChangeKind::FieldAdded, path, other),
            (Some(one), Some(other)) => {
                both(&path, one, other, changes);
                codes((a, one), (b, other), options, changes);
            }
            (None, None) => {}
        }
    }
}

fn only(changes: &mut Vec<Change>, kind: ChangeKind, path: String, field: &Field) {
    let added = kind == ChangeKind::FieldAdded;
    let text = format!("{} is only in {}", label::field(field), if added { "B" } else { "A" });
    let name = Some(field.name.clone());
    let (a, b) = if added { (None, name) } else { (name, None) };
    changes.push(Change { kind, path, a, b, text });
}

fn both(path: &str, one: &Field, other: &Field, changes: &mut Vec<Change>) {
    let mut push = |kind, a: String, b: String, text: String| {
        changes.push(Change { kind, path: path.to_owned(), a: Some(a), b: Some(b), text });
    };
    if one.name != other.name {
        let text = format!("field {} is called {} in A, {} in B", one.tag, one.name, other.name);
        push(ChangeKind::FieldRenamed, one.name.clone(), other.name.clone(), text);
    }
    let typed = |field: &Field| match &field.union_datatype {
        Some(union) => format!("{} or {union}", field.datatype),
        None => field.datatype.clone(),
    };
    if typed(one) != typed(other) {
        let text = format!("{} is {} in A, {} in B", label::field(one), typed(one), typed(other));
        push(ChangeKind::FieldRetyped, typed(one), typed(other), text);
    }
    if one.length_tag != other.length_tag {
        let length = |field: &Field| field.length_tag.map_or_else(|| "no field".to_owned(), |tag| tag.to_string());
        let text = format!("the length of {} is in {} in A, {} in B", label::field(one), length(one), length(other));
        push(ChangeKind::LengthChanged, length(one), length(other), text);
    }
}

fn codes((a, one): (&Model, &Field), (b, other): (&Model, &Field), options: DiffOptions, changes: &mut Vec<Change>) {
    let codes_a = codes_of(a, one);
    let codes_b = codes_of(b, other);
    let field = label::field(one);
    let path = |code: &Code| format!("codes.{}.{}", one.tag, code.value);
    let rule = |field: &Field, codes: &[Code]| match (codes.is_empty(), field.open_codes) {
        (true, _) => "any value",
        (false, true) => "its codes and any other value",
        (false, false) => "its codes only",
    };
    let (rule_a, rule_b) = (rule(one, codes_a), rule(other, codes_b));
    if rule_a != rule_b {
        changes.push(Change {
            kind: ChangeKind::CodesOpened,
            path: format!("codes.{}", one.tag),
            a: Some(rule_a.to_owned()),
            b: Some(rule_b.to_owned()),
            text: format!("{field} takes {rule_a} in A, {rule_b} in B"),
        });
    }
    for code in codes_a {
        match codes_b.iter().find(|other| other.value == code.value) {
            None => changes.push(Change {
                kind: ChangeKind::CodeRemoved,
                path: path(code),
                a: Some(code.name.clone()),
                b: None,
                text: format!("{field}: code {} ({}) is only in A", code.value, code.name),
            }),
            Some(other) if same_name(&code.name, &other.name, options) => {}
            Some(other) => changes.push(Change {
                kind: ChangeKind::CodeRenamed,
                path: path(code),
                a: Some(code.name.clone()),
                b: Some(other.name.clone()),
                text: format!("{field}: code {} is called {} in A, {} in B", code.value, code.name, other.name),
            }),
        }
    }
    for code in codes_b.iter().filter(|code| !codes_a.iter().any(|other| other.value == code.value)) {
        changes.push(Change {
            kind: ChangeKind::CodeAdded,
            path: path(code),
            a: None,
            b: Some(code.name.clone()),
            text: format!("{field}: code {} ({}) is only in B", code.value, code.name),
        });
    }
}

fn codes_of<'a>(model: &'a Model, field: &Field) -> &'a [Code] {
    field.code_set.as_deref().and_then(|set| model.code_set(set)).map_or(&[], |set| set.codes.as_slice())
}

fn same_name(one: &str, other: &str, options: DiffOptions) -> bool {
    let letters = |name: &str| -> String {
        name.chars().filter(|letter| letter.is_alphanumeric()).flat_map(char::to_lowercase).collect()
    };
    one == other || (options.structure == Structure::Expanded && letters(one) == letters(other))
}
