//! Laws of two sessions joined by a link that cuts, delays and spoils bytes by a seed: everything that was sent arrives, once and in
//! order, and no number is used twice. And of one alone: any bytes do no harm, and a stranger changes nothing.
#![allow(missing_docs, clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, clippy::cast_possible_truncation)]

mod house;

use fixplus_session::profiles::Profile;
use fixplus_session::{Books, Command, Effects, Now, Role, SessionConfig, State, Version};
use house::{Desk, SECOND, T0};

/// Numbers by a seed: SplitMix64.
struct Chance(u64);

impl Chance {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, limit: u64) -> u64 {
        self.next() % limit
    }

    fn one_in(&mut self, limit: u64) -> bool {
        self.below(limit) == 0
    }
}

/// Two desks, the initiator first, and what is under way to each.
struct Pair {
    sides: [Desk; 2],
    under_way: [Vec<u8>; 2],
    sent: [Vec<String>; 2],
    chance: Chance,
    spoils: bool,
}

impl Pair {
    fn new(seed: u64, version: Version, change: impl Fn(&mut SessionConfig)) -> Self {
        let side = |role, us: &str, them: &str| {
            Desk::new(version, role, |config| {
                config.identity.sender_comp_id = us.into();
                config.identity.target_comp_id = them.into();
                config.heart_bt_int_s = 5;
                change(config);
            })
        };
        Self {
            sides: [side(Role::Initiator, "US", "PEER"), side(Role::Acceptor, "PEER", "US")],
            under_way: [Vec::new(), Vec::new()],
            sent: [Vec::new(), Vec::new()],
            chance: Chance(seed),
            spoils: true,
        }
    }

    fn connect(&mut self) {
        self.under_way = [Vec::new(), Vec::new()];
        // The acceptor first: it is there when the initiator calls.
        for side in [1, 0] {
            self.sides[side].connect();
            self.take(side);
        }
    }

    /// Put what a side wrote on its way.
    fn take(&mut self, side: usize) {
        for raw in self.sides[side].take_written() {
            let mut raw = raw;
            if self.spoils && self.chance.one_in(60) {
                let at = self.chance.below(raw.len() as u64) as usize;
                raw[at] ^= 1 << self.chance.below(7);
            }
            self.under_way[1 - side].extend_from_slice(&raw);
        }
        // What a side closes the other sees closed, behind the bytes before it.
        if self.sides[side].closed && !self.sides[1 - side].closed {
            let rest = std::mem::take(&mut self.under_way[1 - side]);
            self.sides[1 - side].receive_bytes(&rest);
            self.sides[1 - side].disconnected();
        }
        assert!(self.sides[side].used_each_number_once());
        assert!(self.sides[side].agrees_with_store());
    }

    fn send(&mut self, side: usize) {
        let id = format!("{side}-{}", self.sent[side].len());
        let text = format!("35=D|11={id}|21=1|38=1|40=1|54=1|55=IBM|60=20260302-14:30:00|");
        if self.sides[side].send(&text).is_ok() {
            self.sent[side].push(id);
        }
        self.take(side);
    }

    fn carry(&mut self, to: usize, most: usize) {
        let count = self.under_way[to].len().min(most);
        let bytes: Vec<u8> = self.under_way[to].drain(..count).collect();
        if !self.sides[to].closed {
            self.sides[to].receive_bytes(&bytes);
        }
        self.take(to);
    }

    fn pass(&mut self, seconds: f64) {
        for side in [0, 1] {
            self.sides[side].pass(seconds);
            self.take(side);
        }
    }

    fn cut(&mut self) {
        for side in [0, 1] {
            self.sides[side].disconnected();
            self.take(side);
        }
        self.under_way = [Vec::new(), Vec::new()];
    }

    fn is_down(&self) -> bool {
        self.sides.iter().any(|side| side.closed)
    }

    fn step(&mut self) {
        match self.chance.below(20) {
            0..=3 => self.send(0),
            4..=7 => self.send(1),
            8..=16 => {
                let (to, most) = (self.chance.below(2) as usize, 1 + self.chance.below(300) as usize);
                self.carry(to, most);
            }
            17 | 18 => {
                let seconds = self.chance.below(3000) as f64 / 1000.0;
                self.pass(seconds);
            }
            _ if self.chance.one_in(4) => self.cut(),
            _ => {}
        }
        if self.is_down() && self.chance.one_in(3) {
            self.cut();
            self.connect();
        }
    }

