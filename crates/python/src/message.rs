//! `Message`: one message, read where it lies and changed in a copy.

use crate::dictionary::{self, Choice};
use crate::group::Column;
use crate::{convert, errors};
use fixplus_dictionary::dictionary::Dictionary;
use fixplus_dictionary::groups::{Entry, GroupIndex};
use fixplus_dictionary::mask;
use fixplus_dictionary::plan::MessagePlan;
use fixplus_wire::values::{self, Datatype, ValueError};
use fixplus_wire::{Checks, DecodeError, Field, FieldList, Index, Role, Writer};
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyBytes, PyList, PyString, PyTuple};
use std::borrow::Cow;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

/// What a message is once it was changed, or when it was never bytes.
pub(crate) struct Edited {
    pub(crate) list: FieldList,
    pub(crate) groups: Option<GroupIndex>,
}

/// One FIX message.
#[pyclass(frozen, module = "pyfixmsg_plus", name = "Message", weakref)]
pub(crate) struct Message {
    frame: Option<Py<PyBytes>>,
    fields: Vec<Field>,
    groups: OnceLock<Box<GroupIndex>>,
    pub(crate) choice: Choice,
    /// 0 while the received bytes hold; one more with every change.
    generation: AtomicU64,
    edited: Mutex<Option<Box<Edited>>>,
    pub(crate) preserve_order: bool,
    /// No tag stands twice outside groups, since none can have been put there.
    distinct: bool,
    /// The dictionary has all tags that the message was built of.
    known: bool,
    faults: Vec<DecodeError>,
    /// What was not looked at in the received bytes.
    checks: Checks,
}

/// The fields of a message and the bytes they lie in.
#[derive(Clone, Copy)]
pub(crate) struct View<'v> {
    pub(crate) bytes: &'v [u8],
    pub(crate) fields: &'v [Field],
}

impl<'v> View<'v> {
    #[inline]
    pub(crate) fn value(self, field: &Field) -> &'v [u8] {
        self.bytes.get(field.start as usize..field.end as usize).unwrap_or_default()
    }

    /// The value of the first field with this tag.
    #[inline]
    pub(crate) fn find(self, tag: u32) -> Option<&'v [u8]> {
        self.fields.iter().find(|field| field.tag == tag).map(|field| self.value(field))
    }
}

impl Message {
    /// A message over received bytes.
    #[inline]
    pub(crate) fn received(frame: Py<PyBytes>, fields: Vec<Field>, choice: Choice, faults: Vec<DecodeError>) -> Self {
        Self {
            frame: Some(frame),
            fields,
            groups: OnceLock::new(),
            choice,
            generation: AtomicU64::new(0),
            edited: Mutex::new(None),
            preserve_order: true,
            distinct: false,
            known: false,
            faults,
            checks: Checks::ALL,
        }
    }

    /// The same message, read with these checks alone.
    #[inline]
    pub(crate) fn read_with(self, checks: Checks) -> Self {
        Self { checks, ..self }
    }

    pub(crate) fn checks(&self) -> Checks {
        self.checks
    }

    /// A message that was never bytes.
    pub(crate) fn built(list: FieldList, choice: Choice, preserve_order: bool) -> Self {
        Self {
            frame: None,
            fields: Vec::new(),
            groups: OnceLock::new(),
            choice,
            generation: AtomicU64::new(1),
            edited: Mutex::new(Some(Box::new(Edited { list, groups: None }))),
            preserve_order,
            distinct: false,
            known: false,
            faults: Vec::new(),
            checks: Checks::ALL,
        }
    }

    /// The same message, of which it is known that no tag stands twice outside groups.
    pub(crate) fn distinct(self) -> Self {
        Self { distinct: true, ..self }
    }

    /// The same message as it was built, of which it is known whether the dictionary has all its tags.
    pub(crate) fn checked(self, known: bool) -> Self {
        Self { known, ..self }
    }

    /// Whether the message is as it was built, of tags that the dictionary has.
    pub(crate) fn is_known(&self) -> bool {
        self.known && self.generation() == 1
    }

    #[inline]
    pub(crate) fn generation(&self) -> u64 {
        self.generation.load(Ordering::Relaxed)
    }

