//! A message as FIX-JSON: an object with Header, Body and Trailer, names as keys, groups as lists of objects under the
//! name of their count field, all values as text.
//!
//! Source: FIX Trading Community, "Encoding FIX using JSON". Fields without a name have their tag as key. A tag that
//! comes twice outside groups, which no good message has, gives a list of texts.

use fixplus_wire::Section;
use serde_json::{Map, Value};

use super::View;
use crate::groups::{Entry, GroupIndex};

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
        let value = match group {
            Some(instance) => groups.entries_of(instance).iter().map(|entry| object(view, &groups, entry)).collect(),
            None => Value::String(view.value(field)),
        };
        put(part, view.name(at, field), value);
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
        let value = match group {
            Some(instance) => groups.entries_of(instance).iter().map(|entry| object(view, groups, entry)).collect(),
            None => Value::String(view.value(field)),
        };
        put(&mut members, view.name(at, field), value);
    }
    Value::Object(members)
}

/// Put a value in, beside one that has the key already.
fn put(members: &mut Map<String, Value>, key: String, value: Value) {
    match members.get_mut(&key) {
        None => {
            members.insert(key, value);
        }
        Some(Value::Array(values)) => match value {
            Value::Array(more) => values.extend(more),
            one => values.push(one),
        },
        Some(earlier) => *earlier = Value::Array(vec![earlier.take(), value]),
    }
}
