//! Texts that are no Kubernetes objects: settings and assertions of this program, read as strictly as objects are.

use bulkhead_model::{Issue, SourceId};

use super::Input;
use super::chunks;
use super::decode::Place;
pub use super::decode::{Cursor, Fields, OptionalFields, Read, Reported, value};
use super::text::{Findings, Piece, Stream};

/// Hands every document of a text to a reader, and gives what is wrong with the text. `source` is the number that positions in
/// the issues have; whoever calls keeps it apart from those of other texts.
pub fn read_plain(input: &Input<'_>, source: SourceId, mut read: impl FnMut(&Cursor<'_>)) -> Vec<Issue> {
    let findings = Findings::new(source);
    let mut stream = Stream::new(&findings, None);
    chunks::feed_whole(input.text, &mut stream, &mut |piece| {
        let (Piece::Document(root) | Piece::Item(root, _)) = &piece;
        let place = Place { findings: &findings, object: None };
        read(&Cursor::root(root, &place));
    });
    findings.into_issues()
}
