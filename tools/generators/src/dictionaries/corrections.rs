//! The known errors of the sources, each with the reason it is one. What is changed stands in the file that is made.

use std::collections::{BTreeMap, HashMap, HashSet};

use fixplus_dictionary::check::{Matter, Subject, check, is_data};
use fixplus_dictionary::model::{MemberKind, Model};

const MSG_TYPE: u32 = 35;
const SIGNATURE: u32 = 89;
const SIGNATURE_LENGTH: u32 = 93;
const SETTL_LOCATION: u32 = 166;
const QUOTE_CONDITION: u32 = 276;
const HALT_REASON: u32 = 327;
const REF_MSG_TYPE: u32 = 372;

/// A correction of a source.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Correction {
    SettlLocation,
    RefMsgType,
    MsgType,
    HaltReason,
    SharedCodeSets,
    RepeatedTags,
    SignatureLength,
    SessionLengths,
    QuoteCondition,
    SessionHeader,
}

impl Correction {
    /// What the correction changes, for the file that is made.
    pub fn change(self) -> &'static str {
        match self {
            Self::SettlLocation => "SettlLocation(166) takes a country instead of the words 'ISO Country Code'",
            Self::RefMsgType => "RefMsgType(372) may have values outside its list",
            Self::MsgType => "MsgType(35) may have values outside its list",
            Self::HaltReason => "field 327 is called HaltReason",
            Self::SharedCodeSets => {
                "fields that share a list in FIX 5.0 SP2 share it here, with the codes of this version"
            }
            Self::RepeatedTags => "LegPrice(566) and LegOptionRatio(1017) stand once in a leg",
            Self::SignatureLength => "the length of Signature(89) is SignatureLength(93)",
            Self::SessionLengths => "data fields have their own length fields instead of Account(1)",
            Self::QuoteCondition => "the code 'f' of QuoteCondition(276) has no blank behind it",
            Self::SessionHeader => "StandardHeader and StandardTrailer are those of FIXT",
        }
    }

    /// Correct the model. `owners` is FIX 5.0 SP2. Returns whether there was anything to correct.
    pub fn apply(self, model: &mut Model, owners: &Model) -> bool {
        match self {
            Self::SettlLocation => settl_location(model),
            Self::RefMsgType => open_codes(model, REF_MSG_TYPE),
            Self::MsgType => open_codes(model, MSG_TYPE),
            Self::HaltReason => halt_reason(model),
            Self::SharedCodeSets => shared_code_sets(model, owners),
            Self::RepeatedTags => repeated_tags(model),
            Self::SignatureLength => has_length(model, SIGNATURE, SIGNATURE_LENGTH),
            Self::SessionLengths => session_lengths(model),
            Self::QuoteCondition => quote_condition(model),
            Self::SessionHeader => session_header(model),
        }
    }
}

/// The list of SettlLocation(166) has, among codes, the words `ISO Country Code`, by which it means any such code.
fn settl_location(model: &mut Model) -> bool {
    let Some(field) = model.fields.get_mut(&SETTL_LOCATION) else { return false };
    field.union_datatype = Some("Country".to_owned());
    let name = field.code_set.clone();
    let Some(set) = model.code_sets.iter_mut().find(|set| Some(&set.name) == name.as_ref()) else { return false };
    let before = set.codes.len();
    set.codes.retain(|code| code.value != "ISO Country Code");
    set.codes.len() + 1 == before
}

/// RefMsgType(372) has the list of MsgType(35). Held against it, a Reject(35=3) of an unknown MsgType or a Logon(35=A) that
/// names venue messages would itself be rejected. Over FIXT the list of MsgType(35) has session messages alone, and it
/// carries all others. The list stays, as names for the values.
fn open_codes(model: &mut Model, tag: u32) -> bool {
    let Some(field) = model.fields.get_mut(&tag).filter(|field| field.code_set.is_some()) else { return false };
    field.open_codes = true;
    true
}

