//! `--help`, in the language that was asked for.
//!
//! The words stand in `report` beside all others: `help.trace` says what a command does, `help.trace.long` more of it,
//! `help.trace.examples` shows it, `help.trace.door` describes an argument, `help.every.filenames` one that several
//! commands have.

use bulkhead_report::{Language, Speech};
use clap::{Arg, Command, CommandFactory as _};

use crate::arguments::Arguments;

/// The options that state facts about the cluster; they stand apart.
const FACTS: [&str; 12] = [
    "proxy_mode",
    "cluster_cidr",
    "detect_local",
    "masquerade_all",
    "nodeport_addresses",
    "cni",
    "overlay",
    "node_subnets",
    "nat_outgoing",
    "load_balancer",
    "load_balancer_source",
    "engine",
];

/// The command line with its words.
pub(crate) fn localised(speech: Speech) -> Command {
    let command = with_words(Arguments::command(), speech, "help");
    command.subcommand_help_heading(speech.word("help.heading.commands"))
}

fn with_words(command: Command, speech: Speech, key: &str) -> Command {
    let find = |suffix: &str| speech.find::<&str>(&format!("{key}{suffix}"), &[]);
    let mut command = command.help_template(template(speech)).mut_args(|arg| with_argument_words(arg, speech, key));
    command = match (find(""), find(".long")) {
        (Some(short), Some(long)) => command.long_about(format!("{short}\n\n{long}")).about(short),
        (Some(short), None) => command.about(short),
        (None, _) => command,
    };
    if let Some(examples) = find(".examples") {
        command = command.after_help(format!("{}\n{examples}", speech.word("help.heading.examples")));
    }
    command.mut_subcommands(|sub| {
        let key = format!("{key}.{}", sub.get_name());
        with_words(sub, speech, &key)
    })
}

fn with_argument_words(arg: Arg, speech: Speech, key: &str) -> Arg {
    let id = arg.get_id().to_string();
    let own = speech.find::<&str>(&format!("{key}.{id}"), &[]);
    let shared = || speech.find::<&str>(&format!("help.every.{id}"), &[]);
    let heading = match id.as_str() {
        _ if arg.is_positional() => "help.heading.arguments",
        id if FACTS.contains(&id) => "help.heading.facts",
        _ => "help.heading.options",
    };
    let arg = arg.help_heading(speech.word(heading));
    match own.or_else(shared) {
        Some(words) => arg.help(words),
        None => arg,
    }
}

/// clap's own template, with the one word in it that clap has no setting for.
fn template(speech: Speech) -> String {
    format!("{{about-with-newline}}\n{}: {{usage}}\n\n{{all-args}}{{after-help}}", speech.word("help.heading.usage"))
}

/// The language that `--lang` names, before the command line is parsed: help must speak it, too.
pub(crate) fn language_before_parsing(arguments: &[std::ffi::OsString]) -> Option<Language> {
    let mut words = arguments.iter().filter_map(|argument| argument.to_str());
    let mut value = None;
    while let Some(word) = words.next() {
        if word == "--lang" {
            value = words.next();
        } else if let Some(inline) = word.strip_prefix("--lang=") {
            value = Some(inline);
        }
    }
    Language::ALL.into_iter().find(|language| Some(language.name()) == value)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Arguments that have no words in a language.
    fn wordless(command: &Command, path: &str) -> Vec<String> {
        let without = command.get_arguments().filter(|arg| arg.get_help().is_none());
        let mut found: Vec<String> = without.map(|arg| format!("{path} {}", arg.get_id())).collect();
        if command.get_about().is_none() {
            found.push(path.to_owned());
        }
        for sub in command.get_subcommands() {
            if sub.get_after_help().is_none() {
                found.push(format!("{path} {} has no examples", sub.get_name()));
            }
            found.extend(wordless(sub, &format!("{path} {}", sub.get_name())));
        }
        found
    }

    #[test]
    fn every_command_and_argument_has_words() {
        for language in Language::ALL {
            let command = localised(Speech { language });
            assert_eq!(wordless(&command, "bulkhead"), Vec::<String>::new());
        }
    }

    #[test]
    fn the_command_line_is_well_formed() {
        localised(Speech::default()).debug_assert();
    }
}
