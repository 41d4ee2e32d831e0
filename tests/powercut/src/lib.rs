//! Preloaded into a program, this library notes each write to a file in one folder, and each `fsync`
//! together with what it covers. From the record a story makes the disk as it is after a power cut:
//! what was written and not yet safe is gone.
//!
//! `FRONTDESK_POWERCUT_FOLDER` is the folder, as an absolute path; `FRONTDESK_POWERCUT_RECORD` the file
//! that the record is added to. Without both nothing is noted. Only for Linux; empty elsewhere.
#![cfg(target_os = "linux")]

mod record;

use std::ffi::{CStr, OsStr, c_char, c_void};
use std::os::unix::ffi::OsStrExt as _;
use std::path::Path;

use libc::{c_int, c_long, off64_t, size_t, ssize_t};

use record::{Entry, Record};

/// What SQLite writes pages with.
///
/// # Safety
/// As of `pwrite64(2)`: `data` must be readable for `count` bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pwrite64(
    file: c_int,
    data: *const c_void,
    count: size_t,
    offset: off64_t,
) -> ssize_t {
    // SAFETY: the caller's own arguments, to the system call that it meant.
    let call = || unsafe { libc::syscall(libc::SYS_pwrite64, file, data, count, offset) };
    let Some(record) = Record::of(file) else {
        return size(call());
    };
    record.while_locked(|record| {
        let written = size(call());
        if let Ok(length @ 1..) = usize::try_from(written) {
            // SAFETY: the system has just read that many bytes there.
            let bytes = unsafe { std::slice::from_raw_parts(data.cast::<u8>(), length) };
            record.add(&Entry::Written { offset, bytes });
        }
        written
    })
}

/// Makes a file shorter or longer.
///
/// # Safety
/// None beyond `ftruncate64(2)`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ftruncate64(file: c_int, length: off64_t) -> c_int {
    // SAFETY: plain numbers.
    let call = || unsafe { libc::syscall(libc::SYS_ftruncate, file, length) };
    let Some(record) = Record::of(file) else {
        return status(call());
    };
    record.while_locked(|record| {
        let done = status(call());
        if done == 0 {
            record.add(&Entry::Cut { length });
        }
        done
    })
}

/// Removes a file; that is safe once its folder is.
///
/// # Safety
/// As of `unlink(2)`: `path` must be a text that ends with a zero.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn unlink(path: *const c_char) -> c_int {
    // SAFETY: the caller's own argument, to the system call that it meant.
    let call = || unsafe { libc::syscall(libc::SYS_unlinkat, libc::AT_FDCWD, path, 0) };
    // SAFETY: a text that ends with a zero, says the caller.
    let text = unsafe { CStr::from_ptr(path) };
    let Some(record) = Record::at(Path::new(OsStr::from_bytes(text.to_bytes()))) else {
        return status(call());
    };
    record.while_locked(|record| {
        let done = status(call());
        if done == 0 {
            record.add(&Entry::Removed);
        }
        done
    })
}

/// Makes what was written safe.
///
/// # Safety
/// None beyond `fsync(2)`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fsync(file: c_int) -> c_int {
    synced(file, libc::SYS_fsync)
}

/// The same without the times of the file.
///
/// # Safety
/// None beyond `fdatasync(2)`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fdatasync(file: c_int) -> c_int {
    synced(file, libc::SYS_fdatasync)
}

/// Only what had been written before it began is surely covered: others may write meanwhile.
fn synced(file: c_int, call: c_long) -> c_int {
    let record = Record::of(file);
    let covers = record.as_ref().map(Record::length);
    // SAFETY: a plain number.
    let done = status(unsafe { libc::syscall(call, file) });
    if let (Some(record), Some(covers), 0) = (record, covers, done) {
        record.while_locked(|record| record.add(&Entry::Synced { covers }));
    }
    done
}

fn size(answer: c_long) -> ssize_t {
    answer as ssize_t
}

fn status(answer: c_long) -> c_int {
    answer as c_int
}
