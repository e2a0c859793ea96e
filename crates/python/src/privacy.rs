//! Values that are never shown: in logs, in `repr`, in error texts.

/// Whether the field's value is hidden wherever a message is shown: Password(554), NewPassword(925), EncryptedPassword(1402),
/// EncryptedNewPassword(1404), and RawData(96), which carries one on a Logon(35=A).
pub(crate) fn is_secret(tag: u32) -> bool {
    matches!(tag, 554 | 925 | 96 | 1402 | 1404)
}
