//! A table of last values, and the levels of the baskets that hold them.
//!
//! The holders of an instrument lie together, so that its price reprices them in one pass and touches nothing else.
//! Every term is kept, and a new one replaces the old one in the sum of its basket; sums are exact, so that a level has
//! the digits that it would have if it were computed anew.

use crate::MarketError;
use crate::amount::{AMOUNT_LIMBS, Amount, Factor, Quotient, Steps};
use crate::wide;

/// Number of an instrument: dense, in the order in which they came.
pub type InstrumentId = u32;
/// Number of a basket.
pub type BasketId = u32;

/// Bounds under which no sum leaves 255 bits, as powers of ten: a term is below 1e49.
const PRICE_BELOW: i32 = 18;
const RATE_BELOW: i32 = 12;
const COEFFICIENT_BELOW: i32 = 19;
const EXTRA_BELOW: i32 = 48;
const MOST_NAMES: usize = 5000;

/// What is said of a price besides its value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Condition {
    /// Its market has stopped: it does not age.
    pub halted: bool,
    /// It is not fresh, however young.
    pub suspect: bool,
    /// It does not come from the preferred source.
    pub other_source: bool,
    /// It comes from a simulator.
    pub simulated: bool,
}

/// The last value of an instrument.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LastValue {
    /// In the major unit of its currency.
    pub price: Amount,
    /// When the source says that it happened, in nanoseconds since 1970-01-01 00:00:00 UTC: newer never yields to older.
    pub time_ns: i64,
    /// From when on it ages: a stream that is alive keeps a quiet name young.
    pub alive_ns: i64,
    /// What else is said of it.
    pub condition: Condition,
}

/// What a basket is made of.
#[derive(Debug, Clone)]
pub struct BasketTerms<'a> {
    /// Currency of its level.
    pub base_currency: &'a str,
    /// By what its value is divided.
    pub divisor: Amount,
    /// What is in the value besides the names, and whether it is owed.
    pub extra: (Amount, bool),
    /// By what the price of each name counts.
    pub holdings: &'a [(InstrumentId, Amount)],
    /// Up to this age a price is fresh, in nanoseconds.
    pub fresh_ns: i64,
    /// Beyond this age it is expired, in nanoseconds.
    pub max_age_ns: i64,
}

/// How old the prices of a basket are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Age {
    /// Names without a price, or without a rate.
    pub missing: u32,
    /// Names whose price is aged.
    pub aged: u32,
    /// Names whose price is expired.
    pub expired: u32,
    /// Names whose price comes from another than the preferred source.
    pub other_source: u32,
    /// Names whose price comes from a simulator.
    pub simulated: u32,
}

/// One name in one basket: a cache line.
#[derive(Debug, Clone, Copy)]
struct Holder {
    term: Steps,
    /// Digits and scale of what the price counts by, apart: together they would not fit.
    digits: [u64; AMOUNT_LIMBS],
    basket: BasketId,
    scale: i16,
    base: u8,
    counted: bool,
}

#[derive(Debug, Default)]
struct Instrument {
    currency: u8,
    last: Option<LastValue>,
    /// In the order of their base currencies.
    holders: Vec<Holder>,
}

/// What a price changes in a basket, apart from the rest: a cache line, so that all of them stay near.
#[derive(Debug, Clone, Copy, Default)]
#[repr(align(64))]
struct Running {
    sum: Steps,
    missing: u32,
    changed: bool,
}

#[derive(Debug)]
struct Basket {
    divisor: Amount,
    fresh_ns: i64,
    max_age_ns: i64,
    names: Vec<InstrumentId>,
    level: Option<Quotient>,
}

/// Last values, and the levels of baskets.
#[derive(Debug, Default)]
pub struct Levels {
    currencies: Vec<Box<str>>,
    /// By base currency, then by currency.
    rates: Vec<Vec<Option<Amount>>>,
    instruments: Vec<Instrument>,
    baskets: Vec<Option<Basket>>,
    /// By the numbers of the baskets.
    running: Vec<Running>,
}

