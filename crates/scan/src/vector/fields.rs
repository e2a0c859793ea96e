//! Fields of an ordinary frame, eight at a time: tags of one to four digits, no data fields, nothing wrong.
//!
//! Whatever is not ordinary is left to the twin, [`crate::tags::read`], which also says what is wrong. So the only promise here is
//! that fields which are returned are those that it would return.

use super::avx2::{block_of_64, total};
use crate::{DataPairs, Field, Role};
use std::arch::x86_64::*;

/// Bytes looked at before their fields are made: what lies between stays on the stack.
const STRETCH: usize = 1024;

/// Where SOH stands: the last of the stretch before, those of this one, and room for eight lanes that count for nothing.
type Ends = [u32; 1 + STRETCH + 64 + 8];

/// List the fields of a frame that is ordinary and sum its bytes. Of any other frame `out` holds nothing of use afterwards.
///
/// # Safety
/// The processor has AVX2 and BMI1.
#[target_feature(enable = "avx2,bmi1,bmi2,popcnt,lzcnt")]
pub(crate) unsafe fn ordinary(frame: &[u8], pairs: &DataPairs, out: &mut Vec<Field>) -> Option<u8> {
    out.clear();
    // Offsets are compared as signed numbers.
    if frame.len() < 64 || frame.len() > i32::MAX as usize {
        return None;
    }
    let mut ends: std::mem::MaybeUninit<Ends> = std::mem::MaybeUninit::uninit();
    let ends = ends.as_mut_ptr().cast::<u32>();
    let mut sums = _mm256_setzero_si256();
    // One more than this is where the first field begins.
    let mut last = u32::MAX;
    let mut from = 0;
    while from < frame.len() {
        let upto = frame.len().min(from + STRETCH);
        // SAFETY: a stretch has at most as many ends as bytes; each block writes at most 64 behind those found.
        let count = unsafe {
            ends.write(last);
            list(frame, from, upto, ends.add(1), &mut sums)
        };
        out.reserve(count + 9);
        // SAFETY: room was reserved; `ends` was written up to eight places behind `count`; the frame has 64 bytes.
        unsafe {
            if !fields(frame, pairs, ends, count, out) {
                return None;
            }
            last = ends.add(count).read();
        }
        from = upto;
    }
    if last as usize + 1 == frame.len() { Some(total(sums)) } else { None }
}

/// Write where SOH stands between `from` and `upto` to `ends`, zeros behind, and return their number.
///
/// # Safety
/// The processor has AVX2 and BMI1; `frame` has 64 bytes; `ends` has room for 72 more than there are bytes.
#[inline]
#[target_feature(enable = "avx2,bmi1,bmi2,popcnt,lzcnt")]
#[expect(clippy::cast_possible_truncation, reason = "frames are under 2 GiB here")]
unsafe fn list(frame: &[u8], from: usize, upto: usize, ends: *mut u32, sums: &mut __m256i) -> usize {
    let mut count = 0;
    let mut at = from;
    while at < upto {
        // SAFETY: the caller's promises; up to eight ends are written whatever their number, so that no branch depends on it.
        unsafe {
            let mut mask = block_of_64(frame, at, sums);
            let found = mask.count_ones() as usize;
            let slot = ends.add(count);
            for number in 0..8 {
                slot.add(number).write((at as u32).wrapping_add(mask.trailing_zeros()));
                mask &= mask.wrapping_sub(1);
            }
            for number in 8..found.max(8) {
                slot.add(number).write((at as u32).wrapping_add(mask.trailing_zeros()));
                mask &= mask.wrapping_sub(1);
            }
            count += found;
        }
        at += 64;
    }
    // SAFETY: the caller vouches for the room.
    unsafe { _mm256_storeu_si256(ends.add(count).cast(), _mm256_setzero_si256()) };
    count
}

