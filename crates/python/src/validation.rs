//! `Violation` and `ValidationSettings`: holding a message against a dictionary.

use crate::dictionary::Chosen;
use crate::errors;
use crate::message::{Message, View};
use fixplus_dictionary::groups::GroupIndex;
use fixplus_dictionary::settings::{MissingDelimiter, Settings};
use fixplus_dictionary::violation;
use pyo3::prelude::*;
use std::cell::RefCell;
use std::sync::LazyLock;

static DEFAULT: LazyLock<Settings> = LazyLock::new(Settings::default);

/// What a check demands and what it lets pass. The switches have the names of session settings.
#[pyclass(frozen, eq, skip_from_py_object, module = "pyfixmsg_plus", name = "ValidationSettings")]
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct ValidationSettings {
    settings: Settings,
    conditional_rules: bool,
}

#[pymethods]
impl ValidationSettings {
    #[new]
    #[pyo3(signature = (
        *,
        validate_fields_out_of_order=true,
        validate_fields_have_values=true,
        validate_user_defined_fields=true,
        validate_unordered_group_fields=true,
        allow_unknown_msg_fields=false,
        allow_unknown_enum_values=false,
        allow_codes=Vec::new(),
        allow_tags=Vec::new(),
        allow_data_without_length=false,
        first_field_in_group_is_delimiter=false,
        missing_group_delimiter="reject_15",
        check_xml=false,
        required_in_optional_components=false,
        conditional_rules=true,
    ))]
    #[expect(
        clippy::too_many_arguments,
        clippy::fn_params_excessive_bools,
        reason = "one switch an argument, by name only"
    )]
    fn new(
        validate_fields_out_of_order: bool,
        validate_fields_have_values: bool,
        validate_user_defined_fields: bool,
        validate_unordered_group_fields: bool,
        allow_unknown_msg_fields: bool,
        allow_unknown_enum_values: bool,
        allow_codes: Vec<u32>,
        allow_tags: Vec<u32>,
        allow_data_without_length: bool,
        first_field_in_group_is_delimiter: bool,
        missing_group_delimiter: &str,
        check_xml: bool,
        required_in_optional_components: bool,
        conditional_rules: bool,
    ) -> PyResult<Self> {
        let missing_group_delimiter = match missing_group_delimiter {
            "reject_15" => MissingDelimiter::Reject15,
            "reject_99" => MissingDelimiter::Reject99,
            "accept" => MissingDelimiter::Accept,
            other => {
                return Err(errors::argument(format!(
                    "missing_group_delimiter is reject_15, reject_99 or accept, not {other:?}"
                )));
            }
        };
        let settings = Settings {
            fields_out_of_order: validate_fields_out_of_order,
            fields_have_values: validate_fields_have_values,
            user_defined_fields: validate_user_defined_fields,
            allow_unknown_msg_fields,
            allow_unknown_enum_values,
            allow_codes,
            allow_tags,
            unordered_group_fields: validate_unordered_group_fields,
            first_field_in_group_is_delimiter,
            missing_group_delimiter,
            allow_data_without_length,
            check_xml,
            required_in_optional_components,
        };
        Ok(Self { settings, conditional_rules })
    }
}

/// One fault of a message.
#[pyclass(frozen, get_all, eq, skip_from_py_object, module = "pyfixmsg_plus", name = "Violation")]
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Violation {
    /// SessionRejectReason(373), if a Reject(35=3) is due.
    reason: Option<u16>,
    /// BusinessRejectReason(380), if a BusinessMessageReject(35=j) is due.
    business_reason: Option<u16>,
    /// RefTagID(371): not positive for a field whose tag is no legal number, none where no field is to blame.
    ref_tag_id: Option<i64>,
    /// RefMsgType(372) for people: at most 40 bytes of it, a dot for each control character. `message.raw(35)` has it as it came.
    ref_msg_type: String,
    /// The position of the field in the message, from 0; none for a field that is missing.
    position: Option<usize>,
    /// The offset of the field in bytes.
    offset: Option<usize>,
    /// The group entry in which the fault lies, such as `NoPartyIDs[1].NoPartySubIDs[0]`.
    path: String,
    /// Text(58), to the letter.
    text: String,
    /// What is wrong and why, for people.
    sentence: String,
}

