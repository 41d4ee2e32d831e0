//! Places of the write transaction where a test stops the process. Nothing is left of them in a build
//! without the feature `failpoints`, which no release has.

/// A place where a test may stop the process.
macro_rules! failpoint {
    ($name:literal) => {
        #[cfg(feature = "failpoints")]
        fail::fail_point!($name);
    };
}
