//! How wide texts are, on the safe side: nobody knows which font the reader has, so each character counts as in the widest of the
//! usual ones (`DejaVu Sans`). Texts that are too long lose their middle, as beginnings and ends of names tell them apart.

use unicode_width::UnicodeWidthChar as _;

/// What a text is set in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Font {
    /// Headings: bold, 13 pixels.
    Heading,
    /// Names: 12 pixels.
    Name,
    /// What stands beside: 11 pixels.
    Small,
}

impl Font {
    /// Its size in pixels.
    pub(super) fn size(self) -> f64 {
        match self {
            Self::Heading => 13.0,
            Self::Name => 12.0,
            Self::Small => 11.0,
        }
    }

    /// How much of its size more than a plain one it takes.
    fn stretch(self) -> f64 {
        if self == Self::Heading { 1.12 } else { 1.0 }
    }
}

/// The width of a text in pixels, rounded up.
pub(super) fn width(text: &str, font: Font) -> f64 {
    (text.chars().map(character).sum::<f64>() * font.size() * font.stretch()).ceil()
}

/// A text that is at most so wide: its middle is left out where it must be.
pub(super) fn shortened(text: &str, font: Font, most: f64) -> String {
    if width(text, font) <= most {
        return text.to_owned();
    }
    let characters: Vec<char> = text.chars().collect();
    let kept = |count: usize| {
        let (leading, trailing) = (count.div_ceil(2), count / 2);
        let head: String = characters.iter().take(leading).collect();
        let tail: String = characters.iter().skip(characters.len() - trailing).collect();
        format!("{head}…{tail}")
    };
    let fits = (0..characters.len()).rev().map(kept).find(|text| width(text, font) <= most);
    fits.unwrap_or_else(|| "…".to_owned())
}

/// The width of a character at size 1.
fn character(character: char) -> f64 {
    match character {
        'i' | 'j' | 'l' | '|' | '\'' | '.' | ',' | ':' | ';' | '!' | ' ' => 0.36,
        'f' | 'r' | 't' | '(' | ')' | '[' | ']' | '-' | '/' => 0.44,
        'm' | 'w' | 'M' | 'W' | '@' | '%' | '…' | '→' => 1.0,
        'A'..='Z' => 0.79,
        'a'..='z' | '0'..='9' => 0.645,
        other if other.width().unwrap_or(0) > 1 => 1.05,
        other if other.width() == Some(0) => 0.0,
        _ => 0.85,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_names_keep_both_ends() {
        let name = "a-name-of-the-sixty-three-characters-that-kubernetes-allows-zzz";
        let short = shortened(name, Font::Name, 200.0);
        assert_eq!(short, "a-name-of-the…es-allows-zzz");
        assert!(width(&short, Font::Name) <= 200.0);
        assert_eq!(shortened("web", Font::Name, 200.0), "web");
    }

    #[test]
    fn a_chinese_character_takes_its_square() {
        assert!(width("集群外", Font::Name) >= 36.0);
    }
}
