//! The sample messages, and thousands like them that differ in numbers, prices, quantities and length.

use crate::floor::SLACK;
use fixplus_wire::values::{self, Decimal};

/// A kind of message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Nos,
    Er,
    W,
    X,
    /// The forms that the order and its report have in FIX 5.0 SP2 over FIXT 1.1, with ApplVerID(1128).
    NosFixt,
    ErFixt,
}

pub(crate) const KINDS: [Kind; 6] = [Kind::Nos, Kind::Er, Kind::W, Kind::X, Kind::NosFixt, Kind::ErFixt];

impl Kind {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Nos => "NOS",
            Self::Er => "ER",
            Self::W => "W",
            Self::X => "X",
            Self::NosFixt => "NOS-FIXT",
            Self::ErFixt => "ER-FIXT",
        }
    }

    /// The tags that "five reads" means, and which of them are numbers.
    pub(crate) fn reads(self) -> [(u32, bool); 5] {
        match self {
            Self::Er | Self::ErFixt => [(37, false), (11, false), (39, false), (32, true), (31, true)],
            _ => [(11, false), (55, false), (54, false), (38, true), (44, true)],
        }
    }

    pub(crate) fn has_group(self) -> bool {
        matches!(self, Self::W | Self::X)
    }
}

const NOS: &str = "35=D|34=1092|49=BUYSIDE|52=20260515-09:30:00.123|56=SELLSIDE|11=ORD-20260515-000001|1=ACC-7781|21=1|55=EURUSD|54=1|60=20260515-09:30:00.123|38=1000000|40=2|44=1.08345|59=0|";
const ER: &str = "35=8|34=2187|49=SELLSIDE|52=20260515-09:30:00.123|56=BUYSIDE|37=X-889900112233|11=ORD-20260515-000001|17=E-0000000456|150=F|39=1|1=ACC-7781|55=EURUSD|54=1|38=1000000|40=2|44=1.08345|59=0|32=250000|31=1.08344|30=XLON|151=750000|14=250000|6=1.08344|60=20260515-09:30:00.123|58=partial fill|";
const W: &str = "35=W|34=5511|49=SELLSIDE|52=20260515-09:30:00.123|56=BUYSIDE|262=MDR-000042|55=EURUSD|268=10|269=0|270=1.08340|271=500000|273=09:30:00.123|346=2|290=1|269=0|270=1.08339|271=1000000|273=09:30:00.123|346=3|290=2|269=0|270=1.08338|271=1500000|273=09:30:00.123|346=4|290=3|269=0|270=1.08337|271=2000000|273=09:30:00.123|346=5|290=4|269=0|270=1.08336|271=2500000|273=09:30:00.123|346=6|290=5|269=1|270=1.08345|271=500000|273=09:30:00.123|346=2|290=1|269=1|270=1.08346|271=1000000|273=09:30:00.123|346=3|290=2|269=1|270=1.08347|271=1500000|273=09:30:00.123|346=4|290=3|269=1|270=1.08348|271=2000000|273=09:30:00.123|346=5|290=4|269=1|270=1.08349|271=2500000|273=09:30:00.123|346=6|290=5|";
const X: &str = "35=X|34=5512|49=SELLSIDE|52=20260515-09:30:00.123|56=BUYSIDE|262=MDR-000042|268=5|279=0|269=0|278=Q0004400|55=EURUSD|270=1.08340|271=250000|273=09:30:00.124|279=1|269=1|278=Q0004401|55=EURUSD|270=1.08341|271=500000|273=09:30:00.124|279=1|269=0|278=Q0004402|55=EURUSD|270=1.08342|271=750000|273=09:30:00.124|279=2|269=1|278=Q0004403|55=EURUSD|270=1.08343|271=1000000|273=09:30:00.124|279=1|269=0|278=Q0004404|55=EURUSD|270=1.08344|271=1250000|273=09:30:00.124|";

/// How many messages differ from each other before they come again.
pub(crate) const VARIED: usize = 4096;

/// Messages one behind the other, as a socket delivers them.
pub(crate) struct Frames {
    bytes: Vec<u8>,
    ranges: Vec<(usize, usize)>,
    drafts: Vec<Draft>,
}

/// A message as values, before it is written.
pub(crate) struct Draft {
    pub(crate) begin_string: &'static [u8],
    /// All fields but 8, 9 and 10, in the order of writing.
    pub(crate) fields: Vec<(u32, Value)>,
}

/// The value of a field.
pub(crate) enum Value {
    Text(Box<[u8]>),
    Number(u64),
    Decimal(Decimal),
}

