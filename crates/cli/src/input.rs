//! Files to objects: what `-f` names.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use bulkhead_analysis::check::{self, Suppression};
use bulkhead_analysis::model::watch::{Phase, Watch as _};
use bulkhead_analysis::model::{Issue, SourceId};
use bulkhead_analysis::snapshot::{Objects, Reader, Snapshot};

use crate::command::local;
use crate::example;
use crate::failure::Failure;
use crate::live;
use crate::session::Session;
use crate::status::ExitStatus;

/// Ends of names that are read in a folder.
const EXTENSIONS: [&str; 3] = ["yaml", "yml", "json"];

/// Reads a cluster. Anything that cannot be opened stops the command: a file that is not there could have held any policy.
pub(crate) fn read_cluster(filenames: &[PathBuf], session: &mut Session<'_, '_>) -> Result<Snapshot, Failure> {
    read_cluster_with(filenames, Comments::Dropped, session).map(|(snapshot, _)| snapshot)
}

/// Whether comments that speak of findings are read, too.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Comments {
    /// They are.
    Kept,
    /// They are not.
    Dropped,
}

/// As [`read_cluster`], with what comments say about findings.
pub(crate) fn read_cluster_with(
    filenames: &[PathBuf],
    comments: Comments,
    session: &mut Session<'_, '_>,
) -> Result<(Snapshot, Vec<Suppression>), Failure> {
    let mut texts = find_texts(filenames, session)?;
    if comments == Comments::Kept {
        texts = held(texts)?;
    }
    let snapshot = snapshot_of(read_all(&texts)?, session)?;
    let of_text = |((_, content), at): (&(String, Content), u32)| match content {
        Content::Text(text) if comments == Comments::Kept => check::comments(SourceId(at), text),
        _ => Vec::new(),
    };
    Ok((snapshot, texts.iter().zip(0..).flat_map(of_text).collect()))
}

/// Reads a cluster, and the same cluster with the objects of other files on top: one that the cluster has already is replaced.
pub(crate) fn read_cluster_and_changed(
    filenames: &[PathBuf],
    changes: &[PathBuf],
    session: &mut Session<'_, '_>,
) -> Result<[Snapshot; 2], Failure> {
    let mut texts = find_texts(filenames, session)?;
    let cluster = snapshot_of(read_all(&texts)?, session)?;
    let replaces_from = u32::try_from(texts.len()).ok().map(SourceId);
    texts.extend(find_texts(changes, session)?);
    let after = snapshot_of(Objects { replaces_from, ..read_all(&texts)? }, session)?;
    Ok([cluster, after])
}

/// What there is to read, or all that is wrong with finding it.
fn find_texts(filenames: &[PathBuf], session: &mut Session<'_, '_>) -> Result<Vec<(String, Content)>, Failure> {
    let live = [PathBuf::from("cluster:")];
    let filenames = match filenames {
        [] if session.cluster.is_there(&session.streams.surroundings) => &live,
        [] => return Err(Failure::usage(Issue::error("noCluster"))),
        named => named,
    };
    session.stopwatch.begins(Phase::Read);
    let (mut texts, mut issues) = (Vec::new(), Vec::new());
    for filename in filenames {
        for (name, text) in open(filename, session) {
            match text {
                Ok(text) => texts.push((name, text)),
                Err(error) => issues.push(unreadable(&name, &error)),
            }
        }
    }
    if issues.is_empty() { Ok(texts) } else { Err(Failure::Issues(ExitStatus::Unusable, issues)) }
}

/// Everything in memory, by name.
pub(crate) fn read_texts(
    filenames: &[PathBuf],
    session: &mut Session<'_, '_>,
) -> Result<Vec<(String, Vec<u8>)>, Failure> {
    let mut texts = Vec::new();
    for (name, content) in held(find_texts(filenames, session)?)? {
        texts.push((name, content.into_text()?));
    }
    Ok(texts)
}

/// The same with everything in memory, for those who look at texts themselves.
fn held(texts: Vec<(String, Content)>) -> Result<Vec<(String, Content)>, Failure> {
    let (mut held, mut issues) = (Vec::new(), Vec::new());
    for (name, content) in texts {
        match content.into_text() {
            Ok(text) => held.push((name, Content::Text(text))),
            Err(error) => issues.push(unreadable(&name, &error)),
        }
    }
    if issues.is_empty() { Ok(held) } else { Err(Failure::Issues(ExitStatus::Unusable, issues)) }
}

/// What texts hold. Of a file no more is kept than its largest object, and the objects.
fn read_all(texts: &[(String, Content)]) -> Result<Objects, Failure> {
    let (mut reader, mut issues) = (Reader::new(), Vec::new());
    for (name, content) in texts {
        let read = match content {
            Content::Text(text) => {
                reader.read_text(name, text);
                Ok(())
            }
            Content::File(path) => File::open(path).and_then(|file| reader.read_from(name, file)),
        };
        issues.extend(read.err().map(|error| unreadable(name, &error)));
    }
    if issues.is_empty() { Ok(reader.finish()) } else { Err(Failure::Issues(ExitStatus::Unusable, issues)) }
}

