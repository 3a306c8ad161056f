//! Command lines as a shell reads them, as far as specifications need it.

use std::collections::BTreeMap;

/// One command.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Command {
    /// `NAME=value` in front of the program.
    pub(crate) variables: BTreeMap<String, String>,
    /// The program and its arguments.
    pub(crate) arguments: Vec<String>,
    /// The file behind `<`.
    pub(crate) stdin: Option<String>,
}

/// Reads one command line: words, `'…'` and `"…"` (both without escapes), variables in front, `< FILE`.
pub(crate) fn parse(line: &str) -> Result<Command, String> {
    let mut command = Command { variables: BTreeMap::new(), arguments: Vec::new(), stdin: None };
    let mut words = split(line)?.into_iter();
    while let Some(word) = words.next() {
        match word.split_once('=') {
            _ if word == "<" => command.stdin = Some(words.next().ok_or("`<` names no file")?),
            Some((name, value)) if command.arguments.is_empty() => {
                command.variables.insert(name.to_owned(), value.to_owned());
            }
            _ => command.arguments.push(word),
        }
    }
    match command.arguments.first().map(String::as_str) {
        Some("bulkhead") => Ok(command),
        _ => Err(format!("`{line}`: only `bulkhead` can be run")),
    }
}

fn split(line: &str) -> Result<Vec<String>, String> {
    let (mut words, mut word, mut quote) = (Vec::new(), None::<String>, None);
    for character in line.chars() {
        match (quote, character) {
            (Some(end), _) if character == end => quote = None,
            (None, '\'' | '"') => {
                quote = Some(character);
                word.get_or_insert_default();
            }
            (None, ' ') => words.extend(word.take()),
            _ => word.get_or_insert_default().push(character),
        }
    }
    words.extend(word);
    if quote.is_some() { Err(format!("`{line}`: a quote has no end")) } else { Ok(words) }
}
