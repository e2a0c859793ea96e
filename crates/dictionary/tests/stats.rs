//! The bundled dictionaries hold what the standard's versions hold, to the last code.
#![allow(clippy::expect_used, clippy::panic, reason = "tests say what they expect")]

use fixplus_dictionary::bundled;
use fixplus_dictionary::stats::{Stats, stats};

fn counted(version: &str) -> Stats {
    let model = bundled::model(version).unwrap_or_else(|| panic!("{version} is not bundled"));
    stats(model, bundled::model("FIXT.1.1").filter(|_| version.starts_with("FIX.5")))
}

/// One row: version; messages with those of the session, session messages; fields; coded fields, code sets, codes; pairs;
/// group uses; depth; header and trailer tags.
type Row = (&'static str, [usize; 2], usize, [usize; 3], usize, u64, usize, [usize; 2]);

const ROWS: [Row; 9] = [
    ("FIX.4.0", [27, 7], 138, [39, 39, 235], 358, 6, 1, [18, 3]),
    ("FIX.4.1", [28, 7], 206, [53, 53, 342], 579, 10, 2, [22, 3]),
    ("FIX.4.2", [46, 7], 405, [105, 104, 629], 1_434, 38, 2, [27, 3]),
    ("FIX.4.3", [68, 8], 635, [159, 159, 1_198], 4_019, 167, 3, [31, 3]),
    ("FIX.4.4", [93, 8], 912, [274, 247, 1_726], 12_527, 730, 4, [30, 3]),
    ("FIX.5.0", [101, 8], 1_090, [345, 290, 2_326], 17_108, 1_114, 4, [33, 3]),
    ("FIX.5.0SP1", [113, 8], 1_373, [419, 327, 2_640], 21_011, 1_309, 4, [33, 3]),
    ("FIX.5.0SP2", [116, 8], 1_452, [459, 355, 2_818], 24_103, 1_567, 5, [33, 3]),
    ("FIXT.1.1", [8, 8], 92, [16, 13, 74], 69, 3, 2, [33, 3]),
];

#[test]
fn every_version_holds_what_the_standard_says() {
    for row in ROWS {
        let found = counted(row.0);
        let seen: Row = (
            row.0,
            [found.messages, found.session_messages],
            found.fields,
            [found.coded_fields, found.code_sets, found.codes],
            found.pairs,
            found.group_uses,
            found.depth,
            [found.header_tags, found.trailer_tags],
        );
        assert_eq!(seen, row);
    }
}

#[test]
fn versions_without_session_messages_count_their_own_without_a_transport() {
    for (version, messages) in [("FIX.5.0", 93), ("FIX.5.0SP1", 105), ("FIX.5.0SP2", 116)] {
        let model = bundled::model(version).expect("it is bundled");
        let found = stats(model, None);
        assert_eq!((found.messages, found.header_tags), (messages, 0), "{version}");
        assert_eq!(found.pairs, counted(version).pairs, "{version}");
    }
}

#[test]
fn fix_5_sp2_is_whole() {
    let found = counted("FIX.5.0SP2");
    assert_eq!(found.extension_pack, Some(97));
    assert_eq!((found.lowest_tag, found.highest_tag, found.deprecated_fields), (1, 1617, 34));
    assert_eq!((found.components, found.groups), (29, 147));
    assert_eq!((found.datatypes, found.categories, found.sections), (35, 26, 5));
    assert_eq!((found.field_references, found.group_references, found.component_references), (3_813, 487, 537));
    assert_eq!((found.shared_code_sets, found.union_fields, found.length_pairs), (42, 62, 24));
    assert_eq!((found.largest_body.as_str(), found.largest_body_tags), ("ExecutionReport", 587));
    assert_eq!((found.pairs - found.session_pairs, found.session_pairs), (24_053, 50));
}

#[test]
fn the_extension_pack_of_the_session_layer_is_said() {
    assert_eq!(counted("FIXT.1.1").extension_pack, Some(247));
    assert_eq!(counted("FIX.4.4").extension_pack, None);
}
