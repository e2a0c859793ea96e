//! The floor: the least that a pass over a message can do. It finds every SOH, sums the bytes and notes the tag and the
//! place of the value of every field. Nothing is checked; bytes that are no message give nonsense.
//!
//! This is the measure of `fixplus_scan::index` and no part of the product. It may read up to 64 bytes behind a frame, so
//! frames must lie in a larger buffer.

#[cfg(target_arch = "x86_64")]
pub(crate) use avx2::{Floor, scan_alone};

/// How many bytes behind a frame may be read.
pub(crate) const SLACK: usize = 64;

#[cfg(target_arch = "x86_64")]
mod avx2 {
    use std::arch::x86_64::*;

    /// 32 bytes of 0xFF, then 64 of zero: read at an offset it hides what lies behind the frame.
    static KEEP: [u8; 96] = {
        let mut keep = [0u8; 96];
        let mut at = 0;
        while at < 32 {
            keep[at] = 0xFF;
            at += 1;
        }
        keep
    };

    /// Memory for the fields of the largest message.
    pub(crate) struct Floor {
        ends: Vec<u32>,
        tags: Vec<u32>,
        starts: Vec<u32>,
        count: usize,
    }

    /// # Safety
    /// The processor has AVX2.
    #[inline]
    #[target_feature(enable = "avx2")]
    unsafe fn total(sums: __m256i) -> u8 {
        let half = _mm_add_epi64(_mm256_castsi256_si128(sums), _mm256_extracti128_si256::<1>(sums));
        (_mm_cvtsi128_si64(half).wrapping_add(_mm_extract_epi64::<1>(half))) as u8
    }

    /// The blocks of 64 bytes from `at`: where SOH stands; what lies behind `len` is hidden.
    ///
    /// # Safety
    /// The processor has AVX2; 64 bytes can be read at `bytes + at`.
    #[inline]
    #[target_feature(enable = "avx2")]
    unsafe fn block(bytes: *const u8, at: usize, len: usize, sums: &mut __m256i) -> u64 {
        let (soh, zero) = (_mm256_set1_epi8(1), _mm256_setzero_si256());
        // SAFETY: the caller vouches for the bytes; the mask is read at 0 to 64.
        let (mut low, mut high) =
            unsafe { (_mm256_loadu_si256(bytes.add(at).cast()), _mm256_loadu_si256(bytes.add(at + 32).cast())) };
        if at + 64 > len {
            let left = len - at;
            // SAFETY: both offsets are 0 to 64 in an array of 96.
            unsafe {
                let (first, second) = (32 - left.min(32), 32 - left.saturating_sub(32));
                low = _mm256_and_si256(low, _mm256_loadu_si256(KEEP.as_ptr().add(first).cast()));
                high = _mm256_and_si256(high, _mm256_loadu_si256(KEEP.as_ptr().add(second).cast()));
            }
        }
        *sums = _mm256_add_epi64(*sums, _mm256_add_epi64(_mm256_sad_epu8(low, zero), _mm256_sad_epu8(high, zero)));
        let low = _mm256_movemask_epi8(_mm256_cmpeq_epi8(low, soh)) as u32;
        let high = _mm256_movemask_epi8(_mm256_cmpeq_epi8(high, soh)) as u32;
        u64::from(low) | u64::from(high) << 32
    }

    /// Find every SOH and sum the bytes, and no more.
    #[inline(never)]
    pub(crate) fn scan_alone(frame: &[u8], masks: &mut [u64; 1024]) -> u8 {
        // SAFETY: benchmarks start only where AVX2 is; frames of at most 64 KiB lie in a larger buffer.
        unsafe { scan_masks(frame, masks) }
    }

    #[target_feature(enable = "avx2,bmi1,bmi2,popcnt,lzcnt")]
    unsafe fn scan_masks(frame: &[u8], masks: &mut [u64; 1024]) -> u8 {
        let mut sums = _mm256_setzero_si256();
        let mut at = 0;
        let mut slot = masks.as_mut_ptr();
        while at < frame.len() {
            // SAFETY: as `scan_alone` says.
            unsafe {
                *slot = block(frame.as_ptr(), at, frame.len(), &mut sums);
                slot = slot.add(1);
            }
            at += 64;
        }
        // SAFETY: AVX2 is there.
        unsafe { total(sums) }
    }

    impl Floor {
        pub(crate) fn new() -> Self {
            Self { ends: vec![u32::MAX; 8192], tags: vec![0; 8192], starts: vec![0; 8192], count: 0 }
        }

        /// The tags and places that the last pass noted.
        #[cfg(test)]
        pub(crate) fn places(&self) -> Vec<(u32, u32)> {
            self.tags.iter().copied().zip(self.starts.iter().copied()).take(self.count).collect()
        }

