//! The dictionaries against which the samples are held.

use crate::messages::Kind;
use fixplus_dictionary::dictionary::Dictionary;

/// FIX 4.4, and FIX 5.0 SP2 over FIXT 1.1, as they are bundled.
pub(crate) struct Dictionaries {
    fix44: Dictionary,
    sp2: Dictionary,
}

impl Dictionaries {
    pub(crate) fn load() -> Result<Self, String> {
        let bundled = |version| Dictionary::bundled(version).ok_or(format!("{version} is not bundled"));
        Ok(Self { fix44: bundled("FIX.4.4")?, sp2: bundled("FIX.5.0SP2")? })
    }

    pub(crate) fn of(&self, kind: Kind) -> &Dictionary {
        match kind {
            Kind::NosFixt | Kind::ErFixt => &self.sp2,
            _ => &self.fix44,
        }
    }
}
