//! `-o csv`: a table of pairs with a line of headings; quotes as RFC 4180 has them, lines as everything else here ends them.

use std::fmt::{self, Write};

use bulkhead_analysis::Reachability;
use bulkhead_analysis::policy::reach::PairConnections;
use bulkhead_analysis::reachability::Side;
use bulkhead_wire::SideForm;

use super::ports::ports_text;
use super::{Answer, AnswerKind, Context, Format};

/// `-o csv`
pub(super) struct Csv;

impl Format for Csv {
    fn name(&self) -> &'static str {
        "csv"
    }

    fn answers(&self) -> &'static [AnswerKind] {
        &[AnswerKind::Reach]
    }

    fn render(&self, answer: &Answer<'_>, context: &Context<'_>) -> Option<String> {
        let mut text = String::new();
        self.write(answer, context, &mut text).ok().map(|()| text)
    }

    fn write(&self, answer: &Answer<'_>, _: &Context<'_>, to: &mut dyn Write) -> fmt::Result {
        let Answer::Reach { reachability, .. } = answer else { return Ok(()) };
        to.write_str("fromKind,from,toKind,to,open,undetermined,family\n")?;
        reachability.for_each(|pair| {
            let (from, to_side) = (fields(pair.from, reachability), fields(pair.to, reachability));
            for (family, ports) in by_family(pair.connections) {
                let (open, undetermined) = (ports_text(&ports.open), ports_text(&ports.undetermined));
                writeln!(to, "{from},{to_side},{},{},{family}", quoted(&open), quoted(&undetermined))?;
            }
            Ok(())
        })
    }
}

/// One row for all families, or one for each where they differ.
pub(super) fn by_family(
    connections: &PairConnections,
) -> Vec<(&'static str, &bulkhead_analysis::policy::reach::Connections)> {
    match &connections.by_family {
        None => vec![("", &connections.any)],
        Some([v4, v6]) => vec![("IPv4", v4), ("IPv6", v6)].into_iter().filter(|(_, ports)| !ports.is_none()).collect(),
    }
}

/// What it is, and its name.
fn fields(side: Side<'_>, reachability: &Reachability<'_>) -> String {
    let (kind, name) = match SideForm::new(side, reachability) {
        SideForm::Workload(name) => ("workload", name),
        SideForm::Pod(name) => ("pod", name),
        SideForm::Node(name) => ("node", name),
        SideForm::Cidrs(cidrs) => ("cidrs", cidrs.join(" ")),
    };
    format!("{kind},{}", quoted(&name))
}

/// A field, in quotes where it needs them.
fn quoted(field: &str) -> String {
    if field.contains([',', '"', '\n', '\r']) {
        format!("\"{}\"", field.replace('"', "\"\""))
    } else {
        field.to_owned()
    }
}