impl Holder {
    fn new(basket: BasketId, base: u8, coefficient: Amount) -> Self {
        let Amount { digits, scale } = coefficient;
        Self { term: Steps::default(), digits, basket, scale, base, counted: false }
    }

    #[inline]
    fn coefficient(&self) -> Amount {
        Amount { digits: self.digits, scale: self.scale }
    }

    /// Take another term, or none, into the sum of its basket.
    #[inline]
    fn take(&mut self, term: Option<Steps>, basket: &mut Running) {
        if self.counted {
            wide::subtract(&mut basket.sum, &self.term);
        }
        basket.missing = basket.missing + u32::from(self.counted) - u32::from(term.is_some());
        self.counted = term.is_some();
        self.term = term.unwrap_or_default();
        wide::add(&mut basket.sum, &self.term);
        basket.changed = true;
    }
}

impl Levels {
    /// A table without instruments.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Add an instrument that trades in a currency, and return its number.
    ///
    /// # Errors
    /// `Full`.
    pub fn add_instrument(&mut self, currency: &str) -> Result<InstrumentId, MarketError> {
        let id = InstrumentId::try_from(self.instruments.len()).map_err(|_| MarketError::Full)?;
        let currency = self.currency(currency)?;
        self.instruments.push(Instrument { currency, ..Instrument::default() });
        Ok(id)
    }

    fn currency(&mut self, code: &str) -> Result<u8, MarketError> {
        let known = self.currencies.iter().position(|known| known.as_ref() == code);
        let id = u8::try_from(known.unwrap_or(self.currencies.len())).map_err(|_| MarketError::Full)?;
        if known.is_none() {
            self.currencies.push(code.into());
            for rates in &mut self.rates {
                rates.push(None);
            }
            let mut own = vec![None; self.currencies.len()];
            if let Some(itself) = own.last_mut() {
                *itself = Some(Amount::ONE);
            }
            self.rates.push(own);
        }
        Ok(id)
    }

    /// Define a basket, or define it anew under its number; return its number.
    ///
    /// # Errors
    /// `UnknownInstrument`, `UnknownBasket`, `NamedTwice`, `OutOfRange`, `Full`; the basket is then as it was before.
    pub fn define(&mut self, id: Option<BasketId>, terms: &BasketTerms<'_>) -> Result<BasketId, MarketError> {
        self.check(id, terms)?;
        let base = self.currency(terms.base_currency)?;
        let slot = match id {
            Some(id) => id,
            None => BasketId::try_from(self.baskets.len()).map_err(|_| MarketError::Full)?,
        };
        let (extra, owed) = terms.extra;
        let extra = extra.steps().ok_or(MarketError::OutOfRange)?;
        match id {
            Some(id) => self.remove(id)?,
            None => {
                self.baskets.push(None);
                self.running.push(Running::default());
            }
        }
        let mut running = Running { changed: true, ..Running::default() };
        let basket = Basket {
            divisor: terms.divisor,
            fresh_ns: terms.fresh_ns,
            max_age_ns: terms.max_age_ns,
            names: terms.holdings.iter().map(|(name, _)| *name).collect(),
            level: None,
        };
        if owed {
            wide::subtract(&mut running.sum, &extra);
        } else {
            wide::add(&mut running.sum, &extra);
        }
        for &(name, coefficient) in terms.holdings {
            let Self { instruments, rates, .. } = self;
            let Some(instrument) = instruments.get_mut(name as usize) else {
                continue;
            };
            let mut holder = Holder::new(slot, base, coefficient);
            running.missing += 1;
            let term = factor(rates, instrument.last.as_ref(), instrument.currency, base)
                .and_then(|factor| factor.term(&coefficient));
            holder.take(term, &mut running);
            // Doubling would leave half of the largest part of the memory empty.
            if instrument.holders.len() == instrument.holders.capacity() {
                instrument.holders.reserve_exact(instrument.holders.len() / 8 + 4);
            }
            let place = instrument.holders.partition_point(|other| other.base <= base);
            instrument.holders.insert(place, holder);
        }
        if let Some((place, sums)) = self.baskets.get_mut(slot as usize).zip(self.running.get_mut(slot as usize)) {
            (*place, *sums) = (Some(basket), running);
        }
        Ok(slot)
    }

