//! The datatypes by name, and whether a value is written as one of them asks.

use super::calendar::date_of;
use super::multiple::{is_multiple_char, is_multiple_string};
use super::text::{boolean, char, country, currency, exchange, is_text, language, tenor_parts};
use super::time::time_of_day;
use super::timestamp::date_and_time;
use super::zoned::{date_and_zoned_time, zoned_time};
use super::{ValueError, int, is_decimal, is_int, is_uint, local_mkt_time, month_year, uint};

/// Writes the enum, its names and the list of all from one table.
macro_rules! datatypes {
    ($($variant:ident $name:literal $(| $other:literal)* : $meaning:literal,)*) => {
        /// A datatype of a field, of any version.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[repr(u8)]
        pub enum Datatype {
            $(#[doc = $meaning] $variant,)*
        }

        impl Datatype {
            /// All datatypes.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// The name in the spelling of Orchestra, such as `UTCTimestamp`.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$variant => $name,)*
                }
            }

            /// The datatype of this name, in the spelling of Orchestra (`UTCTimestamp`), of QuickFIX's files
            /// (`UTCTIMESTAMP`) or of the versions that called it otherwise (`TIME`, `QUANTITY`, `MultipleValueString`).
            #[must_use]
            pub fn from_name(name: &str) -> Option<Self> {
                $(
                    if name.eq_ignore_ascii_case($name) $(|| name.eq_ignore_ascii_case($other))* {
                        return Some(Self::$variant);
                    }
                )*
                None
            }
        }
    };
}

datatypes! {
    String "String": "Bytes without SOH.",
    Char "char": "One byte that is not SOH.",
    Int "int": "`-?[0-9]+`.",
    Price "Price": "A decimal; may be negative.",
    Qty "Qty" | "Quantity": "A decimal number of units.",
    Amt "Amt": "A decimal amount of money.",
    Float "float": "A decimal without exponent.",
    PriceOffset "PriceOffset": "A decimal difference between prices.",
    Percentage "Percentage": "A decimal; 0.05 is 5 %.",
    SeqNum "SeqNum": "A sequence number, up to 18446744073709551615.",
    Length "Length": "How many bytes the data field behind it has.",
    NumInGroup "NumInGroup": "How many entries the group behind it has.",
    TagNum "TagNum": "A tag, without leading zeros.",
    DayOfMonth "DayOfMonth": "1 to 31.",
    Boolean "Boolean": "`Y` or `N`.",
    UTCTimestamp "UTCTimestamp" | "Time": "`YYYYMMDD-HH:MM:SS`, optionally with a fraction of up to 12 digits.",
    UTCTimeOnly "UTCTimeOnly": "`HH:MM:SS`, optionally with a fraction of up to 12 digits.",
    UTCDateOnly "UTCDateOnly" | "UTCDate" | "Date": "`YYYYMMDD` in UTC.",
    LocalMktDate "LocalMktDate": "`YYYYMMDD` where the market is.",
    LocalMktTime "LocalMktTime": "`HH:MM:SS` where the market is.",
    TZTimeOnly "TZTimeOnly": "`HH:MM[:SS[.f]]` and the offset from UTC.",
    TZTimestamp "TZTimestamp": "`YYYYMMDD-HH:MM[:SS[.f]]` and the offset from UTC.",
    MonthYear "MonthYear": "`YYYYMM`, `YYYYMMDD` or `YYYYMMwN`.",
    Tenor "Tenor": "`[DMWY][1-9][0-9]*`.",
    MultipleCharValue "MultipleCharValue": "Single characters, one blank between them.",
    MultipleStringValue "MultipleStringValue" | "MultipleValueString": "Words, one blank between them.",
    Country "Country": "Two letters, ISO 3166.",
    Currency "Currency": "Three letters, ISO 4217.",
    Exchange "Exchange": "A market, ISO 10383, or a Reuters code in FIX 4.2 and earlier.",
    Language "Language": "Two letters, ISO 639-1.",
    Data "data": "Any bytes; their number is in the length field before.",
    XMLData "XMLData": "Any bytes that are well-formed XML; their number is in the length field before.",
    Pattern "Pattern": "The base of the types that only join other types; bytes without SOH.",
    Reserved100Plus "Reserved100Plus": "An int from 100, for codes agreed between two parties.",
    Reserved1000Plus "Reserved1000Plus": "An int from 1000, for codes agreed between two parties.",
    Reserved4000Plus "Reserved4000Plus": "An int from 4000, for codes agreed between two parties.",
    XID "XID": "A name within a document.",
    XIDREF "XIDREF": "A reference to an XID.",
}

