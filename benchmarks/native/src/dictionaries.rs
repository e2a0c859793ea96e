//! The dictionaries against which the samples are held.

use crate::messages::Kind;
use fixplus_dictionary::dictionary::Dictionary;
use fixplus_dictionary::read;
use std::path::PathBuf;

/// FIX 4.4, and FIX 5.0 SP2 over FIXT 1.1.
pub(crate) struct Dictionaries {
    fix44: Dictionary,
    sp2: Dictionary,
}

impl Dictionaries {
    /// Read them from the folder that `FIXPLUS_SHARED` names.
    pub(crate) fn load() -> Result<Self, String> {
        let shared =
            std::env::var("FIXPLUS_SHARED").map_err(|_| "FIXPLUS_SHARED must name a folder with dictionaries/")?;
        let model = |file: &str| {
            let path = PathBuf::from(&shared).join("dictionaries").join(file);
            let text = std::fs::read(&path).map_err(|error| format!("{}: {error}", path.display()))?;
            read::dictionary(&text, file).map(|read| read.model).map_err(|error| format!("{error:?}"))
        };
        let fix44 = Dictionary::compile(&model("quickfix/FIX44.xml")?, None).map_err(|error| error.to_string())?;
        let (app, transport) = (model("orchestra/FixRepository50SP2.xml")?, model("orchestra/FIXTSession.xml")?);
        let sp2 = Dictionary::compile(&app, Some(&transport)).map_err(|error| error.to_string())?;
        Ok(Self { fix44, sp2 })
    }

    pub(crate) fn of(&self, kind: Kind) -> &Dictionary {
        match kind {
            Kind::NosFixt | Kind::ErFixt => &self.sp2,
            _ => &self.fix44,
        }
    }
}
