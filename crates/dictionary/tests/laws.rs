//! Laws of groups and checks that hold for any fields.
#![allow(clippy::unwrap_used)]

use fixplus_dictionary::dictionary::Dictionary;
use fixplus_dictionary::groups::{GroupIndex, NO_ENTRY, groups_by_delimiter};
use fixplus_dictionary::render::{Charset, View, compare, from_json, pretty, to_json};
use fixplus_dictionary::rules::Rules;
use fixplus_dictionary::settings::{MissingDelimiter, Settings};
use fixplus_wire::Field;
use proptest::prelude::*;

/// Tags that nest, repeat, belong elsewhere or nowhere.
const TAGS: [u32; 28] = [
    0, 8, 9, 35, 34, 52, 10, 89, 93, 453, 448, 447, 452, 802, 523, 803, 78, 79, 80, 539, 524, 804, 545, 55, 54, 96,
    627, 9999,
];

/// A frame of any fields, with any values, as long as they stand one behind the other.
fn messages() -> impl Strategy<Value = (Vec<u8>, Vec<Field>)> {
    let field = (prop::sample::select(&TAGS[..]), prop::collection::vec(any::<u8>(), 0..4));
    (prop::sample::select(&["D", "8", "A", "X", "?", ""][..]), prop::collection::vec(field, 0..60)).prop_map(
        |(msg_type, pairs)| {
            let mut frame = Vec::new();
            let mut fields = Vec::new();
            let head = [(8, b"FIX.4.4".to_vec()), (9, b"1".to_vec()), (35, msg_type.as_bytes().to_vec())];
            for (tag, value) in head.into_iter().chain(pairs) {
                frame.extend(format!("{tag}=").bytes());
                let start = frame.len() as u32;
                frame.extend(&value);
                fields.push(Field { tag, start, end: frame.len() as u32 });
                frame.push(1);
            }
            (frame, fields)
        },
    )
}

proptest! {
    #[test]
    fn every_field_stands_in_one_scope((frame, fields) in messages(), first in any::<bool>()) {
        let dictionary = Dictionary::bundled("FIX.4.4").unwrap();
        let plan = dictionary.plan_of(&frame, &fields).unwrap_or_else(|| dictionary.headed_only());
        let mut index = GroupIndex::new();
        index.build(plan, &fields, first);
        let mut seen = vec![0; fields.len()];
        let scopes = std::iter::once(None).chain(index.entries().iter().map(Some));
        for at in scopes.flat_map(|scope| index.own_fields(scope, fields.len())) {
            seen[at] += 1;
        }
        prop_assert!(seen.iter().all(|&times| times == 1), "{:?}", seen);
        for instance in index.instances() {
            let mut at = instance.count + 1;
            for entry in index.entries_of(instance) {
                prop_assert_eq!(entry.start, at);
                prop_assert!(entry.end > entry.start);
                at = entry.end;
            }
            prop_assert!(instance.end >= at);
            if instance.parent != NO_ENTRY {
                let parent = index.entries()[instance.parent as usize];
                prop_assert!(parent.start <= instance.count && instance.end <= parent.end);
            }
        }
    }

    #[test]
    fn the_first_fault_is_the_first_of_all_and_nothing_panics(
        (frame, fields) in messages(),
        switches in any::<[bool; 9]>(),
        missing in prop::sample::select(&[MissingDelimiter::Reject15, MissingDelimiter::Reject99, MissingDelimiter::Accept][..]),
    ) {
        let settings = Settings {
            fields_out_of_order: switches[0],
            fields_have_values: switches[1],
            user_defined_fields: switches[2],
            allow_unknown_msg_fields: switches[3],
            unordered_group_fields: switches[4],
            first_field_in_group_is_delimiter: switches[5],
            check_xml: switches[6],
            required_in_optional_components: switches[7],
            allow_data_without_length: switches[8],
            missing_group_delimiter: missing,
            ..Settings::default()
        };
        for version in ["FIX.4.4", "FIX.5.0SP2"] {
            let dictionary = Dictionary::bundled(version).unwrap();
            let mut all = Vec::new();
            dictionary.validate(&frame, &fields, &settings, &mut all);
            let first = dictionary.first_fault(&frame, &fields, &settings);
            prop_assert_eq!(all.first(), first.as_ref());
            for violation in &all {
                prop_assert!(!violation.sentence.is_empty() && !violation.sentence.contains(char::is_control));
                prop_assert!(violation.offset.is_none_or(|offset| offset < frame.len()));
            }
            dictionary.check_rules(&Rules::bundled().unwrap().bind(&dictionary), &frame, &fields, &mut all);
        }
    }

    #[test]
    fn any_message_can_be_shown((frame, fields) in messages()) {
        let dictionary = Dictionary::bundled("FIX.4.4").unwrap();
        let view = View { charset: Charset::Latin1, ..View::new(&dictionary, &frame, &fields) };
        prop_assert!(pretty(&view).lines().count() == fields.len());
        prop_assert!(compare(&view, &view, &[]).is_empty());
        let json = to_json(&view);
        if fields.iter().all(|field| field.tag != 0) {
            prop_assert!(from_json(&dictionary, &json, Charset::Latin1).is_ok(), "{}", json);
        }
    }

    #[test]
    fn splitting_by_delimiter_gives_ranges_in_order((frame, fields) in messages(), count in 0usize..60) {
        let mut at = count + 1;
        for range in groups_by_delimiter(&frame, &fields, count, 448) {
            prop_assert!(range.start >= at && range.end > range.start && range.end <= fields.len());
            prop_assert_eq!(fields[range.start].tag, 448);
            at = range.end;
        }
    }
}