    /// The message as one run of bytes with fields in it, for what reads offsets: the frame while it holds, else the fields written
    /// in their order, with what encoding adds where there is a BeginString(8).
    pub(crate) fn laid_out<R>(&self, py: Python<'_>, look: impl FnOnce(View<'_>) -> R) -> R {
        if let (Some(frame), 0) = (&self.frame, self.generation()) {
            return look(View { bytes: frame.as_bytes(py), fields: &self.fields });
        }
        let bytes = self.with_edited(|view| {
            let mut writer = Writer::new();
            writer.begin();
            let begin_string = view.find(8);
            let kept = |tag: u32| !matches!(tag, 9 | 10) && (tag != 8 || begin_string.is_none());
            let first = view.fields.iter().filter(|field| field.tag == 35).take(1);
            let rest = view.fields.iter().filter(|field| kept(field.tag) && field.tag != 35);
            for field in first.chain(rest) {
                writer.field(field.tag, view.value(field));
            }
            match begin_string {
                Some(begin_string) => writer.finish(begin_string).to_vec(),
                None => writer.body().to_vec(),
            }
        });
        let mut index = Index::new();
        // What a caller put into the fields may not be a message; it is looked at all the same.
        let _ = fixplus_wire::decode_lenient(&bytes, self.choice.pairs(), &mut index);
        look(View { bytes: &bytes, fields: index.fields() })
    }

    /// What was wrong with the received bytes.
    pub(crate) fn received_faults(&self) -> &[DecodeError] {
        &self.faults
    }

    /// Whether it was bytes first, changed since or not.
    pub(crate) fn was_received(&self) -> bool {
        self.frame.is_some()
    }

    /// The groups of the received bytes, once they were looked for.
    #[inline]
    pub(crate) fn received_groups(&self) -> Option<&GroupIndex> {
        self.groups.get().map(|groups| &**groups)
    }

    /// Whether no tag can stand twice outside groups.
    pub(crate) fn is_distinct(&self) -> bool {
        self.distinct
    }

    /// A message of its own with the same fields.
    pub(crate) fn duplicate(&self, py: Python<'_>) -> Self {
        let choice = self.choice.clone();
        if let Some(frame) = self.untouched() {
            let copy = Self::received(frame.clone_ref(py), self.fields.clone(), choice, self.faults.clone());
            return copy.read_with(self.checks);
        }
        let list = self.lock().as_deref().map(|edited| edited.list.clone()).unwrap_or_default();
        let mut copy = Self { distinct: self.distinct, ..Self::built(list, choice, self.preserve_order) };
        copy.frame = self.frame.as_ref().map(|frame| frame.clone_ref(py));
        copy.fields.clone_from(&self.fields);
        copy
    }

    /// The received bytes, while they hold.
    pub(crate) fn untouched(&self) -> Option<&Py<PyBytes>> {
        self.frame.as_ref().filter(|_| self.generation() == 0)
    }

    fn lock(&self) -> MutexGuard<'_, Option<Box<Edited>>> {
        // Nothing that runs under this lock can leave a list half changed.
        self.edited.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Look at the fields. `look` must not call into Python code that could come back to this message.
    #[inline]
    pub(crate) fn with<R>(&self, py: Python<'_>, look: impl FnOnce(View<'_>) -> R) -> R {
        if let (0, Some(frame)) = (self.generation(), &self.frame) {
            return look(View { bytes: frame.as_bytes(py), fields: &self.fields });
        }
        self.with_edited(look)
    }

    #[inline(never)]
    fn with_edited<R>(&self, look: impl FnOnce(View<'_>) -> R) -> R {
        match self.lock().as_deref() {
            Some(edited) => look(View { bytes: edited.list.bytes(), fields: edited.list.fields() }),
            None => look(View { bytes: &[], fields: &[] }),
        }
    }

    /// Look at the list of a message that was built or changed.
    #[inline]
    pub(crate) fn with_list<R>(&self, look: impl FnOnce(&FieldList) -> R) -> R {
        match self.lock().as_deref() {
            Some(edited) => look(&edited.list),
            None => look(&FieldList::new()),
        }
    }

    /// Look at the fields and the groups that the dictionary finds in them.
    pub(crate) fn with_groups<R>(
        &self,
        py: Python<'_>,
        look: impl FnOnce(View<'_>, Option<(&GroupIndex, &MessagePlan)>) -> R,
    ) -> R {
        let dictionary = self.dictionary(py);
        if let (0, Some(frame)) = (self.generation(), &self.frame) {
            let view = View { bytes: frame.as_bytes(py), fields: &self.fields };
            let plan = dictionary.map(|dictionary| plan_of(dictionary, view));
            let groups = plan.map(|plan| {
                let groups = self.groups.get_or_init(|| {
                    let mut groups = Box::new(GroupIndex::new());
                    groups.build(plan, view.fields, false);
                    groups
                });
                (&**groups, plan)
            });
            return look(view, groups);
        }
        let mut guard = self.lock();
        let Some(edited) = guard.as_deref_mut() else { return look(View { bytes: &[], fields: &[] }, None) };
        let Edited { list, groups } = edited;
        let view = View { bytes: list.bytes(), fields: list.fields() };
        let plan = dictionary.map(|dictionary| plan_of(dictionary, view));
        match plan {
            None => look(view, None),
            Some(plan) => {
                let groups = groups.get_or_insert_with(|| {
                    let mut groups = GroupIndex::new();
                    groups.build(plan, view.fields, false);
                    groups
                });
                look(view, Some((groups, plan)))
            }
        }
    }

    /// Change the fields. The first change takes them over from the received bytes.
    pub(crate) fn change<R>(&self, py: Python<'_>, change: impl FnOnce(&mut FieldList) -> R) -> R {
        let mut guard = self.lock();
        let edited = guard.get_or_insert_with(|| {
            let list = match &self.frame {
                Some(frame) => FieldList::from_decoded(frame.as_bytes(py), &self.fields),
                None => FieldList::new(),
            };
            Box::new(Edited { list, groups: None })
        });
        edited.groups = None;
        let result = change(&mut edited.list);
        self.generation.fetch_add(1, Ordering::Relaxed);
        result
    }

    /// The dictionary that names this message's fields.
    #[inline]
    pub(crate) fn dictionary(&self, py: Python<'_>) -> Option<&Dictionary> {
        match &self.choice {
            Choice::None => None,
            _ => self.chosen(py).map(|chosen| chosen.dictionary()),
        }
    }

    /// The dictionary that names this message's fields, as it is shared.
    #[inline]
    fn chosen(&self, py: Python<'_>) -> Option<&Arc<dictionary::Chosen>> {
        match &self.choice {
            Choice::None => None,
            Choice::Given(given) => Some(given),
            Choice::Auto(cell) => {
                *cell.get_or_init(|| self.with(py, |view| dictionary::for_message(view.find(8), view.find(1128))))
            }
        }
    }

    /// The tag that a caller means.
    #[inline]
    pub(crate) fn tag(&self, py: Python<'_>, key: &Bound<'_, PyAny>) -> PyResult<u32> {
        if let Ok(tag) = key.extract::<u32>() {
            return Ok(tag);
        }
        self.tag_by_name(py, key)
    }

    #[inline(never)]
    fn tag_by_name(&self, py: Python<'_>, key: &Bound<'_, PyAny>) -> PyResult<u32> {
        let Ok(name) = key.cast::<PyString>() else {
            return Err(errors::kind(format!("a field is named by its tag or its name, not by {}", key.repr()?)));
        };
        dictionary::tag_by_name(self.dictionary(py), name.to_str()?)
    }

    /// `Symbol(55)`, or `55` where nothing is known.
    pub(crate) fn label(&self, py: Python<'_>, tag: u32) -> String {
        match self.dictionary(py).and_then(|dictionary| dictionary.field(tag)) {
            Some(field) => format!("{}({tag})", field.name),
            None => tag.to_string(),
        }
    }

    /// `NewOrderSingle(35=D)`.
    pub(crate) fn title(&self, py: Python<'_>) -> String {
        let msg_type = self.with(py, |view| view.find(35).map(<[u8]>::to_vec));
        let Some(msg_type) = msg_type else { return "message without MsgType(35)".to_owned() };
        let shown = String::from_utf8_lossy(&msg_type);
        let start = errors::brief(&shown);
        let shown = start.escape_debug();
        let plan = self.dictionary(py).and_then(|dictionary| dictionary.message(&msg_type));
        match plan {
            Some(plan) => format!("{}(35={shown})", plan.name()),
            None => format!("message(35={shown})"),
        }
    }

    #[cold]
    pub(crate) fn missing(&self, py: Python<'_>, tag: u32) -> PyErr {
        errors::missing(format!("{} is not in this {}", self.label(py, tag), self.title(py)))
    }

    #[cold]
    pub(crate) fn unreadable(&self, py: Python<'_>, tag: u32, text: &[u8], error: &ValueError) -> PyErr {
        errors::value(py, tag, &self.label(py, tag), &self.shown(py, tag, text), error)
    }

    /// A value as text, or what stands for a secret.
    pub(crate) fn shown(&self, py: Python<'_>, tag: u32, value: &[u8]) -> String {
        if self.with(py, |view| mask::is_secret(tag, view.find(35).unwrap_or_default())) {
            return mask::MASK.to_owned();
        }
        String::from_utf8_lossy(value).into_owned()
    }

    /// The value of a field as text, by its charset.
    pub(crate) fn text<'py>(&self, py: Python<'py>, tag: u32, value: &[u8]) -> PyResult<Bound<'py, PyString>> {
        // Bytes that are all ASCII may be text in a charset with escapes.
        if self.role(tag) != Role::Data {
            return Ok(convert::text(py, value));
        }
        let encoding = self.with(py, |view| view.find(347).map(|name| String::from_utf8_lossy(name).into_owned()));
        let Some(encoding) = encoding else { return Ok(convert::text(py, value)) };
        convert::decoded(py, value, &encoding).map_err(|_| {
            let text = format!(
                "{}: the bytes are no {}, which MessageEncoding(347) names",
                self.label(py, tag),
                errors::brief(&encoding).escape_debug()
            );
            errors::value_format(py, tag, "", "data", text)
        })
    }

    pub(crate) fn role(&self, tag: u32) -> Role {
        self.choice.pairs().role(tag)
    }

    /// The datatype of a field, as far as it is known.
    pub(crate) fn datatype(&self, py: Python<'_>, tag: u32) -> Option<Datatype> {
        self.dictionary(py)?.field(tag).map(|field| field.datatype)
    }

    /// A value in the type that its datatype has in Python.
    pub(crate) fn typed<'py>(&self, py: Python<'py>, tag: u32, value: &[u8]) -> PyResult<Bound<'py, PyAny>> {
        self.typed_as(py, tag, self.datatype(py, tag).unwrap_or(Datatype::String), value)
    }

    /// A value in the type that this datatype has in Python.
    pub(crate) fn typed_as<'py>(
        &self,
        py: Python<'py>,
        tag: u32,
        datatype: Datatype,
        value: &[u8],
    ) -> PyResult<Bound<'py, PyAny>> {
        let fail = |error: ValueError| self.unreadable(py, tag, value, &error);
        match datatype {
            Datatype::Int => int(py, value).map_err(fail),
            Datatype::Length | Datatype::NumInGroup | Datatype::SeqNum | Datatype::TagNum | Datatype::DayOfMonth => {
                if !datatype.accepts(value) {
                    return Err(fail(ValueError::Format { datatype }));
                }
                int(py, value).map_err(fail)
            }
            Datatype::Float
            | Datatype::Qty
            | Datatype::Price
            | Datatype::PriceOffset
            | Datatype::Amt
            | Datatype::Percentage => convert::decimal(py, value)?.map_err(fail),
            Datatype::Boolean => match value {
                b"Y" => Ok(PyBool::new(py, true).to_owned().into_any()),
                b"N" => Ok(PyBool::new(py, false).to_owned().into_any()),
                _ => Err(fail(ValueError::Format { datatype })),
            },
            Datatype::UTCTimestamp => Ok(nanoseconds(value).map_err(fail)?.into_pyobject(py)?.into_any()),
            Datatype::Data | Datatype::XMLData => Ok(PyBytes::new(py, value).into_any()),
            _ => {
                if !datatype.accepts(value) {
                    return Err(fail(ValueError::Format { datatype }));
                }
                let reader = match datatype {
                    Datatype::UTCTimeOnly | Datatype::LocalMktTime => "read_time",
                    Datatype::UTCDateOnly | Datatype::LocalMktDate => "read_date",
                    Datatype::TZTimeOnly => "read_zoned_time",
                    Datatype::TZTimestamp => "read_zoned_timestamp",
                    Datatype::MonthYear => "read_month_year",
                    Datatype::Tenor => "read_tenor",
                    Datatype::MultipleCharValue | Datatype::MultipleStringValue => "read_multiple",
                    _ => return Ok(self.text(py, tag, value)?.into_any()),
                };
                py.import("pyfixmsg_plus.values")?.call_method1(reader, (convert::text(py, value),))
            }
        }
    }

    /// A number times `10^scale`, as an int.
    #[inline]
    pub(crate) fn scaled_as<'py>(
        &self,
        py: Python<'py>,
        tag: u32,
        scale: u8,
        value: &[u8],
    ) -> PyResult<Bound<'py, PyAny>> {
        let number = values::decimal(value).map_err(|error| self.unreadable(py, tag, value, &error))?;
        let Some(number) = number.to_scaled(scale) else {
            let shown = self.shown(py, tag, value);
            let start = errors::brief(&shown);
            let text = format!("{}: {start} has more than {scale} decimal places", self.label(py, tag));
            return Err(errors::value_format(py, tag, &shown, "float", text));
        };
        // An int of 64 bits is made in one step, a longer one by several calls.
        Ok(match i64::try_from(number) {
            Ok(number) => number.into_pyobject(py)?.into_any(),
            Err(_) => number.into_pyobject(py)?.into_any(),
        })
    }

    /// Find a field and read it while it is at hand.
    #[inline]
    fn read<'py, R>(
        &self,
        py: Python<'py>,
        key: &Bound<'py, PyAny>,
        read: impl FnOnce(u32, &[u8]) -> PyResult<R>,
    ) -> PyResult<R> {
        let tag = self.tag(py, key)?;
        if let (0, Some(frame)) = (self.generation(), &self.frame) {
            let view = View { bytes: frame.as_bytes(py), fields: &self.fields };
            return match view.find(tag) {
                Some(value) => read(tag, value),
                None => Err(self.missing(py, tag)),
            };
        }
        match self.with_edited(|view| view.find(tag).map(<[u8]>::to_vec)) {
            Some(value) => read(tag, &value),
            None => Err(self.missing(py, tag)),
        }
    }

    /// As [`Self::read`], with a default for what is not there.
    fn read_or<'py>(
        &self,
        py: Python<'py>,
        key: &Bound<'py, PyAny>,
        default: Option<Py<PyAny>>,
        read: impl FnOnce(u32, &[u8]) -> PyResult<Py<PyAny>>,
    ) -> PyResult<Py<PyAny>> {
        let tag = self.tag(py, key)?;
        let value = self.with(py, |view| view.find(tag).map(<[u8]>::to_vec));
        match value {
            Some(value) => read(tag, &value),
            None => Ok(default.unwrap_or_else(|| py.None())),
        }
    }
}

