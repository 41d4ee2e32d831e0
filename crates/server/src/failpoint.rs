//! Places of the write transaction where a test stops the process, or lets it fail. Nothing is left of
//! them in a build without the feature `failpoints`, which no release has.

/// A place where a test may stop the process, or, where an error is named, end the work with it.
macro_rules! failpoint {
    ($name:literal) => {
        #[cfg(feature = "failpoints")]
        fail::fail_point!($name);
    };
    ($name:literal, $error:expr) => {
        #[cfg(feature = "failpoints")]
        fail::fail_point!($name, |_| Err($error));
    };
}