fn snapshot_of(objects: Objects, session: &mut Session<'_, '_>) -> Result<Snapshot, Failure> {
    let count = objects.sources.len();
    let snapshot = Snapshot::new(objects);
    session.tell_skipped(&snapshot);
    if holds_nothing(&snapshot) {
        session.tell_issues(&snapshot.issues, &snapshot);
        return Err(Failure::usage(Issue::error("nothingRead").with("count", count)));
    }
    Ok(snapshot)
}

/// Whether there is nothing to answer about. Namespaces, which anything named in them brings along, stand for most kinds.
fn holds_nothing(snapshot: &Snapshot) -> bool {
    snapshot.namespaces.is_empty()
        && snapshot.nodes.is_empty()
        && snapshot.pods.is_empty()
        && snapshot.services.is_empty()
        && snapshot.workloads.is_empty()
        && snapshot.network_policies.is_empty()
        && snapshot.cluster_network_policies.is_empty()
}

/// What is read under a name.
#[derive(Debug)]
pub(crate) enum Content {
    /// It is here.
    Text(Vec<u8>),
    /// A file that can be read more than once, a piece at a time.
    File(PathBuf),
}

impl Content {
    /// All of it.
    pub(crate) fn into_text(self) -> io::Result<Vec<u8>> {
        match self {
            Self::Text(text) => Ok(text),
            Self::File(path) => fs::read(path),
        }
    }
}

/// The name and what is read, or why there is nothing.
pub(crate) type Text = (String, io::Result<Content>);

/// What one `-f` names: standard input, a file, or the files of a folder.
pub(crate) fn open(filename: &Path, session: &mut Session<'_, '_>) -> Vec<Text> {
    if filename == Path::new("-") {
        let mut text = Vec::new();
        let read = session.streams.stdin.read_to_end(&mut text).map(|_| Content::Text(text));
        return vec![("-".to_owned(), read)];
    }
    if let Some(name) = filename.to_str().and_then(|name| name.strip_prefix("example:")) {
        return open_example(name);
    }
    if let Some(path) = filename.to_str().and_then(|name| name.strip_prefix("store:")) {
        return vec![(filename.display().to_string(), local::everything(Path::new(path), session).map(Content::Text))];
    }
    if let Some(context) = filename.to_str().and_then(|name| name.strip_prefix("cluster:")) {
        return open_live(Some(context).filter(|context| !context.is_empty()), session);
    }
    let directory = session.streams.surroundings.directory.clone();
    let mut found = Vec::new();
    walk(&directory, filename, Named::ByUser, &mut found);
    found
}

/// What a cluster has now.
fn open_live(context: Option<&str>, session: &Session<'_, '_>) -> Vec<Text> {
    match live::everything(context, session) {
        Ok(texts) => texts.into_iter().map(|(name, text)| (name, Ok(Content::Text(text)))).collect(),
        Err(error) => vec![(format!("cluster:{}", context.unwrap_or_default()), Err(error))],
    }
}

/// The files of a cluster that ships in the binary.
fn open_example(name: &str) -> Vec<Text> {
    let Some(example) = example::find(name) else {
        return vec![(format!("example:{name}"), Err(io::Error::from(io::ErrorKind::NotFound)))];
    };
    let file =
        |(file, text): &(&str, &str)| (format!("example:{name}/{file}"), Ok(Content::Text(text.as_bytes().to_vec())));
    example.files.iter().map(file).collect()
}

/// Whether a path was asked for by name or met on the way.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Named {
    ByUser,
    ByFolder,
}

/// Reads a file, or the files below a folder in the order of their names. Links to folders are followed only where the user
/// named them, so that no circle is walked; names that begin with a dot are left out.
fn walk(directory: &Path, path: &Path, named: Named, found: &mut Vec<Text>) {
    let full = directory.join(path);
    let name = path.display().to_string();
    let metadata = match named {
        Named::ByUser => fs::metadata(&full),
        Named::ByFolder => fs::symlink_metadata(&full),
    };
    match metadata.map(|metadata| (metadata.is_dir(), metadata.is_file())) {
        Err(error) => found.push((name, Err(error))),
        Ok((false, true)) => found.push((name, Ok(Content::File(full)))),
        // What a pipe gives, it gives once.
        Ok((false, false)) => found.push((name, fs::read(&full).map(Content::Text))),
        Ok((true, _)) => match children(&full) {
            Err(error) => found.push((name, Err(error))),
            Ok(children) => {
                for child in children {
                    walk(directory, &path.join(child), Named::ByFolder, found);
                }
            }
        },
    }
}

/// The names in a folder that are worth looking at, sorted.
fn children(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut names = Vec::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = PathBuf::from(entry.file_name());
        let hidden = name.to_string_lossy().starts_with('.');
        let extension = name.extension().map(|extension| extension.to_string_lossy().to_ascii_lowercase());
        let wanted = entry.file_type()?.is_dir() || extension.is_some_and(|end| EXTENSIONS.contains(&end.as_str()));
        if wanted && !hidden {
            names.push(name);
        }
    }
    names.sort();
    Ok(names)
}

/// The issue for something that could not be opened or read.
pub(crate) fn unreadable(name: &str, error: &io::Error) -> Issue {
    let issue = match error.kind() {
        io::ErrorKind::NotFound => Issue::error("fileNotFound"),
        _ => Issue::error("fileUnreadable").with("error", error),
    };
    issue.with("path", name)
}
