//! JSON documents: values one after the other, the items of Lists one at a time.

use super::super::json::{Json, JsonError, Root};
use super::super::{DEEPEST, Findings, yaml};
use super::{End, ListHead, Piece, State, Step, Stream, Taken, Template, lines};
use crate::code;

/// How large a text may be that is tried as YAML because it is no JSON.
const LARGEST_FLOW_STYLE: usize = 1 << 24;

/// A document of JSON values.
#[derive(Debug, Default)]
pub(super) struct JsonState {
    /// How many values of it have been read.
    values: u64,
    list: Option<JsonList>,
}

/// A list that is being read.
#[derive(Debug)]
struct JsonList {
    kind: Kind,
    head: ListHead,
    place: Place,
    /// Items that do not say what they are, with their lines, until the List does.
    postponed: Vec<(String, u32)>,
}

/// How a list began.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// As the `items` of a List.
    Items,
    /// By itself.
    Bare,
}

/// Where the reader stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    /// Behind the list's opening bracket.
    First,
    /// Behind an item.
    Next,
    /// Behind the list's closing bracket, in the List.
    Tail,
}

/// What one step found.
#[derive(Debug)]
enum Outcome {
    /// The end of the document.
    Between,
    /// Nothing but white space.
    Blank,
    Value,
    ListBegins(JsonList),
    InList,
    ListEnds,
}

type Read = Result<Outcome, JsonError>;

impl JsonList {
    fn new(kind: Kind, head: ListHead) -> Self {
        Self { kind, head, place: Place::First, postponed: Vec::new() }
    }
}

