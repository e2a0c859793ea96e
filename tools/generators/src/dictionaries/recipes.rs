//! Which source tells each version.
//!
//! FIX 4.2 and 4.4 are told by Orchestra, which knows shared code sets; 4.0, 4.1, 4.3, 5.0 and 5.0 SP1 have no Orchestra
//! file. FIX 5.0 SP2 is the last repository that was published under this name, at Extension Pack 97; the file of this
//! name in QuickFIX is FIX Latest and is not used. FIXT 1.1 is the session file of Extension Pack 247, for QuickFIX's
//! lacks the group of message types of the Logon.

use super::corrections::Correction;

/// How one dictionary is made.
pub(super) struct Recipe {
    /// The version.
    pub version: &'static str,
    /// The source file.
    pub path: &'static str,
    /// What the file says of its sources.
    pub sources: &'static [&'static str],
    /// What is corrected, in this order.
    pub corrections: &'static [Correction],
}

/// The file that tells which field owns a code set that others share.
pub(super) const SHARED_SETS: &str = "orchestra/FixRepository50SP2.xml";

macro_rules! quickfix {
    ($file:literal) => {
        concat!(
            "QuickFIX spec/",
            $file,
            ", github.com/quickfix/quickfix at 50787185808d (2026-05-15), The QuickFIX Software License, Version 1.0"
        )
    };
}

macro_rules! orchestra {
    ($file:literal, $revision:literal) => {
        concat!(
            "FIX Standard/",
            $file,
            ", github.com/FIXTradingCommunity/orchestrations at ",
            $revision,
            ", Apache-2.0, (c) FIX Protocol Limited"
        )
    };
}

const SP2_SOURCE: &str = orchestra!("FixRepository50SP2.xml", "e922df2 (2020-03-23)");

pub(super) const RECIPES: [Recipe; 9] = [
    Recipe { version: "FIX.4.0", path: "quickfix/FIX40.xml", sources: &[quickfix!("FIX40.xml")], corrections: &[] },
    Recipe {
        version: "FIX.4.1",
        path: "quickfix/FIX41.xml",
        sources: &[quickfix!("FIX41.xml")],
        corrections: &[Correction::SettlLocation],
    },
    Recipe {
        version: "FIX.4.2",
        path: "orchestra/OrchestraFIX42.xml",
        sources: &[orchestra!("OrchestraFIX42.xml", "4bf03a956b7f (2026-02-12)")],
        corrections: &[Correction::SettlLocation, Correction::RefMsgType],
    },
    Recipe {
        version: "FIX.4.3",
        path: "quickfix/FIX43.xml",
        sources: &[quickfix!("FIX43.xml")],
        corrections: &[Correction::HaltReason],
    },
    Recipe {
        version: "FIX.4.4",
        path: "orchestra/OrchestraFIX44.xml",
        sources: &[orchestra!("OrchestraFIX44.xml", "4bf03a956b7f (2026-02-12)")],
        corrections: &[Correction::RefMsgType],
    },
    Recipe {
        version: "FIX.5.0",
        path: "quickfix/FIX50.xml",
        sources: &[quickfix!("FIX50.xml"), SP2_SOURCE],
        corrections: &[
            Correction::HaltReason,
            Correction::SharedCodeSets,
            Correction::RefMsgType,
            Correction::RepeatedTags,
        ],
    },
    Recipe {
        version: "FIX.5.0SP1",
        path: "quickfix/FIX50SP1.xml",
        sources: &[quickfix!("FIX50SP1.xml"), SP2_SOURCE],
        corrections: &[Correction::HaltReason, Correction::SharedCodeSets, Correction::RefMsgType],
    },
    Recipe {
        version: "FIX.5.0SP2",
        path: SHARED_SETS,
        sources: &[SP2_SOURCE],
        corrections: &[
            Correction::SignatureLength,
            Correction::QuoteCondition,
            Correction::RefMsgType,
            Correction::SessionHeader,
        ],
    },
    Recipe {
        version: "FIXT.1.1",
        path: "orchestra/FIXTSession.xml",
        sources: &[orchestra!("FIXTSession.xml", "4bf03a956b7f (2026-02-12)")],
        corrections: &[Correction::SessionLengths, Correction::RefMsgType, Correction::MsgType],
    },
];
