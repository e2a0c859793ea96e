//! What is wrong with a field that did not pass at the first look, if anything is.

use fixplus_wire::values::{self, Datatype};
use fixplus_wire::{Field, Section};

use super::fault::Cause;
use super::place::{Kind, Place, structure_key};
use super::walk::Walk;
use crate::book::FieldInfo;
use crate::plan::{Rule, Slot};
use crate::tag_table::NONE;
use crate::violation::Reason;
use crate::xml;

impl<'v> Walk<'v> {
    /// A value that is not plainly good.
    #[cold]
    pub(super) fn look_closer(&mut self, at: u32, value: &'v [u8], number: u16, slot: &'v Slot, place: &Place<'_>) {
        let tag = i64::from(slot.tag);
        match slot.rule {
            Rule::Ignored => return,
            Rule::Forbidden => {
                let key = place.field_key(tag, Kind::NotMember, &[at]);
                self.note(key, Reason::TagNotDefinedForMessageType, tag, at, Some(place), Cause::Forbidden);
                return;
            }
            Rule::Constant => {
                if let Some(constant) = self.plan.constant(number).filter(|&constant| constant != value) {
                    let cause = Cause::NotConstant(constant.into());
                    let key = place.field_key(tag, Kind::Code, &[at]);
                    self.note(key, Reason::ValueIncorrect, tag, at, Some(place), cause);
                }
                return;
            }
            Rule::Plain | Rule::Data => {}
        }
        self.check_value(at, value, &slot.field, place);
    }

    /// A field without a place in the message itself.
    #[cold]
    pub(super) fn stray(&mut self, at: u32, field: &Field) {
        if field.tag == 0 {
            self.no_tag(at, field);
            return;
        }
        let tag = i64::from(field.tag);
        let section = self.dictionary.section(field.tag);
        if section != self.section {
            self.enter(section, at, field.tag);
        }
        let place = Place::message(section);
        // In a message that is not known, one tag may stand in the entries of a group.
        if self.plan.is_known() && self.strays.put(field.tag) {
            self.repeated(at, tag, &place);
        }
        let dictionary = self.dictionary;
        let known = dictionary.field_for(self.plan, field.tag);
        let value = self.value(field);
        match known {
            Some(info) => self.check_value(at, value, info, &place),
            None if value.is_empty() => self.empty(at, tag, &place),
            None => {}
        }
        if self.settings.lets_stray(field.tag) {
            return;
        }
        if known.is_none() {
            let key = place.field_key(tag, Kind::Unknown, &[at]);
            self.note(key, Reason::InvalidTagNumber, tag, at, None, Cause::UnknownTag);
        } else if self.plan.is_known() {
            let level = match self.plan.first_slot(field.tag) {
                NONE => None,
                number => self.plan.slots().get(usize::from(number)).map(|slot| slot.level),
            };
            let cause = level.map_or(Cause::NotMember, |level| Cause::MemberOfGroup { level });
            let key = place.field_key(tag, Kind::NotMember, &[at]);
            self.note(key, Reason::TagNotDefinedForMessageType, tag, at, None, cause);
        }
    }

    /// A piece that does not begin with a legal tag.
    fn no_tag(&mut self, at: u32, field: &Field) {
        let before = (at as usize).checked_sub(1).and_then(|at| self.fields.get(at));
        let start = before.map_or(0, |before| before.end as usize + 1);
        let text = self.frame.get(start..field.end as usize).unwrap_or_default();
        match text.iter().position(|&byte| byte == b'=') {
            None => {
                let ref_tag = before.map_or(0, |before| i64::from(before.tag));
                let reason = Reason::NonDataValueIncludesDelimiter;
                self.note(structure_key(at), reason, ref_tag, at, None, Cause::NoEquals);
            }
            Some(equals) => {
                let number = text.get(..equals).and_then(|text| values::int(text).ok()).unwrap_or(0);
                let place = Place::message(Section::Body);
                if text.len() == equals + 1 {
                    self.empty(at, number, &place);
                }
                let key = place.field_key(number, Kind::Unknown, &[at]);
                self.note(key, Reason::InvalidTagNumber, number, at, None, Cause::NoTag(number));
            }
        }
    }

