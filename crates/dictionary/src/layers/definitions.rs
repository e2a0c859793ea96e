//! Edits of definitions: fields, codes, and the frame of messages, components and groups.

use super::apply::{Work, holder_label, unknown};
use super::{Action, FieldChange, FieldRef, Holder, HolderChange, LayerFault, Overlay};
use crate::label;
use crate::model::{Code, CodeSet, Component, Field, Group, Member, MemberKind, Message, Model};

impl Work {
    pub(super) fn put_field(&mut self, field: &Field) {
        let mut field = field.clone();
        if let Some(old) = self.model.fields.get(&field.tag) {
            if old.name == field.name && old.datatype == field.datatype {
                field.code_set = field.code_set.or_else(|| old.code_set.clone());
                field.union_datatype = field.union_datatype.or_else(|| old.union_datatype.clone());
                field.length_tag = field.length_tag.or(old.length_tag);
                field.open_codes |= old.open_codes;
                field.added = field.added.or_else(|| old.added.clone());
                field.deprecated = field.deprecated.or_else(|| old.deprecated.clone());
            }
        }
        self.model.fields.insert(field.tag, field);
    }

    pub(super) fn change_field(&mut self, field: &FieldRef, change: &FieldChange) -> Result<(), LayerFault> {
        let tag = match (self.field(field), field) {
            (Ok(tag), _) => tag,
            (Err(_), FieldRef::Tag(tag)) if *tag > 0 => {
                let missing = match (&change.name, &change.datatype) {
                    (Some(_), Some(_)) => None,
                    (None, _) => Some("a name"),
                    (Some(_), None) => Some("a type"),
                };
                if let Some(missing) = missing {
                    return Err(LayerFault::Incomplete { what: format!("field {tag}"), missing, near: None });
                }
                self.model.fields.insert(*tag, Field { tag: *tag, ..Field::default() });
                *tag
            }
            (Err(fault), _) => return Err(fault),
        };
        let length = change.length.as_ref().map(|length| self.field(length)).transpose()?;
        for datatype in change.datatype.iter().chain(&change.union_datatype).filter(|name| !name.is_empty()) {
            self.known_datatype(datatype)?;
        }
        if let Some(set) = change.code_set.as_ref().filter(|name| !name.is_empty()) {
            if self.model.code_set(set).is_none() {
                return Err(unknown("code set", set, self.model.code_sets.iter().map(|set| set.name.as_str())));
            }
        }
        let Some(field) = self.model.fields.get_mut(&tag) else { return Ok(()) };
        if let Some(name) = &change.name {
            field.name.clone_from(name);
        }
        if let Some(set) = &change.code_set {
            field.code_set = Some(set.clone()).filter(|name| !name.is_empty());
        }
        if let Some(union) = &change.union_datatype {
            field.union_datatype = Some(union.clone()).filter(|name| !name.is_empty());
        }
        field.length_tag = length.or(field.length_tag);
        field.open_codes = change.open_codes.unwrap_or(field.open_codes);
        let retyped = change.datatype.as_ref().is_some_and(|datatype| *datatype != field.datatype);
        if let Some(datatype) = &change.datatype {
            field.datatype.clone_from(datatype);
        }
        let datatype = field.datatype.clone();
        if change.codes.is_none() && (!retyped || field.code_set.is_none()) {
            return Ok(());
        }
        let own = self.own_code_set(tag, &datatype);
        if let Some(set) = self.model.code_sets.iter_mut().find(|set| set.name == own) {
            set.datatype = datatype;
            set.codes = change.codes.clone().unwrap_or_else(|| std::mem::take(&mut set.codes));
        }
        Ok(())
    }

    /// A model that lists its datatypes knows no others but those that some field has.
    fn known_datatype(&self, name: &str) -> Result<(), LayerFault> {
        let model = &self.model;
        let used = model.fields.values().map(|field| field.datatype.as_str());
        let listed = || model.datatypes.iter().map(|datatype| datatype.name.as_str());
        if model.datatypes.is_empty() || listed().chain(used).any(|known| known == name) {
            return Ok(());
        }
        Err(unknown("datatype", name, listed()))
    }

