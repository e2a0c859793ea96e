//! Messages, components, groups, header and trailer in a layer's TOML, and their members.

use super::Reader;
use super::value::{Entry, Value};
use crate::layers::{Action, FieldRef, Holder, HolderChange, LayerFault, MemberChange, MemberRef, NewMember, Position};
use crate::model::Presence;

const MESSAGE: [&str; 8] = ["name", "category", "members", "add", "remove", "require", "optional", "forbid"];
const COMPONENT: [&str; 7] = ["category", "members", "add", "remove", "require", "optional", "forbid"];
const GROUP: [&str; 8] = ["count", "category", "members", "add", "remove", "require", "optional", "forbid"];
const ENDS: [&str; 6] = ["members", "add", "remove", "require", "optional", "forbid"];
const MEMBER: [&str; 9] =
    ["field", "component", "group", "required", "forbidden", "ignored", "constant", "before", "after"];

impl Reader {
    pub(super) fn message(&mut self, entry: &Entry<'_>) {
        self.holder(entry, &Holder::Message(entry.key.to_owned()), &MESSAGE);
    }

    pub(super) fn component(&mut self, entry: &Entry<'_>) {
        self.holder(entry, &Holder::Component(entry.key.to_owned()), &COMPONENT);
    }

    pub(super) fn group(&mut self, entry: &Entry<'_>) {
        self.holder(entry, &Holder::Group(entry.key.to_owned()), &GROUP);
    }

    pub(super) fn header(&mut self, entry: &Entry<'_>) {
        self.holder(entry, &Holder::Header, &ENDS);
    }

    pub(super) fn trailer(&mut self, entry: &Entry<'_>) {
        self.holder(entry, &Holder::Trailer, &ENDS);
    }

    fn holder(&mut self, entry: &Entry<'_>, holder: &Holder, known: &[&str]) {
        let mut change = HolderChange::default();
        for item in self.table(entry) {
            match item.key {
                key if !known.contains(&key) => self.unknown_key(&item, known),
                "name" => change.name = self.text(&item),
                "category" => change.category = self.text(&item),
                "count" => change.count = self.word(&item).map(|word| FieldRef::from(word.as_str())),
                "members" => {
                    let items = self.list(&item);
                    change.members = Some(items.iter().filter_map(|item| self.new_member(item)).collect());
                }
                "add" => {
                    for item in self.list(&item) {
                        if let Some(member) = self.new_member(&item) {
                            self.member_edit(&item, holder, MemberChange::Add(member));
                        }
                    }
                }
                "remove" if matches!(item.value, Value::Boolean(_)) => {
                    if matches!(item.value, Value::Boolean(true)) {
                        let place = self.place(&item);
                        self.push(place, Action::RemoveHolder(holder.clone()));
                        return;
                    }
                }
                "remove" => self.each_member(&item, holder, MemberChange::Remove),
                "require" => self.set_presence(&item, holder, &Presence::Required),
                "optional" => self.set_presence(&item, holder, &Presence::Optional),
                _ => self.set_presence(&item, holder, &Presence::Forbidden),
            }
        }
        let place = self.place(entry);
        self.push(place, Action::Holder { holder: holder.clone(), change });
    }

    fn set_presence(&mut self, entry: &Entry<'_>, holder: &Holder, presence: &Presence) {
        self.each_member(entry, holder, |what| MemberChange::Presence(what, presence.clone()));
    }

    fn each_member(&mut self, entry: &Entry<'_>, holder: &Holder, change: impl Fn(MemberRef) -> MemberChange) {
        for item in self.list(entry) {
            if let Some(word) = self.word(&item) {
                self.member_edit(&item, holder, change(member(&word)));
            }
        }
    }

    fn member_edit(&mut self, entry: &Entry<'_>, holder: &Holder, change: MemberChange) {
        let place = self.place(entry);
        self.push(place, Action::Member { holder: holder.clone(), change });
    }

    /// A name alone is an optional member; a table says more.
    fn new_member(&mut self, entry: &Entry<'_>) -> Option<NewMember> {
        if !matches!(entry.value, Value::Table(_)) {
            let what = member(&self.word(entry)?);
            return Some(NewMember { what, presence: Presence::Optional, position: Position::Last });
        }
        let mut what = None;
        let mut presence = Presence::Optional;
        let mut position = Position::Last;
        for item in self.table(entry) {
            match item.key {
                "field" => what = self.word(&item).map(|word| MemberRef::Field(FieldRef::from(word.as_str()))),
                "component" => what = self.text(&item).map(MemberRef::Component),
                "group" => what = self.text(&item).map(MemberRef::Group),
                "required" if self.truth(&item) == Some(true) => presence = Presence::Required,
                "forbidden" if self.truth(&item) == Some(true) => presence = Presence::Forbidden,
                "ignored" if self.truth(&item) == Some(true) => presence = Presence::Ignored,
                "required" | "forbidden" | "ignored" => {}
                "constant" => presence = self.word(&item).map_or(Presence::Optional, Presence::Constant),
                "before" => position = self.word(&item).map_or(Position::Last, |word| Position::Before(member(&word))),
                "after" => position = self.word(&item).map_or(Position::Last, |word| Position::After(member(&word))),
                _ => self.unknown_key(&item, &MEMBER),
            }
        }
        if what.is_none() {
            let found = "a table with none of them".to_owned();
            self.fault(entry, LayerFault::Value { expected: "a field, component or group", found });
        }
        Some(NewMember { what: what?, presence, position })
    }
}

/// Digits are the tag of a field; a name may be that of a component or group too.
fn member(word: &str) -> MemberRef {
    match FieldRef::from(word) {
        FieldRef::Tag(tag) => MemberRef::Field(FieldRef::Tag(tag)),
        FieldRef::Name(name) => MemberRef::Any(name),
    }
}
