//! Find the known name that was probably meant, for error messages.

/// Names longer than this are not compared: nobody mistypes them, and the cost grows with the square of the length.
const LONGEST: usize = 80;

/// The candidate nearest to `name`, or nothing when none is near enough to be a likely misspelling.
///
/// Case counts for nothing, so `PARTYID` finds `PartyID`. Of two candidates equally near, the first wins. At most a third
/// of the letters, and at least one, may differ.
#[must_use]
pub fn nearest<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let wanted: Vec<char> = name.chars().take(LONGEST + 1).flat_map(char::to_lowercase).collect();
    if wanted.is_empty() || wanted.len() > LONGEST {
        return None;
    }
    let mut limit = (wanted.len() / 3).max(1);
    let mut found = None;
    let mut row = Vec::new();
    for candidate in candidates {
        if candidate.len() > 4 * LONGEST {
            continue;
        }
        let letters: Vec<char> = candidate.chars().flat_map(char::to_lowercase).collect();
        if letters.len().abs_diff(wanted.len()) > limit || letters.is_empty() {
            continue;
        }
        let far = distance(&wanted, &letters, &mut row);
        // A single letter has no likely misspelling but another case.
        if far > limit || far >= letters.len().max(wanted.len()) {
            continue;
        }
        found = Some(candidate);
        let Some(less) = far.checked_sub(1) else { break };
        limit = less;
    }
    found
}

/// The end of an error message: `; did you mean X?`, or nothing.
#[must_use]
pub fn did_you_mean<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> String {
    nearest(name, candidates).map_or_else(String::new, |found| format!("; did you mean {found}?"))
}

/// How many letters must be put in, taken out or replaced to make one word of the other.
fn distance(from: &[char], to: &[char], row: &mut Vec<usize>) -> usize {
    row.clear();
    row.extend(0..=to.len());
    for (line, one) in from.iter().enumerate() {
        let mut diagonal = line;
        let mut left = line + 1;
        for (cell, other) in row.iter_mut().skip(1).zip(to) {
            let replaced = diagonal + usize::from(one != other);
            diagonal = *cell;
            left = replaced.min(diagonal + 1).min(left + 1);
            *cell = left;
        }
        if let Some(first) = row.first_mut() {
            *first = line + 1;
        }
    }
    row.last().copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NAMES: [&str; 5] = ["Side", "Symbol", "SymbolSfx", "PartyID", "NoPartyIDs"];

    #[test]
    fn a_misspelled_name_finds_the_one_that_was_meant() {
        for (typed, meant) in [
            ("Symbl", Some("Symbol")),
            ("PARTYID", Some("PartyID")),
            ("PartyIDs", Some("PartyID")),
            ("Sde", Some("Side")),
            ("SymbolSf", Some("SymbolSfx")),
            ("Quantity", None),
            ("", None),
            ("X", None),
        ] {
            assert_eq!(nearest(typed, NAMES), meant, "{typed}");
        }
    }

    #[test]
    fn a_very_long_name_is_not_compared() {
        let long = "A".repeat(100_000);
        assert_eq!(nearest(&long, NAMES), None);
        assert_eq!(nearest("Symbol", [long.as_str()]), None);
    }

    #[test]
    fn distances_are_those_of_levenshtein() {
        let letters = |word: &str| word.chars().collect::<Vec<_>>();
        let mut row = Vec::new();
        for (from, to, far) in
            [("kitten", "sitting", 3), ("", "abc", 3), ("abc", "", 3), ("flaw", "lawn", 2), ("a", "a", 0)]
        {
            assert_eq!(distance(&letters(from), &letters(to), &mut row), far, "{from} {to}");
        }
    }
}