    pub(super) fn change_codes(&mut self, owner: &str, add: &[Code], remove: &[String]) -> Result<(), LayerFault> {
        let (name, called) = match self.field(&FieldRef::from(owner)) {
            Ok(tag) => {
                let datatype = self.model.fields.get(&tag).map(|field| field.datatype.clone()).unwrap_or_default();
                (self.own_code_set(tag, &datatype), label::tag(&self.model, tag))
            }
            Err(fault) if self.model.code_set(owner).is_none() => return Err(fault),
            Err(_) => (owner.to_owned(), format!("code set {owner}")),
        };
        let Some(set) = self.model.code_sets.iter_mut().find(|set| set.name == name) else { return Ok(()) };
        for value in remove {
            let Some(at) = set.codes.iter().position(|code| code.value == *value) else {
                return Err(LayerFault::NoSuchCode { owner: called, value: value.clone() });
            };
            set.codes.remove(at);
        }
        for code in add {
            match set.codes.iter_mut().find(|old| old.value == code.value) {
                Some(old) => old.clone_from(code),
                None => set.codes.push(code.clone()),
            }
        }
        Ok(())
    }

    /// The name of the code set that belongs to this field and no other: its own, a copy of the one that it shares, or
    /// a new one.
    fn own_code_set(&mut self, tag: u32, datatype: &str) -> String {
        let model = &mut self.model;
        let Some(field) = model.fields.get(&tag) else { return String::new() };
        let shared = field.code_set.clone();
        if let Some(set) = &shared {
            let users = model.fields.values().filter(|field| field.code_set.as_ref() == Some(set)).count();
            if users == 1 && model.code_set(set).is_some() {
                return set.clone();
            }
        }
        let mut name = format!("{}CodeSet", field.name);
        while model.code_set(&name).is_some() {
            name.insert_str(field.name.len(), "Own");
        }
        let codes = shared.and_then(|set| model.code_set(&set).map(|set| set.codes.clone())).unwrap_or_default();
        model.code_sets.push(CodeSet { name: name.clone(), datatype: datatype.to_owned(), codes });
        if let Some(field) = model.fields.get_mut(&tag) {
            field.code_set = Some(name.clone());
        }
        name
    }

    pub(super) fn change_holder(&mut self, holder: &Holder, change: &HolderChange) -> Result<(), LayerFault> {
        let count = change.count.as_ref().map(|count| self.field(count)).transpose()?;
        let known = match self.holder(holder) {
            Ok(known) => known,
            Err(fault) => self.new_holder(holder, change, count, fault)?,
        };
        let model = &mut self.model;
        let slot = match &known {
            Holder::Message(msg_type) => model
                .messages
                .iter_mut()
                .find(|message| message.msg_type == *msg_type)
                .map(|message| (&mut message.name, &mut message.category)),
            Holder::Component(name) => model
                .components
                .iter_mut()
                .find(|component| component.name == *name)
                .map(|component| (&mut component.name, &mut component.category)),
            Holder::Group(name) => model.groups.iter_mut().find(|group| group.name == *name).map(|group| {
                group.count_tag = count.unwrap_or(group.count_tag);
                (&mut group.name, &mut group.category)
            }),
            Holder::Header | Holder::Trailer => None,
        };
        if let Some((name, category)) = slot {
            if matches!(known, Holder::Message(_)) {
                name.clone_from(change.name.as_ref().unwrap_or(&name.clone()));
            }
            if change.category.is_some() {
                category.clone_from(&change.category);
            }
        }
        Ok(())
    }

