//! Last values and the levels of baskets. Decimals cross the border as text.

use crate::errors;
use fixplus_market::{Amount, BasketTerms, Condition, LastValue, RECORD_BYTES};
use pyo3::prelude::*;
use pyo3::pybacked::PyBackedStr;

/// A table of last values, and the baskets that hold them.
#[pyclass(module = "pyfixmsg_plus._core")]
#[derive(Default)]
pub(crate) struct Levels {
    table: fixplus_market::Levels,
}

fn amount(text: &str) -> PyResult<Amount> {
    Amount::parse(text).map_err(errors::market)
}

#[pymethods]
impl Levels {
    #[new]
    fn new() -> Self {
        Self::default()
    }

    fn add_instrument(&mut self, currency: &str) -> PyResult<u32> {
        self.table.add_instrument(currency).map_err(errors::market)
    }

    #[expect(clippy::too_many_arguments, reason = "each is one fact of a basket; the Python side names them")]
    fn define(
        &mut self,
        basket: Option<u32>,
        base_currency: &str,
        divisor: &str,
        extra: &str,
        owed: bool,
        holdings: Vec<(u32, PyBackedStr)>,
        fresh_ns: i64,
        max_age_ns: i64,
    ) -> PyResult<u32> {
        let holdings = holdings
            .iter()
            .map(|(name, coefficient)| Ok((*name, amount(coefficient)?)))
            .collect::<PyResult<Vec<(u32, Amount)>>>()?;
        let terms = BasketTerms {
            base_currency,
            divisor: amount(divisor)?,
            extra: (amount(extra)?, owed),
            holdings: &holdings,
            fresh_ns,
            max_age_ns,
        };
        self.table.define(basket, &terms).map_err(errors::market)
    }

    fn remove(&mut self, basket: u32) -> PyResult<()> {
        self.table.remove(basket).map_err(errors::market)
    }

    #[pyo3(signature = (instrument, price, time_ns, alive_ns, halted=false, suspect=false, other_source=false, simulated=false))]
    #[expect(clippy::too_many_arguments, reason = "each is one fact of a price; the Python side names them")]
    fn put(
        &mut self,
        instrument: u32,
        price: &str,
        time_ns: i64,
        alive_ns: i64,
        halted: bool,
        suspect: bool,
        other_source: bool,
        simulated: bool,
    ) -> PyResult<Option<usize>> {
        let condition = Condition { halted, suspect, other_source, simulated };
        let value = LastValue { price: amount(price)?, time_ns, alive_ns, condition };
        self.table.put(instrument, value).map_err(errors::market)
    }

    /// Price and source's time of the last value of an instrument.
    fn last(&self, instrument: u32) -> Option<(String, i64)> {
        self.table.last(instrument).map(|last| (last.price.to_string(), last.time_ns))
    }

    /// Take the trades of records of 64 bytes; returns how many trades were taken, and how many holders they repriced.
    fn put_records(&mut self, py: Python<'_>, records: &[u8]) -> PyResult<(usize, usize)> {
        let table = &mut self.table;
        py.detach(|| {
            let (mut taken, mut repriced) = (0, 0);
            for record in records.chunks(RECORD_BYTES) {
                let Some(trade) = fixplus_market::trade(record)? else {
                    continue;
                };
                let value = LastValue {
                    price: trade.price,
                    time_ns: trade.time_ns,
                    alive_ns: trade.time_ns,
                    condition: Condition::default(),
                };
                if let Some(holders) = table.put(trade.instrument, value)? {
                    taken += 1;
                    repriced += holders;
                }
            }
            Ok((taken, repriced))
        })
        .map_err(errors::market)
    }

    fn set_rates(
        &mut self,
        py: Python<'_>,
        rates: Vec<(PyBackedStr, PyBackedStr, Option<PyBackedStr>)>,
    ) -> PyResult<()> {
        let rates = rates
            .iter()
            .map(|(currency, base, rate)| {
                let rate = rate.as_ref().map(|rate| amount(rate)).transpose()?;
                Ok((&**currency, &**base, rate))
            })
            .collect::<PyResult<Vec<(&str, &str, Option<Amount>)>>>()?;
        let table = &mut self.table;
        py.detach(|| table.set_rates(&rates)).map_err(errors::market)
    }

    fn recompute(&mut self, py: Python<'_>) {
        let table = &mut self.table;
        py.detach(|| table.recompute());
    }

    fn level(&mut self, basket: u32) -> PyResult<Option<String>> {
        let level = self.table.level(basket).map_err(errors::market)?;
        Ok(level.map(|level| level.to_string()))
    }

    /// Raw levels in the order of the baskets' numbers; `None` where there is none.
    fn levels(&mut self, py: Python<'_>) -> Vec<Option<String>> {
        let table = &mut self.table;
        py.detach(|| {
            (0..table.baskets())
                .map(|number| {
                    let level = u32::try_from(number).ok().and_then(|id| table.level(id).ok().flatten());
                    level.map(|level| level.to_string())
                })
                .collect()
        })
    }

    /// Levels as they are published with so many decimals, in the order of the baskets' numbers.
    fn published(&mut self, py: Python<'_>, decimals: u32) -> Vec<Option<String>> {
        let table = &mut self.table;
        py.detach(|| {
            (0..table.baskets())
                .map(|number| {
                    let level = u32::try_from(number).ok().and_then(|id| table.level(id).ok().flatten());
                    level.map(|level| level.published(decimals))
                })
                .collect()
        })
    }

    /// Missing, aged, expired, from another source, simulated: how many names of each basket, by the baskets' numbers.
    fn ages(&self, py: Python<'_>, now_ns: i64) -> Vec<(u32, u32, u32, u32, u32)> {
        let table = &self.table;
        py.detach(|| {
            table
                .ages(now_ns)
                .into_iter()
                .map(|age| (age.missing, age.aged, age.expired, age.other_source, age.simulated))
                .collect()
        })
    }
}
