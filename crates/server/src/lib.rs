//! The clinic's server: one SQLite file with one writer, or PostgreSQL, behind HTTP.
//!
//! Also a library, so that a desk can host its own clinic. Nothing here decides a booking: `domain`
//! does, inside [`store`]'s write transaction.

mod accept;
#[macro_use]
mod failpoint;

pub mod clock;
pub mod config;
pub mod demo;
mod error;
mod fanout;
mod http;
mod limits;
mod metrics;
pub mod operate;
mod password;
mod private;
mod problem;
mod server;
mod store;
mod throttle;
mod tls;
pub mod users;

pub use clock::Clock;
pub use config::{Database, ServerConfig};
pub use error::{AuditError, ServeError, StartError};
pub use http::openapi;
pub use limits::Limits;
pub use server::{Door, Server};
pub use store::device::ListedDevice;
pub use store::user::{ListedUser, NewUser, UserError};
pub use tls::{Tls, TlsError};
pub use users::{Users, UsersError};
