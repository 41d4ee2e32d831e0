//! The clinic's rules as stories: a clinic is written as text, commands are told one after the other,
//! and what came out is read as a day sheet.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a story that cannot be told is a failed test"
)]

mod alternatives;
mod answer;
mod availability;
mod bad_input;
mod booking;
mod brute;
mod cancelling;
mod every_zone;
mod holds;
mod ledger;
mod machine;
mod model;
mod moving;
mod overrides;
mod patients;
mod properties;
mod random;
mod scopes;
mod seats;
mod series;
mod sheet;
mod stale;
mod steps;
mod tell;
mod updating;
mod wish;
mod world;
mod zones;

use expect_test::Expect;

/// Tells the story and compares what it printed.
#[allow(
    clippy::needless_pass_by_value,
    reason = "so that a story reads as in a book"
)]
fn check(story: &str, expect: Expect) {
    expect.assert_eq(&tell::tell(story));
}