    /// No more trouble: everything arrives.
    fn settle(&mut self) {
        self.spoils = false;
        for _ in 0..400 {
            if self.is_down() {
                self.cut();
                self.connect();
            }
            for _ in 0..4 {
                self.carry(0, usize::MAX);
                self.carry(1, usize::MAX);
            }
            self.pass(1.0);
            let done = self.sides[0].delivered == self.sent[1] && self.sides[1].delivered == self.sent[0];
            if done && self.sides.iter().all(|side| side.session.state() == State::LoggedOn) {
                return;
            }
        }
    }
}

fn holds(seeds: std::ops::Range<u64>, version: Version, change: impl Fn(&mut SessionConfig)) {
    for seed in seeds {
        let mut pair = Pair::new(seed, version, &change);
        pair.connect();
        for _ in 0..400 {
            pair.step();
        }
        pair.settle();
        let states = [0, 1].map(|side| pair.sides[side].session.state().name());
        for side in [0, 1] {
            assert_eq!(pair.sides[side].delivered, pair.sent[1 - side], "seed {seed}, side {side}, {states:?}");
        }
        assert!(pair.sent[0].len() > 20 && pair.sent[1].len() > 20, "seed {seed}");
    }
}

#[test]
fn everything_arrives_once_and_in_order_over_a_link_that_cuts_and_spoils() {
    holds(0..30, Version::Fix44, |_| {});
    holds(60..70, Version::Fix42, |_| {});
}

#[test]
fn the_same_with_chunks_closed_ranges_and_redundant_requests() {
    holds(100..112, Version::Fix44, |config| config.resend_request_chunk_size = 3);
    holds(120..132, Version::Fix44, |config| config.max_messages_in_resend_request = 4);
    holds(140..152, Version::Fix44, |config| config.send_redundant_resend_requests = true);
    holds(160..172, Version::Fix44, |config| config.closed_resend_interval = true);
}

#[test]
fn the_same_where_little_can_be_set_aside_and_where_logons_say_what_is_expected() {
    holds(200..212, Version::Fix44, |config| config.max_set_aside = 2);
    holds(220..240, Version::Fix44, |config| config.enable_next_expected_msg_seq_num = true);
    holds(260..270, Version::Fix44, |config| config.quirks.ask_again_after_serving = true);
    holds(280..292, Version::Fix44, |config| {
        config.quirks.cme_enhanced_resend = true;
    });
}

#[test]
fn any_bytes_at_any_time_break_no_law() {
    for seed in 0..200 {
        let mut chance = Chance(seed);
        let role = if chance.one_in(2) { Role::Acceptor } else { Role::Initiator };
        let mut desk = Desk::new(Version::Fix44, role, |config| {
            config.max_message_size = 4096;
            config.max_set_aside = 10;
            config.reject_garbled_message = seed % 3 == 0;
            config.validate_length_and_checksum = seed % 5 != 0;
            config.reset_on_disconnect = seed % 7 == 0;
        });
        desk.connect();
        for _ in 0..200 {
            let types = ["0", "1", "2", "3", "4", "5", "A", "D", "8", "n"];
            let text = format!(
                "35={}|34={}|{}{}",
                types[chance.below(10) as usize],
                (desk.session.next_in() + chance.below(6)).saturating_sub(chance.below(4)),
                if chance.one_in(4) { "43=Y|122=@|" } else { "" },
                match chance.below(6) {
                    0 => "7=1|16=0|",
                    1 => "36=9|123=Y|",
                    2 => "112=X|",
                    3 => "98=0|108=3|",
                    4 => "98=0|108=3|141=Y|",
                    _ => "45=1|",
                }
            );
            let mut data = desk.complete(&text);
            if chance.one_in(5) {
                let at = chance.below(data.len() as u64) as usize;
                data[at] = chance.next() as u8;
            }
            match chance.below(12) {
                0..=7 => drop(desk.receive_bytes(&data)),
                8 => drop(desk.pass(chance.below(9000) as f64 / 1000.0)),
                9 => drop(desk.send("35=D|11=A|21=1|38=1|40=1|54=1|55=IBM|60=20260302-14:30:00|")),
                10 if chance.one_in(6) => drop(desk.disconnected()),
                10 if chance.one_in(3) => drop(desk.command(fixplus_session::Command::Logout { text: None })),
                _ => drop(desk.try_command(fixplus_session::Command::Reset)),
            }
            assert!(desk.used_each_number_once(), "seed {seed}");
            if desk.session.state() == State::Closed {
                desk.connect();
            }
        }
    }
}

