//! A small dictionary file as a layer: everything it defines is added, or replaces what has its place.

use super::{Action, Edit, Holder, HolderChange, MemberChange, Overlay, Place};
use crate::model::{Member, Model};

impl Overlay {
    /// The layer that adds all that `model` defines, or puts it in the place of what has the same tag or name.
    ///
    /// A message that the base has too keeps its members, and those of `model` join them; a member that both have gets
    /// the presence that `model` gives it. The same holds for header and trailer. A field that `model` restates by name
    /// and datatype, to be able to refer to it, keeps the codes that the base gives it. The version stays the base's.
    #[must_use]
    pub fn from_model(name: &str, model: &Model) -> Self {
        let mut layer = Self { name: name.to_owned(), ..Self::default() };
        for datatype in &model.datatypes {
            layer.push("datatypes", &datatype.name, Action::Datatype(datatype.clone()));
        }
        for category in &model.categories {
            layer.push("categories", &category.name, Action::Category(category.clone()));
        }
        for section in &model.sections {
            layer.push("sections", section, Action::Section(section.clone()));
        }
        for set in &model.code_sets {
            layer.push("codes", &set.name, Action::CodeSet(set.clone()));
        }
        for field in model.fields.values() {
            layer.push("fields", &field.name, Action::Field(field.clone()));
        }
        for component in &model.components {
            layer.push("components", &component.name, Action::Component(component.clone()));
        }
        for group in &model.groups {
            layer.push("groups", &group.name, Action::Group(group.clone()));
        }
        for message in &model.messages {
            let holder = Holder::Message(message.msg_type.clone());
            let change = HolderChange {
                name: Some(message.name.clone()),
                category: message.category.clone(),
                ..HolderChange::default()
            };
            layer.push("messages", &message.msg_type, Action::Holder { holder: holder.clone(), change });
            layer.put_members("messages", &message.msg_type, &holder, &message.members);
        }
        layer.put_members("header", "", &Holder::Header, &model.header);
        layer.put_members("trailer", "", &Holder::Trailer, &model.trailer);
        layer
    }

    fn push(&mut self, area: &str, name: &str, action: Action) {
        let key = if name.is_empty() { area.to_owned() } else { format!("{area}.{name}") };
        self.edits.push(Edit { place: Place { key, line: None }, action });
    }

    fn put_members(&mut self, area: &str, name: &str, holder: &Holder, members: &[Member]) {
        for member in members {
            let change = MemberChange::Put(member.clone());
            self.push(area, name, Action::Member { holder: holder.clone(), change });
        }
    }
}
