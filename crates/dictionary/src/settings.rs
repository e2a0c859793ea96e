//! What a check of a message demands and what it lets pass.
//!
//! The switches are those of session settings files and have their names in snake case, without `Validate`.

/// What becomes of a group entry that does not start with its delimiter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum MissingDelimiter {
    /// Refused with SessionRejectReason(373) = 15.
    #[default]
    Reject15,
    /// Refused with SessionRejectReason(373) = 99, as some engines do.
    Reject99,
    /// Taken as an entry.
    Accept,
}

/// The switches of a check.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// `ValidateFieldsOutOfOrder`: header, body and trailer must not be mixed.
    pub fields_out_of_order: bool,
    /// `ValidateFieldsHaveValues`: a field must have a value. If not, empty values pass unchecked.
    pub fields_have_values: bool,
    /// `ValidateUserDefinedFields`: tags from 5000 must be known and belong to the message.
    pub user_defined_fields: bool,
    /// `AllowUnknownMsgFields`: tags below 5000 need not be known or belong to the message.
    pub allow_unknown_msg_fields: bool,
    /// `AllowUnknownEnumValues`: values are not held against code sets.
    pub allow_unknown_enum_values: bool,
    /// Fields whose values are not held against their code sets.
    pub allow_codes: Vec<u32>,
    /// Tags that need not be known or belong to the message.
    pub allow_tags: Vec<u32>,
    /// `ValidateUnorderedGroupFields`: members of an entry must come in the order of the dictionary.
    pub unordered_group_fields: bool,
    /// `FirstFieldInGroupIsDelimiter`: the first member that comes starts the entries of a group.
    pub first_field_in_group_is_delimiter: bool,
    /// What becomes of an entry without delimiter.
    pub missing_group_delimiter: MissingDelimiter,
    /// A data field may come without the field that holds its length.
    pub allow_data_without_length: bool,
    /// XmlData(213), SecurityXML(1185) and other XML must be well formed.
    pub check_xml: bool,
    /// A component that is optional and in part there must have its required members. Sessions do not ask for it, tools
    /// may.
    pub required_in_optional_components: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            fields_out_of_order: true,
            fields_have_values: true,
            user_defined_fields: true,
            allow_unknown_msg_fields: false,
            allow_unknown_enum_values: false,
            allow_codes: Vec::new(),
            allow_tags: Vec::new(),
            unordered_group_fields: true,
            first_field_in_group_is_delimiter: false,
            missing_group_delimiter: MissingDelimiter::Reject15,
            allow_data_without_length: false,
            check_xml: false,
            required_in_optional_components: false,
        }
    }
}

/// The first tag that is the users' own.
pub const FIRST_USER_TAG: u32 = 5000;

impl Settings {
    /// Whether a field that is unknown or does not belong to the message is let pass.
    #[must_use]
    pub fn lets_stray(&self, tag: u32) -> bool {
        let by_range =
            if tag >= FIRST_USER_TAG { !self.user_defined_fields } else { tag != 0 && self.allow_unknown_msg_fields };
        by_range || self.allow_tags.contains(&tag)
    }

    /// Whether a value outside the code set of this field is let pass.
    #[must_use]
    pub fn lets_code(&self, tag: u32) -> bool {
        self.allow_unknown_enum_values || self.allow_codes.contains(&tag)
    }
}
