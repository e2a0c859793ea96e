//! What goes wrong.

use super::Who;
use super::setup::Resets;
use super::world::{Happening, World};
use crate::command::Command;
use crate::config::SECOND;

impl World {
    /// Something goes wrong, or somebody interferes.
    pub(super) fn fails(&mut self) {
        let who = if self.chance.one_in(2) { Who::Initiator } else { Who::Acceptor };
        match self.chance.below(18) {
            0..=3 => self.cut(),
            4 | 5 => self.half_open(who),
            6 => self.black_hole(),
            7..=10 => self.light_fuse(who),
            11 | 12 => {
                let full_ns = self.chance.between(0, 60 * SECOND);
                self.tell(Some(who), || format!("the disk is full for {} ms", full_ns / 1_000_000));
                self.sides[who].disk_full_until_ns = self.now_ns + full_ns;
            }
            13 => self.step_clock(who),
            14 => {
                if self.is_logged_on(who) {
                    self.command(who, Command::Logout { text: Some("enough for now".into()) });
                }
            }
            15 => {
                if self.is_logged_on(who) {
                    self.command(who, Command::TestRequest);
                }
            }
            16 => {
                let down_ns = self.chance.between(0, 300 * SECOND);
                self.tell(None, || format!("the network is down for {} s", down_ns / SECOND));
                self.network_down_until_ns = self.now_ns + down_ns;
                self.cut();
            }
            _ => {
                if self.setup.resets == Resets::WhileOpen && self.is_logged_on(who) {
                    self.command(who, Command::Reset);
                }
            }
        }
    }

    /// The connection that stands, if one does.
    fn connection(&self) -> Option<usize> {
        self.sides.initiator.connection.or(self.sides.acceptor.connection)
    }

    /// Nothing passes any more, and what was on its way is lost.
    pub(super) fn dies(&mut self, connection: usize) {
        let now_ns = self.now_ns;
        if let Some(known) = self.connections.get_mut(connection) {
            known.is_dead = true;
            let lost: usize = Who::BOTH.into_iter().map(|who| known.towards[who].lose_after(now_ns)).sum();
            self.tell(None, || format!("connection {connection} is dead, {lost} bytes on their way are lost"));
        }
    }

    /// Both sides are told soon.
    fn cut(&mut self) {
        let Some(connection) = self.connection() else { return };
        self.counts.cuts += 1;
        self.dies(connection);
        for to in Who::BOTH {
            let at_ns = self.now_ns + self.delay();
            self.at(at_ns, Happening::Ends { connection, to });
        }
    }

    /// One side is told, soon or late; the other notices by silence alone.
    fn half_open(&mut self, told: Who) {
        let Some(connection) = self.connection() else { return };
        self.counts.cuts += 1;
        self.dies(connection);
        let wait_ns = self.chance.pick(&[0, SECOND, 30 * SECOND]).unwrap_or(0);
        self.at(self.now_ns + wait_ns, Happening::Ends { connection, to: told });
    }

    /// Nobody is told.
    fn black_hole(&mut self) {
        let Some(connection) = self.connection() else { return };
        self.counts.cuts += 1;
        self.dies(connection);
    }

    /// The process will crash at one of its next effects.
    fn light_fuse(&mut self, who: Who) {
        let left = self.chance.below(12);
        let silent = self.chance.one_in(3);
        self.tell(Some(who), || format!("will crash after {left} more effects"));
        let side = &mut self.sides[who];
        side.fuse = u32::try_from(left).ok();
        side.fuse_is_silent = silent;
    }

    fn step_clock(&mut self, who: Who) {
        self.counts.clock_steps += 1;
        let most = if self.setup.is_wild { 30 * 3600 * SECOND } else { 20 * SECOND };
        let clock_ns = self.chance.between(-most, most);
        self.set_clock(who, clock_ns);
        if self.setup.is_wild {
            // Nobody lets a clock be wrong by hours for long.
            let wait_ns = self.chance.between(0, 3600 * SECOND);
            self.at(self.now_ns + wait_ns, Happening::SetsClock { who });
        }
    }

    pub(super) fn set_clock(&mut self, who: Who, clock_ns: i64) {
        self.tell(Some(who), || format!("the clock goes {} ms fast from now on", clock_ns / 1_000_000));
        self.sides[who].clock_ns = clock_ns;
        self.arm(who);
    }
}
