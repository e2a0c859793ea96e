//! Lists of members, as written or with components and groups expanded.

use std::collections::HashMap;

use crate::label;
use crate::model::{Component, Group, Member, MemberKind, Model, Presence};

/// How deep components and groups may stand in each other; the standard stays below 20.
const DEEPEST: usize = 64;
/// How many members a message may have when expanded, references counted; the standard's largest has under 4,000.
const MOST_MEMBERS: usize = 200_000;

/// A model whose components and groups are found fast.
pub(super) struct Book<'a> {
    pub(super) model: &'a Model,
    components: HashMap<&'a str, &'a Component>,
    groups: HashMap<&'a str, &'a Group>,
}

/// A member in a list to be compared.
#[derive(Debug, Clone)]
pub(super) struct Line {
    /// What tells it from others of the list: tags and names joined by dots.
    pub(super) key: String,
    /// Its name in sentences.
    pub(super) label: String,
    /// The group that holds it, for sentences; empty for the message itself.
    pub(super) within: String,
    pub(super) presence: Presence,
}

impl<'a> Book<'a> {
    pub(super) fn new(model: &'a Model) -> Self {
        Self {
            model,
            components: model.components.iter().map(|one| (one.name.as_str(), one)).collect(),
            groups: model.groups.iter().map(|one| (one.name.as_str(), one)).collect(),
        }
    }

    /// The members as they are written.
    pub(super) fn declared(&self, members: &[Member]) -> Vec<Line> {
        let line = |member: &Member| Line {
            key: match &member.kind {
                MemberKind::Field(tag) => tag.to_string(),
                MemberKind::Component(name) => format!("component {name}"),
                MemberKind::Group(name) => format!("group {name}"),
            },
            label: label::member(self.model, &member.kind),
            within: String::new(),
            presence: member.presence.clone(),
        };
        members.iter().map(line).collect()
    }

    /// The fields that the members come to, groups by their count field and then their members.
    ///
    /// A reference that leads nowhere comes to nothing. The second value says that the limits cut the list short.
    pub(super) fn expanded(&self, members: &[Member]) -> (Vec<Line>, bool) {
        let mut lines = Vec::new();
        let mut steps = MOST_MEMBERS;
        let within = Within { path: String::new(), name: String::new(), presence: &Presence::Required };
        let whole = self.expand(members, &within, (DEEPEST, &mut steps), &mut lines);
        (lines, !whole)
    }

    fn expand(
        &self,
        members: &[Member],
        within: &Within<'_>,
        (depth, steps): (usize, &mut usize),
        lines: &mut Vec<Line>,
    ) -> bool {
        let Some(depth) = depth.checked_sub(1) else { return false };
        for member in members {
            let Some(fewer) = steps.checked_sub(1) else { return false };
            *steps = fewer;
            let presence = held(&member.presence, within.presence);
            let line = |tag: u32| Line {
                key: format!("{}{tag}", within.path),
                label: label::tag(self.model, tag),
                within: within.name.clone(),
                presence: presence.clone(),
            };
            let whole = match &member.kind {
                MemberKind::Field(tag) => {
                    lines.push(line(*tag));
                    true
                }
                MemberKind::Component(name) => self.components.get(name.as_str()).is_none_or(|component| {
                    let inner = Within { path: within.path.clone(), name: within.name.clone(), presence: &presence };
                    self.expand(&component.members, &inner, (depth, &mut *steps), lines)
                }),
                MemberKind::Group(name) => self.groups.get(name.as_str()).is_none_or(|group| {
                    let count = line(group.count_tag);
                    let (path, name) = (format!("{}.", count.key), count.label.clone());
                    lines.push(count);
                    let inner = Within { path, name, presence: &Presence::Required };
                    self.expand(&group.members, &inner, (depth, &mut *steps), lines)
                }),
            };
            if !whole {
                return false;
            }
        }
        true
    }
}

struct Within<'a> {
    path: String,
    name: String,
    presence: &'a Presence,
}

/// What an optional component requires is optional; what must not be there brings nothing.
fn held(own: &Presence, holder: &Presence) -> Presence {
    match (holder, own) {
        (Presence::Forbidden | Presence::Ignored, _) => holder.clone(),
        (Presence::Optional, Presence::Required) => Presence::Optional,
        _ => own.clone(),
    }
}
