//! Last values of instruments, and the levels of the baskets that hold them, to the last digit.
//!
//! Nothing here reads a clock or does I/O: prices, rates and times are given, levels are asked for. The reference is the
//! Python engine, `pyfixmsg_plus.basket.value`; the two give the same digits.
#![forbid(unsafe_code)]

mod amount;
mod levels;
mod record;
mod wide;

pub use amount::{Amount, Quotient};
pub use levels::{Age, BasketId, BasketTerms, Condition, InstrumentId, LastValue, Levels};
pub use record::{RECORD_BYTES, Trade, trade};

/// What cannot be counted with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum MarketError {
    /// The text is no decimal number.
    NotANumber,
    /// More digits, or a larger or smaller number, than are computed with here.
    OutOfRange,
    /// No instrument has this number.
    UnknownInstrument {
        /// As it was given.
        id: u32,
    },
    /// No basket has this number.
    UnknownBasket {
        /// As it was given.
        id: u32,
    },
    /// There are as many instruments, baskets or currencies as can be counted.
    Full,
    /// A basket names an instrument twice.
    NamedTwice {
        /// The instrument.
        id: u32,
    },
}

impl std::fmt::Display for MarketError {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::NotANumber => out.write_str("a decimal number is expected"),
            Self::OutOfRange => {
                out.write_str("the number has more digits, or is larger or smaller, than is computed with")
            }
            Self::UnknownInstrument { id } => write!(out, "no instrument has the number {id}"),
            Self::UnknownBasket { id } => write!(out, "no basket has the number {id}"),
            Self::Full => out.write_str("no more can be counted"),
            Self::NamedTwice { id } => write!(out, "the basket names instrument {id} twice"),
        }
    }
}

impl std::error::Error for MarketError {}
