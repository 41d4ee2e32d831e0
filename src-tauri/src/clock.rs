//! The only place of the shell that reads the clock.

use std::time::{Duration, Instant};

/// When this process was started, loading of its libraries included.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ProcessStart {
    main: Instant,
    before_main: Duration,
}

impl ProcessStart {
    /// To be called first in `main`.
    #[expect(clippy::disallowed_methods, reason = "this is the shell's clock")]
    pub(crate) fn read() -> Self {
        Self {
            main: Instant::now(),
            before_main: before_main().unwrap_or_default(),
        }
    }

    /// Time since the process was started; 10 ms exact.
    pub(crate) fn elapsed(self) -> Duration {
        self.main.elapsed() + self.before_main
    }
}

/// What the loader took: WebKit is large, so `main` alone would flatter us.
#[cfg(target_os = "linux")]
fn before_main() -> Option<Duration> {
    let uptime = std::fs::read_to_string("/proc/uptime").ok()?;
    let stat = std::fs::read_to_string("/proc/self/stat").ok()?;
    age(&uptime, &stat)
}

#[cfg(not(target_os = "linux"))]
fn before_main() -> Option<Duration> {
    None
}

/// Age of a process from `/proc/uptime` and its `/proc/…/stat` (proc(5): field 22, in 1/100 s).
#[cfg(any(target_os = "linux", test))]
fn age(uptime: &str, stat: &str) -> Option<Duration> {
    const FIELDS_BETWEEN_NAME_AND_START: usize = 19;
    let up: f64 = uptime.split_whitespace().next()?.parse().ok()?;
    let after_name = &stat[stat.rfind(')')? + 1..];
    let ticks: u64 = after_name
        .split_whitespace()
        .nth(FIELDS_BETWEEN_NAME_AND_START)?
        .parse()
        .ok()?;
    Duration::try_from_secs_f64(up - Duration::from_millis(ticks * 10).as_secs_f64()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_process_is_as_old_as_the_kernel_says() {
        let stat = "71 (front (desk)) S 1 71 71 0 -1 4194560 0 0 0 0 0 0 0 0 20 0 5 0 12345 1 2";
        let age = age("124.45 200.00\n", stat).unwrap();
        assert_eq!(age.as_millis(), 1_000);
    }

    #[test]
    fn an_unreadable_start_is_no_start() {
        assert_eq!(age("", "71 (x) S"), None);
        assert_eq!(age("1.0", "no name"), None);
    }
}
