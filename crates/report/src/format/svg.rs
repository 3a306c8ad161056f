//! `-o svg`: a picture in a file of its own.

use bulkhead_analysis::Topology;
use bulkhead_analysis::reachability::Reachability;
use bulkhead_analysis::topology::Level;
use bulkhead_wire::{self as wire, AnswerForm, IssueForm, Telling, TopologyForm};
use serde_json::Value;

use super::text::question::question_name;
use super::{Answer, AnswerKind, Context, Format};
use crate::picture::{Ground, Look, Ways, draw_topology, draw_trace};

/// `-o svg`
pub(super) struct SvgFormat;

impl Format for SvgFormat {
    fn name(&self) -> &'static str {
        "svg"
    }

    fn answers(&self) -> &'static [AnswerKind] {
        &[AnswerKind::Reach, AnswerKind::Trace]
    }

    fn render(&self, answer: &Answer<'_>, context: &Context<'_>) -> Option<String> {
        match answer {
            Answer::Reach { reachability, level, .. } => {
                let form = topology_form(reachability, *level, context);
                Some(draw_topology(&form, context.speech, Look::Alone(Ground::System)).svg)
            }
            Answer::Trace { request, answer, network, by_node } => {
                let telling = Telling { detail: wire::Detail::Hops, by_node: *by_node };
                let form = AnswerForm::new(Value::Null, answer, network, telling, &context.speech);
                let heading = question_name(request);
                Some(draw_trace(&Ways::of(&form)?, &heading, context.speech, Look::Alone(Ground::System)).svg)
            }
            _ => None,
        }
    }
}

/// The topology of the level that was asked for; else of the one with the smallest parties that can still be read.
pub(super) fn topology_form(
    reachability: &Reachability<'_>,
    level: Option<Level>,
    context: &Context<'_>,
) -> TopologyForm {
    let topology = match level {
        Some(level) => Topology::new(reachability, level),
        None => Topology::readable(reachability, &|_| true),
    };
    let issues = reachability.issues().iter();
    TopologyForm::new(&topology, issues.map(|it| IssueForm::new(it, context.snapshot, &context.speech)).collect())
}
