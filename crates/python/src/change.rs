//! Changes of a message: fields and entries that are put, added and taken out.

use crate::draft::Draft;
use crate::message::{Message, plan_of};
use crate::spot::Spot;
use crate::{convert, errors};
use fixplus_wire::{FieldList, Role};
use pyo3::prelude::*;

impl Message {
    /// Give a field a value, a data field its length too, a group its entries.
    pub(crate) fn put(&self, py: Python<'_>, spot: &Spot, tag: u32, value: &Bound<'_, PyAny>) -> PyResult<()> {
        if matches!(tag, 9 | 10) {
            return Err(errors::local(py, format!("{} is computed when the message is encoded", self.label(py, tag))));
        }
        let dictionary = self.dictionary(py);
        let mut draft = Draft::new(FieldList::new(), dictionary, self.choice.pairs());
        if convert::holds_entries(value)? {
            let level = self.with_groups(py, |_, groups| groups.map_or(0, |(groups, _)| spot.level(groups)));
            let plan = dictionary.map(|dictionary| self.with(py, |view| plan_of(dictionary, view)));
            draft.group(tag, value, plan.filter(|plan| plan.is_known()), level, &|| Ok(self.charset(py)))?;
        } else {
            draft.field(py, tag, value, &|| Ok(self.charset(py)))?;
        }
        let pairs = self.choice.pairs();
        let length_tag = if pairs.role(tag) == Role::Data { pairs.length_of(tag) } else { None };
        if !convert::holds_entries(value)? {
            let entries =
                self.with_groups(py, |view, groups| spot.find(view, groups, tag)).map_or(0, |range| range.len());
            if entries > 1 {
                let label = self.label(py, tag);
                return Err(errors::local(
                    py,
                    format!("{label} counts the entries of its group: give a list of entries, or add and remove them"),
                ));
            }
        }
        let (range, at) = self.with_groups(py, |view, groups| {
            let mut range = spot.find(view, groups, tag);
            // The old length goes with the old data; one that stands elsewhere is the caller's, and is told of when encoding.
            if let (Some(found), Some(length_tag)) = (&mut range, length_tag) {
                if found.start > 0 && view.fields.get(found.start - 1).is_some_and(|field| field.tag == length_tag) {
                    found.start -= 1;
                }
            } else if let Some(length_tag) = length_tag {
                range = spot.find(view, groups, length_tag);
            }
            let at = match &range {
                Some(range) => range.start,
                None => spot.position(view, groups, self.choice.pairs(), tag),
            };
            (range, at)
        });
        self.change(py, |list| {
            let new = draft.list.fields().len();
            let value = |number: usize| {
                let field = draft.list.fields().get(number)?;
                Some((field.tag, draft.list.bytes().get(field.start as usize..field.end as usize)?))
            };
            match range {
                Some(range) if range.len() == 1 && new == 1 => {
                    if let Some((_, bytes)) = value(0) {
                        list.set(range.start, bytes);
                    }
                }
                range => {
                    if let Some(range) = range {
                        list.remove(range);
                    }
                    for (offset, number) in (0..new).enumerate() {
                        if let Some((tag, bytes)) = value(number) {
                            list.insert(at + offset, tag, bytes);
                        }
                    }
                }
            }
        });
        Ok(())
    }

    /// Take a field out, a data field with its length, a count field with its entries.
    pub(crate) fn drop_field(&self, py: Python<'_>, spot: &Spot, tag: u32) -> PyResult<bool> {
        let pairs = self.choice.pairs();
        let length_tag = if pairs.role(tag) == Role::Data { pairs.length_of(tag) } else { None };
        let found = self.with_groups(py, |view, groups| {
            let mut range = spot.find(view, groups, tag)?;
            let before = range.start.checked_sub(1).and_then(|at| view.fields.get(at));
            if before.is_some_and(|field| Some(field.tag) == length_tag) {
                range.start -= 1;
            }
            let is_delimiter = spot.place.as_ref().is_some_and(|place| place.start == range.start);
            Some((range, is_delimiter))
        });
        match found {
            None => Ok(false),
            Some((_, true)) => {
                let label = self.label(py, tag);
                Err(errors::local(py, format!("{label} begins the entry and cannot be taken out of it")))
            }
            Some((range, false)) => {
                self.change(py, |list| list.remove(range));
                Ok(true)
            }
        }
    }

