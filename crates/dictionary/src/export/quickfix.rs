//! QuickFIX XML.

use super::names::{self, ExportError};
use super::xml::Xml;
use crate::model::{Field, Member, MemberKind, Model, Presence};

/// Groups deeper than this hold themselves: FIX Latest nests seven.
const DEEPEST: usize = 32;
/// The standard's largest file has under 10,000 members with all groups written out.
const MOST_MEMBERS: usize = 2_000_000;

/// The types that engines know by name, and their names in Orchestra's spelling.
const TYPES: [(&str, &str); 33] = [
    ("int", "INT"),
    ("Length", "LENGTH"),
    ("NumInGroup", "NUMINGROUP"),
    ("SeqNum", "SEQNUM"),
    ("TagNum", "TAGNUM"),
    ("DayOfMonth", "DAYOFMONTH"),
    ("float", "FLOAT"),
    ("Qty", "QTY"),
    ("Price", "PRICE"),
    ("PriceOffset", "PRICEOFFSET"),
    ("Amt", "AMT"),
    ("Percentage", "PERCENTAGE"),
    ("char", "CHAR"),
    ("Boolean", "BOOLEAN"),
    ("String", "STRING"),
    ("MultipleCharValue", "MULTIPLECHARVALUE"),
    ("MultipleStringValue", "MULTIPLESTRINGVALUE"),
    ("MultipleValueString", "MULTIPLEVALUESTRING"),
    ("Country", "COUNTRY"),
    ("Currency", "CURRENCY"),
    ("Exchange", "EXCHANGE"),
    ("Language", "LANGUAGE"),
    ("MonthYear", "MONTHYEAR"),
    ("UTCTimestamp", "UTCTIMESTAMP"),
    ("UTCTimeOnly", "UTCTIMEONLY"),
    ("UTCDateOnly", "UTCDATEONLY"),
    ("UTCDate", "UTCDATE"),
    ("LocalMktDate", "LOCALMKTDATE"),
    ("LocalMktTime", "LOCALMKTTIME"),
    ("TZTimeOnly", "TZTIMEONLY"),
    ("TZTimestamp", "TZTIMESTAMP"),
    ("data", "DATA"),
    ("XMLData", "XMLDATA"),
];

/// The model as QuickFIX XML, for engines that read this format.
///
/// Groups stand where they are used and are named by their count field; a group that nothing refers to is not written.
/// The format cannot say all: forbidden members are left out, ignored and constant ones are optional; a code set that
/// serves several fields is written in each; a field with a second datatype beside its codes takes any value
/// (`allowOtherValues`); a datatype that engines do not know becomes the one it narrows, in the end STRING. A version
/// that is no number, such as `FIX.Latest`, is written as FIX 5.0 SP2. MsgType(35) and RefMsgType(372) of FIXT have no values:
/// engines hold the application's messages against them too.
///
/// # Errors
///
/// A reference to nothing, a message without MsgType(35), and groups without end.
pub fn quickfix(model: &Model) -> Result<String, ExportError> {
    let mut file = File { model, xml: Xml::new(), members: 0 };
    let [kind, major, minor, service_pack] = version(&model.version);
    let pack = model.extension_pack.map(|pack| pack.to_string());
    file.xml.begin(
        "fix",
        &[
            ("type", Some(kind)),
            ("major", Some(major)),
            ("minor", Some(minor)),
            ("servicepack", Some(service_pack)),
            ("extensionpack", pack.as_deref()),
        ],
    );
    file.list("header", &[], &model.header)?;
    file.xml.begin("messages", &[]);
    for message in &model.messages {
        if message.msg_type.is_empty() {
            return Err(ExportError::NoMsgType { message: message.name.clone() });
        }
        let category = if message.is_session() { "admin" } else { "app" };
        let attributes = [
            ("name", Some(message.name.as_str())),
            ("msgtype", Some(message.msg_type.as_str())),
            ("msgcat", Some(category)),
        ];
        file.list("message", &attributes, &message.members)?;
    }
    file.xml.end();
    file.list("trailer", &[], &model.trailer)?;
    file.xml.begin("components", &[]);
    for component in &model.components {
        file.list("component", &[("name", Some(component.name.as_str()))], &component.members)?;
    }
    file.xml.end();
    file.xml.begin("fields", &[]);
    for field in model.fields.values() {
        file.field(field);
    }
    Ok(file.xml.finish())
}

struct File<'a> {
    model: &'a Model,
    xml: Xml,
    members: usize,
}

impl<'a> File<'a> {
    fn list(
        &mut self,
        element: &'static str,
        attributes: &[(&str, Option<&str>)],
        members: &'a [Member],
    ) -> Result<(), ExportError> {
        if members.is_empty() {
            self.xml.empty(element, attributes);
            return Ok(());
        }
        self.xml.begin(element, attributes);
        self.write_members(members, 0)?;
        self.xml.end();
        Ok(())
    }

