//! Finding the next byte that matters, eight bytes at a time.

const ONES: u64 = 0x0101_0101_0101_0101;
const HIGH: u64 = 0x8080_8080_8080_8080;

/// The index of the first byte from `at` on that is no space, or the length.
pub(super) fn after_spaces(bytes: &[u8], mut at: usize) -> usize {
    while let Some(word) = word(bytes, at) {
        let different = word ^ repeated(b' ');
        if different != 0 {
            return at + (different.trailing_zeros() / 8) as usize;
        }
        at += 8;
    }
    while bytes.get(at) == Some(&b' ') {
        at += 1;
    }
    at
}

/// The index of the first quote, backslash or control character from `at` on, or the length.
pub(super) fn string_stop(bytes: &[u8], mut at: usize) -> usize {
    while let Some(word) = word(bytes, at) {
        let found = equal(word, b'"') | equal(word, b'\\') | controls(word);
        if found != 0 {
            return at + (found.trailing_zeros() / 8) as usize;
        }
        at += 8;
    }
    while bytes.get(at).is_some_and(|byte| *byte >= 0x20 && *byte != b'"' && *byte != b'\\') {
        at += 1;
    }
    at
}

fn word(bytes: &[u8], at: usize) -> Option<u64> {
    let eight: [u8; 8] = bytes.get(at..at.checked_add(8)?)?.try_into().ok()?;
    Some(u64::from_le_bytes(eight))
}

const fn repeated(byte: u8) -> u64 {
    ONES * byte as u64
}

/// A mark in the high bit of the bytes that equal `byte`. Marks above the lowest may be wrong: only that one counts.
fn equal(word: u64, byte: u8) -> u64 {
    let different = word ^ repeated(byte);
    different.wrapping_sub(ONES) & !different & HIGH
}

/// As [`equal`], for bytes below 0x20.
fn controls(word: u64) -> u64 {
    word.wrapping_sub(repeated(0x20)) & !word & HIGH
}

/// Whether a text has characters that no text has.
pub(super) fn has_control_characters(bytes: &[u8]) -> bool {
    // Without a way out inside a block, so that the compiler makes it wide.
    let is_bad = |byte: u8| byte < 0x20 && byte != b'\n' && byte != b'\t' && byte != b'\r';
    bytes.chunks(256).any(|block| block.iter().fold(false, |bad, byte| bad | is_bad(*byte)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn as_the_slow_way(bytes in prop::collection::vec(prop_oneof![3 => Just(b' '), 2 => 0x1e..0x24_u8, 2 => any::<u8>()], 0..60)) {
            for at in 0..=bytes.len() {
                let first = |wanted: fn(u8) -> bool| bytes[at..].iter().position(|byte| wanted(*byte)).map_or(bytes.len(), |found| at + found);
                prop_assert_eq!(after_spaces(&bytes, at), first(|byte| byte != b' '));
                prop_assert_eq!(string_stop(&bytes, at), first(|byte| byte < 0x20 || byte == b'"' || byte == b'\\'));
            }
            let bad = bytes.iter().any(|byte| *byte < 0x20 && !b"\n\t\r".contains(byte));
            prop_assert_eq!(has_control_characters(&bytes), bad);
        }
    }
}
