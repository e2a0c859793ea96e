//! Hostile files cost no more than their size and are refused with a line and a reason.
#![allow(clippy::expect_used, clippy::panic, reason = "tests say what they expect")]

use std::fmt::Write as _;

use fixplus_dictionary::read::{MAX_BYTES, MAX_DEPTH, MAX_FAULTS, Problem, ReadErrors, dictionary};

fn refused(xml: impl AsRef<[u8]>) -> ReadErrors {
    dictionary(xml.as_ref(), "hostile.xml").expect_err("the document is to be refused")
}

fn problem(xml: impl AsRef<[u8]>) -> Problem {
    refused(xml).faults.remove(0).problem
}

#[test]
fn a_document_type_is_refused_whatever_it_defines() {
    let laughs = "<?xml version='1.0'?>\n<!DOCTYPE fix [<!ENTITY a 'ha'><!ENTITY b '&a;&a;&a;'>]>\n<fix>&b;</fix>";
    let outside = "<!DOCTYPE fix SYSTEM 'file:///etc/passwd'><fix major='4' minor='4'/>";
    for xml in [laughs, outside] {
        assert_eq!(problem(xml), Problem::Doctype);
    }
    assert_eq!(refused(laughs).faults[0].line, 2);
}

#[test]
fn an_entity_that_xml_does_not_name_is_refused() {
    for xml in ["<fix major='4' minor='4' type='&lol;'/>", "<fix major='4' minor='4'>&lol;</fix>"] {
        assert!(matches!(problem(xml), Problem::Entity { .. }), "{xml}");
    }
    let fine = "<fix major='&#52;' minor='4'><fields><field number='1' name='A&amp;B' type='STRING'/></fields></fix>";
    let found = dictionary(fine.as_bytes(), "fine.xml").expect("the five entities and characters by number are read");
    assert_eq!((found.model.version.as_str(), found.model.fields[&1].name.as_str()), ("FIX.4.4", "A&B"));
}

#[test]
fn deep_nesting_is_refused_inside_and_outside_of_prose() {
    for element in ["<group>", "<annotation>"] {
        let xml = format!("<fix major='4' minor='4'>{}", element.repeat(100_000));
        assert_eq!(problem(xml), Problem::TooDeep { limit: MAX_DEPTH });
    }
}

#[test]
fn attributes_are_bounded_in_number_and_length() {
    let mut many = "<fix major='4' minor='4'".to_owned();
    (0..1000).for_each(|n| write!(many, " a{n}='1'").expect("a string takes it"));
    assert!(matches!(problem(many + "/>"), Problem::TooManyAttributes { .. }));
    let long = format!("<fix major='4' minor='4' a='{}'/>", "x".repeat(1 << 20));
    assert!(matches!(problem(long), Problem::TagTooLong { .. }));
}

#[test]
fn a_document_that_ends_early_says_which_element_is_open() {
    let xml = "<fix major='4' minor='4'>\n <messages>\n  <message name='Heartbeat' msgtype='0'>";
    for cut in 1..xml.len() {
        refused(&xml[..cut]);
    }
    let errors = refused(xml);
    assert_eq!((errors.faults[0].line, errors.faults[0].name.as_str()), (3, "Heartbeat"));
}

#[test]
fn bytes_that_are_not_utf8_are_refused_with_their_place() {
    let errors = refused(b"<fix major='4'\n minor='4' a='\xff'/>");
    assert_eq!(errors.faults[0].line, 2);
    assert_eq!(errors.faults[0].problem, Problem::NotUtf8 { offset: 29 });
    let latin = "<?xml version='1.0' encoding='ISO-8859-1'?><fix major='4' minor='4' a='\u{e9}'/>";
    assert_eq!(problem(latin), Problem::OtherEncoding { name: "ISO-8859-1".to_owned() });
}

#[test]
fn a_document_above_the_size_limit_is_refused_unread() {
    let xml = vec![b' '; MAX_BYTES + 1];
    assert_eq!(problem(xml), Problem::TooManyBytes { bytes: MAX_BYTES + 1, limit: MAX_BYTES });
}

#[test]
fn faults_are_bounded_and_the_rest_is_counted() {
    let mut xml = "<fix major='4' minor='4'><header>\n".to_owned();
    (0..1000).for_each(|n| writeln!(xml, "<field name='F{n}'/>").expect("a string takes it"));
    let errors = refused(xml + "</header></fix>");
    assert_eq!((errors.faults.len(), errors.more), (MAX_FAULTS, 1000 - MAX_FAULTS));
    assert!(errors.to_string().ends_with("hostile.xml: 800 more faults"));
    assert_eq!(errors.faults[199].line, 201);
}

#[test]
fn components_that_contain_themselves_are_refused_with_the_way_round() {
    let xml = "<fix major='4' minor='4'><components>\n<component name='A'><component name='B'/></component>\n\
               <component name='B'><component name='A'/></component>\n</components></fix>";
    let errors = refused(xml);
    assert_eq!(errors.faults.len(), 1);
    assert_eq!(
        errors.to_string(),
        "hostile.xml: line 2: <component> A: it contains itself: component A > component B > component A"
    );
}

#[test]
fn components_that_multiply_each_other_cost_one_visit_each() {
    let mut xml = "<fix major='4' minor='4'><components><component name='A0'/><component name='B0'/>\n".to_owned();
    for n in 1..40 {
        let parts = format!("<component name='A{0}'/><component name='B{0}'/>", n - 1);
        writeln!(xml, "<component name='A{n}'>{parts}</component><component name='B{n}'>{parts}</component>")
            .expect("a string takes it");
    }
    let found = dictionary((xml + "</components></fix>").as_bytes(), "wide.xml").expect("a lattice has no circle");
    assert_eq!(found.model.components.len(), 80);
}

#[test]
fn other_root_elements_are_refused() {
    assert_eq!(problem("<html/>"), Problem::UnknownFormat);
    assert!(matches!(problem("FIX.4.4"), Problem::Malformed { .. }));
    assert!(matches!(problem(""), Problem::Malformed { .. }));
}