impl Stream<'_> {
    pub(super) fn json(&mut self, mut state: JsonState, rest: &str, end: End, taken: Taken<'_>) -> Step {
        let mut json = Json::new(rest, self.line, self.wanted, end);
        let outcome = match &mut state.list {
            None => self.json_value(&mut json, rest, end, taken),
            Some(list) if list.place == Place::Tail => tail_entry(&mut json, list, self.findings),
            Some(list) => self.json_item(&mut json, list, rest, taken),
        };
        match outcome {
            Ok(outcome) => self.json_took(&json, outcome, state, taken),
            Err(error) if error.is_at_end && end == End::More => Step::More(State::Json(state)),
            Err(error) => self.json_failed(&error, state, rest, end, taken),
        }
    }

    fn json_took(&mut self, json: &Json<'_>, outcome: Outcome, mut state: JsonState, taken: Taken<'_>) -> Step {
        self.line = json.line();
        match outcome {
            Outcome::Between => return Step::Took(json.at(), State::Between),
            Outcome::InList | Outcome::Blank => {}
            Outcome::ListBegins(list) => {
                self.documents += 1;
                state.list = Some(list);
            }
            Outcome::Value => {
                self.documents += 1;
                state.values += 1;
            }
            Outcome::ListEnds => {
                self.flush_json(state.list.take(), taken);
                state.values += 1;
            }
        }
        Step::Took(json.at(), State::Json(state))
    }

    fn json_value(&self, json: &mut Json<'_>, rest: &str, end: End, taken: Taken<'_>) -> Read {
        let first = json.peek_value();
        let (start, line) = (json.at(), json.line());
        match first {
            None => return Ok(Outcome::Blank),
            Some(b'-' | b'.') => match lines::first(rest.get(start..).unwrap_or_default(), end) {
                Some((line, _)) if lines::is_marker(line) => return Ok(Outcome::Between),
                Some(_) => {}
                None => return Err(json.error_at_end()),
            },
            Some(b'[') => {
                json.eat(b'[');
                return Ok(Outcome::ListBegins(JsonList::new(Kind::Bare, ListHead::default())));
            }
            _ => {}
        }
        let node = match if first == Some(b'{') { json.root()? } else { Root::Whole(json.object()?) } {
            Root::Whole(node) => node,
            Root::Items(entries) => {
                json.eat(b'[');
                let mut head = ListHead::default();
                head.saw_all(&entries);
                return Ok(Outcome::ListBegins(JsonList::new(Kind::Items, head)));
            }
        };
        if self.is_clean(rest.get(start..json.at()).unwrap_or_default(), line) {
            taken(Piece::Document(node));
        }
        Ok(Outcome::Value)
    }

    fn json_item(&self, json: &mut Json<'_>, list: &mut JsonList, rest: &str, taken: Taken<'_>) -> Read {
        json.peek_value();
        if json.eat(b']') {
            list.place = Place::Tail;
            return Ok(if list.kind == Kind::Bare { Outcome::ListEnds } else { Outcome::InList });
        }
        if list.place == Place::Next {
            json.expect(b',', "expected `,` or `]`")?;
        }
        json.peek_value();
        let (start, line) = (json.at(), json.line());
        let node = json.object()?;
        list.place = Place::Next;
        let text = rest.get(start..json.at()).unwrap_or_default();
        if !self.is_clean(text, line) {
            return Ok(Outcome::InList);
        }
        if list.kind == Kind::Items && list.head.leaves_open(&node) {
            list.postponed.push((text.to_owned(), line));
        } else {
            taken(Piece::Item(node, &list.head));
        }
        Ok(Outcome::InList)
    }

    /// Reports an error, unless the document is YAML in flow style after all. What follows in the document is lost.
    fn json_failed(&mut self, error: &JsonError, mut state: JsonState, rest: &str, end: End, taken: Taken<'_>) -> Step {
        if state.values == 0 && state.list.is_none() {
            let length = lines::document_end(rest, end);
            if length.is_none() && rest.len() < LARGEST_FLOW_STYLE {
                return Step::More(State::Json(state));
            }
            let text = length.and_then(|length| rest.get(..length)).filter(|text| text.len() <= LARGEST_FLOW_STYLE);
            if let Some(text) = text.filter(|text| self.is_flow_style(text)) {
                yaml::document(text, self.line, self.wanted, self.findings, |root| taken(Piece::Document(root)));
                self.documents += 1;
                self.line += lines::count(text);
                return Step::Took(text.len(), State::Between);
            }
        }
        match error.code {
            code::TOO_DEEP => self.findings.error(code::TOO_DEEP, error.line, &[("limit", &DEEPEST.to_string())]),
            _ => self.findings.error(error.code, error.line, &[("detail", error.detail)]),
        }
        self.flush_json(state.list.take(), taken);
        Step::Took(0, State::Lost(Template::NotFound))
    }

    fn is_flow_style(&self, text: &str) -> bool {
        let quiet = Findings::new(self.findings.position(0).source);
        yaml::document(text, self.line, self.wanted, &quiet, |_| {});
        quiet.count() == 0
    }

    pub(super) fn finish_json(&self, state: JsonState, taken: Taken<'_>) {
        if state.list.is_some() {
            self.findings.error(code::SYNTAX, self.line, &[("detail", "unexpected end of the text")]);
        }
        self.flush_json(state.list, taken);
    }

    /// Reads what waited for the List to say what it is.
    fn flush_json(&self, list: Option<JsonList>, taken: Taken<'_>) {
        let Some(list) = list else { return };
        for (text, line) in &list.postponed {
            // It has been read once before.
            if let Ok(node) = Json::new(text, *line, self.wanted, End::Last).object() {
                taken(Piece::Item(node, &list.head));
            }
        }
    }
}

/// A field of the List behind its items.
fn tail_entry(json: &mut Json<'_>, list: &mut JsonList, findings: &Findings) -> Read {
    json.peek_value();
    if json.eat(b'}') {
        return Ok(Outcome::ListEnds);
    }
    json.expect(b',', "expected `,` or `}`")?;
    let (key, node) = json.entry()?;
    if key == "items" {
        findings.error(code::DUPLICATE_KEY, node.line, &[("name", "items")]);
    }
    list.head.saw(&key, &node);
    Ok(Outcome::InList)
}
