//! Lay one overlay over a model, in the order that lets every edit refer to what the layer itself defines.

use std::mem;

use super::{Action, FieldRef, Holder, LayerError, LayerErrors, LayerFault, MemberRef, Overlay, Place, whole};
use crate::label;
use crate::model::{Member, MemberKind, Model};
use crate::nearest::nearest;

/// The model that `overlay` makes of `base`.
///
/// Fields, code sets and datatypes come first, then codes, then messages, components and groups, then their members, and
/// removals last. A field, component or group that is removed leaves every structure that refers to it.
///
/// # Errors
///
/// All faults of the layer: what it names and nobody has, what it adds twice or removes though it is needed, and any
/// reference, name or circle that was right in the base and is wrong in the result.
pub fn apply(base: &Model, overlay: &Overlay) -> Result<Model, LayerErrors> {
    let mut work = Work { model: base.clone(), errors: Vec::new(), refused: Vec::new() };
    if let Some(version) = &overlay.version {
        work.model.version.clone_from(version);
    }
    if !overlay.name.is_empty() {
        work.model.sources.push(format!("layer {}", overlay.name));
    }
    for phase in 0..PHASES {
        for edit in overlay.edits.iter().filter(|edit| phase_of(&edit.action) == phase) {
            if let Err(fault) = work.carry_out(&edit.action) {
                work.errors.push((edit.place.clone(), fault));
            }
        }
        if phase == DEFINED {
            work.make_members(overlay);
        }
    }
    work.remove_fields(overlay);
    if work.errors.is_empty() {
        work.errors = whole::broken_by(base, &work.model);
    }
    if work.errors.is_empty() {
        return Ok(work.model);
    }
    let name = |(place, fault)| LayerError { layer: overlay.name.clone(), place, fault };
    Err(LayerErrors(work.errors.into_iter().map(name).collect()))
}

/// The model that a stack of overlays makes of `base`, the first at the bottom.
///
/// # Errors
///
/// The faults of the first layer that has any: those above it cannot be judged.
pub fn apply_all<'a>(base: &Model, overlays: impl IntoIterator<Item = &'a Overlay>) -> Result<Model, LayerErrors> {
    overlays.into_iter().try_fold(base.clone(), |model, overlay| apply(&model, overlay))
}

const PHASES: u8 = 5;
/// The phase after which all names of the layer are known.
const DEFINED: u8 = 2;

fn phase_of(action: &Action) -> u8 {
    match action {
        Action::Datatype(_) | Action::Category(_) | Action::Section(_) | Action::CodeSet(_) | Action::Field(_) => 0,
        Action::ChangeField { .. } => 0,
        Action::ChangeCodes { .. } => 1,
        Action::Component(_) | Action::Group(_) | Action::Holder { .. } => DEFINED,
        Action::Member { .. } => 3,
        Action::RemoveHolder(_) | Action::RemoveField(_) => 4,
    }
}

/// A model under change and what has gone wrong so far.
pub(super) struct Work {
    pub(super) model: Model,
    pub(super) errors: Vec<(Place, LayerFault)>,
    /// What should have been added or changed and could not: its members have no errors of their own.
    refused: Vec<Holder>,
}

impl Work {
    fn carry_out(&mut self, action: &Action) -> Result<(), LayerFault> {
        match action {
            Action::Datatype(datatype) => put(&mut self.model.datatypes, datatype.clone(), |one| &one.name),
            Action::Category(category) => put(&mut self.model.categories, category.clone(), |one| &one.name),
            Action::Section(section) => put(&mut self.model.sections, section.clone(), |one| one),
            Action::CodeSet(set) => put(&mut self.model.code_sets, set.clone(), |one| &one.name),
            Action::Component(component) => put(&mut self.model.components, component.clone(), |one| &one.name),
            Action::Group(group) => put(&mut self.model.groups, group.clone(), |one| &one.name),
            Action::Field(field) => self.put_field(field),
            Action::ChangeField { field, change } => return self.change_field(field, change),
            Action::ChangeCodes { owner, add, remove } => return self.change_codes(owner, add, remove),
            Action::Holder { holder, change } => {
                return self.change_holder(holder, change).inspect_err(|_| self.refused.push(holder.clone()));
            }
            Action::Member { holder, .. } if self.refused.contains(holder) => {}
            Action::Member { holder, change } => return self.change_member(holder, change),
            Action::RemoveHolder(holder) => return self.remove_holder(holder),
            // Fields go last of all, together: see `remove_fields`.
            Action::RemoveField(_) => {}
        }
        Ok(())
    }

    /// Fill the whole lists of members that the layer gives, now that all it defines has its name.
    fn make_members(&mut self, overlay: &Overlay) {
        for edit in &overlay.edits {
            let Action::Holder { holder, change } = &edit.action else { continue };
            let Some(members) = &change.members else { continue };
            let Ok(holder) = self.holder(holder) else { continue };
            if let Some(list) = members_mut(&mut self.model, &holder) {
                list.clear();
            }
            for member in members {
                if let Err(fault) = self.add_member(&holder, member) {
                    self.errors.push((edit.place.clone(), fault));
                }
            }
        }
    }

