//! Fields of a component may stand apart from each other: a message whose components are scattered says the same as one
//! in the order of the dictionary. The messages are those of a public corpus, in the folder that FIXPLUS_SHARED names.
#![allow(clippy::unwrap_used, clippy::panic)]

use std::path::{Path, PathBuf};

use fixplus_dictionary::dictionary::Dictionary;
use fixplus_dictionary::groups::GroupIndex;
use fixplus_dictionary::read;
use fixplus_dictionary::render::{View, compare};
use fixplus_wire::Field;

fn shared() -> Option<PathBuf> {
    let folder = std::env::var_os("FIXPLUS_SHARED").map(PathBuf::from);
    if folder.is_none() {
        let is_required = std::env::var("FIXPLUS_TEST_REQUIRE").as_deref() == Ok("all");
        assert!(!is_required, "FIXPLUS_SHARED is required and not set");
        eprintln!("not run: FIXPLUS_SHARED is not set");
    }
    folder
}

/// The last line of a file of the corpus, and the dictionary that its comments name.
fn message(path: &Path) -> (String, String) {
    let text = std::fs::read_to_string(path).unwrap();
    let named = text.lines().find_map(|line| line.strip_prefix("# dictionary ")).unwrap();
    let line = text.lines().find(|line| line.starts_with("8=")).unwrap();
    (named.split(',').next().unwrap().to_owned(), line.trim_end().to_owned())
}

fn wire(text: &str) -> (Vec<u8>, Vec<Field>) {
    let frame = text.replace('|', "\x01").into_bytes();
    let mut fields = Vec::new();
    let mut start = 0;
    for piece in frame.split_inclusive(|&byte| byte == 1) {
        let equals = piece.iter().position(|&byte| byte == b'=').unwrap();
        let tag = std::str::from_utf8(&piece[..equals]).unwrap().parse().unwrap();
        fields.push(Field { tag, start: (start + equals + 1) as u32, end: (start + piece.len() - 1) as u32 });
        start += piece.len();
    }
    (frame, fields)
}

#[test]
fn a_scattered_message_says_the_same_as_a_canonical_one() {
    let Some(shared) = shared() else { return };
    let load = |name: &str| {
        let path = shared.join("dictionaries/quickfix").join(name);
        read::dictionary(&std::fs::read(&path).unwrap(), name).unwrap_or_else(|errors| panic!("{errors}")).model
    };
    let latest = Dictionary::compile(&load("FIX50SP2.xml"), Some(&load("FIXT11.xml"))).unwrap();
    let fix44 = Dictionary::bundled("FIX.4.4").unwrap();
    let mut cases = 0;
    for case in std::fs::read_dir(shared.join("corpora/fix/jspurefix/corpus")).unwrap() {
        let folder = case.unwrap().path();
        let (named, canonical) = message(&folder.join("canonical.txt"));
        let (_, scattered) = message(&folder.join("scattered.txt"));
        let dictionary = if named == "qf50sp2" { &latest } else { &fix44 };
        assert_ne!(canonical, scattered);
        let (one, other) = (wire(&canonical), wire(&scattered));
        let views = [&one, &other].map(|(frame, fields)| View::new(dictionary, frame, fields));
        let different = compare(&views[0], &views[1], &[9, 10]);
        assert!(different.is_empty(), "{}: {}", folder.display(), different[0]);
        let mut groups = GroupIndex::new();
        groups.build(dictionary.plan_of(&other.0, &other.1).unwrap(), &other.1, false);
        for instance in groups.instances() {
            let count = &other.1[instance.count as usize];
            let declared = std::str::from_utf8(&other.0[count.start as usize..count.end as usize]).unwrap();
            assert_eq!(declared, instance.entry_count.to_string(), "{} {}", folder.display(), count.tag);
        }
        cases += 1;
    }
    assert_eq!(cases, 9);
}
