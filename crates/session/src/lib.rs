//! The FIX session layer, for FIX 4.0 to 4.4 and FIXT 1.1, without input or output.
//!
//! Bytes, messages and the time go in; what must be done comes out as [`Effect`]s, in the order in which they must be
//! carried out. No clock is read, nothing is written, nobody is called back.
#![forbid(unsafe_code)]
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

pub mod appl_ver;
pub mod books;
pub mod command;
pub mod config;
pub mod effect;
pub mod error;
mod gap;
pub mod identify;
mod identity;
mod inbound;
mod input;
mod logon;
mod logout;
pub mod now;
mod order;
mod outbox;
pub mod profiles;
mod received;
mod refusal;
mod reject;
mod reset;
pub mod schedule;
mod send;
mod sequence;
mod serve;
mod session;
mod set_aside;
pub mod simulation;
pub mod splice;
mod stamp;
mod stream;
mod tick;
mod timers;
mod verify;

pub use books::{Books, Known};
pub use command::Command;
pub use config::{Identity, Quirks, Role, SessionConfig, Version};
pub use effect::{CloseReason, Effect, Effects, Event, Kind};
pub use error::LocalError;
pub use identify::{LogonIdentity, identify};
pub use now::Now;
pub use session::{Session, State};
