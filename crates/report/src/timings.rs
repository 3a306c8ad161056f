//! How long each phase of the work took, for people.

use std::fmt::Write as _;
use std::time::Duration;

use bulkhead_analysis::model::watch::Phase;
use unicode_width::UnicodeWidthStr as _;

use crate::style::{FAINT, paint};
use crate::words::Speech;

/// A line for each phase, and one for their sum.
pub fn render_timings(spent: &[(Phase, Duration)], speech: Speech) -> String {
    let name = |(phase, spent): &(Phase, Duration)| (speech.word(&format!("timings.{}", phase.name())), *spent);
    let mut lines: Vec<(String, Duration)> = spent.iter().map(name).collect();
    lines.push((speech.word("timings.sum"), spent.iter().map(|(_, spent)| *spent).sum()));
    let widest = lines.iter().map(|(name, _)| name.width()).max().unwrap_or_default();
    let mut text = String::new();
    for (name, spent) in lines {
        let gap = " ".repeat(widest - name.width().min(widest));
        let line = format!("{name}{gap}  {:>10.3} ms", spent.as_secs_f64() * 1000.0);
        let _ = writeln!(text, "{}", paint(FAINT, line));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::Language;

    #[test]
    fn every_phase_has_words_and_columns_align() {
        for language in Language::ALL {
            let spent: Vec<_> = Phase::ALL.map(|phase| (phase, Duration::from_micros(1500))).into();
            let text = render_timings(&spent, Speech { language });
            assert_eq!(text.lines().count(), Phase::ALL.len() + 1);
            assert!(!text.contains("timings."), "{text}");
            assert!(text.lines().last().is_some_and(|sum| sum.contains("13.500 ms")), "{text}");
        }
    }
}
