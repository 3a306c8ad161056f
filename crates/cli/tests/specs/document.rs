//! A specification as headings and fenced blocks, by line.

/// A specification.
pub(crate) struct Document<'t> {
    /// Every line of the text, without its end.
    pub(crate) lines: Vec<&'t str>,
    /// Its fenced blocks, in order.
    pub(crate) blocks: Vec<Block<'t>>,
}

/// A fenced block.
pub(crate) struct Block<'t> {
    /// What it is.
    pub(crate) kind: BlockKind<'t>,
    /// The line of the opening fence, from 0.
    pub(crate) open: usize,
    /// The line of the closing fence.
    pub(crate) close: usize,
    /// The headings that it is under: the number of each, from the top.
    pub(crate) section: Vec<usize>,
}

/// What a fenced block is.
#[derive(PartialEq, Eq)]
pub(crate) enum BlockKind<'t> {
    /// Objects, for a file of this name.
    Yaml(&'t str),
    /// Any other file of this name.
    File(&'t str),
    /// Commands and what they say.
    Console,
    /// Something to read only.
    Other,
}

/// The file of `yaml` blocks that name none.
const DEFAULT_FILE: &str = "cluster.yaml";

/// Finds headings and blocks. Fences are three backticks at the start of a line.
pub(crate) fn parse(text: &str) -> Result<Document<'_>, String> {
    let lines: Vec<&str> = text.lines().collect();
    let (mut blocks, mut section, mut headings) = (Vec::new(), Vec::<(usize, usize)>::new(), 0);
    let mut at = 0;
    while let Some(line) = lines.get(at) {
        if let Some(info) = line.strip_prefix("```") {
            let end = lines.iter().skip(at + 1).position(|line| *line == "```");
            let close = at + 1 + end.ok_or_else(|| format!("line {}: the block has no end", at + 1))?;
            let numbers = section.iter().map(|(_, number)| *number).collect();
            blocks.push(Block { kind: kind(info), open: at, close, section: numbers });
            at = close;
        } else if let Some(level) = heading_level(line) {
            headings += 1;
            section.retain(|(above, _)| *above < level);
            section.push((level, headings));
        }
        at += 1;
    }
    Ok(Document { lines, blocks })
}

/// The kind of block that an info string means: `yaml`, `yaml policies.yaml`, `jsonl requests.jsonl`, `console`.
fn kind(info: &str) -> BlockKind<'_> {
    let mut words = info.split_whitespace();
    match (words.next(), words.next()) {
        (Some("console"), _) => BlockKind::Console,
        (Some("yaml"), name) => BlockKind::Yaml(name.unwrap_or(DEFAULT_FILE)),
        (Some(_), Some(name)) => BlockKind::File(name),
        _ => BlockKind::Other,
    }
}

fn heading_level(line: &str) -> Option<usize> {
    let level = line.bytes().take_while(|byte| *byte == b'#').count();
    (level > 0 && line.as_bytes().get(level) == Some(&b' ')).then_some(level)
}

impl Block<'_> {
    /// Whether a later block sees the files of this one: it stands further down, in the same section or in one below it.
    pub(crate) fn is_seen_by(&self, later: &Block<'_>) -> bool {
        self.open < later.open && later.section.starts_with(&self.section)
    }
}
