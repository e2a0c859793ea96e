//! The legal values of a field, laid out so that the usual ones are found without a comparison of text.

use crate::model::CodeSet;

/// The values of one code set.
#[derive(Debug, Clone, Default)]
pub struct CodeTable {
    // One bit for each legal value of one byte: most codes of the standard are such.
    single: [u64; 4],
    // Values of up to seven bytes, packed with their length, sorted; the number is the place in the code set.
    short: Box<[(u64, u16)]>,
    // The rest, sorted.
    long: Box<[(Box<[u8]>, u16)]>,
    len: u16,
}

impl CodeTable {
    /// The table of this code set. Of a value that comes twice the first counts.
    #[must_use]
    pub fn new(set: &CodeSet) -> Self {
        let mut table = Self::default();
        let mut short = Vec::with_capacity(set.codes.len());
        let mut long = Vec::new();
        for (place, code) in (0u16..).zip(&set.codes) {
            let value = code.value.as_bytes();
            if let &[byte] = value
                && let Some(word) = table.single.get_mut(usize::from(byte >> 6))
            {
                *word |= 1 << (byte & 63);
            }
            match pack(value) {
                Some(key) => short.push((key, place)),
                None => long.push((Box::from(value), place)),
            }
            table.len = place.saturating_add(1);
        }
        short.sort();
        short.dedup_by_key(|&mut (key, _)| key);
        long.sort();
        long.dedup_by(|later, first| later.0 == first.0);
        table.short = short.into_boxed_slice();
        table.long = long.into_boxed_slice();
        table
    }

    /// How many codes the set has.
    #[must_use]
    pub fn len(&self) -> usize {
        usize::from(self.len)
    }

    /// Whether the set has no code.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Whether this is one of the values.
    #[inline]
    #[must_use]
    pub fn contains(&self, value: &[u8]) -> bool {
        if let &[byte] = value {
            return self.single.get(usize::from(byte >> 6)).is_some_and(|word| word >> (byte & 63) & 1 == 1);
        }
        self.place(value).is_some()
    }

    /// The place of this value in the code set.
    #[must_use]
    pub fn place(&self, value: &[u8]) -> Option<usize> {
        match pack(value) {
            Some(key) => {
                let at = self.short.binary_search_by_key(&key, |&(other, _)| other).ok()?;
                self.short.get(at).map(|&(_, place)| usize::from(place))
            }
            None => {
                let at = self.long.binary_search_by(|(other, _)| other.as_ref().cmp(value)).ok()?;
                self.long.get(at).map(|&(_, place)| usize::from(place))
            }
        }
    }
}

/// The bytes and their number in one word, if they are at most seven: no two values share a word.
#[inline]
#[must_use]
pub(crate) fn pack(value: &[u8]) -> Option<u64> {
    if value.len() > 7 {
        return None;
    }
    Some(value.iter().fold(value.len() as u64, |key, &byte| key << 8 | u64::from(byte)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Code;

    #[test]
    fn every_code_is_found_at_its_place_and_nothing_else_is() {
        let values = ["1", "Z", "AB", "f ", "SEVENTH", "EIGHTLETTERS", "1234567", "12345678", "é"];
        let codes = values.iter().map(|value| Code { value: (*value).into(), ..Code::default() }).collect();
        let table = CodeTable::new(&CodeSet { name: "Sample".into(), codes, ..CodeSet::default() });
        for (place, value) in values.iter().enumerate() {
            assert!(table.contains(value.as_bytes()), "{value}");
            assert_eq!(table.place(value.as_bytes()), Some(place), "{value}");
        }
        for other in ["", "2", "f", " f", "BA", "EIGHTLETTER", "\0", "A\0"] {
            assert!(!table.contains(other.as_bytes()), "{other:?}");
        }
        assert_eq!(table.len(), values.len());
    }
}