/// The plan of a message; header and trailer alone where its type is not known.
pub(crate) fn plan_of<'d>(dictionary: &'d Dictionary, view: View<'_>) -> &'d MessagePlan {
    view.find(35).and_then(|msg_type| dictionary.message(msg_type)).unwrap_or_else(|| dictionary.headed_only())
}

/// Nanoseconds since 1970: in 64 bits where they fit, which is quicker.
#[derive(IntoPyObject)]
pub(crate) enum Nanoseconds {
    Near(i64),
    Far(i128),
}

#[inline]
pub(crate) fn nanoseconds(value: &[u8]) -> Result<Nanoseconds, ValueError> {
    match values::utc_timestamp(value) {
        Ok(stamp) => Ok(Nanoseconds::Near(stamp.ns)),
        Err(ValueError::OutOfRange { .. }) => values::utc_timestamp_ns(value).map(Nanoseconds::Far),
        Err(error) => Err(error),
    }
}

/// An int of any size.
#[inline]
pub(crate) fn int<'py>(py: Python<'py>, value: &[u8]) -> Result<Bound<'py, PyAny>, ValueError> {
    match values::int(value) {
        Ok(number) => match number.into_pyobject(py) {
            Ok(number) => Ok(number.into_any()),
            Err(never) => match never {},
        },
        Err(error) => match values::uint(value) {
            Ok(number) => match number.into_pyobject(py) {
                Ok(number) => Ok(number.into_any()),
                Err(never) => match never {},
            },
            Err(_) => Err(error),
        },
    }
}

