//! A disk that keeps what was made safe, and loses the rest when its power fails.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng as _};
use tempfile::TempDir;

use crate::program::{build, profile_folder};

/// What a disk writes whole or not at all, in bytes.
const SECTOR: usize = 512;

/// The disk of a program that writes into one folder, which was empty at first.
#[derive(Debug)]
pub struct Disk {
    folder: PathBuf,
    library: PathBuf,
    record: TempDir,
}

/// A moment in the life of a [`Disk`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Moment(u64);

impl Moment {
    /// Any moment from this one to that one.
    #[must_use]
    pub fn somewhere_until(self, end: Self, random: &mut impl RngExt) -> Self {
        Self(random.random_range(self.0..=end.0))
    }
}

/// What the power takes with it.
#[derive(Debug, Clone, Copy)]
pub enum Lost {
    /// Everything that was not safe.
    All,
    /// Some sectors of it, in no order: a disk writes as it likes.
    Some(u64),
}

/// What happened, from the record.
enum Entry<'a> {
    Written { offset: usize, bytes: &'a [u8] },
    Cut { length: usize },
    Removed,
    Synced { covers: u64 },
}

/// A file, as far as it is safe, and what was written since.
#[derive(Default)]
struct File<'a> {
    safe: Option<Vec<u8>>,
    written: Vec<(u64, Entry<'a>)>,
}

impl Disk {
    /// Under the programs that are started with its [`Self::environment`].
    ///
    /// # Panics
    /// When the library that records does not build.
    #[must_use]
    pub fn under(folder: &Path) -> Self {
        build(&["-p", "frontdesk-powercut"]);
        Self {
            folder: folder.canonicalize().unwrap(),
            library: profile_folder().join("libfrontdesk_powercut.so"),
            record: tempfile::tempdir().unwrap(),
        }
    }

    /// What a program must find set.
    ///
    /// # Panics
    /// Never.
    #[must_use]
    pub fn environment(&self) -> [(&'static str, String); 3] {
        let text = |path: &Path| path.to_str().unwrap().to_owned();
        [
            ("LD_PRELOAD", text(&self.library)),
            ("FRONTDESK_POWERCUT_FOLDER", text(&self.folder)),
            ("FRONTDESK_POWERCUT_RECORD", text(&self.record_file())),
        ]
    }

    /// Now: what is safe now was made safe before it.
    ///
    /// # Panics
    /// When nothing was ever written.
    #[must_use]
    pub fn now(&self) -> Moment {
        Moment(fs::metadata(self.record_file()).unwrap().len())
    }

    /// Makes the folder what a power cut at that moment would have left; how many bytes are lost.
    ///
    /// # Panics
    /// When somebody still uses the folder, or the record is broken.
    pub fn cut_power(&self, at: Moment, lost: Lost) -> usize {
        let record = fs::read(self.record_file()).unwrap();
        let mut files = BTreeMap::<&str, File<'_>>::new();
        // A moment in the middle of an entry is the one before it.
        let (mut rest, mut position) = (&record[..usize::try_from(at.0).unwrap()], 0);
        while let Some((name, entry, length)) = next(rest) {
            match entry {
                Entry::Synced { covers } if name.is_empty() => {
                    files
                        .values_mut()
                        .for_each(|file| file.sync_removal(covers));
                }
                Entry::Synced { covers } => files.entry(name).or_default().sync(covers),
                written @ (Entry::Written { .. } | Entry::Cut { .. } | Entry::Removed) => {
                    let file = files.entry(name).or_default();
                    file.written.push((position, written));
                }
            }
            rest = &rest[length..];
            position += u64::try_from(length).unwrap();
        }
        fs::remove_dir_all(&self.folder).unwrap();
        fs::create_dir(&self.folder).unwrap();
        let mut gone = 0;
        for (name, mut file) in files {
            gone += file.lose(lost);
            if let Some(content) = file.safe {
                fs::write(self.folder.join(name), content).unwrap();
            }
        }
        gone
    }

    fn record_file(&self) -> PathBuf {
        self.record.path().join("record")
    }
}

impl<'a> File<'a> {
    fn sync(&mut self, covers: u64) {
        let later = self.written.partition_point(|(at, _)| *at < covers);
        for (_, entry) in self.written.drain(..later) {
            apply(&mut self.safe, &entry, |_| true);
        }
    }

    /// A folder that is safe has the names that it should have.
    fn sync_removal(&mut self, covers: u64) {
        let removed =
            |(at, entry): &(u64, Entry<'_>)| *at < covers && matches!(entry, Entry::Removed);
        if let Some(last) = self.written.iter().rposition(removed) {
            self.written.drain(..=last);
            self.safe = None;
        }
    }

    /// The power fails; how many bytes are lost.
    fn lose(&mut self, lost: Lost) -> usize {
        let mut gone = 0;
        let mut random = match lost {
            Lost::All => None,
            Lost::Some(seed) => Some(StdRng::seed_from_u64(seed)),
        };
        for (_, entry) in self.written.drain(..) {
            apply(&mut self.safe, &entry, |bytes| {
                let kept = random.as_mut().is_some_and(RngExt::random);
                gone += if kept { 0 } else { bytes };
                kept
            });
        }
        gone
    }
}

/// Does to a file's content what the entry says, as far as it is `kept`: sector by sector.
fn apply(content: &mut Option<Vec<u8>>, entry: &Entry<'_>, mut kept: impl FnMut(usize) -> bool) {
    match entry {
        Entry::Cut { length } => {
            if kept(0) {
                content.get_or_insert_default().resize(*length, 0);
            }
        }
        Entry::Removed => {
            if kept(0) {
                *content = None;
            }
        }
        Entry::Written { offset, bytes } => {
            for (at, sector) in (*offset..).step_by(SECTOR).zip(bytes.chunks(SECTOR)) {
                if kept(sector.len()) {
                    let (content, end) = (content.get_or_insert_default(), at + sector.len());
                    content.resize(content.len().max(end), 0);
                    content[at..end].copy_from_slice(sector);
                }
            }
        }
        Entry::Synced { .. } => {}
    }
}

/// The first entry, its file, and its length; `None` at the end.
fn next(record: &[u8]) -> Option<(&str, Entry<'_>, usize)> {
    let (head, rest) = record.split_first_chunk::<15>()?;
    let number = u64::from_le_bytes(head[1..9].try_into().unwrap());
    let name = usize::from(u16::from_le_bytes(head[9..11].try_into().unwrap()));
    let length = u32::from_le_bytes(head[11..15].try_into().unwrap()) as usize;
    let (name, rest) = rest.split_at_checked(name)?;
    let (bytes, _) = rest.split_at_checked(length)?;
    let place = usize::try_from(number);
    let entry = match head[0] {
        b'w' => Entry::Written {
            offset: place.unwrap(),
            bytes,
        },
        b'c' => Entry::Cut {
            length: place.unwrap(),
        },
        b'r' => Entry::Removed,
        b's' => Entry::Synced { covers: number },
        other => panic!("an entry of kind {other}"),
    };
    let all = head.len() + name.len() + length;
    Some((std::str::from_utf8(name).unwrap(), entry, all))
}