    /// The tag of a field that the model has.
    pub(super) fn field(&self, field: &FieldRef) -> Result<u32, LayerFault> {
        let (found, name) = match field {
            FieldRef::Tag(tag) => (self.model.fields.get(tag), tag.to_string()),
            FieldRef::Name(name) => (self.model.field_by_name(name), name.clone()),
        };
        found.map(|field| field.tag).ok_or_else(|| {
            let names = self.model.fields.values().map(|field| field.name.as_str());
            let near = if matches!(field, FieldRef::Name(_)) { nearest(&name, names) } else { None };
            LayerFault::Unknown { kind: "field", near: near.map(str::to_owned), name }
        })
    }

    /// What a member refers to, if the model has it.
    pub(super) fn member(&self, member: &MemberRef) -> Result<MemberKind, LayerFault> {
        let model = &self.model;
        let components = || model.components.iter().map(|component| component.name.as_str());
        let groups = || model.groups.iter().map(|group| group.name.as_str());
        match member {
            MemberRef::Field(field) => self.field(field).map(MemberKind::Field),
            MemberRef::Component(name) if model.component(name).is_some() => Ok(MemberKind::Component(name.clone())),
            MemberRef::Component(name) => Err(unknown("component", name, components())),
            MemberRef::Group(name) if model.group(name).is_some() => Ok(MemberKind::Group(name.clone())),
            MemberRef::Group(name) => Err(unknown("group", name, groups())),
            MemberRef::Any(name) => {
                if let Some(field) = model.field_by_name(name) {
                    return Ok(MemberKind::Field(field.tag));
                }
                if model.component(name).is_some() {
                    return Ok(MemberKind::Component(name.clone()));
                }
                if model.group(name).is_some() {
                    return Ok(MemberKind::Group(name.clone()));
                }
                let fields = model.fields.values().map(|field| field.name.as_str());
                Err(unknown("field, component or group", name, fields.chain(components()).chain(groups())))
            }
        }
    }

    /// The holder as the model knows it: a message by its MsgType(35).
    pub(super) fn holder(&self, holder: &Holder) -> Result<Holder, LayerFault> {
        let model = &self.model;
        match holder {
            Holder::Message(key) => {
                let by_name = || model.messages.iter().find(|message| message.name == *key);
                if let Some(message) = model.message(key).or_else(by_name) {
                    return Ok(Holder::Message(message.msg_type.clone()));
                }
                Err(unknown("message", key, model.messages.iter().map(|message| message.name.as_str())))
            }
            Holder::Component(name) if model.component(name).is_none() => {
                Err(unknown("component", name, model.components.iter().map(|component| component.name.as_str())))
            }
            Holder::Group(name) if model.group(name).is_none() => {
                Err(unknown("group", name, model.groups.iter().map(|group| group.name.as_str())))
            }
            known => Ok(known.clone()),
        }
    }
}

/// The fault that something is named that is not there.
pub(super) fn unknown<'a>(kind: &'static str, name: &str, known: impl IntoIterator<Item = &'a str>) -> LayerFault {
    LayerFault::Unknown { kind, name: name.to_owned(), near: nearest(name, known).map(str::to_owned) }
}

/// How a holder is called in a sentence.
pub(super) fn holder_label(model: &Model, holder: &Holder) -> String {
    match holder {
        Holder::Message(msg_type) => {
            model.message(msg_type).map_or_else(|| format!("message {msg_type}"), label::message)
        }
        Holder::Component(name) => format!("component {name}"),
        Holder::Group(name) => format!("group {name}"),
        Holder::Header => "StandardHeader".to_owned(),
        Holder::Trailer => "StandardTrailer".to_owned(),
    }
}

/// The members of a holder, if the model has it.
pub(super) fn members_of<'a>(model: &'a Model, holder: &Holder) -> Option<&'a [Member]> {
    match holder {
        Holder::Message(msg_type) => model.message(msg_type).map(|message| message.members.as_slice()),
        Holder::Component(name) => model.component(name).map(|component| component.members.as_slice()),
        Holder::Group(name) => model.group(name).map(|group| group.members.as_slice()),
        Holder::Header => Some(&model.header),
        Holder::Trailer => Some(&model.trailer),
    }
}

/// The members of a holder, to be changed.
pub(super) fn members_mut<'a>(model: &'a mut Model, holder: &Holder) -> Option<&'a mut Vec<Member>> {
    match holder {
        Holder::Message(msg_type) => {
            model.messages.iter_mut().find(|message| message.msg_type == *msg_type).map(|message| &mut message.members)
        }
        Holder::Component(name) => {
            model.components.iter_mut().find(|component| component.name == *name).map(|one| &mut one.members)
        }
        Holder::Group(name) => {
            model.groups.iter_mut().find(|group| group.name == *name).map(|group| &mut group.members)
        }
        Holder::Header => Some(&mut model.header),
        Holder::Trailer => Some(&mut model.trailer),
    }
}

/// Put a definition in the place of the one that has its name, or behind all others.
fn put<T>(list: &mut Vec<T>, new: T, name: impl Fn(&T) -> &String) {
    match list.iter_mut().find(|old| name(old) == name(&new)) {
        Some(old) => drop(mem::replace(old, new)),
        None => list.push(new),
    }
}