impl Datatype {
    /// True if the value is written as the datatype asks; if not, the field is refused with SessionRejectReason(373) = 6.
    ///
    /// Only the form counts: a price with a thousand digits passes. Two types are told by the number itself: SeqNum must fit
    /// `u64`, and DayOfMonth a month. XML is not parsed. An empty value passes only where any bytes do; the rule about
    /// fields without a value is not a matter of datatype.
    #[inline]
    #[must_use]
    pub fn accepts(self, value: &[u8]) -> bool {
        match self {
            Self::String | Self::XID | Self::XIDREF | Self::Pattern => is_text(value),
            Self::Data | Self::XMLData => true,
            Self::Char => char(value).is_ok(),
            Self::Boolean => boolean(value).is_ok(),
            Self::Int => is_int(value),
            Self::Float | Self::Qty | Self::Price | Self::PriceOffset | Self::Amt | Self::Percentage => {
                is_decimal(value)
            }
            Self::Length | Self::NumInGroup => is_uint(value),
            Self::SeqNum => uint(value).is_ok(),
            Self::TagNum => is_uint(value) && value.first() != Some(&b'0'),
            Self::DayOfMonth => matches!(uint(value), Ok(1..=31)),
            Self::UTCTimestamp => date_and_time(value).is_some(),
            Self::UTCTimeOnly => time_of_day(value).is_some(),
            Self::UTCDateOnly | Self::LocalMktDate => {
                <[u8; 8]>::try_from(value).is_ok_and(|value| date_of(value).is_some())
            }
            Self::LocalMktTime => local_mkt_time(value).is_ok(),
            Self::TZTimeOnly => zoned_time(value).is_some(),
            Self::TZTimestamp => date_and_zoned_time(value).is_some(),
            Self::MonthYear => month_year(value).is_ok(),
            Self::Tenor => tenor_parts(value).is_some(),
            Self::MultipleCharValue => is_multiple_char(value),
            Self::MultipleStringValue => is_multiple_string(value),
            Self::Country => country(value),
            Self::Currency => currency(value),
            Self::Exchange => exchange(value),
            Self::Language => language(value),
            Self::Reserved100Plus => is_at_least(value, 100),
            Self::Reserved1000Plus => is_at_least(value, 1000),
            Self::Reserved4000Plus => is_at_least(value, 4000),
        }
    }

    /// True for the types whose values may hold SOH: data and XMLData.
    #[inline]
    #[must_use]
    pub const fn is_data(self) -> bool {
        matches!(self, Self::Data | Self::XMLData)
    }
}

