//! What stands between the fields of a printed message.

use std::fmt;

use crate::SOH;

/// The longest separator that is recognised.
pub(super) const LONGEST: usize = 8;

/// The bytes between two fields: SOH, `|`, `^A`, `<SOH>` or any other, 1 to 8 of them.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Separator {
    bytes: [u8; LONGEST],
    length: u8,
}

impl Separator {
    /// The separator of the wire.
    pub const SOH: Self = Self { bytes: [SOH, 0, 0, 0, 0, 0, 0, 0], length: 1 };

    /// A separator of 1 to 8 bytes; nothing for other lengths.
    #[must_use]
    pub fn new(separator: &[u8]) -> Option<Self> {
        let mut bytes = [0; LONGEST];
        bytes.get_mut(..separator.len())?.copy_from_slice(separator);
        let length = u8::try_from(separator.len()).ok().filter(|length| *length > 0)?;
        Some(Self { bytes, length })
    }

    /// The bytes, as printed.
    #[inline]
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        self.bytes.get(..usize::from(self.length)).unwrap_or_default()
    }

    /// True for the separator of the wire.
    #[inline]
    #[must_use]
    pub fn is_soh(&self) -> bool {
        *self == Self::SOH
    }

    /// The byte, if it is one.
    #[inline]
    pub(super) fn single(&self) -> Option<u8> {
        let [byte, ..] = self.bytes;
        (self.length == 1).then_some(byte)
    }
}

impl Default for Separator {
    fn default() -> Self {
        Self::SOH
    }
}

impl fmt::Display for Separator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_soh() { f.write_str("SOH") } else { write!(f, "{}", self.as_bytes().escape_ascii()) }
    }
}

impl fmt::Debug for Separator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Separator({self})")
    }
}
