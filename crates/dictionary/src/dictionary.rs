//! A compiled dictionary: what is known about the messages of one version, ready to be asked.

use std::collections::HashMap;
use std::sync::{Arc, OnceLock};

use fixplus_wire::sections::{self, Section};

pub use crate::book::FieldInfo;
use crate::book::{Book, Source};
use crate::bundled;
use crate::code_table::pack;
pub use crate::compile_error::CompileError;
use crate::later_name::later_name;
use crate::model::{CodeSet, Field, Message, Model};
use crate::plan::MessagePlan;
use crate::tag_table::NONE;

/// A compiled dictionary. Copies share everything.
///
/// A dictionary is one model (FIX 4.0 to 4.4), or an application model over a transport model (FIX 5.0 and later over
/// FIXT 1.1): then header, trailer and session messages are the transport's alone.
#[derive(Debug, Clone)]
pub struct Dictionary {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    app: Arc<Book>,
    transport: Option<Arc<Book>>,
    entries: Box<[Entry]>,
    // MsgType(35) of one byte, then of up to seven, then the rest.
    single: Box<[u16; 256]>,
    short: Box<[(u64, u16)]>,
    long: HashMap<Box<[u8]>, u16>,
    by_name: HashMap<Box<str>, u16>,
    headed: OnceLock<MessagePlan>,
}

/// One message, laid out when it is first asked for.
#[derive(Debug)]
struct Entry {
    is_transport: bool,
    place: usize,
    plan: OnceLock<MessagePlan>,
}

impl Dictionary {
    /// Compile an application model, over a transport model if it has one. The models are copied.
    ///
    /// # Errors
    /// A reference that leads nowhere, a circle, or a structure beyond the limits of [`crate::plan`].
    pub fn compile(app: &Model, transport: Option<&Model>) -> Result<Self, CompileError> {
        Self::from_arc(Arc::new(app.clone()), transport.map(|model| Arc::new(model.clone())))
    }

    /// Compile models without copying them.
    ///
    /// # Errors
    /// As [`Dictionary::compile`].
    pub fn from_arc(app: Arc<Model>, transport: Option<Arc<Model>>) -> Result<Self, CompileError> {
        let app = Book::new(Source::Shared(app))?;
        let transport = transport.map(|model| Book::new(Source::Shared(model))).transpose()?;
        Self::join(Arc::new(app), transport.map(Arc::new))
    }

    /// Compile models that live as long as the program, without copying them.
    ///
    /// # Errors
    /// As [`Dictionary::compile`].
    pub fn from_static(app: &'static Model, transport: Option<&'static Model>) -> Result<Self, CompileError> {
        let app = Book::new(Source::Bundled(app))?;
        let transport = transport.map(|model| Book::new(Source::Bundled(model))).transpose()?;
        Self::join(Arc::new(app), transport.map(Arc::new))
    }

    /// The bundled dictionary of a version, compiled when it is first asked for. FIX 5.0 and later stand on FIXT 1.1,
    /// which is a dictionary of its own as well.
    #[must_use]
    pub fn bundled(version: &str) -> Option<Self> {
        bundled_once(&PLAIN, version, needs_transport(version))
    }

    /// The bundled dictionary of a version on a FIXT 1.1 session: a message may have an ApplVerID(1128) of FIX 4.x too.
    #[must_use]
    pub fn bundled_on_fixt(version: &str) -> Option<Self> {
        if needs_transport(version) { Self::bundled(version) } else { bundled_once(&ON_FIXT, version, version != FIXT) }
    }

