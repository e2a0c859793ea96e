//! Whether a value is well-formed XML. Nothing is fetched and no entity is expanded.

use quick_xml::Reader;
use quick_xml::events::Event;

// Deeper than any FIXML document by far.
const MAX_DEPTH: usize = 256;

/// See that the bytes are one XML element with all that is in it, and say what is wrong if they are not.
///
/// # Errors
/// The first fault, in words.
pub(crate) fn check(value: &[u8]) -> Result<(), String> {
    let mut reader = Reader::from_reader(value);
    let mut depth = 0usize;
    let mut roots = 0usize;
    loop {
        let offset = reader.buffer_position();
        match reader.read_event().map_err(|error| format!("{error} at byte {}", reader.error_position()))? {
            Event::Eof => break,
            Event::Start(start) => {
                check_attributes(&start, offset)?;
                roots += usize::from(depth == 0);
                depth += 1;
            }
            Event::Empty(start) => {
                check_attributes(&start, offset)?;
                roots += usize::from(depth == 0);
            }
            Event::End(_) => depth = depth.saturating_sub(1),
            Event::Text(text) if depth == 0 && !text.iter().all(u8::is_ascii_whitespace) => {
                return Err(format!("text outside the root element at byte {offset}"));
            }
            Event::DocType(_) => return Err(format!("a document type at byte {offset}, which may define entities")),
            _ => {}
        }
        if depth > MAX_DEPTH {
            return Err(format!("elements nested deeper than {MAX_DEPTH} at byte {offset}"));
        }
    }
    match (depth, roots) {
        (0, 1) => Ok(()),
        (0, 0) => Err("no element".into()),
        (0, _) => Err("more than one root element".into()),
        _ => Err("an element is not closed".into()),
    }
}

fn check_attributes(start: &quick_xml::events::BytesStart<'_>, offset: u64) -> Result<(), String> {
    for attribute in start.attributes() {
        attribute.map_err(|error| format!("{error} in the element at byte {offset}"))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_one_whole_element_is_well_formed() {
        for (text, is_good) in [
            ("<a/>", true),
            ("<?xml version='1.0'?><a b='c'><d>e</d></a>", true),
            ("<a>\u{1}</a>", true),
            ("", false),
            ("text", false),
            ("<a>", false),
            ("<a></b>", false),
            ("<a/><b/>", false),
            ("<a b=c/>", false),
            ("<a b='1' b='2'/>", false),
            ("<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>", false),
        ] {
            assert_eq!(check(text.as_bytes()).is_ok(), is_good, "{text}");
        }
        assert!(check("<a>".repeat(100_000).as_bytes()).is_err());
    }
}
