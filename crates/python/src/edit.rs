//! Messages that are built and changed.

use crate::dictionary::Choice;
use crate::group::Group;
use crate::message::{Message, Place, View, plan_of};
use crate::{convert, dictionary, errors};
use fixplus_dictionary::dictionary::Dictionary;
use fixplus_dictionary::groups::GroupIndex;
use fixplus_dictionary::plan::MessagePlan;
use fixplus_wire::{DataPairs, FieldList, Role, Writer, rank};
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDict, PyMapping, PyString, PyTuple};
use std::cell::RefCell;

thread_local! {
    static WRITER: RefCell<Writer> = RefCell::new(Writer::new());
}

/// Where a field is written among its section's, with a data field directly behind its length.
fn written_rank(pairs: &DataPairs, tag: u32) -> u64 {
    match pairs.role(tag) {
        Role::Data => rank(pairs.length_of(tag).unwrap_or(tag)) << 1 | 1,
        _ => rank(tag) << 1,
    }
}

/// The pairs of a mapping or of an iterable of pairs.
fn pairs_of<'py>(fields: &Bound<'py, PyAny>) -> PyResult<Vec<(Bound<'py, PyAny>, Bound<'py, PyAny>)>> {
    if let Ok(dict) = fields.cast::<PyDict>() {
        return Ok(dict.iter().collect());
    }
    let items = match fields.cast::<PyMapping>() {
        Ok(mapping) => mapping.items()?.into_any(),
        Err(_) if fields.hasattr("items")? => fields.call_method0("items")?,
        Err(_) => fields.clone(),
    };
    let mut pairs = Vec::new();
    for item in items.try_iter()? {
        let item = item?;
        let pair = item
            .cast::<PyTuple>()
            .map_err(|_| errors::kind("fields are a mapping or pairs of tag and value".into()))?;
        if pair.len() != 2 {
            return Err(errors::kind("fields are a mapping or pairs of tag and value".into()));
        }
        pairs.push((pair.get_item(0)?, pair.get_item(1)?));
    }
    Ok(pairs)
}

/// What a caller gave, with the tags that could be told without a dictionary.
struct Pairs<'py> {
    pairs: Vec<(Bound<'py, PyAny>, Bound<'py, PyAny>)>,
    /// The tag of each pair; 0 for one that is named.
    tags: Vec<u32>,
}

impl<'py> Pairs<'py> {
    fn new(fields: &Bound<'py, PyAny>) -> PyResult<Self> {
        let pairs = pairs_of(fields)?;
        let tags = pairs.iter().map(|(key, _)| match key.extract::<u32>() {
            Ok(0) => Err(errors::local(key.py(), "0 is no tag".into())),
            Ok(tag) => Ok(tag),
            Err(_) if key.is_instance_of::<PyString>() => Ok(0),
            Err(_) => Err(errors::kind(format!("a field is named by its tag or its name, not by {}", key.repr()?))),
        });
        let tags = tags.collect::<PyResult<_>>()?;
        Ok(Self { pairs, tags })
    }

    /// The value of a field that decides how the others are read, by its tag or name.
    fn find(&self, tag: u32, name: &str) -> PyResult<Option<Vec<u8>>> {
        for (&found, (key, value)) in self.tags.iter().zip(&self.pairs) {
            let meant = found == tag
                || (found == 0 && key.cast::<PyString>().is_ok_and(|key| key.to_str().is_ok_and(|key| key == name)));
            if meant && !value.is_none() {
                let mut bytes = Vec::new();
                return Ok(convert::write_value(value, &mut bytes)?.map(|()| bytes));
            }
        }
        Ok(None)
    }
}

/// The tags that were given so far.
struct Given {
    low: [u64; 32],
    high: Vec<u32>,
}

impl Given {
    /// Note a tag and say whether it was given before.
    #[inline]
    fn again(&mut self, tag: u32) -> bool {
        match self.low.get_mut(tag as usize / 64) {
            Some(word) => {
                let was = *word >> (tag % 64) & 1 == 1;
                *word |= 1 << (tag % 64);
                was
            }
            None => {
                let was = self.high.contains(&tag);
                self.high.push(tag);
                was
            }
        }
    }
}

