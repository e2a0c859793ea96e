//! The standard's datatypes by the names that files use, and which length field belongs to which data field.

use std::sync::LazyLock;

use fixplus_wire::DataPairs;

use crate::model::Field;

/// The names of QuickFIX files and the names of Orchestra.
const QUICKFIX_TYPES: [(&str, &str); 40] = [
    ("AMT", "Amt"),
    ("BOOLEAN", "Boolean"),
    ("CHAR", "char"),
    ("COUNTRY", "Country"),
    ("CURRENCY", "Currency"),
    ("DATA", "data"),
    ("DATE", "UTCDateOnly"),
    ("DAYOFMONTH", "DayOfMonth"),
    ("EXCHANGE", "Exchange"),
    ("FLOAT", "float"),
    ("INT", "int"),
    ("LANGUAGE", "Language"),
    ("LENGTH", "Length"),
    ("LOCALMKTDATE", "LocalMktDate"),
    ("LOCALMKTTIME", "LocalMktTime"),
    ("MONTHYEAR", "MonthYear"),
    ("MULTIPLECHARVALUE", "MultipleCharValue"),
    ("MULTIPLESTRINGVALUE", "MultipleStringValue"),
    ("MULTIPLEVALUESTRING", "MultipleStringValue"),
    ("NUMINGROUP", "NumInGroup"),
    ("PATTERN", "Pattern"),
    ("PERCENTAGE", "Percentage"),
    ("PRICE", "Price"),
    ("PRICEOFFSET", "PriceOffset"),
    ("QTY", "Qty"),
    ("QUANTITY", "Qty"),
    ("SEQNUM", "SeqNum"),
    ("STRING", "String"),
    ("TAGNUM", "TagNum"),
    ("TENOR", "Tenor"),
    ("TIME", "UTCTimestamp"),
    ("TZTIMEONLY", "TZTimeOnly"),
    ("TZTIMESTAMP", "TZTimestamp"),
    ("UTCDATE", "UTCDateOnly"),
    ("UTCDATEONLY", "UTCDateOnly"),
    ("UTCTIMEONLY", "UTCTimeOnly"),
    ("UTCTIMESTAMP", "UTCTimestamp"),
    ("XID", "XID"),
    ("XIDREF", "XIDREF"),
    ("XMLDATA", "XMLData"),
];

/// Names of datatypes in Orchestra files that no QuickFIX name leads to.
const OTHER_TYPES: [&str; 5] =
    ["MultipleValueString", "Reserved1000Plus", "Reserved100Plus", "Reserved4000Plus", "UTCDate"];

/// All pairs of the standard up to FIX 5.0 SP2.
static STANDARD_PAIRS: LazyLock<DataPairs> = LazyLock::new(DataPairs::standard);

/// Orchestra's name for a type of a QuickFIX file. CHAR of FIX 4.0 and 4.1 means any string.
pub(super) fn from_quickfix(name: &str, version: &str) -> Option<&'static str> {
    if name == "CHAR" && matches!(version, "FIX.4.0" | "FIX.4.1") {
        return Some("String");
    }
    QUICKFIX_TYPES.iter().find(|(quickfix, _)| *quickfix == name).map(|(_, orchestra)| *orchestra)
}

/// Whether the standard has a datatype of this name, in Orchestra's spelling.
pub(super) fn is_standard(name: &str) -> bool {
    QUICKFIX_TYPES.iter().any(|(_, orchestra)| *orchestra == name) || OTHER_TYPES.contains(&name)
}

/// Whether a code is a value of the base type, where that can be told at a glance.
pub(super) fn code_fits(value: &str, datatype: &str) -> bool {
    match datatype {
        "char" => value.chars().count() == 1,
        "int" | "NumInGroup" | "SeqNum" | "Length" => value.parse::<i64>().is_ok(),
        "Boolean" => matches!(value, "Y" | "N"),
        "MultipleCharValue" => value.chars().count() == 1,
        "MultipleStringValue" | "MultipleValueString" => !value.contains(' '),
        _ => true,
    }
}

/// The length field of a standard data field, by tag.
pub(super) fn standard_length(data_tag: u32) -> Option<u32> {
    STANDARD_PAIRS.length_of(data_tag)
}

/// The length field of a data field where the file names none: `XLen` or `XLength` for `X`, else the standard's, else the
/// field of type Length just before.
pub(super) fn guess_length<'a>(
    data: &Field,
    by_name: impl Fn(&str) -> Option<&'a Field>,
    by_tag: impl Fn(u32) -> Option<&'a Field>,
) -> Option<u32> {
    ["Len", "Length"]
        .iter()
        .find_map(|ending| by_name(&format!("{}{ending}", data.name)))
        .or_else(|| standard_length(data.tag).and_then(&by_tag))
        .or_else(|| data.tag.checked_sub(1).and_then(&by_tag).filter(|before| before.datatype == "Length"))
        .map(|field| field.tag)
}
