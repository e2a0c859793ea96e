//! Vector code: where SOH stands and what the bytes sum to.
//!
//! Every function here has a scalar twin in [`crate::scalar`]; a property test holds them against each other.

use crate::{DataPairs, Field, scalar};

#[cfg(target_arch = "x86_64")]
mod fields;

/// The name of the code that runs here.
pub(crate) fn backend() -> &'static str {
    #[cfg(target_arch = "x86_64")]
    if is_x86_feature_detected!("avx2") {
        return "avx2";
    }
    if cfg!(target_arch = "aarch64") { "neon" } else { "scalar" }
}

/// The fields of a frame that is ordinary and the sum of its bytes, where there is code that is quicker than [`list_soh`] and
/// [`crate::tags::read`] together. Nothing says that the frame is bad: it may only have data fields, or long tags.
#[inline]
pub(crate) fn ordinary(frame: &[u8], pairs: &DataPairs, out: &mut Vec<Field>) -> Option<u8> {
    #[cfg(target_arch = "x86_64")]
    if is_x86_feature_detected!("avx2") && is_x86_feature_detected!("bmi1") {
        // SAFETY: the processor has AVX2 and BMI1.
        return unsafe { fields::ordinary(frame, pairs, out) };
    }
    None
}

/// List where SOH stands, as the `end` of otherwise empty fields, and sum the bytes modulo 256.
#[inline]
pub(crate) fn list_soh(frame: &[u8], out: &mut Vec<Field>) -> u8 {
    #[cfg(target_arch = "x86_64")]
    if is_x86_feature_detected!("avx2") && is_x86_feature_detected!("bmi1") {
        // SAFETY: the processor has AVX2 and BMI1.
        return unsafe { avx2::list_soh(frame, out) };
    }
    #[cfg(target_arch = "aarch64")]
    return neon::list_soh(frame, out);
    #[cfg(not(target_arch = "aarch64"))]
    scalar::list_soh(frame, out)
}

/// The sum of all bytes modulo 256.
#[inline]
pub(crate) fn sum(bytes: &[u8]) -> u8 {
    #[cfg(target_arch = "x86_64")]
    if is_x86_feature_detected!("avx2") {
        // SAFETY: the processor has AVX2.
        return unsafe { avx2::sum(bytes) };
    }
    #[cfg(target_arch = "aarch64")]
    return neon::sum(bytes);
    #[cfg(not(target_arch = "aarch64"))]
    scalar::sum(bytes)
}

/// Append one field for each bit of `mask`, in ascending order; bit 0 stands for the byte at `base`.
///
/// # Safety
/// `out` has room for 64 more fields.
#[inline(always)]
#[cfg(any(target_arch = "x86_64", target_arch = "aarch64"))]
unsafe fn append(out: &mut Vec<Field>, mut mask: u64, base: u32) {
    let length = out.len();
    let count = mask.count_ones() as usize;
    // SAFETY: the caller vouches for room for 64 fields behind `length`; at most 64 are written, and those that
    // count are initialised. Up to eight are written whatever the count, so that no branch depends on it.
    unsafe {
        let slot = out.as_mut_ptr().add(length);
        for at in 0..8 {
            slot.add(at).write(Field { tag: 0, start: 0, end: base.wrapping_add(mask.trailing_zeros()) });
            mask &= mask.wrapping_sub(1);
        }
        for at in 8..count.max(8) {
            slot.add(at).write(Field { tag: 0, start: 0, end: base.wrapping_add(mask.trailing_zeros()) });
            mask &= mask.wrapping_sub(1);
        }
        out.set_len(length + count);
    }
}

#[cfg(target_arch = "x86_64")]
mod avx2 {
    use super::append;
    use crate::{Field, SOH};
    use std::arch::x86_64::*;

    /// 32 bytes of zero, then 32 of 0xFF: read at an offset it keeps the last bytes of a block.
    static WINDOW: [u8; 64] = {
        let mut window = [0u8; 64];
        let mut at = 32;
        while at < 64 {
            window[at] = 0xFF;
            at += 1;
        }
        window
    };

