//! Trades of normalised records: 64 bytes, little-endian, prices in units of 1e-9.

use crate::MarketError;
use crate::amount::Amount;

/// Length of a record.
pub const RECORD_BYTES: usize = 64;
/// Places of a price.
const PRICE_SCALE: i16 = 9;
const TRADE: u8 = b'T';

/// A trade.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Trade {
    /// Of the instrument.
    pub instrument: u32,
    /// In the major unit.
    pub price: Amount,
    /// When the venue says that it happened, in nanoseconds since 1970-01-01 00:00:00 UTC.
    pub time_ns: i64,
}

/// Read the trade of a record; `None` where it is another action, or has no price or no time.
///
/// # Errors
/// `OutOfRange` for a record of another length.
pub fn trade(record: &[u8]) -> Result<Option<Trade>, MarketError> {
    let record: &[u8; RECORD_BYTES] = record.try_into().map_err(|_| MarketError::OutOfRange)?;
    let (Some(time), Some(price), Some(instrument)) =
        (eight(record, 0), eight(record, 24), record.get(48..52).and_then(|bytes| bytes.try_into().ok()))
    else {
        return Ok(None);
    };
    let price = i64::from_le_bytes(price);
    let time = i64::try_from(u64::from_le_bytes(time)).ok();
    let (Some(time_ns), Ok(units)) = (time, u64::try_from(price)) else {
        return Ok(None);
    };
    if record.get(59) != Some(&TRADE) || units == 0 || price == i64::MAX {
        return Ok(None);
    }
    let price = Amount::from_units(units, PRICE_SCALE)?;
    Ok(Some(Trade { instrument: u32::from_le_bytes(instrument), price, time_ns }))
}

fn eight(record: &[u8; RECORD_BYTES], at: usize) -> Option<[u8; 8]> {
    record.get(at..at + 8)?.try_into().ok()
}
