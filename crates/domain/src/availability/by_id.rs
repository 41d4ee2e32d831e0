//! A map by id that is asked once for each of tens of thousands of rows.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

/// Keyed by an id: the hash is its last bytes, which are drawn at random. Nobody outside chooses ids of
/// who works in a clinic, and a few that collide cost time, not truth.
pub(super) type ById<K, V> = HashMap<K, V, BuildHasherDefault<LastBytes>>;

#[derive(Default)]
pub(super) struct LastBytes(u64);

/// Odd, with its bits spread: the map looks at the highest bits and at the lowest.
const SPREAD: u64 = 0x9E37_79B9_7F4A_7C15;

impl Hasher for LastBytes {
    fn write(&mut self, bytes: &[u8]) {
        let last = bytes.last_chunk().copied().map_or(0, u64::from_be_bytes);
        self.0 = (self.0 ^ last).wrapping_mul(SPREAD);
    }

    fn finish(&self) -> u64 {
        self.0 ^ (self.0 >> 32)
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::PractitionerId;

    #[test]
    fn ids_that_differ_in_one_byte_are_different_keys() {
        let ids = (0..16).flat_map(|byte| (1..=255_u128).map(move |value| value << (8 * byte)));
        let ids: Vec<_> = ids.map(|id| PractitionerId(Uuid::from_u128(id))).collect();
        let map: ById<_, _> = ids.iter().map(|id| (*id, id.0)).collect();
        assert_eq!(map.len(), ids.len());
        assert!(ids.iter().all(|id| map[id] == id.0));
    }
}