/// QuickFIX calls HaltReason(327) HaltReasonChar, to tell it from the int of later versions.
fn halt_reason(model: &mut Model) -> bool {
    let Some(field) = model.fields.get_mut(&HALT_REASON).filter(|field| field.name == "HaltReasonChar") else {
        return false;
    };
    let set_name = format!("{}CodeSet", field.name);
    field.name = "HaltReason".to_owned();
    field.code_set = Some("HaltReasonCodeSet".to_owned());
    let Some(set) = model.code_sets.iter_mut().find(|set| set.name == set_name) else { return false };
    set.name = "HaltReasonCodeSet".to_owned();
    true
}

/// QuickFIX XML writes codes inside of fields and drops them where a field takes those of another. SP2 tells which field
/// owns a list; the codes are the owner's in the same version, without what SP2 added.
fn shared_code_sets(model: &mut Model, owners: &Model) -> bool {
    let mut sharing = Vec::new();
    for shared in owners.fields.values() {
        let Some(set) = &shared.code_set else { continue };
        let Some(owner) = set.strip_suffix("CodeSet").and_then(|name| owners.field_by_name(name)) else { continue };
        let owned = model.fields.get(&owner.tag).and_then(|owner| owner.code_set.clone());
        let (Some(field), Some(owned)) = (model.fields.get(&shared.tag), owned) else { continue };
        if field.tag != owner.tag && field.code_set.is_none() {
            sharing.push((field.tag, owned));
        }
    }
    for (tag, set) in &sharing {
        let datatype = model.code_set(set).map(|set| set.datatype.clone());
        if let (Some(field), Some(datatype)) = (model.fields.get_mut(tag), datatype) {
            field.code_set = Some(set.clone());
            field.datatype = datatype;
        }
    }
    !sharing.is_empty()
}

/// The leg groups of FIX 5.0 list fields that InstrumentLeg, their first member, already has. The first place is kept.
fn repeated_tags(model: &mut Model) -> bool {
    let mut repeated: HashMap<String, HashSet<u32>> = HashMap::new();
    for inconsistency in check(model) {
        if let (Subject::Group(name), Matter::RepeatedTag(tag)) = (inconsistency.subject, inconsistency.matter) {
            repeated.entry(name).or_default().insert(tag);
        }
    }
    for group in &mut model.groups {
        let Some(tags) = repeated.get(&group.name) else { continue };
        group.members.retain(|member| !matches!(&member.kind, MemberKind::Field(tag) if tags.contains(tag)));
    }
    !repeated.is_empty()
}

/// The reader pairs the standard's data fields by the standard's table, whatever a file says; here it must have.
fn has_length(model: &mut Model, data: u32, length: u32) -> bool {
    model.fields.get(&data).is_some_and(|field| field.length_tag == Some(length))
}

/// The session file pairs every data field with tag 1, which is Account. See [`has_length`].
fn session_lengths(model: &mut Model) -> bool {
    let lengths: BTreeMap<u32, Option<u32>> = model
        .fields
        .values()
        .filter(|field| is_data(&field.datatype))
        .map(|field| (field.tag, field.length_tag))
        .collect();
    lengths.values().all(|length| length.is_some_and(|tag| tag != 1)) && !lengths.is_empty()
}

/// QuoteCondition(276) is a list of words parted by blanks, and no word can end with one.
fn quote_condition(model: &mut Model) -> bool {
    let name = model.fields.get(&QUOTE_CONDITION).and_then(|field| field.code_set.clone());
    let set = model.code_sets.iter_mut().find(|set| Some(&set.name) == name.as_ref());
    let code = set.and_then(|set| set.codes.iter_mut().find(|code| code.value == "f "));
    code.map(|code| "f".clone_into(&mut code.value)).is_some()
}

/// From FIX 5.0 on header and trailer are the transport's. The repository's are equal to those of FIXT's file and left out.
fn session_header(model: &mut Model) -> bool {
    let had = !model.header.is_empty() && !model.trailer.is_empty();
    model.header.clear();
    model.trailer.clear();
    had
}
