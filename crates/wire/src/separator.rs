//! Messages printed with something else than SOH between their fields.

use crate::SOH;
use fixplus_scan::{DataPairs, Field, Role};

/// The longest separator that is recognised.
const LONGEST: usize = 8;

/// The separator of a printed message: what stands between the value of BeginString(8) and `9=`.
///
/// Nothing where the bytes do not begin `8=`, or no `9=` follows within reach, or SOH ends BodyLength(9): then the message is
/// not printed, but damaged behind BeginString(8), and what stands there may stand in values too.
#[must_use]
pub fn detect(printed: &[u8]) -> Option<&[u8]> {
    let rest = printed.strip_prefix(b"8=")?;
    let length = rest.iter().take(16).position(|byte| !(byte.is_ascii_alphanumeric() || *byte == b'.'))?;
    let rest = rest.get(length..)?;
    // Behind SOH there is nothing to guess: what else stands before `9=` is a field or damage.
    if rest.first() == Some(&SOH) {
        return rest.get(..1);
    }
    let width = rest.windows(2).take(LONGEST + 1).position(|pair| pair == b"9=")?;
    let behind = rest.get(width + 2..)?.iter().find(|byte| !byte.is_ascii_digit());
    rest.get(..width).filter(|separator| !separator.is_empty() && !separator.contains(&SOH) && behind != Some(&SOH))
}

/// The message with SOH in place of every `separator`. An empty separator changes nothing.
#[must_use]
pub fn with_soh(printed: &[u8], separator: &[u8]) -> Vec<u8> {
    match separator {
        [] => printed.to_vec(),
        [one] => printed.iter().map(|&byte| if byte == *one { SOH } else { byte }).collect(),
        several => {
            let mut message = Vec::with_capacity(printed.len());
            let mut from = 0;
            for at in memchr::memmem::find_iter(printed, several) {
                message.extend_from_slice(printed.get(from..at).unwrap_or_default());
                message.push(SOH);
                from = at + several.len();
            }
            message.extend_from_slice(printed.get(from..).unwrap_or_default());
            message
        }
    }
}

/// Give data fields back the bytes that [`with_soh`] took for separators of one byte.
pub fn restore_data(message: &mut [u8], printed: &[u8], fields: &[Field], pairs: &DataPairs) {
    for field in fields {
        if pairs.role(field.tag) == Role::Data {
            let range = field.start as usize..field.end as usize;
            if let (Some(to), Some(from)) = (message.get_mut(range.clone()), printed.get(range)) {
                to.copy_from_slice(from);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_separator_is_what_stands_between_8_and_9() {
        let cases: [(&str, Option<&str>); 12] = [
            ("8=FIX.4.4|9=5|", Some("|")),
            ("8=FIX.4.4^A9=5^A", Some("^A")),
            ("8=FIX.4.4<SOH>9=5<SOH>", Some("<SOH>")),
            ("8=FIX.4.4\\x019=5", Some("\\x01")),
            ("8=FIX.4.4; 9=5", Some("; ")),
            ("8=FIX.4.4 9=5", Some(" ")),
            ("8=FIX.4.49=5", None),
            ("8=FIX.4.4|||||||||9=5", None),
            ("x=FIX.4.4|9=5", None),
            ("8=FIX.4.4\x01109=5", Some("\x01")),
            ("8=FIX.4.4|\x019=5", None),
            ("8=FIX.4.4|9=5\x0135=0\x01", None),
        ];
        for (printed, separator) in cases {
            assert_eq!(detect(printed.as_bytes()), separator.map(str::as_bytes), "{printed}");
        }
    }

    #[test]
    fn separators_become_soh() {
        assert_eq!(with_soh(b"a^Ab^A", b"^A"), b"a\x01b\x01");
        assert_eq!(with_soh(b"a|b|", b"|"), b"a\x01b\x01");
        assert_eq!(with_soh(b"a|b|", b""), b"a|b|");
    }
}
