//! The server through its HTTP API, mostly without a socket.

mod bad_input;
mod commands;
mod events;
mod feed;
mod race;
mod sessions;
mod world;
