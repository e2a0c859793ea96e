//! What must hold of a dictionary as a whole, and what a layer has broken of it.

use std::collections::{HashMap, HashSet};

use super::apply::{holder_label, members_of, unknown};
use super::{Holder, LayerFault, Place};
use crate::label;
use crate::model::{MemberKind, Model};

/// The faults of `changed` that `base` has not.
pub(super) fn broken_by(base: &Model, changed: &Model) -> Vec<(Place, LayerFault)> {
    let mut found = faults(changed);
    if !found.is_empty() {
        let before = faults(base);
        found.retain(|fault| !before.contains(fault));
    }
    found
}

fn faults(model: &Model) -> Vec<(Place, LayerFault)> {
    let mut found = Vec::new();
    fields(model, &mut found);
    names(model, &mut found);
    structures(model, &mut found);
    circles(model, &mut found);
    found
}

fn place(area: &str, name: &str) -> Place {
    let key = if name.is_empty() { area.to_owned() } else { format!("{area}.{name}") };
    Place { key, line: None }
}

fn fields(model: &Model, found: &mut Vec<(Place, LayerFault)>) {
    let sets: HashSet<&str> = model.code_sets.iter().map(|set| set.name.as_str()).collect();
    for field in model.fields.values() {
        let here = || place("fields", &field.name);
        if let Some(set) = field.code_set.as_deref().filter(|set| !sets.contains(set)) {
            found.push((here(), unknown("code set", set, sets.iter().copied())));
        }
        if let Some(length) = field.length_tag.filter(|length| !model.fields.contains_key(length)) {
            found.push((here(), unknown("field", &length.to_string(), [])));
        }
    }
}

fn names(model: &Model, found: &mut Vec<(Place, LayerFault)>) {
    let mut fields: HashMap<&str, u32> = HashMap::new();
    for field in model.fields.values() {
        if let Some(other) = fields.insert(&field.name, field.tag) {
            let by = label::tag(model, other);
            let what = format!("the name {}", field.name);
            found.push((place("fields", &field.tag.to_string()), LayerFault::Taken { what, by }));
        }
    }
    let mut messages: HashMap<&str, String> = HashMap::new();
    for message in &model.messages {
        if let Some(by) = messages.insert(&message.name, label::message(message)) {
            let what = format!("the name {}", message.name);
            found.push((place("messages", &message.msg_type), LayerFault::Taken { what, by }));
        }
    }
}

fn structures(model: &Model, found: &mut Vec<(Place, LayerFault)>) {
    let components: HashSet<&str> = model.components.iter().map(|one| one.name.as_str()).collect();
    let groups: HashSet<&str> = model.groups.iter().map(|one| one.name.as_str()).collect();
    let mut holders = vec![Holder::Header, Holder::Trailer];
    holders.extend(model.components.iter().map(|one| Holder::Component(one.name.clone())));
    holders.extend(model.groups.iter().map(|one| Holder::Group(one.name.clone())));
    holders.extend(model.messages.iter().map(|one| Holder::Message(one.msg_type.clone())));
    for group in model.groups.iter().filter(|group| !model.fields.contains_key(&group.count_tag)) {
        found.push((place("groups", &group.name), unknown("field", &group.count_tag.to_string(), [])));
    }
    for holder in &holders {
        let here = || match holder {
            Holder::Message(name) => place("messages", name),
            Holder::Component(name) => place("components", name),
            Holder::Group(name) => place("groups", name),
            Holder::Header => place("header", ""),
            Holder::Trailer => place("trailer", ""),
        };
        let members = members_of(model, holder).unwrap_or_default();
        if members.is_empty() && matches!(holder, Holder::Component(_) | Holder::Group(_)) {
            found.push((here(), LayerFault::Empty { holder: holder_label(model, holder) }));
        }
        for member in members {
            let fault = match &member.kind {
                MemberKind::Field(tag) if !model.fields.contains_key(tag) => unknown("field", &tag.to_string(), []),
                MemberKind::Component(name) if !components.contains(name.as_str()) => {
                    unknown("component", name, components.iter().copied())
                }
                MemberKind::Group(name) if !groups.contains(name.as_str()) => {
                    unknown("group", name, groups.iter().copied())
                }
                _ => continue,
            };
            found.push((here(), fault));
        }
    }
}

/// Walk from each component and group to what it holds, without recursion: a hostile file may nest as it likes.
fn circles(model: &Model, found: &mut Vec<(Place, LayerFault)>) {
    let components = model.components.iter().map(|one| (MemberKind::Component(one.name.clone()), &one.members));
    let groups = model.groups.iter().map(|one| (MemberKind::Group(one.name.clone()), &one.members));
    let lists: HashMap<MemberKind, &Vec<_>> = components.chain(groups).collect();
    let starts = model.components.iter().map(|one| MemberKind::Component(one.name.clone()));
    let starts = starts.chain(model.groups.iter().map(|one| MemberKind::Group(one.name.clone())));
    let mut done: HashSet<MemberKind> = HashSet::new();
    for start in starts {
        let mut on_way = HashSet::from([start.clone()]);
        let mut way: Vec<(MemberKind, usize)> = vec![(start, 0)];
        while let Some((holder, at)) = way.last_mut() {
            let next = lists.get(holder).and_then(|members| members.get(*at)).map(|member| member.kind.clone());
            *at += 1;
            let Some(next) = next else {
                if let Some((holder, _)) = way.pop() {
                    on_way.remove(&holder);
                    done.insert(holder);
                }
                continue;
            };
            if matches!(next, MemberKind::Field(_)) || done.contains(&next) {
                continue;
            }
            if !on_way.insert(next.clone()) {
                let names =
                    way.iter().skip_while(|(holder, _)| *holder != next).map(|(holder, _)| holder).chain([&next]);
                let names = names.map(|kind| label::member(model, kind)).collect();
                found.push((place("", ""), LayerFault::Circle { names }));
                continue;
            }
            way.push((next, 0));
        }
    }
}
