//! A message as FIX-JSON: an object with Header, Body and Trailer, names as keys, groups as lists of objects under the
//! name of their count field, all values as text.
//!
//! Source: FIX Trading Community, "Encoding FIX using JSON". Fields without a name have their tag as key. What only faulty
//! messages have is kept beside that: a count that is not the number of entries stands as a text before them in the list,
//! and a tag that comes twice gives a list of its values in their order.

use fixplus_wire::{Field, Section};
use serde_json::{Map, Value};

use super::View;
use crate::groups::{Entry, GroupIndex, Instance};

/// The message as FIX-JSON text without blanks.
#[must_use]
pub fn to_json(view: &View<'_>) -> String {
    to_json_value(view).to_string()
}

/// The message as a FIX-JSON object.
#[must_use]
pub fn to_json_value(view: &View<'_>) -> Value {
    let groups = view.groups();
    let mut parts = [Map::new(), Map::new(), Map::new()];
    let mut nested = groups.within(None).peekable();
    for at in groups.own_fields(None, view.fields.len()) {
        let Some(field) = view.fields.get(at) else { continue };
        let section =
            view.plan().slot(field.tag).map_or_else(|| view.dictionary.section(field.tag), |slot| slot.section);
        let part = match section {
            Section::Header => &mut parts[0],
            Section::Body => &mut parts[1],
            Section::Trailer => &mut parts[2],
        };
        let group = nested.next_if(|instance| instance.count as usize == at);
        put(part, view.name(at, field), value(view, &groups, field, group));
    }
    let [header, body, trailer] = parts.map(Value::Object);
    let whole = [("Header", header), ("Body", body), ("Trailer", trailer)];
    Value::Object(whole.into_iter().map(|(name, part)| (name.to_owned(), part)).collect())
}

fn object(view: &View<'_>, groups: &GroupIndex, entry: &Entry) -> Value {
    let mut members = Map::new();
    let mut nested = groups.within(Some(entry)).peekable();
    for at in groups.own_fields(Some(entry), view.fields.len()) {
        let Some(field) = view.fields.get(at) else { continue };
        let group = nested.next_if(|instance| instance.count as usize == at);
        put(&mut members, view.name(at, field), value(view, groups, field, group));
    }
    Value::Object(members)
}

/// A value as text, or the entries of its group.
fn value(view: &View<'_>, groups: &GroupIndex, field: &Field, group: Option<&Instance>) -> Value {
    let text = view.value(field);
    let Some(instance) = group else { return Value::String(text) };
    let entries = groups.entries_of(instance);
    let count = (text != entries.len().to_string()).then_some(Value::String(text));
    count.into_iter().chain(entries.iter().map(|entry| object(view, groups, entry))).collect()
}

/// Put a value in, behind those that the key has already.
fn put(members: &mut Map<String, Value>, key: String, value: Value) {
    match members.get_mut(&key) {
        None => {
            members.insert(key, value);
        }
        Some(earlier) => {
            let mut values = in_order(earlier.take());
            values.extend(in_order(value));
            *earlier = Value::Array(values);
        }
    }
}

/// A value as a list that says all its fields: a group begins with its count.
fn in_order(value: Value) -> Vec<Value> {
    match value {
        Value::Array(values) if values.first().is_some_and(Value::is_string) => values,
        Value::Array(entries) => {
            let mut values = vec![Value::String(entries.len().to_string())];
            values.extend(entries);
            values
        }
        one => vec![one],
    }
}
