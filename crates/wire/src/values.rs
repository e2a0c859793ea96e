//! Values: what the bytes of a field mean, by datatype.
//!
//! Source: FIX datatypes as the standard's repositories define them. Every reader borrows, allocates nothing and takes the
//! value alone, without tag and SOH. What a value looks like and what number it stands for are two questions: a price with a
//! hundred digits is well formed ([`is_decimal`]) although no [`Decimal`] holds it.

mod calendar;
mod datatype;
mod decimal;
mod digits;
mod error;
mod integer;
mod month_year;
mod multiple;
mod text;
mod time;
mod timestamp;
mod write;
mod zoned;

pub use calendar::{Date, date};
pub use datatype::Datatype;
pub use decimal::{Decimal, decimal, is_decimal};
pub use error::ValueError;
pub use integer::{int, is_int, is_uint, uint};
pub use month_year::{MonthPart, MonthYear, month_year};
pub use multiple::{multiple_char, multiple_string};
pub use text::{Tenor, TenorUnit, boolean, char, country, currency, exchange, language, tenor};
pub use time::{TimeOfDay, local_mkt_time, utc_time_only};
pub use timestamp::{Timestamp, utc_timestamp, utc_timestamp_ns};
pub use write::{write_decimal, write_int, write_timestamp, write_uint};
pub use zoned::{ZonedTime, ZonedTimestamp, tz_time_only, tz_timestamp};