impl From<violation::Violation> for Violation {
    fn from(found: violation::Violation) -> Self {
        Self {
            reason: found.reason.session_reject_reason(),
            business_reason: found.reason.business_reject_reason(),
            ref_tag_id: found.ref_tag,
            ref_msg_type: found.msg_type,
            position: found.position,
            offset: found.offset,
            path: found.path,
            text: found.wire_text,
            sentence: found.sentence,
        }
    }
}

#[pymethods]
impl Violation {
    fn __repr__(&self) -> String {
        let reason = match (self.reason, self.business_reason) {
            (Some(reason), _) => format!("373={reason}"),
            (None, Some(reason)) => format!("380={reason}"),
            (None, None) => String::new(),
        };
        format!("<Violation {reason}: {}>", self.sentence)
    }

    fn __str__(&self) -> &str {
        &self.sentence
    }
}

thread_local! {
    static GROUPS: RefCell<GroupIndex> = RefCell::new(GroupIndex::new());
}

/// Add what a message lacks by the rules about conditionally required fields.
fn check_rules(dictionary: &Chosen, view: View<'_>, into: &mut Vec<violation::Violation>) {
    GROUPS.with_borrow_mut(|groups| dictionary.rules().check(view.bytes, view.fields, groups, into));
}

/// All faults of a message.
pub(crate) fn all(
    py: Python<'_>,
    dictionary: &Chosen,
    message: &Message,
    settings: Option<&ValidationSettings>,
) -> Vec<Violation> {
    let rules = settings.is_none_or(|settings| settings.conditional_rules);
    let settings = settings.map_or(&*DEFAULT, |settings| &settings.settings);
    let mut found = Vec::new();
    let unread = unread_pieces(py, message);
    message.laid_out(py, |view| {
        dictionary.dictionary().validate(view.bytes, view.fields, settings, &mut found);
        if rules {
            check_rules(dictionary, view, &mut found);
        }
    });
    unread.into_iter().chain(found.into_iter().map(Violation::from)).collect()
}

/// Pieces without `=` that lenient reading left out of the fields: SOH inside a value that is no data.
fn unread_pieces(py: Python<'_>, message: &Message) -> Vec<Violation> {
    if message.generation() != 0 {
        return Vec::new();
    }
    let pieces = message.received_faults().iter().filter(|fault| fault.reason() == Some(17));
    let msg_type = message.with(py, |view| view.find(35).map(violation::shown));
    pieces
        .map(|fault| Violation {
            reason: Some(17),
            business_reason: None,
            ref_tag_id: fault.tag().map(i64::from),
            ref_msg_type: msg_type.clone().unwrap_or_default(),
            position: None,
            offset: Some(fault.offset()),
            path: String::new(),
            text: violation::Reason::NonDataValueIncludesDelimiter.text().to_owned(),
            sentence: fault.to_string(),
        })
        .collect()
}

/// The fault that a session reports.
pub(crate) fn first(
    py: Python<'_>,
    dictionary: &Chosen,
    message: &Message,
    settings: Option<&ValidationSettings>,
) -> Option<Violation> {
    let rules = settings.is_none_or(|settings| settings.conditional_rules);
    let settings = settings.map_or(&*DEFAULT, |settings| &settings.settings);
    if let Some(unread) = unread_pieces(py, message).into_iter().next() {
        return Some(unread);
    }
    let found = message.laid_out(py, |view| {
        dictionary.dictionary().first_fault(view.bytes, view.fields, settings).or_else(|| {
            let mut found = Vec::new();
            if rules {
                check_rules(dictionary, view, &mut found);
            }
            found.into_iter().next()
        })
    });
    found.map(Violation::from)
}
