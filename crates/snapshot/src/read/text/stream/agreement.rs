//! However a text is cut into pieces, the same comes out.

use bulkhead_model::SourceId;
use proptest::prelude::*;

use super::*;

const PIECES: &[&str] = &[
    "apiVersion: v1\n",
    "kind: List\n",
    "kind: Pod\n",
    "kind: PodList\n",
    "items:\n",
    "items: []\n",
    "metadata:\n  name: a\n",
    "- kind: A\n  a: b\n",
    "- kind: B\n",
    "  - kind: C\n",
    "- a: &x y\n  kind: D\n",
    "- b: *x\n  kind: E\n",
    "- no: kind\n",
    "- [\n",
    "---\n",
    "--- # x\n",
    "--- a: b\n",
    "---",
    "...\n",
    "# x\n",
    "\n",
    "  ",
    "%YAML 1.2\n",
    "%TAG ! x\n",
    "a: |\n  - b\n  c\n",
    "-\n",
    "-",
    ".",
    "{\"kind\":\"List\",\"items\":[",
    "{\"items\":[",
    "{\"kind\":\"A\"}",
    "{\"a\":1}",
    "[",
    "]",
    "{",
    "}",
    ",",
    ",\n",
    ",\"kind\":\"PodList\"",
    "],\"kind\":\"List\"}",
    "]}",
    "\"kind\"",
    ":",
    "1",
    "tru",
    "e",
    "\"\\u12",
    "34\"",
    "{a: b}",
    "{{ x }}\n",
    "\u{1}",
    "\u{FDD0}",
    "\r\n",
    "\t",
    "é",
    "--- {\"a\":1} é\n",
    " ",
];

/// Everything that comes out of a text that is cut at these places.
fn read(text: &str, cuts: &[usize]) -> Vec<String> {
    let findings = Findings::new(SourceId(0));
    let mut stream = Stream::new(&findings, None);
    let (mut out, mut waiting, mut at) = (Vec::new(), String::new(), 0);
    let mut taken = |piece: Piece<'_>| {
        out.push(match piece {
            Piece::Document(root) => format!("document @{} {}", root.line, root.shown()),
            Piece::Item(item, head) => format!("item @{} {} of {head:?}", item.line, item.shown()),
        });
    };
    for cut in cuts.iter().copied().chain([text.len()]) {
        waiting.push_str(&text[at..cut]);
        at = cut;
        let end = if cut == text.len() { End::Last } else { End::More };
        let used = stream.feed(&waiting, end, &mut taken);
        waiting.drain(..used);
    }
    assert_eq!(waiting, "", "not read to the end");
    out.push(format!("{} documents", stream.documents()));
    out.extend(
        findings
            .into_issues()
            .into_iter()
            .map(|issue| format!("{} {:?} {:?}", issue.code, issue.position, issue.arguments)),
    );
    out
}

fn cuts(text: &str, cuts: &[prop::sample::Index]) -> Vec<usize> {
    let places: Vec<usize> = (0..text.len()).filter(|at| text.is_char_boundary(*at)).collect();
    let mut cuts: Vec<usize> =
        cuts.iter().filter(|_| !places.is_empty()).map(|cut| places[cut.index(places.len())]).collect();
    cuts.sort_unstable();
    cuts
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 10_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn on_cuts(
        pieces in prop::collection::vec(0..PIECES.len(), 0..14),
        places in prop::collection::vec(any::<prop::sample::Index>(), 0..5),
    ) {
        let text: String = pieces.into_iter().map(|piece| PIECES[piece]).collect();
        let cuts = cuts(&text, &places);
        prop_assert_eq!(read(&text, &cuts), read(&text, &[]), "{:?} cut at {:?}", text, cuts);
    }
}
