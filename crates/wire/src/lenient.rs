//! Everything that can be read of bytes that need not be a message, and what was wrong with them.

use crate::{DecodeError, Index, SOH, decode::Checks};
use fixplus_scan::{DataPairs, Fault, Field, Role, tag_text};

/// Faults kept for one message. What a hostile message has beyond them is counted by nobody.
const FAULTS_MAX: usize = 256;

/// List every field that can be read into `index` and return what was wrong, in the order of the bytes.
///
/// A last field without SOH is kept. A data field without its length, or with a wrong one, ends at the next SOH.
#[must_use]
pub fn decode_lenient(bytes: &[u8], pairs: &DataPairs, index: &mut Index) -> Vec<DecodeError> {
    // The strict pass costs nothing where nothing is wrong, and leaves the index as it must be.
    if crate::decode(bytes, pairs, Checks::ALL, index).is_ok() {
        return Vec::new();
    }
    let mut faults = Vec::new();
    let fields = &mut index.fields;
    fields.clear();
    let mut start = 0usize;
    while start < bytes.len() && start <= fixplus_scan::MAX_FRAME {
        let rest = bytes.get(start..).unwrap_or_default();
        let length = memchr::memchr(SOH, rest).unwrap_or(rest.len());
        let after = fields.last().map_or(0, |field| field.tag);
        let mut end = start + length;
        match tag_text(rest.get(..length).unwrap_or_default()) {
            Ok((tag, text)) => {
                let value = start + text as usize + 1;
                if pairs.role(tag) == Role::Data {
                    match data_end(bytes, pairs, fields, tag, value) {
                        Ok(data_end) => end = data_end,
                        Err(fault) => note(
                            &mut faults,
                            fault.unwrap_or(Fault::NoLength {
                                offset: start,
                                tag,
                                length_tag: pairs.length_of(tag).unwrap_or(0),
                            }),
                        ),
                    }
                }
                fields.push(Field { tag, start: offset(value), end: offset(end) });
            }
            Err(Some(_)) => note(&mut faults, Fault::Tag { offset: start }),
            Err(None) => note(&mut faults, Fault::NoEquals { offset: start, after }),
        }
        if end >= bytes.len() {
            note(&mut faults, Fault::Unterminated { offset: start });
        }
        start = end + 1;
    }
    check(bytes, fields, &mut faults);
    faults.sort_by_key(DecodeError::offset);
    faults
}

fn offset(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

fn note(faults: &mut Vec<DecodeError>, fault: Fault) {
    if faults.len() < FAULTS_MAX {
        faults.push(DecodeError::Field(fault));
    }
}

/// Where the data that begins at `value` ends, by the length field before it. No fault where there is none.
fn data_end(bytes: &[u8], pairs: &DataPairs, fields: &[Field], tag: u32, value: usize) -> Result<usize, Option<Fault>> {
    let length = fields.last().filter(|field| pairs.data_of(field.tag) == Some(tag)).ok_or(None)?;
    let fault = Fault::DataLength { offset: crate::field_offset(bytes, length), tag: length.tag };
    let said = bytes.get(length.start as usize..length.end as usize).and_then(crate::ascii_u64).ok_or(fault)?;
    let end = usize::try_from(said).ok().and_then(|said| value.checked_add(said)).ok_or(fault)?;
    // The last field of a cut line may lack its SOH.
    if end == bytes.len() || bytes.get(end) == Some(&SOH) { Ok(end) } else { Err(Some(fault)) }
}

/// What is wrong with the fields that frame a message, each looked at by itself.
fn check(bytes: &[u8], fields: &[Field], faults: &mut Vec<DecodeError>) {
    let value = |field: &Field| bytes.get(field.start as usize..field.end as usize).unwrap_or_default();
    let begin = |field: &Field| crate::field_offset(bytes, field);
    for (position, expected) in [8, 9, 35].into_iter().enumerate() {
        let found = fields.get(position);
        if found.is_none_or(|field| field.tag != expected) {
            let offset = found.map_or(bytes.len(), begin);
            faults.push(DecodeError::Order { offset, expected, found: found.map_or(0, |field| field.tag) });
            break;
        }
    }
    if let Some(field) = fields.first().filter(|field| field.tag == 8) {
        if !crate::frame::is_begin_string(value(field)) {
            faults.push(DecodeError::BeginString { offset: field.start as usize });
        }
    }
    let trailer = fields.last().filter(|field| field.tag == 10);
    let length = fields.get(1).filter(|field| field.tag == 9);
    let framing: Vec<_> = length.map(|field| (field, 2)).into_iter().chain(trailer.map(|field| (field, 3))).collect();
    faults.extend(crate::decode::padded(bytes, &framing));
    if let Some(field) = fields.iter().take(3).find(|field| field.tag == 9) {
        match (crate::ascii_u64(value(field)), trailer) {
            (None, _) => faults.push(DecodeError::BodyLengthFormat { offset: field.start as usize }),
            (Some(claimed), Some(trailer)) => {
                let counted = (begin(trailer)).saturating_sub(field.end as usize + 1) as u64;
                if claimed != counted {
                    faults.push(DecodeError::BodyLength { offset: field.start as usize, claimed, counted });
                }
            }
            (Some(_), None) => {}
        }
    }
    match trailer {
        None => {
            let found = fields.iter().position(|field| field.tag == 10).and_then(|at| fields.get(at + 1));
            let offset = found.map_or(bytes.len(), begin);
            faults.push(DecodeError::Order { offset, expected: 10, found: found.map_or(0, |field| field.tag) });
        }
        Some(field) => {
            let digits = value(field);
            let claimed = crate::ascii_u64(digits).and_then(|sum| u8::try_from(sum).ok()).filter(|_| digits.len() == 3);
            let summed = fixplus_scan::sum(bytes.get(..begin(field)).unwrap_or_default());
            match claimed {
                None => faults.push(DecodeError::CheckSumFormat { offset: field.start as usize }),
                Some(claimed) if claimed != summed => {
                    faults.push(DecodeError::CheckSum { offset: field.start as usize, claimed, summed });
                }
                Some(_) => {}
            }
        }
    }
}
