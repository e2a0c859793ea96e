//! Quirk profiles: what differs from counterparty to counterparty, as data.
//!
//! A profile is a small text, `key = value` a line with `#` comments, and may name a parent whose values it changes.

use crate::config::{EndSeqNo, Quirks, RejectStyle, SECOND};
use fixplus_dictionary::settings::MissingDelimiter;
use std::fmt;

/// The shipped profiles, by name. The first is the default.
const SHIPPED: [(&str, &str); 5] = [
    ("quickfix", include_str!("../profiles/quickfix.profile")),
    ("quickfixj", include_str!("../profiles/quickfixj.profile")),
    ("quickfixn", include_str!("../profiles/quickfixn.profile")),
    ("standard", include_str!("../profiles/standard.profile")),
    ("cme", include_str!("../profiles/cme.profile")),
];

/// A profile whose parents go deeper than this contains itself.
const MAX_DEPTH: usize = 8;

/// The keys of a profile; each can be set for one session too.
pub const KEYS: [&str; 19] = [
    "allow_codes",
    "allow_tags",
    "appl_ver_id_in_business_reject",
    "ask_again_after_serving",
    "begin_string_text",
    "close_after_logout_reply_s",
    "cme_enhanced_resend",
    "echo_reset_seq_num_flag",
    "end_seq_no",
    "gap_fill_poss_dup",
    "heartbeats_while_test_request_pending",
    "ignore_poss_dup_resend_requests",
    "last_processed_in_resend_request",
    "logon_refusal",
    "logout_text",
    "missing_group_delimiter",
    "reject_style",
    "strict_logon",
    "test_request_id",
];

/// What is wrong with a profile.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum ProfileError {
    /// There is no shipped profile of this name.
    Unknown {
        /// The name.
        name: String,
    },
    /// There is no such key.
    Key {
        /// The key.
        key: String,
    },
    /// The key does not take this value.
    Value {
        /// The key.
        key: String,
        /// The value.
        value: String,
        /// What it takes.
        takes: &'static str,
    },
    /// A line is no `key = value`.
    Line {
        /// Counted from 1.
        line: usize,
    },
    /// Its parents go round in a circle.
    Circle,
}

impl fmt::Display for ProfileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unknown { name } => {
                write!(f, "there is no profile {name:?}; shipped are")?;
                let mut between = " ";
                for (name, _) in SHIPPED {
                    write!(f, "{between}{name}")?;
                    between = ", ";
                }
                Ok(())
            }
            Self::Key { key } => write!(f, "{key} is no key of a profile; the keys are {}", KEYS.join(", ")),
            Self::Value { key, value, takes } => write!(f, "{key} takes {takes}; it says {value:?}"),
            Self::Line { line } => write!(f, "line {line} of the profile is no `key = value`"),
            Self::Circle => write!(f, "the parents of the profile go round in a circle"),
        }
    }
}

impl std::error::Error for ProfileError {}

/// What one profile says.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Profile {
    /// How the session differs.
    pub quirks: Quirks,
    /// `missing_group_delimiter`
    pub missing_group_delimiter: MissingDelimiter,
    /// `allow_codes`: fields that may have codes which are not in the dictionary.
    pub allow_codes: Vec<u32>,
    /// `allow_tags`: fields that may stand in messages to which they do not belong.
    pub allow_tags: Vec<u32>,
}

