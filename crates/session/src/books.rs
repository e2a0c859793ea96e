//! The dictionaries of one session: one for FIX 4.x; of FIXT one for each version of the application.

use crate::appl_ver::{ApplVersion, name_of};
use crate::config::Version;
use fixplus_dictionary::dictionary::Dictionary;
use fixplus_dictionary::rules::{BoundRules, Rules};
use fixplus_wire::DataPairs;
use std::sync::{Arc, OnceLock};

/// EncodedAttachment(2112) of FIXT 1.1's XMLnonFIX(35=n), which is younger than the standard's other pairs.
const ATTACHMENT: (u32, u32) = (2111, 2112);
/// The values of ApplVerID(1128) whose dictionaries are bundled.
const BUNDLED: [&str; 8] = ["9", "8", "7", "6", "5", "4", "3", "2"];

/// A dictionary with the rules about conditionally required fields.
#[derive(Debug)]
pub struct Known {
    /// The dictionary.
    pub dictionary: Dictionary,
    /// The rules, tied to it.
    pub rules: BoundRules,
}

impl Known {
    /// A dictionary with the bundled rules.
    #[must_use]
    pub fn new(dictionary: Dictionary) -> Self {
        // The bundled file is part of the build, and a test of the dictionary reads it.
        let rules = Rules::bundled().unwrap_or_default().bind(&dictionary);
        Self { dictionary, rules }
    }
}

/// One dictionary and the messages it is for.
#[derive(Debug, Clone)]
struct Book {
    /// As of ApplVerID(1128); empty for FIX 4.x.
    appl_ver_id: Vec<u8>,
    /// As of CstmApplVerID(1129); empty: none.
    cstm_appl_ver_id: Vec<u8>,
    source: Source,
}

#[derive(Debug, Clone)]
enum Source {
    Given(Arc<Known>),
    /// The bundled one, compiled when it is first asked for.
    Bundled {
        cell: &'static OnceLock<Option<Arc<Known>>>,
        name: &'static str,
        load: fn(&str) -> Option<Dictionary>,
    },
}

static ON_FIXT: [OnceLock<Option<Arc<Known>>>; 8] = [const { OnceLock::new() }; 8];
static STANDARD: OnceLock<Arc<DataPairs>> = OnceLock::new();
static PLAIN: [OnceLock<Option<Arc<Known>>>; 5] = [const { OnceLock::new() }; 5];

/// The dictionaries of one session.
#[derive(Debug, Clone)]
pub struct Books {
    books: Vec<Book>,
    pairs: Arc<DataPairs>,
}

impl Books {
    /// None: of a message only SenderCompID(49), TargetCompID(56) and SendingTime(52) are demanded.
    #[must_use]
    pub fn none() -> Self {
        Self { books: Vec::new(), pairs: Arc::clone(STANDARD.get_or_init(standard_pairs)) }
    }

    /// The bundled ones of a version; of FIXT those of every version that may be spoken on it, the newest first.
    #[must_use]
    pub fn bundled(version: Version) -> Self {
        let mut books = Self::none();
        if version == Version::Fixt11 {
            for value in BUNDLED {
                books.add_bundled(value);
            }
            return books;
        }
        let names = ["FIX.4.0", "FIX.4.1", "FIX.4.2", "FIX.4.3", "FIX.4.4"];
        if let Some((cell, name)) = PLAIN.iter().zip(names).find(|(_, name)| *name == version.begin_string()) {
            books.books.push(Book {
                appl_ver_id: Vec::new(),
                cstm_appl_ver_id: Vec::new(),
                source: Source::Bundled { cell, name, load: Dictionary::bundled },
            });
        }
        books
    }

    /// Add the bundled dictionary of a version of the application on FIXT, by its value of ApplVerID(1128); `false` if there is
    /// none.
    pub fn add_bundled(&mut self, appl_ver_id: &str) -> bool {
        let cell = ON_FIXT.iter().zip(BUNDLED).find(|(_, value)| *value == appl_ver_id).map(|(cell, _)| cell);
        let Some((cell, name)) = cell.zip(name_of(appl_ver_id.as_bytes())) else { return false };
        self.books.push(Book {
            appl_ver_id: appl_ver_id.into(),
            cstm_appl_ver_id: Vec::new(),
            source: Source::Bundled { cell, name, load: Dictionary::bundled_on_fixt },
        });
        true
    }

    /// Add a dictionary for a version, as of ApplVerID(1128), and a custom id; both empty for FIX 4.x.
    pub fn add(&mut self, appl_ver_id: &[u8], cstm_appl_ver_id: &[u8], known: Arc<Known>) {
        let own = known.dictionary.fields().filter_map(|field| Some((field.length_tag?, field.tag)));
        let mut pairs: Vec<(u32, u32)> = self.pairs.pairs().to_vec();
        pairs.extend(own);
        self.pairs = Arc::new(DataPairs::new(&pairs));
        self.books.push(Book {
            appl_ver_id: appl_ver_id.into(),
            cstm_appl_ver_id: cstm_appl_ver_id.into(),
            source: Source::Given(known),
        });
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.books.is_empty()
    }

    /// The dictionary with this number.
    #[must_use]
    pub fn get(&self, number: usize) -> Option<&Arc<Known>> {
        match &self.books.get(number)?.source {
            Source::Given(known) => Some(known),
            Source::Bundled { cell, name, load } => {
                let load = || load(name).map(|dictionary| Arc::new(Known::new(dictionary)));
                cell.get_or_init(load).as_ref()
            }
        }
    }

    /// The number of the dictionary for messages of this version.
    pub(crate) fn find(&self, version: &ApplVersion<'_>) -> Option<usize> {
        self.books.iter().position(|book| {
            book.appl_ver_id == version.appl_ver_id && book.cstm_appl_ver_id == version.cstm_appl_ver_id
        })
    }

    /// Whether there is a dictionary for this version and custom id.
    #[must_use]
    pub fn has(&self, appl_ver_id: &[u8], cstm_appl_ver_id: &[u8]) -> bool {
        let mut books = self.books.iter();
        books.any(|book| book.appl_ver_id == appl_ver_id && book.cstm_appl_ver_id == cstm_appl_ver_id)
    }

    /// Whether there is a dictionary for this version, whatever its custom id.
    pub(crate) fn has_version(&self, appl_ver_id: &[u8]) -> bool {
        self.books.iter().any(|book| book.appl_ver_id == appl_ver_id)
    }

    /// The pairs of length and data of all of them.
    pub(crate) fn pairs(&self) -> &Arc<DataPairs> {
        &self.pairs
    }
}

fn standard_pairs() -> Arc<DataPairs> {
    Arc::new(DataPairs::new(&[DataPairs::standard().pairs(), &[ATTACHMENT]].concat()))
}