fn is_at_least(value: &[u8], least: i64) -> bool {
    match int(value) {
        Ok(number) => number >= least,
        // Well formed, so only its size is at fault; without a minus it is large.
        Err(ValueError::OutOfRange { .. }) => value.first() != Some(&b'-'),
        Err(_) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The forms that the standard allows and refuses, type by type.
    const FORMS: &[(Datatype, &[&str], &[&str])] = &[
        (Datatype::String, &["", "A", "a=b", "caf\u{e9} and more than eight"], &["a\x01b"]),
        (Datatype::Int, &["0", "-5", "007"], &["+5", "5.0", " 5", "--5", "0x5", ""]),
        (Datatype::SeqNum, &["1", "18446744073709551615", "0001"], &["-1", "1e3", "18446744073709551616", ""]),
        (Datatype::Length, &["0", "12", "0012"], &["-1", "1.5", "", "x"]),
        (Datatype::NumInGroup, &["0", "2"], &["x", "-1", ""]),
        (Datatype::TagNum, &["1", "35", "4294967295"], &["0", "035", "-1", ""]),
        (Datatype::DayOfMonth, &["1", "31", "07"], &["0", "32", "-1", ""]),
        (
            Datatype::Float,
            &["23", "23.", ".5", "-.5", "-0.10", "00023.2300"],
            &["+200.00", "1e5", "1,000", ".", "-", "NaN", ""],
        ),
        (Datatype::Qty, &["002000.00", "0.5"], &["1 000"]),
        (Datatype::Price, &["-1.25"], &["1.2.3"]),
        (Datatype::PriceOffset, &["0.01"], &["+0.01"]),
        (Datatype::Amt, &["10"], &["$10"]),
        (Datatype::Percentage, &["0.05"], &["5%"]),
        (Datatype::Char, &["A", "=", " "], &["AB", "", "\x01"]),
        (Datatype::Boolean, &["Y", "N"], &["y", "1", "true", ""]),
        (Datatype::MultipleCharValue, &["1 G B", "1"], &["1G", "1  G", " 1", "1 ", ""]),
        (Datatype::MultipleStringValue, &["AV AN A", "AV"], &["AV  AN", " AV", "AV ", ""]),
        (
            Datatype::UTCTimestamp,
            &[
                "20260302-14:30:00",
                "20260302-14:30:00.1",
                "20161231-23:59:60",
                "20260302-14:30:00.123456789012",
                "99991231-00:00:00",
            ],
            &[
                "20260302 14:30:00",
                "20260302-24:00:00",
                "20260230-00:00:00",
                "2026-03-02T14:30:00Z",
                "20260302-14:30:00.1234567890123",
            ],
        ),
        (Datatype::UTCTimeOnly, &["14:30:00.250", "14:30:00"], &["14:30"]),
        (Datatype::UTCDateOnly, &["20240229"], &["20230229", "2024022"]),
        (Datatype::LocalMktDate, &["20240229"], &["20230229", "20260302-00:00:00"]),
        (Datatype::LocalMktTime, &["14:30:00"], &["14:30", "14:30:00.5"]),
        (Datatype::TZTimeOnly, &["07:39Z", "02:39-05", "13:09:00.1+05:30"], &["07:39", "07:39+5"]),
        (Datatype::TZTimestamp, &["20060901-07:39Z", "20060901-02:39-05:00"], &["20060901-07:39"]),
        (Datatype::MonthYear, &["202603", "20260315", "202603w3"], &["2026", "202613", "202603w6", "202603W3"]),
        (Datatype::Tenor, &["D5", "M18"], &["18M", "M0"]),
        (Datatype::Country, &["US"], &["USA", "1S"]),
        (Datatype::Currency, &["EUR"], &["EU", "E1R"]),
        (Datatype::Exchange, &["XNYS", "N"], &["XNYSE", ""]),
        (Datatype::Language, &["en"], &["eng", "e"]),
        (Datatype::Data, &["", "a\x01b"], &[]),
        (Datatype::XMLData, &["<a/>", "<a>\x01</a>"], &[]),
        (Datatype::Pattern, &["x"], &["\x01"]),
        (
            Datatype::Reserved100Plus,
            &["100", "0100", "99999999999999999999"],
            &["99", "PRE-OPEN", "-100", "-99999999999999999999", ""],
        ),
        (Datatype::Reserved1000Plus, &["1000"], &["999"]),
        (Datatype::Reserved4000Plus, &["4000"], &["3999"]),
        (Datatype::XID, &["a1"], &["a\x01"]),
        (Datatype::XIDREF, &["a1"], &["a\x01"]),
    ];

    #[test]
    fn each_datatype_takes_its_forms_and_no_other() {
        for datatype in Datatype::ALL {
            assert!(FORMS.iter().any(|(tested, ..)| tested == datatype), "{datatype:?} has no line in the table");
        }
        for (datatype, taken, refused) in FORMS {
            for text in *taken {
                assert!(datatype.accepts(text.as_bytes()), "{datatype:?} takes {text:?}");
            }
            for text in *refused {
                assert!(!datatype.accepts(text.as_bytes()), "{datatype:?} refuses {text:?}");
            }
        }
    }

    #[test]
    fn names_are_found_in_every_spelling() {
        for datatype in Datatype::ALL {
            assert_eq!(Datatype::from_name(datatype.name()), Some(*datatype));
            assert_eq!(Datatype::from_name(&datatype.name().to_uppercase()), Some(*datatype));
        }
        for (name, datatype) in [
            ("QUANTITY", Datatype::Qty),
            ("TIME", Datatype::UTCTimestamp),
            ("DATE", Datatype::UTCDateOnly),
            ("UTCDATE", Datatype::UTCDateOnly),
            ("MULTIPLEVALUESTRING", Datatype::MultipleStringValue),
            ("MultipleValueString", Datatype::MultipleStringValue),
        ] {
            assert_eq!(Datatype::from_name(name), Some(datatype), "{name}");
        }
        assert_eq!(Datatype::from_name("u32"), None);
    }
}