#[test]
fn a_session_that_is_told_the_same_answers_the_same() {
    let run = || {
        let mut pair = Pair::new(7, Version::Fix44, |_| {});
        pair.connect();
        (0..300).for_each(|_| pair.step());
        pair.settle();
        let numbers = [0, 1].map(|side| (pair.sides[side].session.next_out(), pair.sides[side].session.next_in()));
        (numbers, pair.sides[0].stored.clone(), pair.sides[1].stored.clone())
    };
    assert_eq!(run(), run());
}

#[test]
fn what_a_session_keeps_of_a_flood_beyond_a_gap_is_bounded() {
    let mut desk = Desk::new(Version::Fix44, Role::Acceptor, |config| {
        config.max_set_aside = 100;
        config.max_set_aside_bytes = 20_000;
    })
    .logged_on();
    let mut effects = Effects::new();
    for seq in 0..5000u64 {
        let data = desk.complete(&format!("35=0|34={}|", 10 + seq));
        effects.clear();
        desk.session.receive(
            &data,
            Now { utc_ns: desk.now.utc_ns, mono_ns: desk.now.mono_ns + SECOND / 1000 },
            &mut effects,
        );
    }
    assert_eq!(desk.session.gap(), Some((2, 9)));
    // What was kept is delivered when the gap closes: no more than the limits.
    let lines = desk.hear("35=4|34=2|43=Y|36=10|123=Y|");
    let delivered = lines.iter().filter(|line| line.starts_with("deliver admin 0 ")).count();
    assert!((50..=100).contains(&delivered), "{delivered}");
}

#[test]
fn a_stranger_changes_nothing_that_is_stored() {
    let stimuli = [
        "35=A|34=30|98=0|108=30|{version}",
        "35=A|34=1|98=0|108=30|141=Y|{version}",
        "35=A|34=5|98=0|108=30|{version}",
        "35=A|34=30|98=0|108=30|789=99|{version}",
        "35=A|34=30|98=0|108=-1|{version}",
        "35=A|34=30|98=2|108=30|{version}",
        "35=A|34=30|98=0|108=30|1137=99|",
        "35=A|34=30|52=@-500|98=0|108=30|{version}",
        "35=A|34=30|49=WHO|98=0|108=30|{version}",
        "35=A|34=30|43=Y|122=@|98=0|108=30|{version}",
        "35=5|34=30|",
        "35=4|34=30|36=99|",
        "35=2|34=30|7=1|16=0|",
        "35=D|34=30|11=A|",
        "~8=FIX.4.4|9=5|35=A|10=000|",
        "~8=FIX.4.4|9=999999999|35=A|",
        "~noise",
        "35=A|34=30|98=0|108=30|{version}||35=4|34=31|36=99|||35=5|34=31|",
    ];
    type Change = fn(&mut SessionConfig);
    let changes: [Change; 5] = [
        |config| config.reset_on_logon = true,
        |config| (config.reset_on_logout, config.reset_on_disconnect) = (true, true),
        |config| (config.reset_on_error, config.disconnect_on_error) = (true, true),
        |config| config.enable_next_expected_msg_seq_num = true,
        |config| config.quirks = Profile::named("standard").unwrap().quirks,
    ];
    for version in [Version::Fix40, Version::Fix42, Version::Fix44, Version::Fixt11] {
        for (change, stimulus) in changes.iter().flat_map(|change| stimuli.map(|stimulus| (change, stimulus))) {
            let mut config = house::config(version, Role::Acceptor);
            change(&mut config);
            let mut desk = Desk::at(config, Books::bundled(version), 10, 30, Some(T0.utc_ns));
            desk.accepts = false;
            desk.connect();
            let mut lines =
                desk.receive(&stimulus.replace("{version}", if version == Version::Fixt11 { "1137=9|" } else { "" }));
            lines.extend(desk.command(Command::RefuseLogon { text: "no".into(), session_status: None, say: false }));
            lines.extend(desk.disconnected());
            let kept = ["say ", "store ", "advance ", "reset ", "set ", "replay "];
            assert!(!lines.iter().any(|line| kept.iter().any(|word| line.starts_with(word))), "{stimulus}: {lines:?}");
            assert_eq!((desk.stored_out, desk.stored_in, desk.session.next_in()), (10, 30, 30), "{stimulus}");
        }
    }
}
