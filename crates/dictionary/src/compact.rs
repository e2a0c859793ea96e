//! A dictionary as compact text: one fact a line, small and made to be read as a diff (extension `.fixd`).
//!
//! ```text
//! fixd 1
//! version FIX.4.4
//! pack 97                                       the extension pack, where there is one
//! source <where the facts come from, with revision and licence>
//! section Session
//! category Session Session                      its section
//! datatype Length int                           what it narrows
//! codes SideCodeSet char                        its base type, then a line a code: value, name
//!  1 Buy
//!  5 SellPlus -FIX.5.0                          deprecated by that version
//! field 54 Side char codes +FIX.2.7             codes: of SideCodeSet; codes=X: of X; +: added by; -: deprecated by
//! field 89 Signature data length=93
//! field 372 RefMsgType String codes=MsgTypeCodeSet open     open: other values are legal too; union=X: values of X too
//! header                                        its members follow
//!  8 !                                          a field; ! required, ~ ignored, 0 forbidden, =V constant
//! component Instrument Common                   its category
//!  55
//!  *SecAltIDGrp                                 a group
//! group Parties 453 Common                      its count field
//!  448
//!  .PtysSub !                                   a component
//! message D NewOrderSingle SingleGeneralOrderHandling
//! ```
//!
//! Words are parted by one blank. Within a word `\s` is a blank, `\n` the end of a line, `\\` a backslash and `\e` an empty
//! word. Definitions keep their order, so reading and writing give the same text again, and writing and reading the same
//! dictionary.

mod parse;
mod write;

pub use parse::{CompactError, CompactProblem, read};
pub use write::write;

/// The first line of every file.
const FIRST_LINE: &str = "fixd 1";

/// The code set that a field has unless it says otherwise.
fn own_code_set(field: &str) -> String {
    format!("{field}CodeSet")
}