/// A message of these fields.
pub(crate) fn build(
    py: Python<'_>,
    fields: Option<&Bound<'_, PyAny>>,
    choice: Choice,
    preserve_order: bool,
) -> PyResult<Message> {
    let Some(fields) = fields else { return Ok(Message::built(FieldList::new(), choice, preserve_order).distinct()) };
    let given = Pairs::new(fields)?;
    let dictionary = match &choice {
        Choice::None => None,
        Choice::Given(given) => Some(given.dictionary()),
        Choice::Auto(_) => {
            let begin_string = given.find(8, "BeginString")?;
            // Only FIXT leaves the version of the application open.
            let appl_ver_id = match begin_string.as_deref() {
                Some(begin_string) if begin_string.starts_with(b"FIX.4") => None,
                _ => given.find(1128, "ApplVerID")?,
            };
            dictionary::for_message(begin_string.as_deref(), appl_ver_id.as_deref()).map(|chosen| chosen.dictionary())
        }
    };
    let count = given.pairs.len();
    let list = FieldList::with_capacity(count + 2, 16 * count);
    let mut draft = Draft {
        list,
        value: Vec::with_capacity(64),
        dictionary,
        pairs: choice.pairs(),
        length_is_given: false,
        depth: 0,
    };
    let mut ranks: Vec<u64> = Vec::with_capacity(count + 2);
    let mut seen = Given { low: [0; 32], high: Vec::new() };
    let mut plan: Option<Option<&MessagePlan>> = None;
    for (&tag, (key, value)) in given.tags.iter().zip(&given.pairs) {
        let tag = match tag {
            0 => dictionary::tag_by_name(dictionary, key.cast::<PyString>()?.to_str()?)?,
            tag => tag,
        };
        if seen.again(tag) {
            return Err(errors::local(py, format!("{} is given twice", dictionary::label(dictionary, tag))));
        }
        if matches!(tag, 9 | 10) || value.is_none() {
            continue;
        }
        if convert::holds_entries(value)? {
            let plan = match plan {
                Some(plan) => plan,
                None => {
                    let msg_type = given.find(35, "MsgType")?;
                    *plan.insert(msg_type.zip(dictionary).and_then(|(t, dictionary)| dictionary.message(&t)))
                }
            };
            draft.group(tag, value, plan, 0, &|| given.find(347, "MessageEncoding"))?;
        } else if draft.pairs.role(tag) == Role::Data {
            let length_tag = draft.pairs.length_of(tag).unwrap_or(0);
            draft.length_is_given = given.find(length_tag, &name_of(dictionary, length_tag))?.is_some();
            draft.field(py, tag, value, &|| given.find(347, "MessageEncoding"))?;
            if !draft.length_is_given {
                // The length that the draft put before the data goes where lengths go.
                ranks.push(written_rank(draft.pairs, length_tag));
            }
            draft.length_is_given = false;
        } else {
            draft.plain(py, tag, value)?;
        }
        ranks.resize(draft.list.fields().len(), written_rank(draft.pairs, tag));
    }
    let Draft { mut list, .. } = draft;
    if !preserve_order && !ranks.is_sorted() {
        list.sort_by_rank(&mut ranks);
    }
    Ok(Message::built(list, choice, preserve_order).distinct())
}

fn name_of(dictionary: Option<&Dictionary>, tag: u32) -> String {
    dictionary.and_then(|dictionary| dictionary.field(tag)).map_or_else(String::new, |field| field.name.to_string())
}

/// Standard messages nest groups to a depth of seven.
const DEEPEST: usize = 32;

/// Fields while they are collected.
struct Draft<'d> {
    list: FieldList,
    value: Vec<u8>,
    dictionary: Option<&'d Dictionary>,
    pairs: &'d DataPairs,
    /// The caller gave the length of the data field that is next.
    length_is_given: bool,
    /// How many groups are open.
    depth: usize,
}

