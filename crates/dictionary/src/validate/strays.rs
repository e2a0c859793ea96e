//! The tags of a message that have no place of their own in it, so that one that comes twice is noticed.

use std::collections::HashSet;

// A message with a few agreed fields beyond the dictionary is common and must not allocate.
const FEW: usize = 16;

/// A set of tags that allocates only when it grows large.
#[derive(Debug, Default)]
pub(super) struct Strays {
    few: [u32; FEW],
    len: usize,
    many: Option<HashSet<u32>>,
}

impl Strays {
    /// Put a tag in and say whether it was in already.
    pub(super) fn put(&mut self, tag: u32) -> bool {
        if let Some(many) = &mut self.many {
            return !many.insert(tag);
        }
        if self.few.get(..self.len).is_some_and(|few| few.contains(&tag)) {
            return true;
        }
        match self.few.get_mut(self.len) {
            Some(cell) => {
                *cell = tag;
                self.len += 1;
            }
            None => self.many = Some(self.few.iter().copied().chain([tag]).collect()),
        }
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_is_new_once() {
        let mut strays = Strays::default();
        for tag in 5000..5100 {
            assert!(!strays.put(tag), "{tag}");
        }
        for tag in 5000..5100 {
            assert!(strays.put(tag), "{tag}");
        }
    }
}