#[pymethods]
impl Message {
    #[new]
    #[pyo3(signature = (fields=None, *, dictionary=None, preserve_order=false))]
    fn new(
        py: Python<'_>,
        fields: Option<&Bound<'_, PyAny>>,
        dictionary: Option<&Bound<'_, PyAny>>,
        preserve_order: bool,
    ) -> PyResult<Self> {
        crate::build::build(py, fields, Choice::from_argument(dictionary)?, preserve_order)
    }

    #[inline]
    fn __getitem__<'py>(&self, py: Python<'py>, key: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyString>> {
        self.read(py, key, |tag, value| self.text(py, tag, value))
    }

    /// The text of a field, or `default` where the message lacks it.
    #[pyo3(signature = (key, default=None))]
    fn get(&self, py: Python<'_>, key: &Bound<'_, PyAny>, default: Option<Py<PyAny>>) -> PyResult<Py<PyAny>> {
        self.read_or(py, key, default, |tag, value| Ok(self.text(py, tag, value)?.into_any().unbind()))
    }

    fn __contains__(&self, py: Python<'_>, key: &Bound<'_, PyAny>) -> PyResult<bool> {
        let tag = self.tag(py, key)?;
        Ok(self.with(py, |view| view.fields.iter().any(|field| field.tag == tag)))
    }

