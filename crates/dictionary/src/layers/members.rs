//! Edits of members: add, put, remove, make required or optional.

use std::collections::{HashSet, VecDeque};

use super::apply::{Work, holder_label, members_mut, members_of};
use super::{Holder, LayerFault, MemberChange, MemberRef, NewMember, Position};
use crate::label;
use crate::model::{Member, MemberKind, Model, Presence};
use crate::nearest::nearest;

/// How a holder comes to a member.
enum Way {
    /// It is the member at this place.
    Direct(usize),
    /// Through the component at this place, and perhaps others in that one.
    Through(usize, String),
    /// Only within the entries of this group.
    Inside(String),
    /// Not at all.
    None,
}

impl Work {
    pub(super) fn change_member(&mut self, holder: &Holder, change: &MemberChange) -> Result<(), LayerFault> {
        let holder = self.holder(holder)?;
        match change {
            MemberChange::Add(new) => self.add_member(&holder, new),
            MemberChange::Put(member) => {
                self.put_member(&holder, member);
                Ok(())
            }
            MemberChange::Remove(what) => self.at_member(&holder, what, |members, at| {
                members.remove(at);
            }),
            MemberChange::Presence(what, presence) => self.at_member(&holder, what, |members, at| {
                if let Some(member) = members.get_mut(at) {
                    member.presence = presence.clone();
                }
            }),
        }
    }

    pub(super) fn add_member(&mut self, holder: &Holder, new: &NewMember) -> Result<(), LayerFault> {
        let kind = self.member(&new.what)?;
        let place = match &new.position {
            Position::Last => None,
            Position::Before(other) => Some((self.member(other)?, 0)),
            Position::After(other) => Some((self.member(other)?, 1)),
        };
        let members = members_of(&self.model, holder).unwrap_or_default();
        let component = match find(&self.model, members, &kind) {
            Way::Direct(_) => Some(None),
            Way::Through(_, component) => Some(Some(component)),
            Way::Inside(_) | Way::None => None,
        };
        if let Some(component) = component {
            let member = label::member(&self.model, &kind);
            return Err(LayerFault::AlreadyMember { holder: holder_label(&self.model, holder), member, component });
        }
        let at = match place {
            None => members.len(),
            Some((anchor, after)) => match find(&self.model, members, &anchor) {
                Way::Direct(at) | Way::Through(at, _) => at + after,
                way => return Err(self.no_such_member(holder, members, &anchor, way)),
            },
        };
        if let Some(members) = members_mut(&mut self.model, holder) {
            members.insert(at, Member { kind, presence: new.presence.clone() });
        }
        Ok(())
    }

    /// Give the member of this tag or name the kind and presence of `member`; add it if there is none.
    fn put_member(&mut self, holder: &Holder, member: &Member) {
        let Some(old) = members_of(&self.model, holder) else { return };
        let mut members = old.to_vec();
        let direct = open(&self.model, &mut members, &member.kind);
        match direct.and_then(|at| members.get_mut(at)) {
            Some(same) if same == member => return,
            Some(other) => other.clone_from(member),
            None => members.push(member.clone()),
        }
        if let Some(list) = members_mut(&mut self.model, holder) {
            *list = members;
        }
    }

    /// Change the list of members where this one stands in it, after opening the components that hold it.
    fn at_member(
        &mut self,
        holder: &Holder,
        what: &MemberRef,
        change: impl FnOnce(&mut Vec<Member>, usize),
    ) -> Result<(), LayerFault> {
        let members = members_of(&self.model, holder).unwrap_or_default();
        let kind = self.member(what).map_err(|fault| self.nearest_member(holder, members, what, fault))?;
        let mut changed = members.to_vec();
        let Some(at) = open(&self.model, &mut changed, &kind) else {
            return Err(self.no_such_member(holder, members, &kind, find(&self.model, members, &kind)));
        };
        change(&mut changed, at);
        if let Some(list) = members_mut(&mut self.model, holder) {
            *list = changed;
        }
        Ok(())
    }

