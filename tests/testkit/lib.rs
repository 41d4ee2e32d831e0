//! The test world: a clinic, its desks.
