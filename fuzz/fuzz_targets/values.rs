//! For every datatype, what is accepted can be read and what is refused cannot, whatever the bytes; what is read and written again is the same value.
#![no_main]

use fixplus_wire::values::{self, Datatype, ValueError};
use libfuzzer_sys::fuzz_target;

/// Whether the reader of the datatype takes the value. A form that is right and a number too large for us are not the same.
fn form<T>(read: Result<T, ValueError>) -> bool {
    !matches!(read, Err(ValueError::Format { .. }))
}

fuzz_target!(|bytes: &[u8]| {
    for &datatype in Datatype::ALL {
        let accepted = datatype.accepts(bytes);
        let read = match datatype {
            Datatype::Int => form(values::int(bytes)),
            Datatype::Length | Datatype::NumInGroup => form(values::uint(bytes)),
            Datatype::SeqNum => values::uint(bytes).is_ok(),
            Datatype::Float
            | Datatype::Qty
            | Datatype::Price
            | Datatype::PriceOffset
            | Datatype::Amt
            | Datatype::Percentage => form(values::decimal(bytes)),
            Datatype::Boolean => values::boolean(bytes).is_ok(),
            Datatype::Char => values::char(bytes).is_ok(),
            Datatype::UTCTimestamp => form(values::utc_timestamp(bytes)),
            Datatype::UTCTimeOnly => values::utc_time_only(bytes).is_ok(),
            Datatype::LocalMktTime => values::local_mkt_time(bytes).is_ok(),
            Datatype::UTCDateOnly | Datatype::LocalMktDate => values::date(bytes).is_ok(),
            Datatype::TZTimeOnly => values::tz_time_only(bytes).is_ok(),
            Datatype::TZTimestamp => form(values::tz_timestamp(bytes)),
            Datatype::MonthYear => values::month_year(bytes).is_ok(),
            Datatype::Tenor => form(values::tenor(bytes)),
            Datatype::MultipleCharValue => values::multiple_char(bytes).is_ok(),
            Datatype::MultipleStringValue => values::multiple_string(bytes).is_ok(),
            _ => accepted,
        };
        assert_eq!(accepted, read, "{}", datatype.name());
    }
    let mut out = Vec::new();
    if let Ok(number) = values::int(bytes) {
        values::write_int(number, &mut out);
        assert_eq!(values::int(&out), Ok(number));
    }
    out.clear();
    if let Ok(number) = values::uint(bytes) {
        values::write_uint(number, &mut out);
        assert_eq!(values::uint(&out), Ok(number));
    }
    out.clear();
    if let Ok(number) = values::decimal(bytes) {
        values::write_decimal(&number, &mut out);
        assert_eq!(values::decimal(&out).map(values::Decimal::stripped), Ok(number.stripped()));
    }
    out.clear();
    if let Ok(stamp) = values::utc_timestamp(bytes) {
        values::write_timestamp(stamp.ns, 9, &mut out);
        assert_eq!(values::utc_timestamp(&out).map(|again| again.ns), Ok(stamp.ns));
    }
});
