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
        keyed.dedup_by(|later, kept| {
            let is_same = later.0 == kept.0;
            if is_same {
                self.report(kept.0.clone(), position(&kept.1), position(&later.1));
                std::mem::swap(later, kept);
            }
            is_same
        });
        let mut objects: Vec<T> = keyed.into_iter().map(|(_, object)| object).collect();
        // They are where the keys were, too.
        objects.shrink_to_fit();
        objects
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
