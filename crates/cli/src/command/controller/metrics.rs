//! The counters in Prometheus' text form. No name of a tenant is in it.

use std::fmt::{Display, Write};

use bulkhead_controller::Histogram;

use super::endpoint::Shown;

/// Everything that is counted.
pub(super) fn render(shown: &Shown) -> String {
    let counters = &shown.counters;
    let mut text = String::new();
    let calls = counters.calls.iter().map(|((verb, kind, outcome), count)| {
        (format!("verb=\"{verb}\",resource=\"{kind}\",outcome=\"{outcome}\""), *count)
    });
    family(&mut text, "bulkhead_controller_calls_total", "counter", "Calls of the store that were answered.", calls);
    let of = |(kind, count): (&String, &u64)| (format!("resource=\"{kind}\""), *count);
    let watches = counters.watches.iter().map(of);
    family(&mut text, "bulkhead_controller_watches_total", "counter", "Watches that were begun.", watches);
    let events = counters.events.iter().map(of);
    family(&mut text, "bulkhead_controller_events_total", "counter", "Events that watches told.", events);
    let kept = counters.objects.iter().map(|(kind, count)| (format!("kind=\"{kind}\""), *count));
    family(&mut text, "bulkhead_controller_objects", "gauge", "Objects that are kept in memory.", kept);
    for (name, kind, help, value) in [
        ("plans_total", "counter", "Times that the policies of a project were worked out.", counters.planned),
        ("projects_mended_total", "counter", "Projects whose policies were made right.", counters.mended),
        ("projects_waiting", "gauge", "Projects that wait to be looked at.", counters.waiting),
        ("projects_writing", "gauge", "Projects that are being read or written.", counters.writing),
        ("projects_failing", "gauge", "Projects that could not be made right so far.", shown.failing),
        ("leader", "gauge", "Whether this one leads.", u64::from(counters.leads)),
        ("synced", "gauge", "Whether everything has been listed.", u64::from(counters.synced)),
    ] {
        family(&mut text, &format!("bulkhead_controller_{name}"), kind, help, [(String::new(), value)]);
    }
    histogram(
        &mut text,
        "bulkhead_controller_mend_duration_seconds",
        "From a change to the last write for it.",
        &counters.latency,
    );
    text
}

fn family(
    text: &mut String,
    name: &str,
    kind: &str,
    help: &str,
    values: impl IntoIterator<Item = (String, impl Display)>,
) {
    // Writing to a string cannot fail.
    let _ = write!(text, "# HELP {name} {help}\n# TYPE {name} {kind}\n");
    for (labels, value) in values {
        let _ = if labels.is_empty() {
            writeln!(text, "{name} {value}")
        } else {
            writeln!(text, "{name}{{{labels}}} {value}")
        };
    }
}

fn histogram(text: &mut String, name: &str, help: &str, histogram: &Histogram) {
    let _ = write!(text, "# HELP {name} {help}\n# TYPE {name} histogram\n");
    let mut sum = 0;
    let bounds = Histogram::BOUNDS.iter().map(ToString::to_string).chain(["+Inf".to_owned()]);
    for (bound, count) in bounds.zip(histogram.buckets) {
        sum += count;
        let _ = writeln!(text, "{name}_bucket{{le=\"{bound}\"}} {sum}");
    }
    let _ = write!(text, "{name}_sum {}\n{name}_count {sum}\n", histogram.sum.as_secs_f64());
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn every_line_is_one_that_prometheus_reads() {
        let mut shown = Shown::default();
        shown.counters.calls.insert(("apply", "networkpolicies.networking.k8s.io".to_owned(), "ok"), 3);
        shown.counters.latency.observe(Duration::from_millis(30));
        let text = render(&shown);
        assert!(text.contains("bulkhead_controller_calls_total{verb=\"apply\",resource=\"networkpolicies.networking.k8s.io\",outcome=\"ok\"} 3\n"));
        assert!(text.contains("bulkhead_controller_mend_duration_seconds_bucket{le=\"0.025\"} 0\n"));
        assert!(text.contains("bulkhead_controller_mend_duration_seconds_bucket{le=\"0.05\"} 1\n"));
        assert!(text.contains("bulkhead_controller_mend_duration_seconds_count 1\n"));
        assert!(text.lines().all(|line| line.starts_with('#')
            || line.rsplit_once(' ').is_some_and(|(_, value)| value.parse::<f64>().is_ok())));
    }
}
