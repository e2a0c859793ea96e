//! Which of the things that two lists share stand elsewhere.

/// The least set of places in `sequence` that must move to make it ascend; the rest keep their order.
///
/// `sequence` holds, in A's order, the places that things have in B.
pub(super) fn movers(sequence: &[usize]) -> Vec<usize> {
    // Patience sorting: `tails` holds the end of the best run of each length, `before` leads back along it.
    let mut tails: Vec<usize> = Vec::new();
    let mut before: Vec<Option<usize>> = Vec::with_capacity(sequence.len());
    let value = |at: &usize| sequence.get(*at).copied();
    for (at, place) in sequence.iter().enumerate() {
        let length = tails.partition_point(|tail| value(tail) < Some(*place));
        before.push(length.checked_sub(1).and_then(|last| tails.get(last).copied()));
        match tails.get_mut(length) {
            Some(tail) => *tail = at,
            None => tails.push(at),
        }
    }
    let mut stays = vec![false; sequence.len()];
    let mut next = tails.last().copied();
    while let Some(at) = next {
        if let Some(stay) = stays.get_mut(at) {
            *stay = true;
        }
        next = before.get(at).copied().flatten();
    }
    (0..sequence.len()).filter(|at| stays.get(*at) == Some(&false)).collect()
}

#[cfg(test)]
mod tests {
    use super::movers;

    #[test]
    fn as_few_as_possible_move() {
        for (sequence, moved) in [
            (vec![], vec![]),
            (vec![0, 1, 2, 3], vec![]),
            (vec![3, 0, 1, 2], vec![0]),
            (vec![0, 3, 1, 2], vec![1]),
            (vec![1, 2, 3, 0], vec![3]),
            (vec![2, 1, 0], vec![0, 1]),
        ] {
            assert_eq!(movers(&sequence), moved, "{sequence:?}");
        }
    }
}