    /// For a name that nobody has, the member of the holder that was probably meant goes before all other names.
    fn nearest_member(&self, holder: &Holder, members: &[Member], what: &MemberRef, fault: LayerFault) -> LayerFault {
        let MemberRef::Any(name) = what else { return fault };
        let names = members.iter().filter_map(|member| name_of(&self.model, &member.kind));
        let Some(near) = nearest(name, names) else { return fault };
        LayerFault::NoSuchMember {
            holder: holder_label(&self.model, holder),
            member: name.clone(),
            group: None,
            near: Some(near.to_owned()),
        }
    }

    fn no_such_member(&self, holder: &Holder, members: &[Member], kind: &MemberKind, way: Way) -> LayerFault {
        let group = if let Way::Inside(group) = way { Some(group) } else { None };
        let names = members.iter().filter_map(|member| name_of(&self.model, &member.kind));
        let near = name_of(&self.model, kind).and_then(|name| nearest(name, names)).map(str::to_owned);
        let member = label::member(&self.model, kind);
        LayerFault::NoSuchMember { holder: holder_label(&self.model, holder), member, group, near }
    }
}

fn name_of<'a>(model: &'a Model, kind: &'a MemberKind) -> Option<&'a str> {
    match kind {
        MemberKind::Field(tag) => model.fields.get(tag).map(|field| field.name.as_str()),
        MemberKind::Component(name) | MemberKind::Group(name) => Some(name),
    }
}

/// Two members have one place in a message if they are the same, or groups with one count field.
fn same_place(model: &Model, one: &MemberKind, other: &MemberKind) -> bool {
    if let (MemberKind::Group(one), MemberKind::Group(other)) = (one, other) {
        let count = |name: &str| model.group(name).map(|group| group.count_tag);
        return one == other || (count(one).is_some() && count(one) == count(other));
    }
    one == other
}

/// Find a member, by the shortest way through components.
fn find(model: &Model, members: &[Member], kind: &MemberKind) -> Way {
    if let Some(at) = members.iter().position(|member| same_place(model, &member.kind, kind)) {
        return Way::Direct(at);
    }
    let mut inside = None;
    let mut seen = HashSet::new();
    let mut ahead: VecDeque<(&MemberKind, usize, Option<&str>)> =
        members.iter().enumerate().map(|(at, member)| (&member.kind, at, None)).collect();
    // Groups are looked into for the error message alone; components are found first where both have it.
    while let Some((holder, at, group)) = ahead.pop_front() {
        let (list, group) = match holder {
            MemberKind::Field(_) => continue,
            MemberKind::Component(name) => (model.component(name).map(|one| &one.members), group),
            MemberKind::Group(name) => (model.group(name).map(|one| &one.members), Some(name.as_str())),
        };
        if !seen.insert((holder.clone(), group.is_some())) {
            continue;
        }
        let list = list.map(Vec::as_slice).unwrap_or_default();
        if list.iter().any(|member| same_place(model, &member.kind, kind)) {
            match (group, members.get(at).map(|member| &member.kind)) {
                (None, Some(MemberKind::Component(name))) => return Way::Through(at, name.clone()),
                (Some(group), _) => inside = inside.or(Some(group)),
                (None, _) => {}
            }
        }
        ahead.extend(list.iter().map(|member| (&member.kind, at, group)));
    }
    inside.map_or(Way::None, |group| Way::Inside(group.to_owned()))
}

/// Replace components by their members until `kind` stands in the list itself, and give its place.
///
/// Each step shortens the way by one, so it ends in a model with circles too.
fn open(model: &Model, members: &mut Vec<Member>, kind: &MemberKind) -> Option<usize> {
    loop {
        match find(model, members, kind) {
            Way::Direct(at) => return Some(at),
            Way::Through(at, _) => {
                let holder = members.get(at)?.clone();
                let MemberKind::Component(name) = &holder.kind else { return None };
                let inner = model.component(name)?.members.iter();
                let inner: Vec<Member> = inner.map(|member| held(member, &holder.presence)).collect();
                members.splice(at..=at, inner);
            }
            Way::Inside(_) | Way::None => return None,
        }
    }
}

/// A member of a component as a member of what refers to the component with this presence.
fn held(member: &Member, holder: &Presence) -> Member {
    let presence = match (holder, &member.presence) {
        (Presence::Forbidden | Presence::Ignored, _) => holder.clone(),
        (Presence::Optional, Presence::Required) => Presence::Optional,
        (_, own) => own.clone(),
    };
    Member { kind: member.kind.clone(), presence }
}
