//! Which values are secrets, and what is shown in their place. Everything that shows a message asks here.

use std::collections::BTreeSet;
use std::sync::{PoisonError, RwLock};

/// What stands for a secret.
pub const MASK: &str = "***";

/// Password(554), NewPassword(925), EncryptedPassword(1402), EncryptedNewPassword(1404).
pub const SECRETS: [u32; 4] = [554, 925, 1402, 1404];

/// RawData(96), which carried the password of a Logon(35=A) before there was a field for it.
const RAW_DATA: u32 = 96;

/// What the user hides too. It holds for the process, since errors and other texts are made where no settings are at hand; it only
/// grows, so that nothing can show again what was once hidden.
static ADDED: RwLock<BTreeSet<u32>> = RwLock::new(BTreeSet::new());

/// Whether the value of this field of a message of this type is not to be shown.
#[must_use]
pub fn is_secret(tag: u32, msg_type: &[u8]) -> bool {
    SECRETS.contains(&tag)
        || (tag == RAW_DATA && msg_type == b"A")
        || ADDED.read().unwrap_or_else(PoisonError::into_inner).contains(&tag)
}

/// Hide these fields too, in messages of every type.
pub fn hide(tags: impl IntoIterator<Item = u32>) {
    ADDED.write().unwrap_or_else(PoisonError::into_inner).extend(tags);
}

/// The fields that are hidden in messages of every type, ascending.
#[must_use]
pub fn hidden() -> Vec<u32> {
    let added = ADDED.read().unwrap_or_else(PoisonError::into_inner);
    added.iter().copied().chain(SECRETS).collect::<BTreeSet<u32>>().into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_hidden_and_a_user_adds_to_them() {
        for (tag, msg_type, expected) in [
            (554, "A", true),
            (925, "BE", true),
            (1402, "", true),
            (1404, "D", true),
            (96, "A", true),
            (96, "B", false),
        ] {
            assert_eq!(is_secret(tag, msg_type.as_bytes()), expected, "{tag} in {msg_type}");
        }
        assert!(!is_secret(654_321, b"D"));
        hide([654_321]);
        assert!(is_secret(654_321, b"D"));
        assert_eq!(hidden(), [554, 925, 1402, 1404, 654_321]);
    }
}
