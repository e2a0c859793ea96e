//! Read a layer that a person wrote as TOML.
//!
//! ```toml
//! version = "FIX.4.4-VENUE"                     # what the result is called; may be left out
//!
//! [fields.5001]                                 # a new tag needs a name and a type
//! name = "VenueOrderType"
//! type = "char"
//! codes = { A = "Auction", C = "Continuous" }   # the whole list
//!
//! [fields.Text]                                 # one that is there, by name or tag
//! type = "String"                               # also: code_set, union, length, open_codes; remove = true
//!
//! [codes.Side]                                  # by field, or by code set for all fields that share it
//! add = { Z = "Undisclosed" }
//! remove = ["9"]
//!
//! [messages.D]                                  # by MsgType(35) or name; a new one needs a name
//! add = ["VenueRef", { field = "VenueOrderType", required = true, after = "Side" }, { group = "Desks" }]
//! remove = ["Account"]                          # remove = true removes the message
//! require = ["TransactTime"]
//! optional = ["HandlInst"]
//! forbid = ["MinQty"]
//!
//! [groups.Desks]                                # a new group needs count and members, a new component members
//! count = "NoDesks"
//! members = [{ field = "DeskID", required = true }]
//!
//! [header]                                      # and [trailer], [components.<name>], [datatypes.<name>], [categories.<name>]
//! require = ["SenderSubID"]
//! ```

mod structures;
mod value;

use toml::de::DeTable;

use crate::layers::{Action, Edit, FieldChange, FieldRef, LayerError, LayerErrors, LayerFault, Overlay, Place};
use crate::model::{Category, Code, Datatype};
use crate::nearest::nearest;
use value::{Entry, Lines, Value, entries};

const AREAS: [&str; 10] =
    ["version", "fields", "codes", "messages", "components", "groups", "header", "trailer", "datatypes", "categories"];
const FIELD_KEYS: [&str; 8] = ["name", "type", "codes", "code_set", "union", "length", "open_codes", "remove"];

/// The layer that `text` describes; `name`, such as the file's, begins each error.
///
/// # Errors
///
/// Each fault with its line: what is not TOML, keys that have no meaning, values of the wrong kind. Whether the fields,
/// messages and members it names exist is seen when the layer is applied.
pub fn read(name: &str, text: &str) -> Result<Overlay, LayerErrors> {
    let lines = Lines::new(text);
    let mut reader =
        Reader { lines, layer: Overlay { name: name.to_owned(), ..Overlay::default() }, errors: Vec::new() };
    let (document, faults) = DeTable::parse_recoverable(text);
    for fault in &faults {
        let line = fault.span().map(|span| reader.lines.of(span.start));
        let text = fault.message().to_owned();
        reader.errors.push((Place { key: String::new(), line }, LayerFault::Syntax { text }));
    }
    if faults.is_empty() {
        reader.document(document.get_ref());
    }
    if reader.errors.is_empty() {
        return Ok(reader.layer);
    }
    let fault = |(place, fault)| LayerError { layer: name.to_owned(), place, fault };
    Err(LayerErrors(reader.errors.into_iter().map(fault).collect()))
}

/// The layer as far as it is read, and what was wrong so far.
struct Reader {
    lines: Lines,
    layer: Overlay,
    errors: Vec<(Place, LayerFault)>,
}

impl Reader {
    fn document(&mut self, document: &DeTable<'_>) {
        for entry in entries(document, "") {
            match entry.key {
                "version" => self.layer.version = self.text(&entry),
                "fields" => self.each(&entry, Self::field),
                "codes" => self.each(&entry, Self::codes),
                "messages" => self.each(&entry, Self::message),
                "components" => self.each(&entry, Self::component),
                "groups" => self.each(&entry, Self::group),
                "header" => self.header(&entry),
                "trailer" => self.trailer(&entry),
                "datatypes" => self.each(&entry, Self::datatype),
                "categories" => self.each(&entry, Self::category),
                _ => self.unknown_key(&entry, &AREAS),
            }
        }
    }

