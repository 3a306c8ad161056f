//! What Traefik is told by arguments, or by the environment: its static configuration. A file takes the place of both, and then only
//! what is in the file counts (`cmd/traefik`, the order of the loaders).

use bulkhead_model::Name;
use bulkhead_model::object::Container;

use super::super::flag::{flags, items, variable};

/// Whether Traefik looks at a kind of objects.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Provider {
    On,
    Off,
    /// Neither arguments nor the environment name any provider: a file may.
    Unknown,
}

/// Whether a provider is there, `kubernetesingress` for example: one that is named is, and so is one of which a setting is named.
pub(super) fn provider(container: &Container, name: &str) -> Provider {
    let named = named(container);
    if named.is_empty() || has_file(container) {
        return Provider::Unknown;
    }
    let own = |rest: &str| rest.strip_prefix(name).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'));
    let mut settings = named.iter().filter(|(setting, _)| own(setting)).peekable();
    let off = settings.peek().is_none() || settings.any(|(setting, value)| setting == name && value == "false");
    if off { Provider::Off } else { Provider::On }
}

/// A setting that is a text: a flag, else the variable of the same name.
pub(super) fn text(container: &Container, name: &str) -> Option<Name> {
    values(container, name).pop().filter(|value| !value.is_empty())
}

/// A setting that is a list.
pub(super) fn list(container: &Container, name: &str) -> Vec<Name> {
    items(&values(container, name))
}

fn values(container: &Container, name: &str) -> Vec<Name> {
    let from_flags = flags(container, name);
    if !from_flags.is_empty() {
        return from_flags;
    }
    variable(container, &format!("TRAEFIK_{}", name.replace('.', "_").to_ascii_uppercase())).into_iter().collect()
}

/// The settings of providers, without `providers.`, and their values. The environment counts where there are no flags.
fn named(container: &Container) -> Vec<(String, String)> {
    let flags = container.arguments.iter().filter_map(|argument| argument.strip_prefix('-'));
    let flags: Vec<&str> = flags.map(|flag| flag.strip_prefix('-').unwrap_or(flag)).collect();
    let variables = container.environment.iter().filter(|_| flags.is_empty());
    let variables =
        variables.filter_map(|(name, value)| Some((name.strip_prefix("TRAEFIK_")?.replace('_', "."), value)));
    let variables = variables.map(|(name, value)| (name, value.to_string()));
    let flags = flags.iter().map(|flag| {
        let (name, value) = flag.split_once('=').unwrap_or((flag, "true"));
        (name.to_owned(), value.to_owned())
    });
    let all = flags.chain(variables).map(|(name, value)| (name.to_ascii_lowercase(), value));
    all.filter_map(|(name, value)| Some((name.strip_prefix("providers.")?.to_owned(), value))).collect()
}

fn has_file(container: &Container) -> bool {
    !flags(container, "configfile").is_empty() || variable(container, "TRAEFIK_CONFIGFILE").is_some()
}