    fn __len__(&self, py: Python<'_>) -> usize {
        self.with(py, |view| view.fields.len())
    }

    /// The fields of the wire in their order, those of groups among them: `(tag, text)`.
    fn items<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyList>> {
        let items = self.with(py, |view| {
            view.fields.iter().map(|field| (field.tag, view.value(field).to_vec())).collect::<Vec<_>>()
        });
        let list = PyList::empty(py);
        for (tag, value) in items {
            list.append((tag, self.text(py, tag, &value)?))?;
        }
        Ok(list)
    }

    /// The tags of the wire in their order.
    fn tags(&self, py: Python<'_>) -> Vec<u32> {
        self.with(py, |view| view.fields.iter().map(|field| field.tag).collect())
    }

    fn __iter__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        Ok(PyList::new(py, self.tags(py))?.try_iter()?.into_any())
    }

    /// The bytes of a value.
    fn raw<'py>(&self, py: Python<'py>, key: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyBytes>> {
        self.read(py, key, |_, value| Ok(PyBytes::new(py, value)))
    }

    /// The exact number of a price, quantity or amount.
    #[inline]
    fn decimal<'py>(&self, py: Python<'py>, key: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
        self.read(py, key, |tag, value| {
            convert::decimal(py, value)?.map_err(|error| self.unreadable(py, tag, value, &error))
        })
    }

    /// The number of a price, quantity or amount in units of ten to the power of minus `scale`.
    #[inline]
    fn scaled<'py>(&self, py: Python<'py>, key: &Bound<'py, PyAny>, scale: u8) -> PyResult<Bound<'py, PyAny>> {
        self.read(py, key, |tag, value| self.scaled_as(py, tag, scale, value))
    }

    /// The whole number of a field.
    #[inline]
    fn int<'py>(&self, py: Python<'py>, key: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
        self.read(py, key, |tag, value| int(py, value).map_err(|error| self.unreadable(py, tag, value, &error)))
    }

    /// Whether the field says `Y`.
    fn bool(&self, py: Python<'_>, key: &Bound<'_, PyAny>) -> PyResult<bool> {
        self.read(py, key, |tag, value| values::boolean(value).map_err(|error| self.unreadable(py, tag, value, &error)))
    }

    /// Nanoseconds since 1970-01-01 00:00:00 UTC.
    fn timestamp(&self, py: Python<'_>, key: &Bound<'_, PyAny>) -> PyResult<Nanoseconds> {
        self.read(py, key, |tag, value| nanoseconds(value).map_err(|error| self.unreadable(py, tag, value, &error)))
    }

    /// The value in the type that the field's datatype has in Python.
    fn value<'py>(&self, py: Python<'py>, key: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
        let (tag, value) = self.read(py, key, |tag, value| Ok((tag, value.to_vec())))?;
        self.typed(py, tag, &value)
    }

    /// The entries of a group.
    #[pyo3(signature = (key, delimiter=None))]
    fn groups<'py>(
        slf: &Bound<'py, Self>,
        key: &Bound<'py, PyAny>,
        delimiter: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyList>> {
        let py = slf.py();
        let message = slf.get();
        let tag = message.tag(py, key)?;
        let delimiter = delimiter.map(|delimiter| message.tag(py, delimiter)).transpose()?;
        crate::group::list(slf, None, tag, delimiter)
    }

    /// One tuple an entry, of the values of these fields in the types that their datatypes have in Python; `None` for what an entry
    /// lacks. A pair of a field and a scale stands for its number times `10^scale`, as an int.
    #[pyo3(signature = (key, *members))]
    fn rows<'py>(
        slf: &Bound<'py, Self>,
        key: &Bound<'py, PyAny>,
        members: &Bound<'py, PyTuple>,
    ) -> PyResult<Bound<'py, PyList>> {
        let tag = slf.get().tag(slf.py(), key)?;
        let columns = members.iter().map(|member| Column::new(slf, &member)).collect::<PyResult<Vec<_>>>()?;
        crate::group::rows(slf, tag, &columns)
    }

    /// The fields of one component.
    fn component<'py>(slf: &Bound<'py, Self>, name: &str) -> PyResult<Bound<'py, PyAny>> {
        slf.py().import("pyfixmsg_plus.message.component")?.getattr("Component")?.call1((slf, name))
    }

    /// The value of MsgType(35).
    #[getter]
    fn msg_type<'py>(&self, py: Python<'py>) -> Option<Bound<'py, PyString>> {
        self.with(py, |view| view.find(35).map(|value| convert::text(py, value)))
    }

    /// The value of BeginString(8).
    #[getter]
    fn begin_string<'py>(&self, py: Python<'py>) -> Option<Bound<'py, PyString>> {
        self.with(py, |view| view.find(8).map(|value| convert::text(py, value)))
    }

    /// The name of the message, such as `NewOrderSingle`.
    #[getter]
    fn name(&self, py: Python<'_>) -> Option<String> {
        let msg_type = self.with(py, |view| view.find(35).map(<[u8]>::to_vec))?;
        Some(self.dictionary(py)?.message(&msg_type)?.name().to_owned())
    }

    /// The dictionary by which the message is read; `None` where it is read without one.
    #[getter(dictionary)]
    fn python_dictionary(&self, py: Python<'_>) -> Option<crate::knowledge::PyDictionary> {
        self.chosen(py).map(|chosen| crate::knowledge::PyDictionary { chosen: Arc::clone(chosen) })
    }

    /// What was wrong with the bytes, where they were read with `strict=False`.
    #[getter]
    fn faults(&self) -> Vec<crate::fault::Fault> {
        self.faults.iter().map(crate::fault::Fault::new).collect()
    }

    /// Whether the message was changed since it was received, or was never received.
    #[getter]
    fn is_changed(&self) -> bool {
        self.generation() != 0
    }
}

