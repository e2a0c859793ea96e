//! MultipleCharValue and MultipleStringValue: several codes in one field, one blank between them.

use super::{Datatype, ValueError};

/// Read a MultipleCharValue such as `1 G B`: its characters.
///
/// # Errors
/// [`ValueError::Format`] if it is empty, a code is longer than one character, or the blanks are not exactly one between two.
pub fn multiple_char(bytes: &[u8]) -> Result<impl Iterator<Item = u8> + '_, ValueError> {
    if is_multiple_char(bytes) {
        Ok(bytes.iter().copied().step_by(2))
    } else {
        Err(ValueError::Format { datatype: Datatype::MultipleCharValue })
    }
}

/// Read a MultipleStringValue (MultipleValueString before FIX 5.0) such as `AV AN A`: its words.
///
/// # Errors
/// [`ValueError::Format`] if it is empty, or the blanks are not exactly one between two words.
pub fn multiple_string(bytes: &[u8]) -> Result<impl Iterator<Item = &[u8]>, ValueError> {
    if is_multiple_string(bytes) {
        Ok(bytes.split(|byte| *byte == b' '))
    } else {
        Err(ValueError::Format { datatype: Datatype::MultipleStringValue })
    }
}

#[inline]
pub(super) fn is_multiple_char(bytes: &[u8]) -> bool {
    bytes.len() % 2 == 1
        && bytes
            .iter()
            .enumerate()
            .all(|(place, byte)| if place % 2 == 0 { !matches!(byte, b' ' | 0x01) } else { *byte == b' ' })
}

#[inline]
pub(super) fn is_multiple_string(bytes: &[u8]) -> bool {
    // A blank must follow something that is no blank, and so must the end.
    let mut after_blank = true;
    for byte in bytes {
        if *byte == 0x01 || (*byte == b' ' && after_blank) {
            return false;
        }
        after_blank = *byte == b' ';
    }
    !after_blank
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn characters_have_one_blank_between_them() {
        assert_eq!(multiple_char(b"1 G B").map(Iterator::collect::<Vec<_>>), Ok(vec![b'1', b'G', b'B']));
        assert_eq!(multiple_char(b"1").map(Iterator::collect::<Vec<_>>), Ok(vec![b'1']));
        for text in ["", "1G", "1  G", " 1", "1 ", " ", "1 GB", "1 \x01"] {
            assert!(multiple_char(text.as_bytes()).is_err(), "{text}");
        }
    }

    #[test]
    fn words_have_one_blank_between_them() {
        let words: Vec<_> = multiple_string(b"AV AN A").unwrap().collect();
        assert_eq!(words, [&b"AV"[..], b"AN", b"A"]);
        for text in ["", "AV  AN", " AV", "AV ", " ", "AV \x01"] {
            assert!(multiple_string(text.as_bytes()).is_err(), "{text}");
        }
    }
}
