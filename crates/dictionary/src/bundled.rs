//! The dictionaries of the standard's versions, compiled into the program and read when first asked for.
//!
//! The files in `data/` are made by `fixplus-generators`, never by hand. Each names its sources and what was corrected.

use std::sync::OnceLock;

use crate::compact;
use crate::model::Model;

/// The versions that are bundled, in the order of their publication; FIXT 1.1 last.
pub const VERSIONS: [&str; 9] =
    ["FIX.4.0", "FIX.4.1", "FIX.4.2", "FIX.4.3", "FIX.4.4", "FIX.5.0", "FIX.5.0SP1", "FIX.5.0SP2", "FIXT.1.1"];

static TEXTS: [&str; 9] = [
    include_str!("../data/FIX40.fixd"),
    include_str!("../data/FIX41.fixd"),
    include_str!("../data/FIX42.fixd"),
    include_str!("../data/FIX43.fixd"),
    include_str!("../data/FIX44.fixd"),
    include_str!("../data/FIX50.fixd"),
    include_str!("../data/FIX50SP1.fixd"),
    include_str!("../data/FIX50SP2.fixd"),
    include_str!("../data/FIXT11.fixd"),
];

static MODELS: [OnceLock<Option<Model>>; 9] = [const { OnceLock::new() }; 9];

/// The bundled dictionary of a version, such as `FIX.4.4`, `FIX.5.0SP2` or `FIXT.1.1`. FIX 5.0 and later have no header;
/// theirs is FIXT's.
#[must_use]
pub fn model(version: &str) -> Option<&'static Model> {
    let place = VERSIONS.iter().position(|known| *known == version)?;
    // A file that cannot be read would have failed the test that reads them all.
    MODELS.get(place)?.get_or_init(|| compact::read(TEXTS.get(place)?).ok()).as_ref()
}

/// The compact text of a bundled dictionary, as it stands in the repository.
#[must_use]
pub fn text(version: &str) -> Option<&'static str> {
    let place = VERSIONS.iter().position(|known| *known == version)?;
    TEXTS.get(place).copied()
}
