//! The clinic's server.