    fn join(app: Arc<Book>, transport: Option<Arc<Book>>) -> Result<Self, CompileError> {
        let mut entries: Vec<Entry> = Vec::new();
        let mut single = Box::new([NONE; 256]);
        let (mut short, mut long, mut by_name) = (Vec::new(), HashMap::new(), HashMap::new());
        // The transport's messages come first into the tables, since it alone describes the session.
        let of_transport = transport.iter().flat_map(|book| messages_of(book, true));
        for (is_transport, place, message) in of_transport.chain(messages_of(&app, false)) {
            let msg_type = message.msg_type.as_bytes();
            let number = entries.len() as u16;
            if number == NONE {
                return Err(CompileError::TooMany { what: "messages" });
            }
            let is_new = match (msg_type, pack(msg_type)) {
                (&[byte], _) => match single.get_mut(usize::from(byte)) {
                    Some(cell) if *cell == NONE => {
                        *cell = number;
                        true
                    }
                    _ => false,
                },
                (_, Some(key)) if short.iter().all(|&(other, _)| other != key) => {
                    short.push((key, number));
                    true
                }
                (_, None) if !long.contains_key(msg_type) => {
                    long.insert(msg_type.into(), number);
                    true
                }
                _ => false,
            };
            if is_new {
                for name in [&message.name, later_name(&message.msg_type, &message.name)] {
                    by_name.entry(name.into()).or_insert(number);
                }
                entries.push(Entry { is_transport, place, plan: OnceLock::new() });
            }
        }
        short.sort_unstable();
        Ok(Self {
            inner: Arc::new(Inner {
                app,
                transport,
                entries: entries.into_boxed_slice(),
                single,
                short: short.into_boxed_slice(),
                long,
                by_name,
                headed: OnceLock::new(),
            }),
        })
    }

    /// The version of the application model, such as `FIX.4.4` or `FIX.5.0SP2`.
    #[must_use]
    pub fn version(&self) -> &str {
        &self.inner.app.model.version
    }

    /// The application model, for what a plan does not say: order of the source, components, categories.
    #[must_use]
    pub fn model(&self) -> &Model {
        &self.inner.app.model
    }

    /// The transport model, if the dictionary stands on one.
    #[must_use]
    pub fn transport_model(&self) -> Option<&Model> {
        self.inner.transport.as_deref().map(|book| &*book.model)
    }

    /// The field of this tag, the application's before the transport's.
    #[must_use]
    pub fn field(&self, tag: u32) -> Option<&FieldInfo> {
        self.books().find_map(|book| book.field(tag)).map(AsRef::as_ref)
    }

    /// The field of this name, the application's before the transport's.
    #[must_use]
    pub fn field_by_name(&self, name: &str) -> Option<&FieldInfo> {
        self.books().find_map(|book| book.field_by_name(name)).map(AsRef::as_ref)
    }

    /// All fields by ascending tag, those of the transport that the application lacks behind them.
    pub fn fields(&self) -> impl Iterator<Item = &FieldInfo> {
        let app = self.inner.app.fields.iter();
        let transport = self.inner.transport.iter().flat_map(|book| book.fields.iter());
        app.chain(transport.filter(|field| self.inner.app.field(field.tag).is_none())).map(AsRef::as_ref)
    }

    /// The field as its source defines it.
    #[must_use]
    pub fn definition(&self, tag: u32) -> Option<&Field> {
        self.books().find_map(|book| book.model.fields.get(&tag))
    }

    /// The code set that lists the values of this field, also where values are not held against it, as of MsgType(35).
    #[must_use]
    pub fn codes(&self, tag: u32) -> Option<&CodeSet> {
        self.books().find_map(|book| book.model.code_set(book.model.fields.get(&tag)?.code_set.as_deref()?))
    }

    /// The name of a code: `Buy` for Side(54) = `1`.
    #[must_use]
    pub fn code_name(&self, tag: u32, value: &[u8]) -> Option<&str> {
        let codes = &self.codes(tag)?.codes;
        let place = match self.field(tag).and_then(|field| field.codes.as_ref()) {
            Some(table) => table.place(value)?,
            None => codes.iter().position(|code| code.value.as_bytes() == value)?,
        };
        codes.get(place).map(|code| code.name.as_str())
    }

    /// The value of a code: `1` for Side(54) and `Buy`.
    #[must_use]
    pub fn code_value(&self, tag: u32, name: &str) -> Option<&str> {
        self.codes(tag)?.codes.iter().find(|code| code.name == name).map(|code| code.value.as_str())
    }

    /// The tag of the data field whose length this field holds: 96 for 95.
    #[must_use]
    pub fn data_tag(&self, length_tag: u32) -> Option<u32> {
        self.books().find_map(|book| book.field(length_tag)?.data_tag)
    }

    /// The tag of the field that holds the length of this data field: 95 for 96.
    #[must_use]
    pub fn length_tag(&self, data_tag: u32) -> Option<u32> {
        self.books().find_map(|book| book.field(data_tag)?.length_tag)
    }

    /// The section to which the field belongs, members of header groups included. A header field that only other
    /// versions have is one here too, unless this dictionary uses the tag otherwise.
    #[must_use]
    pub fn section(&self, tag: u32) -> Section {
        match self.frame_book().section(tag) {
            Section::Body if self.inner.app.field(tag).is_none() => sections::section(tag),
            section => section,
        }
    }