impl Draft<'_> {
    /// Append a field that is no data.
    #[inline]
    fn plain(&mut self, py: Python<'_>, tag: u32, value: &Bound<'_, PyAny>) -> PyResult<()> {
        self.value.clear();
        if convert::write_value(value, &mut self.value)?.is_none() {
            return Err(not_latin(py, self.dictionary, tag));
        }
        if self.list.push(tag, &self.value) {
            Ok(())
        } else {
            Err(errors::local(py, "the message is larger than 4 GiB".into()))
        }
    }

    /// Append a field, a data field behind its length.
    fn field(
        &mut self,
        py: Python<'_>,
        tag: u32,
        value: &Bound<'_, PyAny>,
        encoding: &dyn Fn() -> PyResult<Option<Vec<u8>>>,
    ) -> PyResult<()> {
        if tag == 0 {
            return Err(errors::local(py, "0 is no tag".into()));
        }
        self.value.clear();
        let is_data = self.pairs.role(tag) == Role::Data;
        if is_data && value.is_instance_of::<PyString>() {
            self.value = encoded(py, self.dictionary, tag, value, encoding()?)?;
        } else if convert::write_value(value, &mut self.value)?.is_none() {
            return Err(not_latin(py, self.dictionary, tag));
        }
        if is_data && !self.length_is_given {
            self.length_before(tag);
        }
        let Self { list, value, .. } = self;
        if list.push(tag, value) { Ok(()) } else { Err(errors::local(py, "the message is larger than 4 GiB".into())) }
    }

    /// The length of a data field that is about to be appended, unless it is there already.
    fn length_before(&mut self, tag: u32) {
        if let Some(length_tag) = self.pairs.length_of(tag) {
            if self.list.fields().last().is_none_or(|field| field.tag != length_tag) {
                let length = self.value.len().to_string();
                self.list.push(length_tag, length.as_bytes());
            }
        }
    }

    /// Append a count field and its entries, the members of each in the order of the dictionary.
    fn group(
        &mut self,
        tag: u32,
        entries: &Bound<'_, PyAny>,
        plan: Option<&MessagePlan>,
        level: u16,
        encoding: &dyn Fn() -> PyResult<Option<Vec<u8>>>,
    ) -> PyResult<()> {
        let py = entries.py();
        // Without a dictionary nothing else ends a list that holds itself.
        if self.depth == DEEPEST {
            return Err(errors::argument(format!("groups are nested deeper than {DEEPEST}")));
        }
        self.depth += 1;
        let opened = plan.and_then(|plan| plan.slot_on(tag, level)).map(|(_, slot)| slot.group);
        let opened = opened.filter(|&group| plan.is_some_and(|plan| plan.levels().get(usize::from(group)).is_some()));
        if plan.is_some() && opened.is_none() {
            let label = dictionary::label(self.dictionary, tag);
            return Err(errors::argument(format!("{label} is no group here, and cannot hold a list of entries")));
        }
        let count = entries.len()?;
        self.list.push(tag, count.to_string().as_bytes());
        for entry in entries.try_iter()? {
            self.entry(py, &entry?, plan, opened, tag, encoding)?;
        }
        self.depth -= 1;
        Ok(())
    }

    fn entry(
        &mut self,
        py: Python<'_>,
        entry: &Bound<'_, PyAny>,
        plan: Option<&MessagePlan>,
        level: Option<u16>,
        count_tag: u32,
        encoding: &dyn Fn() -> PyResult<Option<Vec<u8>>>,
    ) -> PyResult<()> {
        let level = level.filter(|_| plan.is_some());
        let pairs = pairs_of(entry)?;
        let mut members = Vec::with_capacity(pairs.len());
        // Members that come in the order of the dictionary, as most do, need no sorting and cannot be given twice.
        let mut ascending = true;
        let mut last = None;
        for (key, value) in pairs {
            let tag = match key.extract::<u32>() {
                Ok(tag) => tag,
                Err(_) => dictionary::tag_by_name(self.dictionary, key.cast::<PyString>()?.to_str()?)?,
            };
            let slot = plan.zip(level).and_then(|(plan, level)| plan.slot_on(tag, level)).map(|(number, _)| number);
            if level.is_some() && slot.is_none() && tag < 5000 && !self.is_length(tag) {
                let (label, group) =
                    (dictionary::label(self.dictionary, tag), dictionary::label(self.dictionary, count_tag));
                return Err(errors::local(py, format!("{label} does not belong to the group {group}")));
            }
            if !value.is_none() {
                ascending &= slot.is_some() && last < slot;
                last = slot;
                members.push((slot.unwrap_or(u16::MAX), tag, value));
            }
        }
        if !ascending {
            members.sort_by_key(|member| member.0);
            for (at, (_, tag, _)) in members.iter().enumerate() {
                if members.iter().take(at).any(|member| member.1 == *tag) {
                    let label = dictionary::label(self.dictionary, *tag);
                    return Err(errors::local(py, format!("{label} is given twice")));
                }
            }
        }
        if let Some(plan) = plan.zip(level).and_then(|(plan, level)| plan.levels().get(usize::from(level))) {
            if members.first().is_none_or(|member| member.1 != plan.delimiter) {
                let (label, group) =
                    (dictionary::label(self.dictionary, plan.delimiter), dictionary::label(self.dictionary, count_tag));
                return Err(errors::local(py, format!("every entry of {group} must have its first field, {label}")));
            }
        }
        for (_, tag, value) in &members {
            if convert::holds_entries(value)? {
                self.group(*tag, value, plan, level.unwrap_or(u16::MAX), encoding)?;
            } else if self.pairs.role(*tag) == Role::Data {
                self.field(py, *tag, value, encoding)?;
            } else {
                self.plain(py, *tag, value)?;
            }
        }
        Ok(())
    }

    fn is_length(&self, tag: u32) -> bool {
        self.pairs.role(tag) == Role::Length
    }
}