    /// Add an empty message, component or group; `fault` says that it is not there.
    fn new_holder(
        &mut self,
        holder: &Holder,
        change: &HolderChange,
        count: Option<u32>,
        fault: LayerFault,
    ) -> Result<Holder, LayerFault> {
        let near = match fault {
            LayerFault::Unknown { near, .. } => near,
            other => return Err(other),
        };
        let what = match holder {
            Holder::Message(msg_type) => format!("message {msg_type}"),
            other => holder_label(&self.model, other),
        };
        let lacks = |missing: &'static str| LayerFault::Incomplete { what: what.clone(), missing, near: near.clone() };
        match holder {
            Holder::Message(msg_type) => {
                let name = change.name.clone().ok_or_else(|| lacks("a name"))?;
                let message = Message { name, msg_type: msg_type.clone(), ..Message::default() };
                self.model.messages.push(message);
            }
            Holder::Component(name) => {
                change.members.as_ref().ok_or_else(|| lacks("members"))?;
                self.model.components.push(Component { name: name.clone(), ..Component::default() });
            }
            Holder::Group(name) => {
                let count_tag = count.ok_or_else(|| lacks("a count field"))?;
                change.members.as_ref().ok_or_else(|| lacks("members"))?;
                self.model.groups.push(Group { name: name.clone(), count_tag, ..Group::default() });
            }
            Holder::Header | Holder::Trailer => {}
        }
        Ok(holder.clone())
    }

    pub(super) fn remove_holder(&mut self, holder: &Holder) -> Result<(), LayerFault> {
        let holder = self.holder(holder)?;
        let model = &mut self.model;
        match &holder {
            Holder::Message(msg_type) => model.messages.retain(|message| message.msg_type != *msg_type),
            Holder::Component(name) => {
                model.components.retain(|component| component.name != *name);
                drop_members(model, &|kind| matches!(kind, MemberKind::Component(other) if other == name));
            }
            Holder::Group(name) => {
                model.groups.retain(|group| group.name != *name);
                drop_members(model, &|kind| matches!(kind, MemberKind::Group(other) if other == name));
            }
            Holder::Header => model.header.clear(),
            Holder::Trailer => model.trailer.clear(),
        }
        Ok(())
    }

    /// Remove fields after all else, together: the length of a data field may go when the data field goes too.
    pub(super) fn remove_fields(&mut self, overlay: &Overlay) {
        let mut going = Vec::new();
        for edit in &overlay.edits {
            let Action::RemoveField(field) = &edit.action else { continue };
            match self.field(field) {
                Ok(tag) => going.push((tag, &edit.place)),
                Err(fault) => self.errors.push((edit.place.clone(), fault)),
            }
        }
        for (tag, place) in &going {
            let counted = self.model.groups.iter().find(|group| group.count_tag == *tag);
            let stays = |field: &Field| !going.iter().any(|(other, _)| *other == field.tag);
            let measured = self.model.fields.values().find(|field| field.length_tag == Some(*tag) && stays(field));
            let because = match (counted, measured) {
                (Some(group), _) => format!("counts the entries of group {}", group.name),
                (None, Some(field)) => format!("holds the length of {}", label::field(field)),
                (None, None) => continue,
            };
            let what = label::tag(&self.model, *tag);
            self.errors.push(((*place).clone(), LayerFault::Needed { what, because }));
        }
        if going.is_empty() {
            return;
        }
        self.model.fields.retain(|tag, _| !going.iter().any(|(other, _)| other == tag));
        drop_members(
            &mut self.model,
            &|kind| matches!(kind, MemberKind::Field(tag) if going.iter().any(|(other, _)| other == tag)),
        );
    }
}

/// Remove members from every structure.
fn drop_members(model: &mut Model, goes: &dyn Fn(&MemberKind) -> bool) {
    let lists = [&mut model.header, &mut model.trailer].into_iter();
    let lists = lists.chain(model.components.iter_mut().map(|component| &mut component.members));
    let lists = lists.chain(model.groups.iter_mut().map(|group| &mut group.members));
    let lists = lists.chain(model.messages.iter_mut().map(|message| &mut message.members));
    for members in lists {
        members.retain(|member: &Member| !goes(&member.kind));
    }
}