    /// Append an entry to a group, or insert it before the entry `number`. The group is made if it is not there.
    pub(crate) fn add_entry(
        &self,
        py: Python<'_>,
        spot: &Spot,
        tag: u32,
        fields: &Bound<'_, PyAny>,
        number: Option<usize>,
    ) -> PyResult<usize> {
        let dictionary = self.dictionary(py);
        let plan =
            dictionary.map(|dictionary| self.with(py, |view| plan_of(dictionary, view))).filter(|plan| plan.is_known());
        let level = self.with_groups(py, |_, groups| groups.map_or(0, |(groups, _)| spot.level(groups)));
        let opened = plan.and_then(|plan| plan.slot_on(tag, level)).map(|(_, slot)| slot.group);
        let opened = opened.filter(|&group| plan.is_some_and(|plan| plan.levels().get(usize::from(group)).is_some()));
        if opened.is_none() {
            let label = self.label(py, tag);
            return Err(errors::argument(format!("{label} is no group here, by the dictionary of this message")));
        }
        let mut draft = Draft::new(FieldList::new(), dictionary, self.choice.pairs());
        draft.entry(py, fields, plan, opened, tag, &|| Ok(self.charset(py)))?;
        let (count_at, at, count, number) = self.with_groups(py, |view, groups| {
            let entry = spot.place.as_ref().and_then(|place| place.entry.as_ref());
            let instance =
                groups.and_then(|(groups, _)| groups.find(view.fields, tag, entry).map(|found| (groups, found)));
            match instance {
                Some((groups, instance)) => {
                    let entries = groups.entries_of(instance);
                    let number = number.unwrap_or(entries.len()).min(entries.len());
                    let at = entries.get(number).map_or(instance.end, |entry| entry.start) as usize;
                    (Some(instance.count as usize), at, entries.len() + 1, number)
                }
                None => match spot.find(view, groups, tag) {
                    Some(range) => (Some(range.start), range.end, 1, 0),
                    None => (None, spot.position(view, groups, self.choice.pairs(), tag), 1, 0),
                },
            }
        });
        self.change(py, |list| {
            let count = count.to_string();
            let mut at = at;
            match count_at {
                Some(count_at) => {
                    list.set(count_at, count.as_bytes());
                }
                None => {
                    list.insert(at, tag, count.as_bytes());
                    at += 1;
                }
            }
            for (offset, field) in draft.list.fields().iter().enumerate() {
                let bytes = draft.list.bytes().get(field.start as usize..field.end as usize).unwrap_or_default();
                list.insert(at + offset, field.tag, bytes);
            }
        });
        Ok(number)
    }

    /// Take an entry out of a group, and the count field with the last one.
    pub(crate) fn drop_entry(&self, py: Python<'_>, spot: &Spot, tag: u32, number: usize) -> PyResult<()> {
        let found = self.with_groups(py, |view, groups| {
            let (groups, _) = groups?;
            let entry = spot.place.as_ref().and_then(|place| place.entry.as_ref());
            let instance = groups.find(view.fields, tag, entry)?;
            let entries = groups.entries_of(instance);
            let entry = entries.get(number)?;
            Some((instance.count as usize, entry.start as usize..entry.end as usize, entries.len() - 1))
        });
        let Some((count_at, range, left)) = found else {
            return Err(errors::missing(format!("{} has no entry {}", self.label(py, tag), number + 1)));
        };
        self.change(py, |list| {
            list.remove(range);
            if left == 0 {
                list.remove(count_at..count_at + 1);
            } else {
                list.set(count_at, left.to_string().as_bytes());
            }
        });
        Ok(())
    }

    /// The charset that MessageEncoding(347) names.
    fn charset(&self, py: Python<'_>) -> Option<Vec<u8>> {
        self.with(py, |view| view.find(347).map(<[u8]>::to_vec))
    }
}
