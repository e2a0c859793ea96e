//! Where a field stands in a buffer.

/// One field of a frame. Offsets count bytes from the start of the frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[repr(C)]
pub struct Field {
    /// The tag; 0 where the text before `=` is an integer that is no tag (`0`, `-1`), to be read from the bytes.
    pub tag: u32,
    /// The offset of the first byte of the value.
    pub start: u32,
    /// The offset just behind the value, where its SOH stands.
    pub end: u32,
}