#[cold]
fn not_latin(py: Python<'_>, dictionary: Option<&Dictionary>, tag: u32) -> PyErr {
    let label = dictionary::label(dictionary, tag);
    errors::local(
        py,
        format!(
            "{label} has characters outside ISO-8859-1: put the text into the Encoded field and name MessageEncoding(347), or give bytes"
        ),
    )
}

/// Text of a data field in the charset of MessageEncoding(347), else in ISO-8859-1.
fn encoded(
    py: Python<'_>,
    dictionary: Option<&Dictionary>,
    tag: u32,
    text: &Bound<'_, PyAny>,
    encoding: Option<Vec<u8>>,
) -> PyResult<Vec<u8>> {
    let name = encoding.map_or_else(|| "latin-1".to_owned(), |name| String::from_utf8_lossy(&name).into_owned());
    let bytes = text.call_method1("encode", (name.as_str(),));
    let bytes = bytes.map_err(|_| match name.as_str() {
        "latin-1" => not_latin(py, dictionary, tag),
        _ => errors::local(py, format!("{} cannot be written in {name}", dictionary::label(dictionary, tag))),
    })?;
    Ok(bytes.cast::<PyBytes>()?.as_bytes().to_vec())
}

/// Where a change takes place: the message itself, or one entry.
pub(crate) struct Spot {
    place: Option<Place>,
}

impl Spot {
    pub(crate) fn message() -> Self {
        Self { place: None }
    }

    pub(crate) fn entry(place: Place) -> Self {
        Self { place: Some(place) }
    }

    /// The level of the plan, 0 for the message itself.
    fn level(&self, groups: &GroupIndex) -> u16 {
        let entry = self.place.as_ref().and_then(|place| place.entry.as_ref());
        entry.and_then(|entry| groups.instances().get(entry.instance as usize)).map_or(0, |instance| instance.level)
    }

    /// The position of the field with this tag, not looking into nested groups, and where its group ends if it is a count field.
    fn find(
        &self,
        view: View<'_>,
        groups: Option<(&GroupIndex, &MessagePlan)>,
        tag: u32,
    ) -> Option<std::ops::Range<usize>> {
        let entry = self.place.as_ref().and_then(|place| place.entry.as_ref());
        match groups {
            Some((groups, _)) if self.place.is_none() || entry.is_some() => {
                let at = groups
                    .own_fields(entry, view.fields.len())
                    .find(|&at| view.fields.get(at).is_some_and(|f| f.tag == tag))?;
                let end = groups.find(view.fields, tag, entry).map_or(at + 1, |group| group.end as usize);
                Some(at..end.max(at + 1))
            }
            _ => {
                let (from, to) = self.place.as_ref().map_or((0, view.fields.len()), |place| (place.start, place.end));
                let at = from + view.fields.get(from..to)?.iter().position(|field| field.tag == tag)?;
                Some(at..at + 1)
            }
        }
    }