    fn check(&self, id: Option<BasketId>, terms: &BasketTerms<'_>) -> Result<(), MarketError> {
        if let Some(id) = id
            && (id as usize) >= self.baskets.len()
        {
            return Err(MarketError::UnknownBasket { id });
        }
        let mut names: Vec<InstrumentId> = terms.holdings.iter().map(|(name, _)| *name).collect();
        names.sort_unstable();
        if let Some(&id) = names.iter().find(|&&name| name as usize >= self.instruments.len()) {
            return Err(MarketError::UnknownInstrument { id });
        }
        if let Some((&id, _)) = names.iter().zip(names.iter().skip(1)).find(|(name, next)| name == next) {
            return Err(MarketError::NamedTwice { id });
        }
        let bounded = terms.holdings.iter().all(|(_, coefficient)| coefficient.is_below_ten_to(COEFFICIENT_BELOW));
        if !bounded
            || terms.holdings.len() > MOST_NAMES
            || terms.divisor.is_zero()
            || !terms.extra.0.is_below_ten_to(EXTRA_BELOW)
        {
            return Err(MarketError::OutOfRange);
        }
        Ok(())
    }

    /// Forget what a basket is made of; its number stays.
    ///
    /// # Errors
    /// `UnknownBasket`.
    pub fn remove(&mut self, id: BasketId) -> Result<(), MarketError> {
        let basket = self.baskets.get_mut(id as usize).ok_or(MarketError::UnknownBasket { id })?.take();
        if let Some(running) = self.running.get_mut(id as usize) {
            *running = Running::default();
        }
        for name in basket.map(|basket| basket.names).unwrap_or_default() {
            if let Some(instrument) = self.instruments.get_mut(name as usize)
                && let Some(place) = instrument.holders.iter().position(|holder| holder.basket == id)
            {
                instrument.holders.remove(place);
            }
        }
        Ok(())
    }

    /// Take a last value, and return how many holders it repriced; `None` where it is older than what is there.
    ///
    /// # Errors
    /// `UnknownInstrument`, `OutOfRange`; the value before stays.
    pub fn put(&mut self, id: InstrumentId, value: LastValue) -> Result<Option<usize>, MarketError> {
        if !value.price.is_below_ten_to(PRICE_BELOW) {
            return Err(MarketError::OutOfRange);
        }
        let instrument = self.instruments.get_mut(id as usize).ok_or(MarketError::UnknownInstrument { id })?;
        if instrument.last.is_some_and(|last| last.time_ns > value.time_ns) {
            return Ok(None);
        }
        let same = instrument.last.is_some_and(|last| last.price == value.price);
        instrument.last = Some(value);
        Ok(Some(if same { 0 } else { reprice(instrument, &self.rates, &mut self.running) }))
    }

    /// Return the last value of an instrument.
    #[must_use]
    pub fn last(&self, id: InstrumentId) -> Option<&LastValue> {
        self.instruments.get(id as usize)?.last.as_ref()
    }

    /// Take rates of exchange: units of the base currency that one unit of a currency is, or that none is known.
    ///
    /// # Errors
    /// `OutOfRange`, `Full`; no rate is then taken.
    pub fn set_rates(&mut self, given: &[(&str, &str, Option<Amount>)]) -> Result<(), MarketError> {
        let usable = |rate: &Amount| !rate.is_zero() && rate.is_below_ten_to(RATE_BELOW);
        if given.iter().any(|(_, _, rate)| rate.is_some_and(|rate| !usable(&rate))) {
            return Err(MarketError::OutOfRange);
        }
        let mut touched = Vec::new();
        for (currency, base, rate) in given {
            let (currency, base) = (self.currency(currency)?, self.currency(base)?);
            let place = self.rates.get_mut(usize::from(base)).and_then(|rates| rates.get_mut(usize::from(currency)));
            if let Some(place) = place
                && currency != base
                && *place != *rate
            {
                *place = *rate;
                touched.push(currency);
            }
        }
        for instrument in &mut self.instruments {
            if touched.contains(&instrument.currency) {
                reprice(instrument, &self.rates, &mut self.running);
            }
        }
        Ok(())
    }

