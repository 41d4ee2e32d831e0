//! Side by side where visits overlap.

/// For visits by start: each one's lane, and how many lanes its group of overlapping visits has.
pub(super) fn lanes(visits: &[(u16, u16)]) -> Vec<(u16, u16)> {
    let mut placed: Vec<(u16, u16)> = Vec::with_capacity(visits.len());
    let mut lane_ends: Vec<u16> = Vec::new();
    let mut group_starts = 0;
    let mut group_ends = 0;
    for (index, (from, until)) in visits.iter().enumerate() {
        if *from >= group_ends {
            close(&mut placed[group_starts..], lane_ends.len());
            group_starts = index;
            lane_ends.clear();
        }
        let free = lane_ends.iter().position(|end| end <= from);
        let lane = free.unwrap_or(lane_ends.len());
        match lane_ends.get_mut(lane) {
            Some(end) => *end = *until,
            None => lane_ends.push(*until),
        }
        group_ends = group_ends.max(*until);
        placed.push((u16::try_from(lane).unwrap_or(u16::MAX), 1));
    }
    close(&mut placed[group_starts..], lane_ends.len());
    placed
}

fn close(group: &mut [(u16, u16)], lanes: usize) {
    for visit in group {
        visit.1 = u16::try_from(lanes.max(1)).unwrap_or(u16::MAX);
    }
}

#[cfg(test)]
mod tests {
    use super::lanes;

    #[test]
    fn visits_that_do_not_overlap_stand_alone() {
        assert_eq!(lanes(&[(0, 30), (30, 60)]), [(0, 1), (0, 1)]);
    }

    #[test]
    fn a_chain_of_overlaps_shares_its_lanes() {
        let chain = [(0, 40), (30, 70), (60, 90), (90, 100)];
        assert_eq!(lanes(&chain), [(0, 2), (1, 2), (0, 2), (0, 1)]);
    }

    #[test]
    fn no_visits_have_no_lanes() {
        assert!(lanes(&[]).is_empty());
    }
}
