//! What is exported reads back as it was, as far as the format can say it.
#![allow(clippy::unwrap_used, clippy::panic)]

mod house;

use std::collections::HashSet;
use std::path::PathBuf;

use fixplus_dictionary::diff::{Change, ChangeKind, DiffOptions, Structure, diff};
use fixplus_dictionary::export::{self, ExportError};
use fixplus_dictionary::model::{Member, Model, Presence};
use fixplus_dictionary::read;
use house::{base, component, field, group, may};

const EXPANDED: DiffOptions = DiffOptions { structure: Structure::Expanded };

fn read_back(xml: &str) -> Model {
    match read::dictionary(xml.as_bytes(), "exported.xml") {
        Ok(read) => read.model,
        Err(errors) => panic!("{errors}"),
    }
}

/// The model as Orchestra can say it: sources are the reader's, datatypes in use are listed, fields follow their code
/// sets.
fn as_orchestra_says(model: &Model) -> Model {
    let mut said = model.clone();
    said.sources.clear();
    said.datatypes.clear();
    said
}

fn orchestra_law(model: &Model) {
    let exported = export::orchestra(model).unwrap();
    let back = read_back(&exported);
    let changes = diff(model, &back, DiffOptions::default());
    let wrong: Vec<String> = changes.iter().map(Change::to_string).collect();
    assert_eq!(wrong, Vec::<String>::new(), "{}", model.version);
    let known: HashSet<&str> = back.datatypes.iter().map(|one| one.name.as_str()).collect();
    assert!(model.datatypes.iter().all(|datatype| known.contains(datatype.name.as_str())));
    assert!(as_orchestra_says(&back) == as_orchestra_says(model), "{}", model.version);
    assert_eq!(
        export::orchestra(&Model { sources: model.sources.clone(), ..back }).unwrap(),
        exported,
        "the same bytes again"
    );
}

/// Whether QuickFIX XML can keep what this change tells.
fn lost_in_quickfix(change: &Change, is_transport: bool) -> bool {
    let unsaid = |presence: &Option<String>| {
        presence.as_deref().is_some_and(|said| said.starts_with("constant") || said == "ignored")
    };
    match change.kind {
        ChangeKind::FieldRetyped | ChangeKind::LengthChanged | ChangeKind::CodesOpened => true,
        ChangeKind::PresenceChanged => unsaid(&change.a),
        // A transport leaves the types of messages to the application.
        ChangeKind::CodeRemoved => {
            is_transport && (change.path.starts_with("codes.35.") || change.path.starts_with("codes.372."))
        }
        _ => false,
    }
}

fn quickfix_law(model: &Model) {
    let exported = export::quickfix(model).unwrap();
    let back = read_back(&exported);
    let changes = diff(model, &back, EXPANDED);
    let is_transport = model.version.starts_with("FIXT");
    let wrong: Vec<String> =
        changes.iter().filter(|one| !lost_in_quickfix(one, is_transport)).map(Change::to_string).collect();
    assert_eq!(wrong, Vec::<String>::new(), "{}", model.version);
    assert_eq!(
        export::quickfix(&back).unwrap(),
        export::quickfix(&read_back(&export::quickfix(&back).unwrap())).unwrap()
    );
}

/// The standard's files and the examples, where the folder with them is named.
fn shared_files() -> Vec<PathBuf> {
    let Ok(folder) = std::env::var("FIXPLUS_SHARED") else {
        println!("not run: FIXPLUS_SHARED does not name the folder with the dictionaries");
        return Vec::new();
    };
    let files = |under: &str| std::fs::read_dir(PathBuf::from(&folder).join("dictionaries").join(under)).unwrap();
    let listed = ["quickfix", "orchestra", "orchestra/examples"].into_iter().flat_map(files);
    let mut found: Vec<PathBuf> = listed.map(|entry| entry.unwrap().path()).collect();
    found.retain(|path| path.extension().is_some_and(|extension| extension == "xml"));
    found.sort();
    found
}

