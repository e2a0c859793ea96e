//! A message built from the fields that a caller gives.

use crate::dictionary::{self, Choice};
use crate::draft::Draft;
use crate::given::{Given, Pair, Pairs};
use crate::message::Message;
use crate::spot::written_rank_as;
use crate::{convert, errors};
use fixplus_dictionary::dictionary::Dictionary;
use fixplus_dictionary::plan::MessagePlan;
use fixplus_wire::{FieldList, Role, Unit};
use pyo3::prelude::*;
use pyo3::types::PyString;

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
        Choice::Auto(chosen) => {
            let begin_string = given.find(8, "BeginString")?;
            // Only FIXT leaves the version of the application open.
            let appl_ver_id = match begin_string.as_deref() {
                Some(begin_string) if begin_string.starts_with(b"FIX.4") => None,
                _ => given.find(1128, "ApplVerID")?,
            };
            let found = || dictionary::for_message(begin_string.as_deref(), appl_ver_id.as_deref());
            chosen.get_or_init(found).map(|chosen| chosen.dictionary())
        }
    };
    let count = given.0.len();
    let list = FieldList::with_capacity(count + 2, 16 * count);
    let mut draft = Draft::new(list, dictionary, choice.pairs());
    // Fields with their ranks; those of a group are one unit.
    let mut units: Vec<Unit> = Vec::with_capacity(count + 2);
    let mut seen = Given::none();
    let mut plan: Option<Option<&MessagePlan>> = None;
    for Pair { tag, key, value } in &given.0 {
        let tag = match *tag {
            0 => dictionary::tag_by_name(dictionary, key.cast::<PyString>()?.to_str()?)?,
            tag => tag,
        };
        if seen.again(tag) {
            return Err(errors::local(py, format!("{} is given twice", dictionary::label(dictionary, tag))));
        }
        if matches!(tag, 9 | 10) || value.is_none() {
            continue;
        }
        draft.note(tag);
        let first = draft.list.fields().len() as u32;
        let role = draft.pairs.role(tag);
        if convert::holds_entries(value)? {
            let plan = match plan {
                Some(plan) => plan,
                None => {
                    let msg_type = given.find(35, "MsgType")?;
                    *plan.insert(msg_type.zip(dictionary).and_then(|(t, dictionary)| dictionary.message(&t)))
                }
            };
            draft.group(tag, value, plan, 0, &|| given.find(347, "MessageEncoding"))?;
        } else if role == Role::Data {
            let length_tag = draft.pairs.length_of(tag).unwrap_or(0);
            draft.length_is_given = given.find(length_tag, &name_of(dictionary, length_tag))?.is_some();
            draft.field(py, tag, value, &|| given.find(347, "MessageEncoding"))?;
            draft.length_is_given = false;
        } else {
            draft.plain(py, tag, value)?;
        }
        let end = draft.list.fields().len() as u32;
        units.push(Unit { rank: written_rank_as(draft.pairs, role, tag), first, end });
    }
    let Draft { mut list, is_known, .. } = draft;
    if !preserve_order {
        list.sort_by_rank(&mut units);
    }
    Ok(Message::built(list, choice, preserve_order).distinct().checked(is_known))
}

fn name_of(dictionary: Option<&Dictionary>, tag: u32) -> String {
    dictionary.and_then(|dictionary| dictionary.field(tag)).map_or_else(String::new, |field| field.name.to_string())
}
