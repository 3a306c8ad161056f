//! ingress-nginx: its flags decide which Ingresses it serves; its upstreams are the backends' endpoints, or with the
//! annotation `nginx.ingress.kubernetes.io/service-upstream` the Service's clusterIP.

use bulkhead_model::Name;
use bulkhead_model::object::{Container, Pod};

use super::Settings;

/// The annotation that sends requests to the Service instead of its endpoints.
pub(crate) const SERVICE_UPSTREAM: &str = "nginx.ingress.kubernetes.io/service-upstream";

/// A pod that runs the controller.
pub(super) fn recognise(pod: &Pod) -> Option<Settings> {
    let container = pod.containers.iter().find(|container| runs_controller(container))?;
    let flag = |name: &str| flag(container, name).filter(|value| !value.is_empty());
    Some(Settings {
        controller: "ingress-nginx",
        controller_class: flag("controller-class").unwrap_or_else(|| Name::from("k8s.io/ingress-nginx")),
        class: flag("ingress-class").unwrap_or_else(|| Name::from("nginx")),
        without_class: flag("watch-ingress-without-class").is_some_and(|value| value == "true"),
        namespace: flag("watch-namespace")
            .map(|value| if value == "$(POD_NAMESPACE)" { pod.name.namespace.clone() } else { value }),
    })
}

/// The binary's name, or that of the image's repository.
pub(super) fn runs_controller(container: &Container) -> bool {
    let binary = container.arguments.iter().any(|argument| argument.ends_with("nginx-ingress-controller"));
    let repository = container.image.split(['@']).next().unwrap_or_default();
    let repository =
        repository.rsplit_once(':').filter(|(_, tag)| !tag.contains('/')).map_or(repository, |(name, _)| name);
    binary || repository.ends_with("ingress-nginx/controller") || repository.ends_with("nginx-ingress-controller")
}

/// The value of a flag, `--name=value` or `--name value`; a flag without a value is `true`.
fn flag(container: &Container, name: &str) -> Option<Name> {
    let mut arguments = container.arguments.iter().peekable();
    while let Some(argument) = arguments.next() {
        let Some(rest) = argument.strip_prefix("--").and_then(|rest| rest.strip_prefix(name)) else { continue };
        match rest.strip_prefix('=') {
            Some(value) => return Some(Name::from(value)),
            None if rest.is_empty() => {
                let value = arguments.peek().filter(|next| !next.starts_with("--"));
                return Some(value.map_or_else(|| Name::from("true"), |value| (*value).clone()));
            }
            None => {}
        }
    }
    None
}
