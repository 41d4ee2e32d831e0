//! A file of lines that somebody hands over: nothing of it is trusted yet.

use std::fs::File;
use std::io::{BufRead as _, BufReader, Read as _};
use std::path::{Path, PathBuf};

use super::OperateError;

/// No line that a server has written is longer; what is (a disk, a picture) does not fill the memory.
const LONGEST: u64 = 16 << 20;

pub(super) struct Lines {
    reader: BufReader<File>,
    file: PathBuf,
    line: Vec<u8>,
    number: usize,
}

impl Lines {
    pub(super) fn of(file: &Path) -> Result<Self, OperateError> {
        let opened = File::open(file).map_err(|error| unreadable(file, &error))?;
        Ok(Self {
            reader: BufReader::with_capacity(1 << 18, opened),
            file: file.to_owned(),
            line: Vec::new(),
            number: 0,
        })
    }

    /// The next line with its end, and its number from 1; none behind the last one.
    pub(super) fn next(&mut self) -> Result<Option<(usize, &[u8])>, OperateError> {
        self.line.clear();
        self.number += 1;
        let read = (&mut self.reader)
            .take(LONGEST)
            .read_until(b'\n', &mut self.line)
            .map_err(|error| unreadable(&self.file, &error))?;
        if read as u64 == LONGEST {
            let why = format!("its line {} has more than 16 MiB", self.number);
            return Err(unreadable(&self.file, &why));
        }
        Ok((read > 0).then_some((self.number, self.line.as_slice())))
    }

    /// True when nothing but empty lines follows.
    pub(super) fn end(&mut self) -> Result<bool, OperateError> {
        while let Some((_, line)) = self.next()? {
            if !line.trim_ascii().is_empty() {
                return Ok(false);
            }
        }
        Ok(true)
    }
}

fn unreadable(file: &Path, why: &dyn std::fmt::Display) -> OperateError {
    OperateError::Unreadable {
        file: file.to_owned(),
        why: why.to_string(),
    }
}
