//! Which values are secrets, and what is shown in their place.

/// What stands for a secret.
pub const MASK: &str = "***";

/// Whether the value of this field is not to be shown: Password(554), NewPassword(925), EncryptedPassword(1402),
/// EncryptedNewPassword(1404), and RawData(96) of a Logon(35=A), where passwords were sent before they had a field.
#[must_use]
pub fn is_secret(tag: u32, msg_type: &[u8]) -> bool {
    matches!(tag, 554 | 925 | 1402 | 1404) || (tag == 96 && msg_type == b"A")
}