    fn each(&mut self, area: &Entry<'_>, read: fn(&mut Self, &Entry<'_>)) {
        for entry in self.table(area) {
            read(self, &entry);
        }
    }

    fn field(&mut self, entry: &Entry<'_>) {
        let field = FieldRef::from(entry.key);
        let mut change = FieldChange::default();
        for item in self.table(entry) {
            match item.key {
                "name" => change.name = self.text(&item),
                "type" => change.datatype = self.text(&item),
                "code_set" => change.code_set = self.text(&item),
                "union" => change.union_datatype = self.text(&item),
                "length" => change.length = self.word(&item).map(|word| FieldRef::from(word.as_str())),
                "open_codes" => change.open_codes = self.truth(&item),
                "codes" => change.codes = Some(self.code_list(&item)),
                "remove" => {
                    if self.truth(&item) == Some(true) {
                        let place = self.place(&item);
                        self.push(place, Action::RemoveField(field));
                        return;
                    }
                }
                _ => self.unknown_key(&item, &FIELD_KEYS),
            }
        }
        let place = self.place(entry);
        self.push(place, Action::ChangeField { field, change });
    }

    fn codes(&mut self, entry: &Entry<'_>) {
        let (mut add, mut remove) = (Vec::new(), Vec::new());
        for item in self.table(entry) {
            match item.key {
                "add" => add = self.code_list(&item),
                "remove" => remove = self.list(&item).iter().filter_map(|value| self.word(value)).collect(),
                _ => self.unknown_key(&item, &["add", "remove"]),
            }
        }
        let place = self.place(entry);
        self.push(place, Action::ChangeCodes { owner: entry.key.to_owned(), add, remove });
    }

    fn code_list(&mut self, entry: &Entry<'_>) -> Vec<Code> {
        let mut codes = Vec::new();
        for item in self.table(entry) {
            if let Some(name) = self.text(&item) {
                codes.push(Code { value: item.key.to_owned(), name, deprecated: None });
            }
        }
        codes
    }

    fn datatype(&mut self, entry: &Entry<'_>) {
        let mut datatype = Datatype { name: entry.key.to_owned(), base: None };
        for item in self.table(entry) {
            match item.key {
                "base" => datatype.base = self.text(&item),
                _ => self.unknown_key(&item, &["base"]),
            }
        }
        let place = self.place(entry);
        self.push(place, Action::Datatype(datatype));
    }

    fn category(&mut self, entry: &Entry<'_>) {
        let mut category = Category { name: entry.key.to_owned(), section: None };
        for item in self.table(entry) {
            match item.key {
                "section" => category.section = self.text(&item),
                _ => self.unknown_key(&item, &["section"]),
            }
        }
        let place = self.place(entry);
        if let Some(section) = &category.section {
            self.push(place.clone(), Action::Section(section.clone()));
        }
        self.push(place, Action::Category(category));
    }

    fn push(&mut self, place: Place, action: Action) {
        self.layer.edits.push(Edit { place, action });
    }

    fn place(&self, entry: &Entry<'_>) -> Place {
        Place { key: entry.path.clone(), line: Some(self.lines.of(entry.at)) }
    }

    fn fault(&mut self, entry: &Entry<'_>, fault: LayerFault) {
        let place = self.place(entry);
        self.errors.push((place, fault));
    }

    fn unknown_key(&mut self, entry: &Entry<'_>, known: &[&str]) {
        let near = nearest(entry.key, known.iter().copied()).map(str::to_owned);
        self.fault(entry, LayerFault::UnknownKey { key: entry.key.to_owned(), near });
    }

    fn wrong(&mut self, entry: &Entry<'_>, expected: &'static str) {
        let found = match entry.value {
            Value::String(text) => format!("{text:?}"),
            other => other.type_str().to_owned(),
        };
        self.fault(entry, LayerFault::Value { expected, found });
    }
}
