//! One message as the session sees it: the fields of its header found in one pass.

use fixplus_wire::{Field, Section, ascii_u64, section};

/// The types that the session itself acts on; all others are the application's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum MsgKind {
    Heartbeat,
    TestRequest,
    ResendRequest,
    Reject,
    SequenceReset,
    Logout,
    Logon,
    Application,
}

impl MsgKind {
    /// What a MsgType(35) is to the session. XMLnonFIX(n) is treated as an application message.
    pub(crate) fn of(msg_type: &[u8]) -> Self {
        match msg_type {
            b"0" => Self::Heartbeat,
            b"1" => Self::TestRequest,
            b"2" => Self::ResendRequest,
            b"3" => Self::Reject,
            b"4" => Self::SequenceReset,
            b"5" => Self::Logout,
            b"A" => Self::Logon,
            _ => Self::Application,
        }
    }
}

/// The fields that a reply is routed back by, and the field of the reply that each becomes.
pub(crate) const ROUTING: [(u32, u32); 6] = [(115, 128), (116, 129), (128, 115), (129, 116), (144, 145), (145, 144)];

/// The values of the header that decide what becomes of a message.
#[derive(Debug, Clone, Copy, Default)]
struct Header<'f> {
    seq: Option<&'f [u8]>,
    poss_dup: Option<&'f [u8]>,
    poss_resend: Option<&'f [u8]>,
    sender: Option<&'f [u8]>,
    target: Option<&'f [u8]>,
    sending_time: Option<&'f [u8]>,
    orig_sending_time: Option<&'f [u8]>,
}

/// A frame with its fields.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Received<'f> {
    pub(crate) frame: &'f [u8],
    pub(crate) fields: &'f [Field],
    pub(crate) msg_type: &'f [u8],
    pub(crate) kind: MsgKind,
    header: Header<'f>,
}

impl<'f> Received<'f> {
    /// Look at the header. What stands behind the first field of the body is looked at only where the header lacks something.
    pub(crate) fn new(frame: &'f [u8], fields: &'f [Field]) -> Self {
        let mut header = Header::default();
        let mut msg_type: &[u8] = b"";
        for field in fields.iter().skip(2) {
            let value = value_of(frame, field);
            let place = match field.tag {
                35 if msg_type.is_empty() => {
                    msg_type = value;
                    continue;
                }
                34 => &mut header.seq,
                43 => &mut header.poss_dup,
                97 => &mut header.poss_resend,
                49 => &mut header.sender,
                56 => &mut header.target,
                52 => &mut header.sending_time,
                122 => &mut header.orig_sending_time,
                tag if section(tag) == Section::Header => continue,
                _ if header.is_complete() => break,
                _ => continue,
            };
            place.get_or_insert(value);
        }
        Self { frame, fields, msg_type, kind: MsgKind::of(msg_type), header }
    }

    /// The value of the first field with this tag.
    pub(crate) fn value(&self, tag: u32) -> Option<&'f [u8]> {
        self.fields.iter().find(|field| field.tag == tag).map(|field| value_of(self.frame, field))
    }

    /// The value of the first field with this tag, as a number.
    pub(crate) fn number(&self, tag: u32) -> Option<u64> {
        ascii_u64(self.value(tag)?)
    }

    /// The value of the first field with this tag, as text to be shown; characters that could not be are left out.
    pub(crate) fn text(&self, tag: u32) -> Option<String> {
        self.value(tag).map(shown)
    }

    /// BeginString(8).
    pub(crate) fn begin_string(&self) -> &'f [u8] {
        self.fields.first().map(|field| value_of(self.frame, field)).unwrap_or_default()
    }

    /// MsgSeqNum(34), if it is there and a number.
    pub(crate) fn seq(&self) -> Option<u64> {
        ascii_u64(self.header.seq?)
    }

    /// PossDupFlag(43)=Y.
    pub(crate) fn poss_dup(&self) -> bool {
        self.header.poss_dup == Some(b"Y")
    }

    /// PossResend(97)=Y.
    pub(crate) fn poss_resend(&self) -> bool {
        self.header.poss_resend == Some(b"Y")
    }

    /// SenderCompID(49).
    pub(crate) fn sender(&self) -> Option<&'f [u8]> {
        self.header.sender
    }

    /// TargetCompID(56).
    pub(crate) fn target(&self) -> Option<&'f [u8]> {
        self.header.target
    }

    /// SendingTime(52).
    pub(crate) fn sending_time(&self) -> Option<&'f [u8]> {
        self.header.sending_time
    }

    /// OrigSendingTime(122).
    pub(crate) fn orig_sending_time(&self) -> Option<&'f [u8]> {
        self.header.orig_sending_time
    }

    /// SequenceReset(35=4) that is no gap fill: its number means nothing.
    pub(crate) fn is_reset(&self) -> bool {
        self.kind == MsgKind::SequenceReset && self.value(123) != Some(b"Y")
    }

    /// The fields that a reply is routed back by, as they came.
    pub(crate) fn routing(&self) -> impl Iterator<Item = (u32, &'f [u8])> + use<'f> {
        let Self { frame, fields, .. } = *self;
        let header = fields.iter().take_while(|field| section(field.tag) == Section::Header);
        header
            .filter(|field| matches!(field.tag, 115 | 116 | 128 | 129 | 144 | 145))
            .map(move |field| (field.tag, value_of(frame, field)))
    }
}

impl Header<'_> {
    fn is_complete(&self) -> bool {
        self.seq.is_some() && self.sender.is_some() && self.target.is_some() && self.sending_time.is_some()
    }
}

/// The bytes of a field's value.
pub(crate) fn value_of<'f>(frame: &'f [u8], field: &Field) -> &'f [u8] {
    frame.get(field.start as usize..field.end as usize).unwrap_or_default()
}

/// Bytes of a peer as text that can be shown: at most 1,000 characters, none of them a control.
pub(crate) fn shown(value: &[u8]) -> String {
    value.iter().take(1000).map(|&byte| char::from(byte)).filter(|letter| !letter.is_control()).collect()
}