/// Where the entry of a group stands: its fields, and its number in the index of groups where a dictionary found it.
#[derive(Debug, Clone)]
pub(crate) struct Place {
    pub(crate) start: usize,
    pub(crate) end: usize,
    pub(crate) entry: Option<Entry>,
}

impl Place {
    /// The place of an entry that a dictionary found.
    #[inline]
    pub(crate) fn of(entry: &Entry) -> Self {
        Self { start: entry.start as usize, end: entry.end as usize, entry: Some(*entry) }
    }
}

/// The places of the entries of a group, in an entry or in the message itself.
pub(crate) fn places(
    view: View<'_>,
    groups: Option<(&GroupIndex, &MessagePlan)>,
    outer: Option<&Place>,
    tag: u32,
    delimiter: Option<u32>,
) -> Result<Option<Vec<Place>>, Cow<'static, str>> {
    let (from, to) = outer.map_or((0, view.fields.len()), |place| (place.start, place.end));
    if let (Some((groups, _)), None) = (groups, delimiter) {
        if let Some(instance) = groups.find(view.fields, tag, outer.and_then(|place| place.entry.as_ref())) {
            let places = groups.entries_of(instance).iter().map(Place::of);
            return Ok(Some(places.collect()));
        }
    }
    let within = view.fields.get(from..to).unwrap_or_default();
    let Some(count) = within.iter().position(|field| field.tag == tag) else { return Ok(None) };
    let Some(delimiter) = delimiter else {
        return Err(
            "is no group here: name the delimiter, groups(tag, delimiter), or use a dictionary that has the group"
                .into(),
        );
    };
    let ranges = fixplus_dictionary::groups::groups_by_delimiter(view.bytes, view.fields, from + count, delimiter);
    Ok(Some(
        ranges.into_iter().map(|range| Place { start: range.start, end: range.end.min(to), entry: None }).collect(),
    ))
}