        /// How many fields the last pass noted.
        pub(crate) fn count(&self) -> usize {
            self.count
        }

        /// Find every SOH, sum the bytes, note tag and place of every field.
        #[inline(never)]
        pub(crate) fn pass(&mut self, frame: &[u8]) -> u8 {
            // SAFETY: benchmarks start only where AVX2 is; frames have less than 8,000 fields and lie in a larger buffer.
            unsafe { self.pass_avx2(frame) }
        }

        #[target_feature(enable = "avx2,bmi1,bmi2,popcnt,lzcnt")]
        unsafe fn pass_avx2(&mut self, frame: &[u8]) -> u8 {
            let bytes = frame.as_ptr();
            let mut sums = _mm256_setzero_si256();
            // The first stays: it is the end before the first field.
            let mut ends = unsafe { self.ends.as_mut_ptr().add(1) };
            let mut at = 0;
            while at < frame.len() {
                // SAFETY: as `pass` says; eight ends are written whatever their number, more where there are more.
                unsafe {
                    let mut mask = block(bytes, at, frame.len(), &mut sums);
                    let found = mask.count_ones() as usize;
                    for number in 0..8 {
                        *ends.add(number) = at as u32 + mask.trailing_zeros();
                        mask &= mask.wrapping_sub(1);
                    }
                    for number in 8..found.max(8) {
                        *ends.add(number) = at as u32 + mask.trailing_zeros();
                        mask &= mask.wrapping_sub(1);
                    }
                    ends = ends.add(found);
                }
                at += 64;
            }
            // SAFETY: `ends` was moved on within its vector, which begins with the end before the first field; lanes behind the
            // last field read within the slack, and their results are not counted.
            unsafe {
                let first = self.ends.as_ptr();
                let count = ends.offset_from(first) as usize - 1;
                let (zero, one) = (_mm256_setzero_si256(), _mm256_set1_epi32(1));
                let mirror = _mm256_setr_epi8(
                    -1, 3, 2, 1, -1, 7, 6, 5, -1, 11, 10, 9, -1, 15, 14, 13, -1, 3, 2, 1, -1, 7, 6, 5, -1, 11, 10, 9,
                    -1, 15, 14, 13,
                );
                let mut at = 0;
                while at < count {
                    let start = _mm256_add_epi32(_mm256_loadu_si256(first.add(at).cast()), one);
                    // Tags of at most four digits: where none of four bytes is `=`, the fifth is.
                    let word = _mm256_i32gather_epi32::<1>(bytes.cast(), start);
                    let equals = _mm256_cmpeq_epi8(word, _mm256_set1_epi8(b'=' as i8));
                    let found = _mm256_and_si256(equals, _mm256_sub_epi32(zero, equals));
                    let tag_bytes = _mm256_sub_epi32(found, one);
                    let digits = _mm256_and_si256(word, _mm256_and_si256(tag_bytes, _mm256_set1_epi8(0x0F)));
                    let factor = _mm256_sub_epi32(_mm256_shuffle_epi8(found, mirror), _mm256_cmpeq_epi32(found, zero));
                    let aligned = _mm256_mullo_epi32(digits, factor);
                    let pairs = _mm256_maddubs_epi16(aligned, _mm256_set1_epi16(0x010A));
                    let tag = _mm256_madd_epi16(pairs, _mm256_set1_epi32(0x0001_0064));
                    let bits = _mm256_and_si256(tag_bytes, _mm256_set1_epi8(1));
                    let width =
                        _mm256_madd_epi16(_mm256_maddubs_epi16(bits, _mm256_set1_epi8(1)), _mm256_set1_epi16(1));
                    _mm256_storeu_si256(self.tags.as_mut_ptr().add(at).cast(), tag);
                    let value = _mm256_add_epi32(_mm256_add_epi32(start, width), one);
                    _mm256_storeu_si256(self.starts.as_mut_ptr().add(at).cast(), value);
                    at += 8;
                }
                self.count = count;
                total(sums)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Floor, scan_alone};
    use crate::messages::{Frames, KINDS, VARIED};
    use fixplus_wire::DataPairs;

    #[test]
    fn the_floor_finds_what_the_index_finds() {
        let (pairs, mut floor, mut fields) = (DataPairs::standard(), Floor::new(), Vec::new());
        for kind in KINDS {
            for frame in Frames::varied(kind).endless().take(VARIED) {
                let sum = fixplus_scan::index(frame, &pairs, &mut fields).unwrap();
                assert_eq!(floor.pass(frame), sum);
                assert_eq!(scan_alone(frame, &mut [0; 1024]), sum);
                let found = floor.places();
                let known: Vec<_> = fields.iter().map(|field| (field.tag, field.start)).collect();
                assert_eq!(found, known);
            }
        }
    }
}