    fn empty(&mut self, at: u32, tag: i64, place: &Place<'_>) {
        if self.settings.fields_have_values {
            let key = place.field_key(tag, Kind::Empty, &[at]);
            self.note(key, Reason::TagWithoutValue, tag, at, Some(place), Cause::Empty);
        }
    }

    fn check_value(&mut self, at: u32, value: &[u8], info: &FieldInfo, place: &Place<'_>) {
        let tag = i64::from(info.tag);
        if value.is_empty() {
            self.empty(at, tag, place);
            return;
        }
        if info.datatype.is_data() {
            self.check_data(at, value, info, place);
            return;
        }
        if let Some(data_tag) = info.data_tag {
            self.check_length(at, value, data_tag, info.tag, place);
        }
        if let Some(codes) = &info.codes {
            if codes.contains(value) || info.union_datatype.is_some_and(|datatype| datatype.accepts(value)) {
                return;
            }
            if info.datatype.accepts(value) {
                if !info.open_codes && !self.settings.lets_code(info.tag) && !each_is_a_code(info, value) {
                    let key = place.field_key(tag, Kind::Code, &[at]);
                    self.note(key, Reason::ValueIncorrect, tag, at, Some(place), Cause::Code);
                }
                return;
            }
        } else if info.datatype.accepts(value) {
            return;
        }
        let key = place.field_key(tag, Kind::Format, &[at]);
        self.note(key, Reason::IncorrectDataFormat, tag, at, Some(place), Cause::Format(info.datatype));
    }

    /// A length that announces bytes is followed by the field that has them. None are announced by 0.
    fn check_length(&mut self, at: u32, value: &[u8], data_tag: u32, length_tag: u32, place: &Place<'_>) {
        if !values::is_uint(value) || values::uint(value) == Ok(0) {
            return;
        }
        let next = self.fields.get(at as usize + 1);
        if next.is_some_and(|next| self.dictionary.length_tag(next.tag) == Some(length_tag)) {
            return;
        }
        // Behind the fault of data that stand apart from this length, which is then the one to report.
        let mut key = place.required_key(length_tag);
        key.push(i64::from(data_tag));
        let cause = Cause::MissingData { data_tag };
        self.note(key, Reason::RequiredTagMissing, i64::from(data_tag), at, Some(place), cause);
    }

    fn check_data(&mut self, at: u32, value: &[u8], info: &FieldInfo, place: &Place<'_>) {
        let before = (at as usize).checked_sub(1).and_then(|at| self.fields.get(at));
        if let Some(length_tag) = info.length_tag {
            let length = before.filter(|before| before.tag == length_tag).map(|before| self.value(before));
            let ref_tag = i64::from(length_tag);
            let data_tag = info.tag;
            match length {
                None if self.settings.allow_data_without_length => {}
                None => {
                    let key = place.required_key(length_tag);
                    let cause = Cause::MissingLength { data_tag };
                    self.note(key, Reason::RequiredTagMissing, ref_tag, at, Some(place), cause);
                }
                Some(length) if values::is_uint(length) && values::uint(length) != Ok(value.len() as u64) => {
                    let cause = Cause::WrongLength { data_tag, found: value.len() };
                    let key = place.field_key(ref_tag, Kind::Format, &[at - 1]);
                    self.note(key, Reason::IncorrectDataFormat, ref_tag, at - 1, Some(place), cause);
                }
                Some(_) => {}
            }
        }
        let is_xml = info.datatype == Datatype::XMLData || matches!(info.tag, 213 | 1185 | 1283);
        if is_xml
            && self.settings.check_xml
            && let Err(error) = xml::check(value)
        {
            let tag = i64::from(info.tag);
            let key = place.field_key(tag, Kind::Format, &[at]);
            self.note(key, Reason::XmlValidationError, tag, at, Some(place), Cause::Xml(error.into()));
        }
    }
}

/// Whether a value of several words has only codes.
fn each_is_a_code(info: &FieldInfo, value: &[u8]) -> bool {
    let Some(codes) = &info.codes else { return true };
    let is_multiple = matches!(info.datatype, Datatype::MultipleCharValue | Datatype::MultipleStringValue);
    is_multiple
        && value
            .split(|&byte| byte == b' ')
            .all(|word| codes.contains(word) || info.union_datatype.is_some_and(|datatype| datatype.accepts(word)))
}