impl Draft {
    fn of(begin_string: &'static str, body: &str) -> Self {
        let fields = body.split_terminator('|').filter_map(|field| {
            let (tag, value) = field.split_once('=')?;
            let tag = tag.parse().ok()?;
            let value = match tag {
                34 | 268 | 290 | 346 => Value::Number(value.parse().ok()?),
                6 | 14 | 31 | 32 | 38 | 44 | 151 | 270 | 271 => Value::Decimal(values::decimal(value.as_bytes()).ok()?),
                _ => Value::Text(value.as_bytes().into()),
            };
            Some((tag, value))
        });
        Self { begin_string: begin_string.as_bytes(), fields: fields.collect() }
    }
}

impl Frames {
    /// The sample message alone.
    pub(crate) fn fixed(kind: Kind) -> Self {
        Self::of([body(kind)], kind)
    }

    /// Thousands of messages that differ.
    pub(crate) fn varied(kind: Kind) -> Self {
        let mut chance = Chance(0x9E37_79B9_7F4A_7C15 ^ kind as u64);
        Self::of((0..VARIED).map(|number| vary(&body(kind), number, &mut chance)), kind)
    }

    fn of(bodies: impl IntoIterator<Item = String>, kind: Kind) -> Self {
        let begin_string = if matches!(kind, Kind::NosFixt | Kind::ErFixt) { "FIXT.1.1" } else { "FIX.4.4" };
        let mut frames = Self { bytes: Vec::new(), ranges: Vec::new(), drafts: Vec::new() };
        for body in bodies {
            let start = frames.bytes.len();
            let text = format!("8={begin_string}|9={}|{body}", body.len()).replace('|', "\x01");
            let sum = text.bytes().fold(0u8, u8::wrapping_add);
            frames.bytes.extend_from_slice(text.as_bytes());
            frames.bytes.extend_from_slice(format!("10={sum:03}\x01").as_bytes());
            frames.drafts.push(Draft::of(begin_string, &body));
            frames.ranges.push((start, frames.bytes.len()));
        }
        frames.bytes.resize(frames.bytes.len() + SLACK, 0);
        frames
    }

    /// The messages, again and again.
    pub(crate) fn endless(&self) -> impl Iterator<Item = &[u8]> {
        self.ranges.iter().cycle().map(|&(start, end)| &self.bytes[start..end])
    }

    /// The same messages as values, made once.
    pub(crate) fn drafts(&self) -> &[Draft] {
        &self.drafts
    }

    /// The mean number of bytes of a message.
    pub(crate) fn mean_length(&self) -> usize {
        self.ranges.iter().map(|&(start, end)| end - start).sum::<usize>() / self.ranges.len()
    }
}

fn body(kind: Kind) -> String {
    match kind {
        Kind::Nos => NOS.to_owned(),
        Kind::Er => ER.to_owned(),
        Kind::W => W.to_owned(),
        Kind::X => X.to_owned(),
        Kind::NosFixt => NOS.replacen("|49=", "|1128=9|49=", 1),
        Kind::ErFixt => ER.replacen("|49=", "|1128=9|49=", 1),
    }
}

/// A linear congruential generator: the same messages in every run.
struct Chance(u64);

impl Chance {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % bound
    }
}

const SYMBOLS: [&str; 8] = ["EURUSD", "IBM", "VOD.L", "AAPL", "GBPJPY", "ESZ6", "DE000BASF111", "T"];

/// The body with other numbers, times, identifiers, prices, quantities and symbols, most of them of another length.
fn vary(body: &str, number: usize, chance: &mut Chance) -> String {
    let mut varied = String::with_capacity(body.len() + 64);
    for field in body.split_terminator('|') {
        let Some((tag, value)) = field.split_once('=') else { continue };
        let value = match tag {
            "34" => (number * 37 + 1).to_string(),
            "52" | "60" => format!(
                "20260515-{:02}:{:02}:{:02}.{:03}",
                chance.below(24),
                chance.below(60),
                chance.below(60),
                chance.below(1000)
            ),
            "273" => format!("{:02}:{:02}:{:02}.{:03}", 9, chance.below(60), chance.below(60), chance.below(1000)),
            "11" | "37" | "17" | "262" | "278" => {
                let prefix = value.split_once('-').map_or("Q", |(prefix, _)| prefix);
                let digits = 3 + chance.below(9) as u32;
                format!("{prefix}-{}", chance.below(10u64.pow(digits)))
            }
            "1" => format!("ACC-{}", chance.below(1_000_000)),
            "55" => SYMBOLS[chance.below(8) as usize].to_owned(),
            "54" => (1 + chance.below(2)).to_string(),
            "44" | "31" | "6" | "270" => {
                let places = 1 + chance.below(6) as usize;
                format!("{}.{:0places$}", chance.below(2000), chance.below(10u64.pow(places as u32)))
            }
            "38" | "32" | "151" | "14" | "271" => (1 + chance.below(2_000_000)).to_string(),
            "58" => ["partial fill", "filled", "done for today, see the venue's rule 4.2"][chance.below(3) as usize]
                .to_owned(),
            _ => value.to_owned(),
        };
        varied.push_str(&format!("{tag}={value}|"));
    }
    varied
}
