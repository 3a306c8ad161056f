//! Secrets: made, and compared.

use crate::change::hexadecimal;

/// Why nobody can be let in: the system has no random numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the system gives no random numbers")]
pub struct NoRandomness;

/// 256 random bits.
pub(crate) fn random() -> Result<[u8; 32], NoRandomness> {
    let mut bytes = [0_u8; 32];
    getrandom::fill(&mut bytes).map_err(|_| NoRandomness)?;
    Ok(bytes)
}

/// 256 random bits as text.
pub(super) fn secret() -> Result<String, NoRandomness> {
    Ok(hexadecimal(&random()?))
}

/// Compares without telling by the time how much is right.
pub(super) fn is_same(one: &str, other: &str) -> bool {
    one.len() == other.len()
        && one.bytes().zip(other.bytes()).fold(0, |different, (one, other)| different | (one ^ other)) == 0
}
