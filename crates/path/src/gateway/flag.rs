//! What the containers of a controller say: flags, images.

use bulkhead_model::Name;
use bulkhead_model::object::{Container, Pod};
use bulkhead_snapshot::Snapshot;

/// The value of a flag, `--name=value` or `--name value`, with one dash or two, in any case; a flag without a value is `true`.
pub(super) fn flag(container: &Container, name: &str) -> Option<Name> {
    let mut arguments = container.arguments.iter().peekable();
    while let Some(argument) = arguments.next() {
        let Some(rest) = argument.strip_prefix('-') else { continue };
        let rest = rest.strip_prefix('-').unwrap_or(rest);
        let (key, value) = rest.split_once('=').map_or((rest, None), |(key, value)| (key, Some(value)));
        if !key.eq_ignore_ascii_case(name) {
            continue;
        }
        let next = || arguments.peek().filter(|next| !next.starts_with('-')).map(|next| (*next).clone());
        return Some(value.map(Name::from).or_else(next).unwrap_or_else(|| Name::new_static("true")));
    }
    None
}

/// A literal variable of a container's environment.
pub(super) fn variable(container: &Container, name: &str) -> Option<Name> {
    container.environment.iter().find(|(own, _)| own == name).map(|(_, value)| value.clone())
}

/// Whether a container's image is of a repository that ends so, whatever registry and tag.
pub(super) fn is_image(container: &Container, repository: &str) -> bool {
    let image = container.image.split('@').next().unwrap_or_default();
    let image = image.rsplit_once(':').filter(|(_, tag)| !tag.contains('/')).map_or(image, |(name, _)| name);
    image.strip_suffix(repository).is_some_and(|front| front.is_empty() || front.ends_with('/'))
}

/// The container of a pod of that image, whatever registry and tag.
pub(super) fn container_of<'p>(pod: &'p Pod, repository: &str) -> Option<&'p Container> {
    pod.containers.iter().find(|container| is_image(container, repository))
}

/// A container of that image in any pod of a namespace: a controller whose proxies are other pods.
pub(super) fn beside<'s>(snapshot: &'s Snapshot, namespace: &str, repository: &str) -> Option<&'s Container> {
    let pods = snapshot.pods.rows().iter().filter(|pod| pod.is_active() && pod.name.namespace == namespace);
    pods.flat_map(|pod| pod.containers.iter()).find(|container| is_image(container, repository))
}