    /// The last `left` bytes of `frame` (1 to 31) in the high lanes of a block, zeros before them, and the offset of lane 0.
    ///
    /// # Safety
    /// The processor has AVX2; `frame` has at least 32 bytes.
    #[inline]
    #[target_feature(enable = "avx2")]
    unsafe fn tail(frame: &[u8], left: usize) -> __m256i {
        // SAFETY: the block ends where the frame ends and is no longer than it; the window is read at 0 to 32.
        unsafe {
            let block = _mm256_loadu_si256(frame.as_ptr().add(frame.len() - 32).cast());
            let keep = _mm256_loadu_si256(WINDOW.as_ptr().add(left).cast());
            _mm256_and_si256(block, keep)
        }
    }

    /// The sum of four counts, modulo 256.
    #[inline]
    #[target_feature(enable = "avx2")]
    pub(super) fn total(sums: __m256i) -> u8 {
        let half = _mm_add_epi64(_mm256_castsi256_si128(sums), _mm256_extracti128_si256::<1>(sums));
        let sum = _mm_cvtsi128_si64(half).wrapping_add(_mm_extract_epi64::<1>(half));
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "modulo 256 is what is asked for")]
        let sum = sum as u8;
        sum
    }

    /// # Safety
    /// The processor has AVX2 and BMI1.
    #[target_feature(enable = "avx2,bmi1,bmi2,popcnt,lzcnt")]
    #[expect(clippy::cast_possible_truncation, reason = "frames are under 4 GiB")]
    pub(super) unsafe fn list_soh(frame: &[u8], out: &mut Vec<Field>) -> u8 {
        if frame.len() < 32 {
            return crate::scalar::list_soh(frame, out);
        }
        out.clear();
        let mut sums = _mm256_setzero_si256();
        let mut at = 0usize;
        while at < frame.len() {
            out.reserve(64);
            // SAFETY: the frame has 32 bytes; room was reserved.
            unsafe {
                let mask = block_of_64(frame, at, &mut sums);
                append(out, mask, at as u32);
            }
            at += 64;
        }
        total(sums)
    }

    /// Where SOH stands in the up to 64 bytes from `at`, which are added to `sums`.
    ///
    /// # Safety
    /// The processor has AVX2 and BMI1; `frame` has at least 32 bytes and more than `at`.
    #[inline]
    #[target_feature(enable = "avx2,bmi1,bmi2,popcnt,lzcnt")]
    #[expect(clippy::cast_possible_wrap, clippy::cast_sign_loss, reason = "masks are bits")]
    pub(super) unsafe fn block_of_64(frame: &[u8], at: usize, sums: &mut __m256i) -> u64 {
        let soh = _mm256_set1_epi8(SOH as i8);
        let zero = _mm256_setzero_si256();
        if at + 64 <= frame.len() {
            // SAFETY: both blocks lie inside the frame.
            let (low, high) = unsafe {
                (
                    _mm256_loadu_si256(frame.as_ptr().add(at).cast()),
                    _mm256_loadu_si256(frame.as_ptr().add(at + 32).cast()),
                )
            };
            *sums = _mm256_add_epi64(*sums, _mm256_add_epi64(_mm256_sad_epu8(low, zero), _mm256_sad_epu8(high, zero)));
            let low = _mm256_movemask_epi8(_mm256_cmpeq_epi8(low, soh)) as u32;
            let high = _mm256_movemask_epi8(_mm256_cmpeq_epi8(high, soh)) as u32;
            return u64::from(low) | u64::from(high) << 32;
        }
        // The rest, up to 63 bytes, as one block of 32 where there is one, then the last bytes with what was seen hidden.
        let (mut mask, mut from) = (0u64, at);
        if from + 32 <= frame.len() {
            // SAFETY: the block lies inside the frame.
            let block = unsafe { _mm256_loadu_si256(frame.as_ptr().add(from).cast()) };
            *sums = _mm256_add_epi64(*sums, _mm256_sad_epu8(block, zero));
            mask = u64::from(_mm256_movemask_epi8(_mm256_cmpeq_epi8(block, soh)) as u32);
            from += 32;
        }
        let left = frame.len() - from;
        if left > 0 {
            // SAFETY: the frame has at least 32 bytes.
            let block = unsafe { tail(frame, left) };
            *sums = _mm256_add_epi64(*sums, _mm256_sad_epu8(block, zero));
            let found = _mm256_movemask_epi8(_mm256_cmpeq_epi8(block, soh)) as u32;
            mask |= u64::from(found >> (32 - left)) << (from - at);
        }
        mask
    }

    /// # Safety
    /// The processor has AVX2.
    #[target_feature(enable = "avx2")]
    pub(super) unsafe fn sum(bytes: &[u8]) -> u8 {
        if bytes.len() < 32 {
            return crate::scalar::sum(bytes);
        }
        let zero = _mm256_setzero_si256();
        let mut sums = zero;
        let mut at = 0usize;
        while at + 32 <= bytes.len() {
            // SAFETY: the block lies inside the bytes.
            let block = unsafe { _mm256_loadu_si256(bytes.as_ptr().add(at).cast()) };
            sums = _mm256_add_epi64(sums, _mm256_sad_epu8(block, zero));
            at += 32;
        }
        if at < bytes.len() {
            // SAFETY: there are at least 32 bytes.
            let block = unsafe { tail(bytes, bytes.len() - at) };
            sums = _mm256_add_epi64(sums, _mm256_sad_epu8(block, zero));
        }
        total(sums)
    }
}

