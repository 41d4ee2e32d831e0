//! Staying current: the stream is a hint, the pull is the truth. What to do is decided by
//! [`machine::Machine`], which touches no socket, no timer and no file; `driver` does it.

mod announce;
mod api;
mod apply;
mod driver;
mod holder;
pub mod machine;
mod outbox;
mod retry;
mod snapshot;
mod stream;

pub(crate) use announce::Announcer;
pub(crate) use api::{Api, ApiError, check_address};
pub(crate) use driver::{Core, start};
pub(crate) use outbox::{Answer, Outbox};