impl Profile {
    /// The names of the shipped profiles.
    pub fn names() -> impl Iterator<Item = &'static str> {
        SHIPPED.iter().map(|(name, _)| *name)
    }

    /// A shipped profile.
    ///
    /// # Errors
    /// There is none of this name.
    pub fn named(name: &str) -> Result<Self, ProfileError> {
        Self::named_within(name, 0)
    }

    /// A profile of a user's own.
    ///
    /// # Errors
    /// A line, key or value that cannot be read, or an unknown parent.
    pub fn read(text: &str) -> Result<Self, ProfileError> {
        Self::read_within(text, 0)
    }

    fn named_within(name: &str, depth: usize) -> Result<Self, ProfileError> {
        if depth > MAX_DEPTH {
            return Err(ProfileError::Circle);
        }
        let found = SHIPPED.iter().find(|(shipped, _)| *shipped == name);
        let (_, text) = found.ok_or_else(|| ProfileError::Unknown { name: name.into() })?;
        Self::read_within(text, depth)
    }

    fn read_within(text: &str, depth: usize) -> Result<Self, ProfileError> {
        let mut profile = Self::default();
        let lines = text.lines().map(str::trim).zip(1..).filter(|(line, _)| !line.is_empty() && !line.starts_with('#'));
        let pairs = lines
            .map(|(text, line)| {
                let (key, value) = text.split_once('=').ok_or(ProfileError::Line { line })?;
                Ok((key.trim(), value.trim()))
            })
            .collect::<Result<Vec<_>, _>>()?;
        // The parent's values come first, wherever the line stands.
        for (_, parent) in pairs.iter().filter(|(key, _)| *key == "parent") {
            profile = Self::named_within(parent, depth + 1)?;
        }
        for (key, value) in pairs.into_iter().filter(|(key, _)| *key != "parent") {
            profile.set(key, value)?;
        }
        Ok(profile)
    }

    /// Set one key.
    ///
    /// # Errors
    /// There is no such key, or it does not take this value.
    pub fn set(&mut self, key: &str, value: &str) -> Result<(), ProfileError> {
        let quirks = &mut self.quirks;
        let wrong = |takes| ProfileError::Value { key: key.into(), value: value.into(), takes };
        let yes = || match value {
            "Y" => Ok(true),
            "N" => Ok(false),
            _ => Err(wrong("Y or N")),
        };
        let second = |first: &str, second: &str, takes| match value {
            _ if value == second => Ok(true),
            _ if value == first => Ok(false),
            _ => Err(wrong(takes)),
        };
        let tags = || {
            let words = value.split([',', ' ']).filter(|word| !word.is_empty() && *word != "none");
            words.map(str::parse).collect::<Result<Vec<u32>, _>>().map_err(|_| wrong("tags with commas between"))
        };
        match key {
            "end_seq_no" => {
                quirks.end_seq_no = match value {
                    "auto" => EndSeqNo::Auto,
                    "zero" => EndSeqNo::Zero,
                    "999999" => EndSeqNo::Nines,
                    "closed" => EndSeqNo::Closed,
                    _ => return Err(wrong("auto, zero, 999999 or closed")),
                }
            }
            "reject_style" => {
                quirks.reject_style = match value {
                    "quickfix" => RejectStyle::Quickfix,
                    "quickfixj" => RejectStyle::Quickfixj,
                    "standard" => RejectStyle::Standard,
                    _ => return Err(wrong("quickfix, quickfixj or standard")),
                }
            }
            "missing_group_delimiter" => {
                self.missing_group_delimiter = match value {
                    "reject_15" => MissingDelimiter::Reject15,
                    "reject_99" => MissingDelimiter::Reject99,
                    "accept" => MissingDelimiter::Accept,
                    _ => return Err(wrong("reject_15, reject_99 or accept")),
                }
            }
            "close_after_logout_reply_s" => {
                let seconds = value.parse::<u16>().map_err(|_| wrong("seconds"))?;
                quirks.close_after_logout_reply_ns = i64::from(seconds) * SECOND;
            }
            "logout_text" => quirks.logout_text_reason = second("none", "reason", "none or reason")?,
            "logon_refusal" => quirks.logon_refusal_logout = second("silent", "logout", "silent or logout")?,
            "begin_string_text" => {
                quirks.begin_string_text_with_value = second("bare", "with_value", "bare or with_value")?;
            }
            "last_processed_in_resend_request" => {
                quirks.last_processed_is_trigger = second("previous", "trigger", "previous or trigger")?;
            }
            "test_request_id" => quirks.unique_test_request_id = second("fixed", "unique", "fixed or unique")?,
            "appl_ver_id_in_business_reject" => quirks.appl_ver_id_in_business_reject = yes()?,
            "ask_again_after_serving" => quirks.ask_again_after_serving = yes()?,
            "echo_reset_seq_num_flag" => quirks.echo_reset_seq_num_flag = yes()?,
            "heartbeats_while_test_request_pending" => quirks.heartbeats_while_test_request_pending = yes()?,
            "cme_enhanced_resend" => quirks.cme_enhanced_resend = yes()?,
            "gap_fill_poss_dup" => quirks.gap_fill_poss_dup = yes()?,
            "ignore_poss_dup_resend_requests" => quirks.ignore_poss_dup_resend_requests = yes()?,
            "strict_logon" => quirks.strict_logon = yes()?,
            "allow_codes" => self.allow_codes = tags()?,
            "allow_tags" => self.allow_tags = tags()?,
            _ => return Err(ProfileError::Key { key: key.into() }),
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_shipped_profile_can_be_read() {
        let read: Vec<_> = Profile::names().map(|name| (name, Profile::named(name))).collect();
        assert_eq!(read.len(), 5);
        assert!(read.iter().all(|(_, profile)| profile.is_ok()), "{read:?}");
    }

    #[test]
    fn the_default_profile_is_what_a_session_has_without_one() {
        assert_eq!(Profile::named("quickfix").unwrap(), Profile::default());
    }

    #[test]
    fn the_default_profile_names_every_key() {
        let (_, text) = SHIPPED[0];
        let named = |key: &&str| text.lines().any(|line| line.split('=').next().unwrap().trim() == *key);
        let missing: Vec<_> = KEYS.iter().filter(|key| !key.starts_with("allow_") && !named(key)).collect();
        assert_eq!(missing, Vec::<&&str>::new());
    }

    #[test]
    fn a_profile_changes_its_parent_wherever_it_names_it() {
        let profile =
            Profile::read("end_seq_no = 999999\n# house\nparent = quickfixj\n\nallow_codes = 150, 39\n").unwrap();
        assert_eq!(profile.quirks.end_seq_no, EndSeqNo::Nines);
        assert_eq!(profile.quirks.reject_style, RejectStyle::Quickfixj);
        assert_eq!(profile.allow_codes, [150, 39]);
        assert_eq!(Profile::read("allow_tags = none").unwrap().allow_tags, Vec::<u32>::new());
    }

    #[test]
    fn every_key_takes_its_values_and_no_other() {
        let values = [
            ("allow_codes", "1 2"),
            ("allow_tags", "9000"),
            ("appl_ver_id_in_business_reject", "Y"),
            ("ask_again_after_serving", "Y"),
            ("begin_string_text", "with_value"),
            ("close_after_logout_reply_s", "10"),
            ("cme_enhanced_resend", "Y"),
            ("echo_reset_seq_num_flag", "N"),
            ("end_seq_no", "zero"),
            ("gap_fill_poss_dup", "N"),
            ("heartbeats_while_test_request_pending", "Y"),
            ("ignore_poss_dup_resend_requests", "Y"),
            ("last_processed_in_resend_request", "trigger"),
            ("logon_refusal", "logout"),
            ("logout_text", "reason"),
            ("missing_group_delimiter", "accept"),
            ("reject_style", "standard"),
            ("strict_logon", "Y"),
            ("test_request_id", "unique"),
        ];
        assert_eq!(values.map(|(key, _)| key), KEYS);
        for (key, value) in values {
            let mut profile = Profile::default();
            profile.set(key, value).unwrap();
            assert_ne!(profile, Profile::default(), "{key}");
            let error = profile.set(key, "maybe").unwrap_err();
            assert!(matches!(&error, ProfileError::Value { value, .. } if value == "maybe"), "{key}");
            assert!(error.to_string().starts_with(&format!("{key} takes ")));
        }
    }

    #[test]
    fn what_cannot_be_read_is_named() {
        for (text, error, words) in [
            ("parent = nobody", ProfileError::Unknown { name: "nobody".into() }, "shipped are quickfix, quickfixj"),
            ("colour = blue", ProfileError::Key { key: "colour".into() }, "colour is no key"),
            ("\nend_seq_no", ProfileError::Line { line: 2 }, "line 2"),
        ] {
            let found = Profile::read(text).unwrap_err();
            assert!(found.to_string().contains(words), "{found}");
            assert_eq!(found, error);
        }
        assert_eq!(Profile::named_within("quickfix", MAX_DEPTH + 1), Err(ProfileError::Circle));
        assert!(ProfileError::Circle.to_string().contains("circle"));
    }
}
