//! What is measured.

use crate::floor::{Floor, scan_alone};
use crate::messages::{Frames, Kind, Value};
use fixplus_dictionary::dictionary::Dictionary;
use fixplus_dictionary::groups::GroupIndex;
use fixplus_dictionary::settings::Settings;
use fixplus_wire::{Checks, DataPairs, Index, Writer, values};
use std::hint::black_box;

/// One operation on one message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Operation {
    /// The floor's first half: find SOH, sum.
    ScanAlone,
    /// The floor: find SOH, sum, index tags; nothing checked.
    Floor,
    /// `fixplus_scan::index`: the same with the syntax of every field checked.
    Index,
    /// `fixplus_wire::decode`: index, order, BodyLength(9), CheckSum(10).
    Decode,
    /// Decode and read five fields, price and quantity as decimals.
    Reads,
    /// Decode, find the groups and read 269, 270, 271 of every entry.
    Walk,
    /// Decode and hold against the dictionary.
    Validate,
    /// Values to bytes, with BodyLength(9) and CheckSum(10).
    Encode,
}

impl Operation {
    pub(crate) const ALL: [Self; 8] = [
        Self::ScanAlone,
        Self::Floor,
        Self::Index,
        Self::Decode,
        Self::Reads,
        Self::Walk,
        Self::Validate,
        Self::Encode,
    ];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::ScanAlone => "scan-alone",
            Self::Floor => "floor",
            Self::Index => "index",
            Self::Decode => "decode",
            Self::Reads => "decode+reads",
            Self::Walk => "decode+walk",
            Self::Validate => "decode+validate",
            Self::Encode => "encode",
        }
    }

    /// Whether the operation makes sense for this kind of message.
    pub(crate) fn fits(self, kind: Kind) -> bool {
        match self {
            Self::Reads => !kind.has_group(),
            Self::Walk => kind.has_group(),
            _ => true,
        }
    }
}

/// What the operations work with, made once and used again and again, as an engine would.
pub(crate) struct Tools<'d> {
    dictionary: &'d Dictionary,
    settings: Settings,
    pairs: DataPairs,
    index: Index,
    groups: GroupIndex,
    violations: Vec<fixplus_dictionary::violation::Violation>,
    writer: Writer,
    floor: Floor,
    masks: Box<[u64; 1024]>,
    fields: Vec<fixplus_scan::Field>,
}

impl<'d> Tools<'d> {
    pub(crate) fn new(dictionary: &'d Dictionary) -> Self {
        Self {
            dictionary,
            settings: Settings::default(),
            pairs: DataPairs::standard(),
            index: Index::new(),
            groups: GroupIndex::new(),
            violations: Vec::new(),
            writer: Writer::new(),
            floor: Floor::new(),
            masks: Box::new([0; 1024]),
            fields: Vec::new(),
        }
    }

    fn decode(&mut self, frame: &[u8]) {
        let result = fixplus_wire::decode(frame, &self.pairs, Checks::ALL, &mut self.index);
        assert!(result.is_ok(), "a sample message must be whole: {result:?}");
    }

    /// Do the operation so many times, on one message of `frames` after the other.
    pub(crate) fn run(&mut self, operation: Operation, kind: Kind, frames: &Frames, times: usize) {
        let all = frames;
        let frames = all.endless().take(times);
        match operation {
            Operation::ScanAlone => frames.for_each(|frame| {
                black_box(scan_alone(frame, &mut self.masks));
            }),
            Operation::Floor => frames.for_each(|frame| {
                black_box(self.floor.pass(frame));
                black_box(self.floor.count());
            }),
            Operation::Index => frames.for_each(|frame| {
                let sum = fixplus_scan::index(frame, &self.pairs, &mut self.fields);
                assert!(black_box(sum).is_ok(), "a sample message must be whole");
            }),
            Operation::Decode => frames.for_each(|frame| {
                self.decode(frame);
                black_box(self.index.fields().len());
            }),
            Operation::Reads => {
                let reads = kind.reads();
                frames.for_each(|frame| {
                    self.decode(frame);
                    for (tag, is_number) in reads {
                        let value = self.index.value(frame, tag).unwrap_or_default();
                        if is_number {
                            assert!(black_box(values::decimal(value)).is_ok(), "{tag} is a number");
                        } else {
                            black_box(value);
                        }
                    }
                });
            }
            Operation::Walk => frames.for_each(|frame| {
                self.decode(frame);
                black_box(self.walk(frame));
            }),
            Operation::Validate => frames.for_each(|frame| {
                self.decode(frame);
                self.dictionary.validate(frame, self.index.fields(), &self.settings, &mut self.violations);
                assert!(self.violations.is_empty(), "a sample message must be without fault: {:?}", self.violations);
            }),
            Operation::Encode => self.encode(all, times),
        }
    }

    /// Read 269, 270 and 271 of every entry of NoMDEntries(268); the sum of sizes, so that the work is used.
    fn walk(&mut self, frame: &[u8]) -> i128 {
        let fields = self.index.fields();
        let Some(plan) = self.dictionary.plan_of(frame, fields) else { return 0 };
        self.groups.build(plan, fields, false);
        let Some(instance) = self.groups.find(fields, 268, None) else { return 0 };
        let mut total = 0;
        for entry in self.groups.entries_of(instance) {
            let own = &fields[entry.start as usize..entry.end as usize];
            let value = |tag| {
                let field = own.iter().find(|field| field.tag == tag);
                field.map_or(&[][..], |field| &frame[field.start as usize..field.end as usize])
            };
            black_box(value(269));
            let (price, size) = (values::decimal(value(270)), values::decimal(value(271)));
            total += price.map_or(0, |price| price.mantissa) + size.map_or(0, |size| size.mantissa);
        }
        total
    }

    /// Write each message from its values.
    fn encode(&mut self, frames: &Frames, times: usize) {
        let mut text = Vec::with_capacity(64);
        for draft in frames.drafts().iter().cycle().take(times) {
            self.writer.begin();
            for (tag, value) in &draft.fields {
                match value {
                    Value::Text(value) => self.writer.field(*tag, value),
                    Value::Number(number) => {
                        text.clear();
                        values::write_uint(*number, &mut text);
                        self.writer.field(*tag, &text);
                    }
                    Value::Decimal(number) => {
                        text.clear();
                        values::write_decimal(number, &mut text);
                        self.writer.field(*tag, &text);
                    }
                }
            }
            black_box(self.writer.finish(draft.begin_string));
        }
    }
}
