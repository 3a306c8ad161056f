//! What the containers of a controller say: flags, images.

use bulkhead_model::Name;
use bulkhead_model::object::{Container, Pod};
use bulkhead_snapshot::Snapshot;

/// The values of a flag, `--name=value` or `--name value`, with one dash or two, in any case; a flag without a value is `true`.
pub(super) fn flags(container: &Container, name: &str) -> Vec<Name> {
    let mut arguments = container.arguments.iter().peekable();
    let mut values = Vec::new();
    while let Some(argument) = arguments.next() {
        let Some(rest) = argument.strip_prefix('-') else { continue };
        let rest = rest.strip_prefix('-').unwrap_or(rest);
        let (key, value) = rest.split_once('=').map_or((rest, None), |(key, value)| (key, Some(value)));
        if key.eq_ignore_ascii_case(name) {
            let next = || arguments.peek().filter(|next| !next.starts_with('-')).map(|next| (*next).clone());
            values.push(value.map(Name::from).or_else(next).unwrap_or_else(|| Name::new_static("true")));
        }
    }
    values
}

/// The value of a flag that has one: the last counts.
pub(super) fn flag(container: &Container, name: &str) -> Option<Name> {
    flags(container, name).pop()
}

/// The items of values that are lists with commas, without empty ones.
pub(super) fn items<'v>(values: impl IntoIterator<Item = &'v Name>) -> Vec<Name> {
    let items = values.into_iter().flat_map(|value| value.split(',')).map(str::trim);
    items.filter(|item| !item.is_empty()).map(Name::from).collect()
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

/// Such a container in any pod of a namespace: a controller whose proxies are other pods.
pub(super) fn beside<'s>(
    snapshot: &'s Snapshot,
    namespace: &str,
    is_it: impl Fn(&Container) -> bool,
) -> Option<&'s Container> {
    let pods = snapshot.pods.rows().iter().filter(|pod| pod.is_active() && pod.name.namespace == namespace);
    pods.flat_map(|pod| pod.containers.iter()).find(|container| is_it(container))
}

#[cfg(test)]
mod tests {
    use bulkhead_model::Name;
    use bulkhead_model::object::Container;

    use super::{flag, flags, items};

    #[test]
    fn a_flag_may_come_twice_and_a_value_may_be_a_list() {
        let arguments = ["serve", "--only=a,b", "-only", "c", "--Only=", "--also"];
        let container = Container {
            name: Name::default(),
            image: Name::default(),
            arguments: arguments.map(Name::from).to_vec(),
            environment: Vec::new(),
            ports: Vec::new(),
        };
        assert_eq!(flags(&container, "only"), ["a,b", "c", ""].map(Name::from));
        assert_eq!(items(&flags(&container, "only")), ["a", "b", "c"].map(Name::from));
        assert_eq!(flag(&container, "only"), Some(Name::default()));
        assert_eq!(flag(&container, "also"), Some(Name::new_static("true")));
        assert_eq!(flag(&container, "serve"), None);
    }
}
