//! Where in a message a check is: in the message itself or in an entry of a group, and all entries around it.

use fixplus_wire::Section;

/// One scope of fields. Scopes stand on the stack while their fields are read and are looked at only when something is
/// wrong.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place<'p> {
    /// The scope around this one; none for the message itself.
    pub outer: Option<&'p Place<'p>>,
    /// The section of the outermost group, or of the field in question.
    pub section: Section,
    /// The level of the plan.
    pub level: u16,
    /// The position of the count field.
    pub count_at: u32,
    /// The tag of the count field.
    pub count_tag: u32,
    /// The number of the entry, from 0.
    pub entry: u32,
    /// The position of the first field of the entry.
    pub start: u32,
}

/// What a fault of a field is, in the order in which faults of one field are reported.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    Repeated,
    Empty,
    Format,
    Code,
    Unknown,
    NotMember,
    NoDelimiter,
    Unordered,
    Count,
    Entries,
}

// The phases of a check, in the order in which their faults are reported.
const STRUCTURE: i64 = 0;
const MSG_TYPE: i64 = 1;
const REQUIRED: i64 = 2;
const FIELDS: i64 = 3;

/// The place of a fault in the order of reporting; the least is what a session reports.
pub(super) type Key = Vec<i64>;

/// The key of a fault that shows in the order of the fields.
pub(super) fn structure_key(at: u32) -> Key {
    vec![STRUCTURE, i64::from(at)]
}

/// The key of an unknown MsgType(35).
pub(super) fn msg_type_key() -> Key {
    vec![MSG_TYPE]
}

impl Place<'_> {
    /// The message itself, for a field of this section.
    pub(super) const fn message(section: Section) -> Place<'static> {
        Place { outer: None, section, level: 0, count_at: 0, count_tag: 0, entry: 0, start: 0 }
    }

    /// The key of a member that is missing here.
    pub(super) fn required_key(&self, tag: u32) -> Key {
        let mut key = self.scope(REQUIRED, 0);
        key.push(i64::from(tag));
        key
    }

    /// The key of a fault of a field here. `around` is the position that orders faults of one tag and kind.
    pub(super) fn field_key(&self, tag: i64, kind: Kind, around: &[u32]) -> Key {
        let mut key = self.scope(FIELDS, 1);
        key.extend([tag, kind as i64]);
        key.extend(around.iter().map(|&at| i64::from(at)));
        key
    }

    /// The entries from the outermost inwards: level and number.
    pub(super) fn path(&self) -> Vec<(u16, u32)> {
        let mut path = Vec::new();
        let mut place = self;
        while let Some(outer) = place.outer {
            path.push((place.level, place.entry));
            place = outer;
        }
        path.reverse();
        path
    }

    fn scope(&self, phase: i64, part: i64) -> Key {
        match self.outer {
            None => vec![phase, reporting_rank(self.section)],
            Some(outer) => {
                let mut key = outer.field_key(i64::from(self.count_tag), Kind::Entries, &[self.count_at, self.entry]);
                key.push(part);
                key
            }
        }
    }
}

/// Faults of the header are reported first, then those of the trailer, then those of the body.
fn reporting_rank(section: Section) -> i64 {
    match section {
        Section::Header => 0,
        Section::Trailer => 1,
        Section::Body => 2,
    }
}
