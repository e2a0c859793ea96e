//! MonthYear: `YYYYMM`, `YYYYMMDD` or `YYYYMMwN`.

use super::calendar::date_of;
use super::{Datatype, ValueError, digits};

/// A month, such as that of a contract, or a part of one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MonthYear {
    /// 0 to 9999.
    pub year: u16,
    /// 1 to 12.
    pub month: u8,
    /// What of the month is meant.
    pub part: MonthPart,
}

/// What of a month is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum MonthPart {
    /// All of it: `202603`.
    Whole,
    /// One day, 1 to 31: `20260315`.
    Day(u8),
    /// One week of the month, 1 to 5: `202603w3`.
    Week(u8),
}

/// Read a MonthYear.
///
/// # Errors
/// [`ValueError::Format`] if it is written otherwise, or the calendar does not have it.
#[inline]
pub fn month_year(bytes: &[u8]) -> Result<MonthYear, ValueError> {
    read(bytes).ok_or(ValueError::Format { datatype: Datatype::MonthYear })
}

fn read(bytes: &[u8]) -> Option<MonthYear> {
    match *bytes {
        [a, b, c, d, e, f] => month([a, b, c, d, e, f], MonthPart::Whole),
        [a, b, c, d, e, f, b'w', week @ b'1'..=b'5'] => month([a, b, c, d, e, f], MonthPart::Week(week - b'0')),
        [a, b, c, d, e, f, g, h] => {
            let date = date_of([a, b, c, d, e, f, g, h])?;
            Some(MonthYear { year: date.year, month: date.month, part: MonthPart::Day(date.day) })
        }
        _ => None,
    }
}

fn month([a, b, c, d, e, f]: [u8; 6], part: MonthPart) -> Option<MonthYear> {
    let (year, month, _) = digits::year_month_day([a, b, c, d, e, f, b'0', b'1'])?;
    if (1..=12).contains(&month) { Some(MonthYear { year, month, part }) } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_month_may_be_whole_or_a_day_or_a_week_of_it() {
        for (text, part) in [
            ("202603", MonthPart::Whole),
            ("20260315", MonthPart::Day(15)),
            ("202603w3", MonthPart::Week(3)),
            ("202603w1", MonthPart::Week(1)),
            ("202603w5", MonthPart::Week(5)),
        ] {
            assert_eq!(month_year(text.as_bytes()), Ok(MonthYear { year: 2026, month: 3, part }), "{text}");
        }
        for text in [
            "", "2026", "202613", "202600", "202603w6", "202603w0", "202603W3", "20260332", "20260230", "2026031",
            "2026x3",
        ] {
            assert_eq!(
                month_year(text.as_bytes()),
                Err(ValueError::Format { datatype: Datatype::MonthYear }),
                "{text}"
            );
        }
    }
}
