//! Of objects that came twice the last one counts, as with `kubectl apply`.

use bulkhead_model::{Issue, ObjectRef, Position, SourceId};

use crate::code;

/// Sorts objects and removes earlier ones of the same name.
#[derive(Debug)]
pub(super) struct Unique<'a> {
    pub(super) sources: &'a [String],
    pub(super) replaces_from: Option<SourceId>,
    pub(super) issues: &'a mut Vec<Issue>,
}

impl Unique<'_> {
    /// The objects sorted by their reference, each once.
    pub(super) fn by<T>(
        &mut self,
        objects: Vec<T>,
        reference: impl Fn(&T) -> ObjectRef,
        position: impl Fn(&T) -> Position,
    ) -> Vec<T> {
        let mut keyed: Vec<(ObjectRef, T)> = objects.into_iter().map(|object| (reference(&object), object)).collect();
        // Stable: of equal references the one that came last stays last.
        keyed.sort_by(|(a, _), (b, _)| a.cmp(b));
        let mut kept: Vec<(ObjectRef, T)> = Vec::with_capacity(keyed.len());
        for (key, object) in keyed {
            let earlier = kept.pop_if(|(have, _)| *have == key);
            if let Some((_, earlier)) = earlier {
                self.report(key.clone(), position(&earlier), position(&object));
            }
            kept.push((key, object));
        }
        kept.into_iter().map(|(_, object)| object).collect()
    }

    /// Reports that an object came twice, unless it was meant to replace the other one.
    pub(super) fn report(&mut self, object: ObjectRef, earlier: Position, later: Position) {
        if self.replaces_from.is_some_and(|from| earlier.source < from && from <= later.source) {
            return;
        }
        let source = self.sources.get(earlier.source.0 as usize).map_or("", String::as_str);
        let earlier = format!("{source}:{}", earlier.line);
        self.issues.push(Issue::warning(code::DUPLICATE_OBJECT).at(later).about(object).with("earlier", earlier));
    }
}
