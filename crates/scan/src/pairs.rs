//! Which fields hold the length of a data field that follows them.

/// The largest tag looked up in the dense table; higher ones are searched.
const DENSE: u32 = 8192;

/// A quick answer to "may this tag have a role?" for tags of up to four digits: not if `near` at bits 2 to 5 of the tag and `far`
/// at bits 6 to 9 have no bit in common.
#[derive(Debug, Clone, Default)]
pub(crate) struct Sieve {
    pub(crate) near: [u8; 16],
    pub(crate) far: [u8; 16],
}

impl Sieve {
    /// Let this tag through.
    fn admit(&mut self, tag: u32) {
        let (near, far) = (tag as usize >> 2 & 15, tag as usize >> 6 & 15);
        let known = self.far.iter().filter(|&&bits| bits != 0).count();
        if let (Some(far), Some(near)) = (self.far.get_mut(far), self.near.get_mut(near)) {
            // Every stretch of 64 tags has a bit of its own, as long as there are eight.
            if *far == 0 {
                *far = 1 << (known % 8);
            }
            *near |= *far;
        }
    }
}

/// What a tag means for the bytes behind it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// An ordinary field, ended by the next SOH.
    Plain,
    /// The value is the number of bytes of the data field that follows.
    Length,
    /// The value may hold SOH; the field before says how long it is.
    Data,
}

/// The pairs of length field and data field of a dictionary.
#[derive(Debug, Clone)]
pub struct DataPairs {
    sieve: Sieve,
    /// 0 plain, 1 length, 2 data, by tag.
    roles: Vec<u8>,
    /// (length, data), ascending by length.
    pairs: Vec<(u32, u32)>,
    /// (data, length), ascending by data.
    partners: Vec<(u32, u32)>,
    /// Whether a tag lies above the dense table.
    spills: bool,
}

impl DataPairs {
    /// The pairs `(length tag, data tag)`.
    #[must_use]
    pub fn new(pairs: &[(u32, u32)]) -> Self {
        let mut by_length = pairs.to_vec();
        by_length.sort_unstable();
        by_length.dedup();
        let mut partners: Vec<(u32, u32)> = by_length.iter().map(|&(length, data)| (data, length)).collect();
        partners.sort_unstable();
        let top = by_length.iter().flat_map(|&(length, data)| [length, data]).filter(|&tag| tag < DENSE).max();
        let mut roles = vec![0u8; top.map_or(0, |tag| tag as usize + 1)];
        let mut spills = false;
        let mut sieve = Sieve::default();
        for &(length, data) in &by_length {
            for (tag, role) in [(length, 1), (data, 2)] {
                sieve.admit(tag);
                match roles.get_mut(tag as usize) {
                    Some(slot) => *slot = role,
                    None => spills = true,
                }
            }
        }
        Self { sieve, roles, pairs: by_length, partners, spills }
    }

    /// The 24 pairs of FIX 4.0 to 5.0 SP2, for bytes whose version is not known. A version that lacks one of them lacks
    /// its tags too.
    #[must_use]
    pub fn standard() -> Self {
        Self::new(&STANDARD)
    }

    /// Lets through every tag that has a role, and some others.
    #[inline]
    pub(crate) fn sieve(&self) -> &Sieve {
        &self.sieve
    }

    /// What this tag means for the bytes behind it.
    #[inline]
    #[must_use]
    pub fn role(&self, tag: u32) -> Role {
        match self.roles.get(tag as usize) {
            Some(0) => Role::Plain,
            Some(1) => Role::Length,
            Some(_) => Role::Data,
            None if self.spills => self.searched_role(tag),
            None => Role::Plain,
        }
    }

    #[cold]
    fn searched_role(&self, tag: u32) -> Role {
        if self.data_of(tag).is_some() {
            Role::Length
        } else if self.length_of(tag).is_some() {
            Role::Data
        } else {
            Role::Plain
        }
    }

    /// The data field whose length this field holds.
    #[must_use]
    pub fn data_of(&self, length: u32) -> Option<u32> {
        let at = self.pairs.binary_search_by_key(&length, |pair| pair.0).ok()?;
        self.pairs.get(at).map(|pair| pair.1)
    }

    /// The field that holds the length of this data field.
    #[must_use]
    pub fn length_of(&self, data: u32) -> Option<u32> {
        let at = self.partners.binary_search_by_key(&data, |pair| pair.0).ok()?;
        self.partners.get(at).map(|pair| pair.1)
    }

    /// The pairs `(length tag, data tag)`, ascending.
    #[must_use]
    pub fn pairs(&self) -> &[(u32, u32)] {
        &self.pairs
    }
}

impl Default for DataPairs {
    fn default() -> Self {
        Self::new(&[])
    }
}

const STANDARD: [(u32, u32); 24] = [
    (90, 91),
    (93, 89),
    (95, 96),
    (212, 213),
    (348, 349),
    (350, 351),
    (352, 353),
    (354, 355),
    (356, 357),
    (358, 359),
    (360, 361),
    (362, 363),
    (364, 365),
    (445, 446),
    (618, 619),
    (621, 622),
    (1184, 1185),
    (1277, 1278),
    (1280, 1281),
    (1282, 1283),
    (1397, 1398),
    (1401, 1402),
    (1403, 1404),
    (1468, 1469),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_standard_pair_is_found_from_both_ends() {
        let pairs = DataPairs::standard();
        assert_eq!(pairs.pairs().len(), 24);
        for (length, data) in STANDARD {
            assert_eq!((pairs.role(length), pairs.role(data)), (Role::Length, Role::Data));
            assert_eq!((pairs.data_of(length), pairs.length_of(data)), (Some(data), Some(length)));
        }
        assert_eq!(pairs.role(55), Role::Plain);
    }

    #[test]
    fn tags_above_the_dense_table_are_found() {
        let pairs = DataPairs::new(&[(43109, 42684), (95, 96)]);
        assert_eq!((pairs.role(43109), pairs.role(42684), pairs.role(43110)), (Role::Length, Role::Data, Role::Plain));
        assert_eq!(pairs.role(u32::MAX), Role::Plain);
    }
}