    /// The plan of the message with this MsgType(35).
    #[inline]
    #[must_use]
    pub fn message(&self, msg_type: &[u8]) -> Option<&MessagePlan> {
        let inner = &*self.inner;
        let number = match msg_type {
            &[byte] => *inner.single.get(usize::from(byte))?,
            _ => match pack(msg_type) {
                Some(key) => {
                    let at = inner.short.binary_search_by_key(&key, |&(other, _)| other).ok()?;
                    inner.short.get(at)?.1
                }
                None => *inner.long.get(msg_type)?,
            },
        };
        inner.entries.get(usize::from(number)).map(|entry| self.plan(entry))
    }

    /// The plan of the message with this name, that of its source or the later one.
    #[must_use]
    pub fn message_by_name(&self, name: &str) -> Option<&MessagePlan> {
        let number = *self.inner.by_name.get(name)?;
        self.inner.entries.get(usize::from(number)).map(|entry| self.plan(entry))
    }

    /// All messages as their sources define them: the transport's, then the application's, each in the order of its
    /// source.
    pub fn messages(&self) -> impl Iterator<Item = &Message> {
        self.inner.entries.iter().filter_map(|entry| self.book_of(entry).model.messages.get(entry.place))
    }

    /// The plan of a message that the dictionary does not know: header and trailer alone.
    #[must_use]
    pub fn headed_only(&self) -> &MessagePlan {
        self.inner.headed.get_or_init(|| MessagePlan::compile(&self.inner.app, None, self.frame_book()))
    }

    /// The field of this tag as a message of this plan sees it: a session message over a transport knows the
    /// transport's alone.
    #[must_use]
    pub fn field_for(&self, plan: &MessagePlan, tag: u32) -> Option<&FieldInfo> {
        match &self.inner.transport {
            Some(transport) if plan.is_transport() => transport.field(tag).map(AsRef::as_ref),
            _ => self.field(tag),
        }
    }

    fn plan<'d>(&'d self, entry: &'d Entry) -> &'d MessagePlan {
        entry.plan.get_or_init(|| {
            let mut plan = MessagePlan::compile(self.book_of(entry), Some(entry.place), self.frame_book());
            plan.set_transport(entry.is_transport);
            plan
        })
    }

    fn book_of(&self, entry: &Entry) -> &Arc<Book> {
        if entry.is_transport { self.frame_book() } else { &self.inner.app }
    }

    /// The book that describes header and trailer.
    fn frame_book(&self) -> &Arc<Book> {
        self.inner.transport.as_ref().unwrap_or(&self.inner.app)
    }

    fn books(&self) -> impl Iterator<Item = &Arc<Book>> {
        std::iter::once(&self.inner.app).chain(&self.inner.transport)
    }
}

pub(crate) const FIXT: &str = "FIXT.1.1";

pub(crate) fn needs_transport(version: &str) -> bool {
    version.starts_with("FIX.5")
}

type Cache = [OnceLock<Option<Dictionary>>; bundled::VERSIONS.len()];
static PLAIN: Cache = [const { OnceLock::new() }; bundled::VERSIONS.len()];
static ON_FIXT: Cache = [const { OnceLock::new() }; bundled::VERSIONS.len()];
static TRANSPORT: OnceLock<Option<Arc<Book>>> = OnceLock::new();

fn bundled_once(cache: &Cache, version: &str, on_fixt: bool) -> Option<Dictionary> {
    let place = bundled::VERSIONS.iter().position(|known| *known == version)?;
    let compiled = cache.get(place)?.get_or_init(|| {
        let app = Book::new(Source::Bundled(bundled::model(version)?)).ok()?;
        let transport = if on_fixt { Some(fixt()?) } else { None };
        Dictionary::join(Arc::new(app), transport).ok()
    });
    compiled.clone()
}

fn fixt() -> Option<Arc<Book>> {
    TRANSPORT.get_or_init(|| Book::new(Source::Bundled(bundled::model(FIXT)?)).ok().map(Arc::new)).clone()
}

fn messages_of(book: &Arc<Book>, is_transport: bool) -> impl Iterator<Item = (bool, usize, &Message)> {
    book.model.messages.iter().enumerate().map(move |(place, message)| (is_transport, place, message))
}
