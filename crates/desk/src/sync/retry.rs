//! When something that failed is tried again.

use std::time::Duration;

/// The first retry comes within this time …
const FIRST: Duration = Duration::from_millis(500);
/// … and every later one within twice the time before, up to this.
const LAST: Duration = Duration::from_secs(30);
/// Retries are never closer than this, so that a dead server costs no processor.
const CLOSEST: Duration = Duration::from_millis(50);
/// No server can send a desk away for longer.
pub(super) const LONGEST: Duration = Duration::from_secs(60);

/// Full jitter: anywhere between now and the limit, which doubles with every failure before. `roll`
/// is in [0, 1).
pub(super) fn backoff(failures: u32, roll: f64) -> Duration {
    let limit = FIRST.saturating_mul(1 << failures.min(6)).min(LAST);
    limit.mul_f64(roll).max(CLOSEST)
}

/// As long as the server asks for, within reason.
pub(super) fn asked_for(wait: Duration) -> Duration {
    wait.clamp(CLOSEST, LONGEST)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn retries_spread_over_a_time_that_doubles_up_to_half_a_minute() {
        let longest = |failures| backoff(failures, 0.999_999).as_secs_f64().round();
        assert_eq!(
            [0, 1, 2, 5, 6, 60].map(longest),
            [0.0, 1.0, 2.0, 16.0, 30.0, 30.0]
        );
        assert_eq!(backoff(9, 0.0), CLOSEST);
    }

    #[test]
    fn no_server_sends_a_desk_away_for_good() {
        assert_eq!(asked_for(Duration::MAX), LONGEST);
        assert_eq!(asked_for(Duration::ZERO), CLOSEST);
    }
}
