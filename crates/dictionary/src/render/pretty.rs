//! A message for people: one line a field, with names, the meaning of codes, and groups indented.

use std::fmt::Write;

use fixplus_wire::Field;

use super::View;
use crate::datatype::Datatype;
use crate::groups::{Entry, GroupIndex};

/// The message as text, a line a field: tag, name, value, and the name of the code in brackets. The fields of an entry
/// are indented under their count field, the first marked by `-`.
#[must_use]
pub fn pretty(view: &View<'_>) -> String {
    let groups = view.groups();
    let mut out = String::new();
    write_scope(view, &groups, None, 0, &mut out);
    out
}

fn write_scope(view: &View<'_>, groups: &GroupIndex, entry: Option<&Entry>, depth: usize, out: &mut String) {
    let mut nested = groups.within(entry).peekable();
    let mut is_first = entry.is_some();
    for at in groups.own_fields(entry, view.fields.len()) {
        let Some(field) = view.fields.get(at) else { continue };
        write_line(view, at, field, depth, is_first, out);
        is_first = false;
        if let Some(instance) = nested.next_if(|instance| instance.count as usize == at) {
            for entry in groups.entries_of(instance) {
                write_scope(view, groups, Some(entry), depth + 1, out);
            }
        }
    }
}

fn write_line(view: &View<'_>, at: usize, field: &Field, depth: usize, is_first: bool, out: &mut String) {
    let mark = if is_first { "- " } else { "  " };
    let indent = if depth == 0 { String::new() } else { format!("{}{mark}", "    ".repeat(depth)) };
    let tag = if field.tag == 0 { view.tag_text(at, field) } else { field.tag.to_string() };
    let name = view.dictionary.field(field.tag).map_or("", |info| &info.name);
    let gap = if name.is_empty() { "" } else { " " };
    let _ = writeln!(out, "{indent}{tag}{gap}{name} = {}{}", printable(&view.value(field)), meaning(view, field));
}

/// The name of the message or code, in brackets.
fn meaning(view: &View<'_>, field: &Field) -> String {
    let value = view.bytes(field);
    let named = |value: &[u8]| view.dictionary.code_name(field.tag, value);
    let datatype = view.dictionary.field(field.tag).map(|info| info.datatype);
    let name = if field.tag == 35 {
        view.dictionary.message(value).map(|plan| plan.name().to_owned())
    } else if matches!(datatype, Some(Datatype::MultipleCharValue | Datatype::MultipleStringValue)) {
        let names: Option<Vec<&str>> = value.split(|&byte| byte == b' ').map(named).collect();
        names.map(|names| names.join(", "))
    } else {
        named(value).map(str::to_owned)
    };
    name.map_or_else(String::new, |name| format!(" ({name})"))
}

/// The text on one line: what would break it is written as an escape.
fn printable(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        if letter.is_control() {
            let _ = write!(out, "\\x{:02x}", u32::from(letter));
        } else {
            out.push(letter);
        }
    }
    out
}