    fn write_members(&mut self, members: &'a [Member], depth: usize) -> Result<(), ExportError> {
        for member in members.iter().filter(|member| member.presence != Presence::Forbidden) {
            self.members += 1;
            let required = Some(if member.presence == Presence::Required { "Y" } else { "N" });
            match &member.kind {
                MemberKind::Field(tag) => {
                    let name = names::field(self.model, *tag)?.name.as_str();
                    self.xml.empty("field", &[("name", Some(name)), ("required", required)]);
                }
                MemberKind::Component(name) => {
                    names::component(self.model, name)?;
                    self.xml.empty("component", &[("name", Some(name)), ("required", required)]);
                }
                MemberKind::Group(name) => {
                    let group = names::group(self.model, name)?;
                    if depth == DEEPEST || self.members > MOST_MEMBERS {
                        return Err(ExportError::TooLarge { group: name.clone() });
                    }
                    let count = names::field(self.model, group.count_tag)?.name.as_str();
                    self.xml.begin("group", &[("name", Some(count)), ("required", required)]);
                    self.write_members(&group.members, depth + 1)?;
                    self.xml.end();
                }
            }
        }
        Ok(())
    }

    fn field(&mut self, field: &Field) {
        let tag = field.tag.to_string();
        let open = field.open_codes || field.union_datatype.is_some();
        let codes = field.code_set.as_deref().and_then(|set| self.model.code_set(set)).map(|set| set.codes.as_slice());
        let types_elsewhere = self.model.version.starts_with("FIXT") && matches!(field.tag, 35 | 372);
        let codes = codes.filter(|_| !types_elsewhere).unwrap_or_default();
        let attributes = [
            ("number", Some(tag.as_str())),
            ("name", Some(field.name.as_str())),
            ("type", Some(type_name(self.model, &field.datatype))),
            ("allowOtherValues", Some("true").filter(|_| open && !codes.is_empty())),
        ];
        if codes.is_empty() {
            self.xml.empty("field", &attributes);
            return;
        }
        self.xml.begin("field", &attributes);
        for code in codes {
            self.xml.empty("value", &[("enum", Some(code.value.as_str())), ("description", Some(code.name.as_str()))]);
        }
        self.xml.end();
    }
}

/// The name that engines know of a datatype, or of the nearest that it narrows.
fn type_name(model: &Model, datatype: &str) -> &'static str {
    let mut name = datatype;
    for _ in 0..=model.datatypes.len() {
        if let Some((_, upper)) = TYPES.iter().find(|(known, _)| *known == name) {
            return upper;
        }
        let base = model.datatypes.iter().find(|one| one.name == name).and_then(|one| one.base.as_deref());
        let Some(base) = base else { break };
        name = base;
    }
    "STRING"
}

/// Type, major, minor and service pack of a version such as `FIX.5.0SP2`.
fn version(name: &str) -> [&str; 4] {
    let numbers = || {
        let (kind, rest) = name.split_once('.')?;
        let (major, rest) = rest.split_once('.')?;
        let digits = |text: &str| text.bytes().take_while(u8::is_ascii_digit).count();
        let (minor, rest) = rest.split_at_checked(digits(rest))?;
        let pack = rest.strip_prefix("SP").unwrap_or_default();
        let (pack, _) = pack.split_at_checked(digits(pack))?;
        let pack = if pack.is_empty() { "0" } else { pack };
        // What is written is read back, and a number of a version is read into 32 bits.
        let number = |text: &str| digits(text) == text.len() && text.parse::<u32>().is_ok();
        if !matches!(kind, "FIX" | "FIXT") || ![major, minor, pack].into_iter().all(number) {
            return None;
        }
        Some([kind, major, minor, pack])
    };
    numbers().unwrap_or(["FIX", "5", "0", "2"])
}

#[cfg(test)]
mod tests {
    use super::version;

    #[test]
    fn a_version_is_told_in_four_parts() {
        for (name, parts) in [
            ("FIX.4.4", ["FIX", "4", "4", "0"]),
            ("FIX.5.0SP2", ["FIX", "5", "0", "2"]),
            ("FIXT.1.1", ["FIXT", "1", "1", "0"]),
            ("FIX.4.4-VENUE", ["FIX", "4", "4", "0"]),
            ("FIX.5.0SP1_EP90", ["FIX", "5", "0", "1"]),
            ("FIX.Latest_EP280", ["FIX", "5", "0", "2"]),
            ("FIX.+4.4", ["FIX", "5", "0", "2"]),
            ("FIX.4.4294967295", ["FIX", "4", "4294967295", "0"]),
            ("FIX.4.4294967296", ["FIX", "5", "0", "2"]),
            ("FIX.5.0SP4294967296", ["FIX", "5", "0", "2"]),
            ("", ["FIX", "5", "0", "2"]),
        ] {
            assert_eq!(version(name), parts, "{name}");
        }
    }
}
