//! Any bytes, read leniently, can be held against any bundled dictionary: no panic, groups within the message, faults within the bytes.
#![no_main]

use fixplus_dictionary::dictionary::Dictionary;
use fixplus_dictionary::groups::{GroupIndex, groups_by_delimiter};
use fixplus_dictionary::render::{View, compare, pretty};
use fixplus_dictionary::rules::{BoundRules, Rules};
use fixplus_dictionary::settings::{MissingDelimiter, Settings};
use fixplus_wire::{DataPairs, Index, decode_lenient};
use libfuzzer_sys::fuzz_target;
use std::sync::LazyLock;

static PAIRS: LazyLock<DataPairs> = LazyLock::new(DataPairs::standard);
static KNOWN: LazyLock<Vec<(Dictionary, BoundRules)>> = LazyLock::new(|| {
    let rules = Rules::bundled().unwrap();
    let bound = |version| {
        let dictionary = Dictionary::bundled(version).unwrap();
        let rules = rules.bind(&dictionary);
        (dictionary, rules)
    };
    ["FIX.4.0", "FIX.4.2", "FIX.4.4", "FIX.5.0SP2"].map(bound).into()
});

fn settings(switches: u8) -> Settings {
    let on = |bit: u8| switches >> bit & 1 == 0;
    Settings {
        fields_out_of_order: on(0),
        fields_have_values: on(1),
        user_defined_fields: on(2),
        allow_unknown_msg_fields: !on(3),
        unordered_group_fields: on(4),
        first_field_in_group_is_delimiter: !on(5),
        missing_group_delimiter: if on(6) { MissingDelimiter::Reject15 } else { MissingDelimiter::Accept },
        check_xml: !on(7),
        allow_data_without_length: !on(6),
        required_in_optional_components: !on(7),
        ..Settings::default()
    }
}

fuzz_target!(|input: &[u8]| {
    let [which, switches, bytes @ ..] = input else { return };
    let (dictionary, rules) = &KNOWN[usize::from(*which) % KNOWN.len()];
    let settings = settings(*switches);
    let mut index = Index::new();
    let _ = decode_lenient(bytes, &PAIRS, &mut index);
    let fields = index.fields();

    let plan = dictionary.plan_of(bytes, fields).unwrap_or_else(|| dictionary.headed_only());
    let mut groups = GroupIndex::new();
    groups.build(plan, fields, settings.first_field_in_group_is_delimiter);
    for instance in groups.instances() {
        assert!(instance.count < instance.end && instance.end as usize <= fields.len());
        for entry in groups.entries_of(instance) {
            assert!(instance.count < entry.start && entry.start < entry.end && entry.end <= instance.end);
        }
    }
    if let Some(first) = fields.first() {
        for range in groups_by_delimiter(bytes, fields, 0, first.tag) {
            assert!(range.start < range.end && range.end <= fields.len());
        }
    }

    let mut found = Vec::new();
    dictionary.validate(bytes, fields, &settings, &mut found);
    let first = dictionary.first_fault(bytes, fields, &settings);
    assert_eq!(found.is_empty(), first.is_none(), "{found:?}\n{first:?}");
    rules.check(bytes, fields, &mut groups, &mut found);
    for fault in &found {
        assert!(fault.position.is_none_or(|position| position < fields.len()));
        assert!(fault.offset.is_none_or(|offset| offset <= bytes.len()));
        assert!(!fault.sentence.is_empty());
    }
    let view = View::new(dictionary, bytes, fields);
    assert!(compare(&view, &view, &[]).is_empty());
    let _ = pretty(&view);
});
