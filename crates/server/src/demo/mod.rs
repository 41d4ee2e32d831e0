//! A clinic to look at.