// Coverage leaves out what only another processor runs.
#[cfg(not(tarpaulin_include))]
#[cfg(target_arch = "aarch64")]
mod neon {
    use super::append;
    use crate::{Field, SOH};
    use std::arch::aarch64::*;

    /// One bit a byte of 64: whether it is SOH.
    ///
    /// # Safety
    /// 64 bytes can be read at `bytes`.
    #[inline(always)]
    unsafe fn mask_and_sum(bytes: *const u8, sum: &mut u8) -> u64 {
        // SAFETY: the caller vouches for 64 bytes; NEON is part of every aarch64 processor.
        unsafe {
            let soh = vdupq_n_u8(SOH);
            let blocks = [vld1q_u8(bytes), vld1q_u8(bytes.add(16)), vld1q_u8(bytes.add(32)), vld1q_u8(bytes.add(48))];
            let weights: [u8; 16] = [1, 2, 4, 8, 16, 32, 64, 128, 1, 2, 4, 8, 16, 32, 64, 128];
            let weights = vld1q_u8(weights.as_ptr());
            let bits = blocks.map(|block| vandq_u8(vceqq_u8(block, soh), weights));
            let pairs = vpaddq_u8(vpaddq_u8(bits[0], bits[1]), vpaddq_u8(bits[2], bits[3]));
            let mask = vgetq_lane_u64::<0>(vreinterpretq_u64_u8(vpaddq_u8(pairs, pairs)));
            let all = vaddq_u8(vaddq_u8(blocks[0], blocks[1]), vaddq_u8(blocks[2], blocks[3]));
            *sum = sum.wrapping_add(vaddvq_u8(all));
            mask
        }
    }

    #[expect(clippy::cast_possible_truncation, reason = "frames are under 4 GiB")]
    pub(super) fn list_soh(frame: &[u8], out: &mut Vec<Field>) -> u8 {
        out.clear();
        let mut sum = 0u8;
        let mut base = 0usize;
        let mut blocks = frame.chunks_exact(64);
        for block in &mut blocks {
            // SAFETY: the block has 64 bytes.
            let mask = unsafe { mask_and_sum(block.as_ptr(), &mut sum) };
            out.reserve(64);
            // SAFETY: room was reserved.
            unsafe { append(out, mask, base as u32) };
            base += 64;
        }
        let rest = blocks.remainder();
        if !rest.is_empty() {
            let mut last = [0u8; 64];
            last[..rest.len()].copy_from_slice(rest);
            // SAFETY: the block has 64 bytes.
            let mask = unsafe { mask_and_sum(last.as_ptr(), &mut sum) };
            out.reserve(64);
            // SAFETY: room was reserved.
            unsafe { append(out, mask, base as u32) };
        }
        sum
    }

    pub(super) fn sum(bytes: &[u8]) -> u8 {
        let mut sum = 0u8;
        let mut blocks = bytes.chunks_exact(16);
        for block in &mut blocks {
            // SAFETY: the block has 16 bytes.
            sum = sum.wrapping_add(unsafe { vaddvq_u8(vld1q_u8(block.as_ptr())) });
        }
        blocks.remainder().iter().fold(sum, |sum, &byte| sum.wrapping_add(byte))
    }
}