    /// Where a new field goes.
    fn position(
        &self,
        view: View<'_>,
        groups: Option<(&GroupIndex, &MessagePlan)>,
        pairs: &DataPairs,
        tag: u32,
    ) -> usize {
        let own = |entry| match groups {
            Some((groups, _)) => groups.own_fields(entry, view.fields.len()).collect::<Vec<_>>(),
            None => (0..view.fields.len()).collect(),
        };
        let tag_at = |at: usize| view.fields.get(at).map_or(0, |field| field.tag);
        if let Some(place) = &self.place {
            let Some((groups, plan)) = groups.filter(|_| place.entry.is_some()) else { return place.end };
            let level = self.level(groups);
            let slot = |tag| plan.slot_on(tag, level).map_or(u16::MAX, |(number, _)| number);
            let wanted = slot(tag);
            return own(place.entry.as_ref()).into_iter().find(|&at| slot(tag_at(at)) > wanted).unwrap_or(place.end);
        }
        let wanted = written_rank(pairs, tag);
        let part = |rank: u64| rank >> 33;
        let units: Vec<(u64, usize)> = own(None).into_iter().map(|at| (written_rank(pairs, tag_at(at)), at)).collect();
        let section: Vec<&(u64, usize)> = units.iter().filter(|unit| part(unit.0) == part(wanted)).collect();
        // In a section that is not ascending nothing tells where a field belongs but its end.
        let bound = if section.is_sorted_by_key(|unit| unit.0) { wanted } else { (part(wanted) + 1) << 33 };
        let after_section = || units.iter().find(|unit| part(unit.0) > part(wanted));
        section.into_iter().find(|unit| unit.0 > bound).or_else(after_section).map_or(view.fields.len(), |unit| unit.1)
    }
}

impl Message {
    /// Give a field a value, a data field its length too, a group its entries.
    pub(crate) fn put(&self, py: Python<'_>, spot: &Spot, tag: u32, value: &Bound<'_, PyAny>) -> PyResult<()> {
        if matches!(tag, 9 | 10) {
            return Err(errors::local(py, format!("{} is computed when the message is encoded", self.label(py, tag))));
        }
        let dictionary = self.dictionary(py);
        let mut draft = Draft {
            list: FieldList::new(),
            value: Vec::new(),
            dictionary,
            pairs: self.choice.pairs(),
            length_is_given: false,
            depth: 0,
        };
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
        let mut draft = Draft {
            list: FieldList::new(),
            value: Vec::new(),
            dictionary,
            pairs: self.choice.pairs(),
            length_is_given: false,
            depth: 0,
        };
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

    /// The bytes of the message.
    pub(crate) fn encoded<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyBytes>> {
        if let Some(frame) = self.untouched() {
            return Ok(frame.bind(py).clone());
        }
        let dictionary = self.dictionary(py);
        self.refuse_repeated(py)?;
        let foreign = dictionary.and_then(|dictionary| {
            let known = |tag: u32| tag >= 5000 || dictionary.field(tag).is_some();
            self.with(py, |view| view.fields.iter().map(|field| field.tag).find(|&tag| !known(tag)))
        });
        if let (Some(tag), Some(dictionary)) = (foreign, dictionary) {
            return Err(errors::local(py, format!("{tag} is no field of {}", dictionary.version())));
        }
        WRITER.with_borrow_mut(|writer| {
            self.with(py, |view| {
                match fixplus_wire::edit::encode(view.bytes, view.fields, self.choice.pairs(), writer) {
                    Ok(bytes) => Ok(PyBytes::new(py, bytes)),
                    Err(error) => Err(errors::encode(py, &error)),
                }
            })
        })
    }

    /// The charset that MessageEncoding(347) names.
    fn charset(&self, py: Python<'_>) -> Option<Vec<u8>> {
        self.with(py, |view| view.find(347).map(<[u8]>::to_vec))
    }

    /// A field outside groups that stands there twice, which received bytes can bring, and text.
    fn refuse_repeated(&self, py: Python<'_>) -> PyResult<()> {
        if self.is_distinct() {
            return Ok(());
        }
        let twice = self.with_groups(py, |view, groups| {
            let (groups, _) = groups?;
            let own =
                groups.own_fields(None, view.fields.len()).filter_map(|at| view.fields.get(at).map(|field| field.tag));
            let mut tags: Vec<u32> = own.collect();
            tags.sort_unstable();
            tags.windows(2).find(|pair| pair.first() == pair.last()).and_then(|pair| pair.first().copied())
        });
        match twice {
            None => Ok(()),
            Some(tag) => Err(errors::local(py, format!("{} stands twice outside a group", self.label(py, tag)))),
        }
    }
}

/// `del message[key]` and `del group[key]` of what is not there.
fn absent(message: &Message, py: Python<'_>, tag: u32) -> PyErr {
    message.missing(py, tag)
}

#[pymethods]
impl Message {
    fn __setitem__(&self, py: Python<'_>, key: &Bound<'_, PyAny>, value: &Bound<'_, PyAny>) -> PyResult<()> {
        let tag = self.tag(py, key)?;
        self.put(py, &Spot::message(), tag, value)
    }