    /// Compute every term and every sum anew, from last values and rates.
    pub fn recompute(&mut self) {
        for instrument in &mut self.instruments {
            reprice(instrument, &self.rates, &mut self.running);
        }
    }

    /// Return the raw level of a basket; `None` where a name has no price or no rate, or the level is not above zero.
    ///
    /// # Errors
    /// `UnknownBasket`.
    pub fn level(&mut self, id: BasketId) -> Result<Option<Quotient>, MarketError> {
        let basket = self.baskets.get_mut(id as usize).and_then(Option::as_mut);
        let (basket, running) =
            basket.zip(self.running.get_mut(id as usize)).ok_or(MarketError::UnknownBasket { id })?;
        if running.changed {
            let whole = running.missing == 0;
            basket.level = if whole { Quotient::divide(&running.sum, &basket.divisor) } else { None };
            running.changed = false;
        }
        Ok(basket.level)
    }

    /// Return how old the prices of every basket are, in the order of their numbers.
    #[must_use]
    pub fn ages(&self, now_ns: i64) -> Vec<Age> {
        let mut ages: Vec<Age> =
            self.running.iter().map(|running| Age { missing: running.missing, ..Age::default() }).collect();
        let soonest = self.baskets.iter().flatten().map(|basket| basket.fresh_ns).min().unwrap_or_default();
        for instrument in &self.instruments {
            let Some(last) = instrument.last else {
                continue;
            };
            let condition = last.condition;
            let age_ns = if condition.halted { i64::MIN } else { now_ns.saturating_sub(last.alive_ns) };
            if age_ns <= soonest && condition == (Condition { halted: condition.halted, ..Condition::default() }) {
                continue;
            }
            for holder in &instrument.holders {
                let place = holder.basket as usize;
                let Some((age, basket)) = ages.get_mut(place).zip(self.baskets.get(place).and_then(Option::as_ref))
                else {
                    continue;
                };
                let stale = !condition.halted && (age_ns > basket.fresh_ns || condition.suspect);
                let expired = stale && age_ns > basket.max_age_ns;
                age.expired += u32::from(expired);
                age.aged += u32::from(stale && !expired);
                age.other_source += u32::from(condition.other_source);
                age.simulated += u32::from(condition.simulated);
            }
        }
        ages
    }

    /// How many baskets have a number.
    #[must_use]
    pub fn baskets(&self) -> usize {
        self.baskets.len()
    }

    /// How many instruments there are.
    #[must_use]
    pub fn instruments(&self) -> usize {
        self.instruments.len()
    }
}

/// The price of an instrument in a base currency; `None` without a price or a rate.
#[inline]
fn factor(rates: &[Vec<Option<Amount>>], last: Option<&LastValue>, currency: u8, base: u8) -> Option<Factor> {
    let rate = rates.get(usize::from(base))?.get(usize::from(currency))?.as_ref()?;
    Some(last?.price.product(rate))
}

/// Compute the terms of the holders of an instrument anew, and return how many there are.
#[inline]
fn reprice(instrument: &mut Instrument, rates: &[Vec<Option<Amount>>], baskets: &mut [Running]) -> usize {
    let Instrument { currency, last, holders } = instrument;
    let mut known: Option<(u8, Option<Factor>)> = None;
    for holder in holders.iter_mut() {
        let priced = match known {
            Some((base, priced)) if base == holder.base => priced,
            _ => {
                let priced = factor(rates, last.as_ref(), *currency, holder.base);
                known = Some((holder.base, priced));
                priced
            }
        };
        if let Some(basket) = baskets.get_mut(holder.basket as usize) {
            holder.take(priced.and_then(|factor| factor.term(&holder.coefficient())), basket);
        }
    }
    holders.len()
}

#[cfg(test)]
mod tests {
    use super::{Holder, Running};

    #[test]
    fn a_holder_and_a_sum_are_a_cache_line_each() {
        assert_eq!((size_of::<Holder>(), size_of::<Running>()), (64, 64));
    }
}
