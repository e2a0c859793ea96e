//! The flat list of a message's fields.

use fixplus_scan::Field;

/// The fields of one frame in the order of the wire. It is filled again and again, so that decoding allocates nothing once
/// it has grown to the size of the largest message.
#[derive(Debug, Clone, Default)]
pub struct Index {
    pub(crate) fields: Vec<Field>,
}

impl Index {
    /// An empty index.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The fields in the order of the wire.
    #[must_use]
    pub fn fields(&self) -> &[Field] {
        &self.fields
    }

    /// The position of the first field with this tag.
    #[must_use]
    pub fn find(&self, tag: u32) -> Option<usize> {
        self.fields.iter().position(|field| field.tag == tag)
    }

    /// The bytes of the value of the first field with this tag.
    #[must_use]
    pub fn value<'a>(&self, frame: &'a [u8], tag: u32) -> Option<&'a [u8]> {
        let field = self.fields.get(self.find(tag)?)?;
        frame.get(field.start as usize..field.end as usize)
    }
}