    fn __delitem__(&self, py: Python<'_>, key: &Bound<'_, PyAny>) -> PyResult<()> {
        let tag = self.tag(py, key)?;
        if self.drop_field(py, &Spot::message(), tag)? { Ok(()) } else { Err(absent(self, py, tag)) }
    }

    /// Give several fields values.
    fn update(&self, py: Python<'_>, fields: &Bound<'_, PyAny>) -> PyResult<()> {
        for (key, value) in pairs_of(fields)? {
            self.__setitem__(py, &key, &value)?;
        }
        Ok(())
    }

    /// Add an entry to a group and return it.
    #[pyo3(signature = (key, fields, index=None))]
    fn add_group(
        slf: &Bound<'_, Self>,
        key: &Bound<'_, PyAny>,
        fields: &Bound<'_, PyAny>,
        index: Option<usize>,
    ) -> PyResult<Py<PyAny>> {
        let py = slf.py();
        let tag = slf.get().tag(py, key)?;
        let number = slf.get().add_entry(py, &Spot::message(), tag, fields, index)?;
        Ok(crate::group::list(slf, None, tag, None)?.get_item(number)?.unbind())
    }

    /// Take an entry out of a group.
    fn remove_group(&self, py: Python<'_>, key: &Bound<'_, PyAny>, index: usize) -> PyResult<()> {
        let tag = self.tag(py, key)?;
        self.drop_entry(py, &Spot::message(), tag, index)
    }

    /// The bytes of the message: those received if nothing was changed.
    fn encode<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyBytes>> {
        self.encoded(py)
    }

    fn __bytes__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyBytes>> {
        self.encoded(py)
    }

    /// A message of its own with the same fields.
    fn copy(&self, py: Python<'_>) -> Self {
        self.duplicate(py)
    }

    fn __copy__(&self, py: Python<'_>) -> Self {
        self.duplicate(py)
    }

    fn __deepcopy__(&self, py: Python<'_>, _memo: &Bound<'_, PyAny>) -> Self {
        self.duplicate(py)
    }
}

#[pymethods]
impl Group {
    fn __setitem__(&self, py: Python<'_>, key: &Bound<'_, PyAny>, value: &Bound<'_, PyAny>) -> PyResult<()> {
        let message = self.message.get();
        let tag = message.tag(py, key)?;
        message.put(py, &Spot::entry(self.place(py)?), tag, value)
    }

    fn __delitem__(&self, py: Python<'_>, key: &Bound<'_, PyAny>) -> PyResult<()> {
        let message = self.message.get();
        let tag = message.tag(py, key)?;
        if message.drop_field(py, &Spot::entry(self.place(py)?), tag)? { Ok(()) } else { Err(absent(message, py, tag)) }
    }

    /// Add an entry to a group in this entry and return it.
    #[pyo3(signature = (key, fields, index=None))]
    fn add_group(
        slf: &Bound<'_, Self>,
        key: &Bound<'_, PyAny>,
        fields: &Bound<'_, PyAny>,
        index: Option<usize>,
    ) -> PyResult<Py<PyAny>> {
        let py = slf.py();
        let message = slf.get().message.bind(py);
        let tag = message.get().tag(py, key)?;
        let number = message.get().add_entry(py, &Spot::entry(slf.get().place(py)?), tag, fields, index)?;
        Ok(crate::group::list(message, Some(slf), tag, None)?.get_item(number)?.unbind())
    }

    /// Take an entry out of a group in this entry.
    fn remove_group(&self, py: Python<'_>, key: &Bound<'_, PyAny>, index: usize) -> PyResult<()> {
        let message = self.message.get();
        let tag = message.tag(py, key)?;
        message.drop_entry(py, &Spot::entry(self.place(py)?), tag, index)
    }
}
