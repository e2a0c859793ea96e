//! Read the records of one segment one after another, and tell a torn end from a break in the middle.

use std::io;
use std::sync::Arc;

use crate::disk::{DiskFile, read_full_at};
use crate::error::Fault;
use crate::record::{Form, HEAD, Head, LINK, Link, Record, low, next_link};

const PIECE: usize = 256 * 1024;

/// What stands at the place that was read.
#[derive(Debug)]
pub(crate) enum Step<'a> {
    Record { offset: u64, extent: usize, record: Record<'a> },
    End,
    Fault(Fault),
}

/// Reads the records of one segment.
#[derive(Debug)]
pub(crate) struct Scanner {
    file: Arc<dyn DiskFile>,
    form: Form,
    /// Where the next record begins.
    pub(crate) offset: u64,
    /// How many records of the journal stand before it.
    pub(crate) position: u64,
    /// The link before it.
    pub(crate) link: Link,
    /// Whether the links are computed and compared.
    checks_links: bool,
    buffer: Vec<u8>,
    buffered_from: u64,
    /// How much is read ahead.
    piece: usize,
}

impl Scanner {
    pub(crate) fn new(
        file: Arc<dyn DiskFile>,
        form: Form,
        offset: u64,
        position: u64,
        link: Link,
        checks_links: bool,
    ) -> Self {
        let checks_links = checks_links && form.chained;
        Self {
            file,
            form,
            offset,
            position,
            link,
            checks_links,
            buffer: Vec::new(),
            buffered_from: offset,
            piece: PIECE,
        }
    }

    /// Read so many bytes ahead and no more.
    pub(crate) fn ahead(mut self, bytes: u64) -> Self {
        self.piece = usize::try_from(bytes).unwrap_or(PIECE).clamp(HEAD, PIECE);
        self
    }

    /// Forget what was read ahead: the file may have grown.
    pub(crate) fn forget(&mut self) {
        self.buffer.clear();
        self.buffered_from = self.offset;
    }

    /// Have `length` bytes from `self.offset` on in the buffer; `None` where the file ends before.
    fn fill(&mut self, length: usize) -> io::Result<Option<usize>> {
        let skipped = usize::try_from(self.offset.saturating_sub(self.buffered_from)).unwrap_or(usize::MAX);
        let have = self.buffer.len().saturating_sub(skipped);
        if have >= length {
            return Ok(Some(skipped));
        }
        self.buffer.drain(..skipped.min(self.buffer.len()));
        self.buffered_from = self.offset;
        // A length that was read from a broken head must not cost memory that the file cannot fill.
        let left = self.file.length()?.saturating_sub(self.offset);
        let left = usize::try_from(left).unwrap_or(usize::MAX);
        if length > self.piece && left < length {
            return Ok(None);
        }
        let wanted = self.piece.min(left).max(length);
        self.buffer.resize(wanted, 0);
        let rest = self.buffer.get_mut(have..).unwrap_or_default();
        let count = read_full_at(self.file.as_ref(), rest, self.offset.saturating_add(have as u64))?;
        self.buffer.truncate(have.saturating_add(count));
        Ok((self.buffer.len() >= length).then_some(0))
    }

    fn is_at_end(&self) -> bool {
        self.buffer.len() as u64 == self.offset.saturating_sub(self.buffered_from)
    }

    /// Read on by one record.
    pub(crate) fn step(&mut self) -> io::Result<Step<'_>> {
        let Some(at) = self.fill(HEAD)? else {
            return Ok(if self.is_at_end() { Step::End } else { Step::Fault(Fault::Short) });
        };
        let Some(bytes) = self.buffer.get(at..).and_then(|bytes| bytes.first_chunk::<HEAD>()) else {
            return Ok(Step::Fault(Fault::Short));
        };
        let head = match self.form.head(bytes) {
            Ok(head) => head,
            Err(fault) => return Ok(Step::Fault(fault)),
        };
        let extent = self.form.extent(head.length);
        let Some(at) = self.fill(extent)? else {
            return Ok(Step::Fault(Fault::Short));
        };
        let covered = HEAD.saturating_add(head.length);
        let Some(whole) = self.buffer.get(at..at.saturating_add(extent)) else {
            return Ok(Step::Fault(Fault::Short));
        };
        let (body, link) = whole.split_at(covered.min(whole.len()));
        if !self.form.is_sound(&head, body) {
            return Ok(Step::Fault(Fault::Checksum));
        }
        if head.low_position != low(self.position) {
            return Ok(Step::Fault(Fault::Position { expected: self.position, found: self.nearest(&head) }));
        }
        let (head_bytes, payload) = body.split_at(HEAD.min(body.len()));
        if self.form.chained {
            let own: Link = link.try_into().unwrap_or([0; LINK]);
            if self.checks_links && next_link(&self.link, head_bytes, payload) != own {
                return Ok(Step::Fault(Fault::Link));
            }
            self.link = own;
        }
        let offset = self.offset;
        let record =
            Record { position: self.position, kind: head.kind, number: head.number, time_ns: head.time_ns, payload };
        self.offset = offset.saturating_add(extent as u64);
        self.position = self.position.saturating_add(1);
        Ok(Step::Record { offset, extent, record })
    }

    /// The position that a head means, which says only its low half.
    fn nearest(&self, head: &Head) -> u64 {
        let ahead = head.low_position.wrapping_sub(low(self.position)) as i32;
        self.position.saturating_add_signed(i64::from(ahead))
    }

    /// Whether a sound record begins anywhere behind the place where reading stopped.
    ///
    /// A torn write leaves a broken end and nothing behind it; sound records behind say that something else happened.
    pub(crate) fn is_followed(&mut self) -> io::Result<bool> {
        let end = self.file.length()?;
        let (stopped, expected) = (self.offset, self.position);
        let most = end.saturating_sub(stopped) / HEAD as u64;
        self.offset = stopped.saturating_add(1);
        while let Some(at) = self.fill(HEAD)? {
            let Some(bytes) = self.buffer.get(at..).and_then(|bytes| bytes.first_chunk::<HEAD>()) else { break };
            if let Ok(head) = self.form.head(bytes) {
                let ahead = u64::from(head.low_position.wrapping_sub(low(expected)));
                let extent = self.form.extent(head.length);
                let fits = self.offset.saturating_add(extent as u64) <= end;
                if fits && ahead <= most && self.is_sound_here(&head, extent)? {
                    self.offset = stopped;
                    self.forget();
                    return Ok(true);
                }
            }
            self.offset = self.offset.saturating_add(1);
        }
        self.offset = stopped;
        self.forget();
        Ok(false)
    }

    fn is_sound_here(&mut self, head: &Head, extent: usize) -> io::Result<bool> {
        let Some(at) = self.fill(extent)? else { return Ok(false) };
        let covered = at.saturating_add(HEAD).saturating_add(head.length);
        Ok(self.buffer.get(at..covered).is_some_and(|body| self.form.is_sound(head, body)))
    }
}