fn shared_models() -> impl Iterator<Item = Model> {
    shared_files().into_iter().filter_map(|path| {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        match read::dictionary(&std::fs::read(&path).unwrap(), &name) {
            Ok(read) => Some(read.model),
            // Faulty on purpose, an interfaces file, or the licence: none is a dictionary.
            Err(_)
                if ["repositorywitherrors.xml", "SampleInterfaces.xml", "COPYRIGHT.xml"].contains(&name.as_str()) =>
            {
                None
            }
            Err(errors) => panic!("{errors}"),
        }
    })
}

#[test]
fn orchestra_keeps_all_it_can_say() {
    let mut model = base();
    model.messages[1].members[5].presence = Presence::Constant("0".to_owned());
    model.messages[1].members[4].presence = Presence::Forbidden;
    model.messages[1].members[3].presence = Presence::Ignored;
    model.code_sets[0].codes[0].deprecated = Some("FIX.4.4".to_owned());
    model.code_sets[0].codes[1].name = "Sell <\"&'>".to_owned();
    model.extension_pack = Some(97);
    model.fields.entry(55).and_modify(|field| {
        field.added = Some("FIX.2.7".to_owned());
        field.deprecated = Some("FIX.5.0".to_owned());
    });
    model.fields.entry(54).and_modify(|field| field.union_datatype = Some("int".to_owned()));
    orchestra_law(&model);
}

#[test]
fn quickfix_keeps_the_expanded_structure() {
    quickfix_law(&base());
}

#[test]
fn quickfix_has_no_word_for_some_presences() {
    let mut model = base();
    let presences = [Presence::Forbidden, Presence::Ignored, Presence::Constant("1".to_owned())];
    for (member, presence) in model.messages[1].members[3..].iter_mut().zip(presences) {
        member.presence = presence;
    }
    let back = read_back(&export::quickfix(&model).unwrap());
    let order = &back.message("D").unwrap().members;
    assert!(!order.iter().any(|member| member.kind == field(54)));
    assert!(order.contains(&may(field(60))) && order.contains(&may(field(44))));
}

#[test]
fn a_reference_to_nothing_is_not_exported() {
    let with = |member: Member| {
        let mut model = base();
        model.messages[0].members.push(member);
        model
    };
    let model = with(may(field(9999)));
    assert_eq!(export::quickfix(&model), Err(ExportError::UnknownField { tag: 9999 }));
    let name = "Nothing".to_owned();
    let model = with(may(component(&name)));
    assert_eq!(export::quickfix(&model), Err(ExportError::UnknownComponent { name: name.clone() }));
    assert_eq!(export::orchestra(&model), Err(ExportError::UnknownComponent { name: name.clone() }));
    let model = with(may(group(&name)));
    assert_eq!(export::quickfix(&model), Err(ExportError::UnknownGroup { name: name.clone() }));
    assert_eq!(export::orchestra(&model), Err(ExportError::UnknownGroup { name }));
}

#[test]
fn groups_without_end_are_not_exported() {
    let mut model = base();
    model.groups[0].members.extend([may(group("Parties")), may(group("Parties"))]);
    assert_eq!(export::quickfix(&model), Err(ExportError::TooLarge { group: "Parties".to_owned() }));
}

#[test]
fn every_dictionary_in_use_survives_orchestra() {
    shared_models().for_each(|model| orchestra_law(&model));
}

#[test]
fn every_dictionary_in_use_survives_quickfix() {
    for model in shared_models() {
        match export::quickfix(&model) {
            // The example of a binary protocol: its messages are told apart by other means.
            Err(ExportError::NoMsgType { .. }) => assert!(!model.version.starts_with("FIX"), "{}", model.version),
            _ => quickfix_law(&model),
        }
    }
}

#[test]
fn the_transport_leaves_the_types_of_messages_open_for_the_application() {
    let transport = fixplus_dictionary::dictionary::Dictionary::bundled("FIXT.1.1").unwrap();
    let back = read_back(&export::quickfix(transport.model()).unwrap());
    assert!([35, 372].iter().all(|tag| back.fields[tag].code_set.is_none()));
}