/// Append the fields that end at `ends[1..=count]`; `ends[0]` is the end before them. Says whether all are ordinary.
///
/// # Safety
/// The processor has AVX2; `frame` has 4 bytes or more and less than 2^31; `ends` holds `count + 9` numbers; `out` has room for
/// `count + 9` fields.
#[inline]
#[target_feature(enable = "avx2,bmi1,bmi2,popcnt,lzcnt")]
#[expect(clippy::cast_possible_truncation, clippy::cast_possible_wrap, reason = "frames are under 2 GiB here")]
unsafe fn fields(frame: &[u8], pairs: &DataPairs, ends: *const u32, count: usize, out: &mut Vec<Field>) -> bool {
    let one = _mm256_set1_epi32(1);
    let zero = _mm256_setzero_si256();
    let ones = _mm256_set1_epi8(1);
    let lanes = _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7);
    // A four-byte word at this offset or before lies inside the frame.
    let latest = _mm256_set1_epi32(frame.len() as i32 - 4);
    let tens = _mm256_set1_epi16(0x010A);
    let hundreds = _mm256_set1_epi32(0x0001_0064);
    // Byte n of a word goes to byte 4 - n, byte 0 nowhere.
    let mirror = _mm256_setr_epi8(
        -1, 3, 2, 1, -1, 7, 6, 5, -1, 11, 10, 9, -1, 15, 14, 13, -1, 3, 2, 1, -1, 7, 6, 5, -1, 11, 10, 9, -1, 15, 14,
        13,
    );
    let (near, far) = {
        let sieve = pairs.sieve();
        // SAFETY: both have 16 bytes.
        unsafe { (_mm_loadu_si128(sieve.near.as_ptr().cast()), _mm_loadu_si128(sieve.far.as_ptr().cast())) }
    };
    let (near, far) = (_mm256_broadcastsi128_si256(near), _mm256_broadcastsi128_si256(far));
    let (fifteen, low_byte) = (_mm256_set1_epi32(15), _mm256_set1_epi32(0xFF));
    let base = frame.as_ptr();
    let length = out.len();
    let mut odd = zero;
    let mut at = 0;
    while at < count {
        // SAFETY: `ends` holds nine numbers from `at` on.
        let (before, end) =
            unsafe { (_mm256_loadu_si256(ends.add(at).cast()), _mm256_loadu_si256(ends.add(at + 1).cast())) };
        let counts = _mm256_cmpgt_epi32(_mm256_set1_epi32((count - at) as i32), lanes);
        let start = _mm256_add_epi32(before, one);
        // SAFETY: every lane reads four bytes inside the frame.
        let word = unsafe { _mm256_i32gather_epi32::<1>(base.cast(), _mm256_min_epi32(start, latest)) };
        let equals = _mm256_cmpeq_epi8(word, _mm256_set1_epi8(b'=' as i8));
        // The lowest byte of these that is not zero is the first `=`: 1 there, and 0xFF in all bytes of the tag.
        let first = _mm256_and_si256(equals, _mm256_sub_epi32(zero, equals));
        let tag_bytes = _mm256_sub_epi32(first, one);
        let digits = _mm256_and_si256(_mm256_xor_si256(word, _mm256_set1_epi8(b'0' as i8)), tag_bytes);
        let is_long = _mm256_cmpeq_epi32(first, zero);
        // Moved up so that the last digit is in the highest byte, by a product with 256^(4 - digits).
        let factor = _mm256_sub_epi32(_mm256_shuffle_epi8(first, mirror), is_long);
        let aligned = _mm256_mullo_epi32(digits, factor);
        let tag = _mm256_madd_epi16(_mm256_maddubs_epi16(aligned, tens), hundreds);
        let width =
            _mm256_madd_epi16(_mm256_maddubs_epi16(_mm256_and_si256(tag_bytes, ones), ones), _mm256_set1_epi16(1));
        let value = _mm256_add_epi32(_mm256_add_epi32(start, width), one);
        // What is no digit and a tag of 0 are for the twin; so are tags with a role in data pairs, which the sieve lets through.
        let no_digit = _mm256_subs_epu8(digits, _mm256_set1_epi8(9));
        let no_tag = _mm256_cmpeq_epi32(tag, zero);
        let strange = _mm256_or_si256(no_digit, no_tag);
        let near = _mm256_shuffle_epi8(near, _mm256_and_si256(_mm256_srli_epi32::<2>(tag), fifteen));
        let far = _mm256_shuffle_epi8(far, _mm256_and_si256(_mm256_srli_epi32::<6>(tag), fifteen));
        let role = _mm256_and_si256(_mm256_and_si256(near, far), _mm256_and_si256(counts, low_byte));
        let too_late = _mm256_cmpgt_epi32(start, latest);
        odd = _mm256_or_si256(odd, _mm256_and_si256(_mm256_or_si256(strange, too_late), counts));
        let mut long = _mm256_movemask_ps(_mm256_castsi256_ps(_mm256_and_si256(is_long, counts)));
        while long != 0 {
            // SAFETY: the lane counts, so `ends` holds its number.
            let behind = unsafe { ends.add(at + long.trailing_zeros() as usize).read() }.wrapping_add(5) as usize;
            if frame.get(behind) != Some(&b'=') {
                return false;
            }
            long &= long - 1;
        }
        // SAFETY: room for eight fields and one more is there; every store of 16 bytes leaves the first four of the next
        // field to the store behind it.
        unsafe { store(out.as_mut_ptr().add(length + at), tag, value, end) };
        let mut role = _mm256_movemask_ps(_mm256_castsi256_ps(_mm256_cmpgt_epi32(role, zero)));
        while role != 0 {
            // SAFETY: the field was just written.
            let tag = unsafe { (*out.as_ptr().add(length + at + role.trailing_zeros() as usize)).tag };
            if pairs.role(tag) != Role::Plain {
                return false;
            }
            role &= role - 1;
        }
        at += 8;
    }
    // SAFETY: `count` fields were written.
    unsafe { out.set_len(length + count) };
    _mm256_testz_si256(odd, odd) == 1
}

/// Write eight fields.
///
/// # Safety
/// The processor has AVX2; there is room for nine fields at `slot`.
#[inline]
#[target_feature(enable = "avx2")]
unsafe fn store(slot: *mut Field, tag: __m256i, start: __m256i, end: __m256i) {
    let (low, high) = (_mm256_unpacklo_epi32(tag, start), _mm256_unpackhi_epi32(tag, start));
    let (low_end, high_end) = (_mm256_unpacklo_epi32(end, end), _mm256_unpackhi_epi32(end, end));
    let rows = [
        _mm256_unpacklo_epi64(low, low_end),
        _mm256_unpackhi_epi64(low, low_end),
        _mm256_unpacklo_epi64(high, high_end),
        _mm256_unpackhi_epi64(high, high_end),
    ];
    for (lane, row) in rows.into_iter().enumerate() {
        // SAFETY: the caller vouches for the room; a field has three numbers of 32 bits.
        unsafe { _mm_storeu_si128(slot.add(lane).cast(), _mm256_castsi256_si128(row)) };
    }
    for (lane, row) in rows.into_iter().enumerate() {
        // SAFETY: as above.
        unsafe { _mm_storeu_si128(slot.add(4 + lane).cast(), _mm256_extracti128_si256::<1>(row)) };
    }
}
