//! A fault as a check notes it, before it is put into words.

use std::collections::HashSet;

use super::place::Key;
use crate::datatype::Datatype;
use crate::violation::Reason;

/// What lies behind a fault.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Cause {
    /// The piece has no `=`.
    NoEquals,
    /// The text before `=` is an integer that is no tag.
    NoTag(i64),
    /// A header field behind the body, or a field of header or body behind the trailer.
    OutOfOrder { behind_trailer: bool },
    /// MsgType(35) names no message.
    UnknownMsgType,
    /// A required member is missing.
    Missing,
    /// A member that its optional component requires is missing.
    MissingIn { component: Box<str> },
    /// A data field has no length field directly before it.
    MissingLength { data_tag: u32 },
    /// A length field has no data field directly behind it.
    MissingData { data_tag: u32 },
    /// A length field does not hold the length of its data field.
    WrongLength { data_tag: u32, found: usize },
    /// The tag came before.
    Repeated,
    /// There is no value.
    Empty,
    /// The value is not written as its datatype asks.
    Format(Datatype),
    /// The value is in no code set.
    Code,
    /// The value is not the one that the member always has.
    NotConstant(Box<[u8]>),
    /// The value is no well-formed XML.
    Xml(Box<str>),
    /// The tag is in no part of the dictionary.
    UnknownTag,
    /// The tag does not belong to the message.
    NotMember,
    /// The tag belongs to a group of the message, and stands outside.
    MemberOfGroup { level: u16 },
    /// The member must not be there.
    Forbidden,
    /// An entry does not start with its delimiter. `again`: the entry before has the tag already.
    NoDelimiter { level: u16, entry: u32, delimiter: u32, again: bool },
    /// A member stands behind one that the dictionary has later.
    Unordered { level: u16, entry: u32, behind: u32 },
    /// The count field counts wrongly.
    Count { found: u32 },
}

/// A fault with its place in the order of reporting.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Fault {
    pub key: Key,
    pub reason: Reason,
    pub ref_tag: Option<i64>,
    pub at: Option<u32>,
    pub path: Vec<(u16, u32)>,
    pub cause: Cause,
}

/// How many faults of one message are kept for a tool: a message made of nothing else must not cost memory without
/// bound.
const MOST_FAULTS: usize = 10_000;

/// Where a check puts its faults.
#[derive(Debug)]
pub(super) enum Sink {
    /// Only the one that is reported first.
    First(Option<Fault>),
    /// All, and how many more there were than are kept.
    All(Vec<Fault>, usize),
}

impl Sink {
    #[cold]
    pub(super) fn put(&mut self, fault: Fault) {
        match self {
            Self::First(Some(best)) if best.key <= fault.key => {}
            Self::First(best) => *best = Some(fault),
            Self::All(faults, _) if faults.len() < MOST_FAULTS => faults.push(fault),
            Self::All(_, left_out) => *left_out += 1,
        }
    }

    /// Whether there is no fault.
    pub(super) fn is_empty(&self) -> bool {
        match self {
            Self::First(best) => best.is_none(),
            Self::All(faults, _) => faults.is_empty(),
        }
    }

    /// How many faults were not kept.
    pub(super) fn left_out(&self) -> usize {
        match self {
            Self::First(_) => 0,
            Self::All(_, left_out) => *left_out,
        }
    }

    /// The faults in the order of reporting.
    pub(super) fn sorted(self) -> Vec<Fault> {
        match self {
            Self::First(best) => best.into_iter().collect(),
            Self::All(mut faults, _) => {
                faults.sort_by(|one, other| one.key.cmp(&other.key));
                // A length and its data that stand apart are one fault, told at the data.
                let apart: HashSet<_> = faults
                    .iter()
                    .filter_map(|fault| match fault.cause {
                        Cause::MissingLength { data_tag } => Some((data_tag, fault.path.clone())),
                        _ => None,
                    })
                    .collect();
                if !apart.is_empty() {
                    faults.retain(|fault| match fault.cause {
                        Cause::MissingData { data_tag } => !apart.contains(&(data_tag, fault.path.clone())),
                        _ => true,
                    });
                }
                faults
            }
        }
    }
}
