//! Bulkhead's own `WorkspaceAllowlist`.

use bulkhead_model::object::WorkspaceAllowlist;

use super::allowlist::{Faults, rules, selector_of};
use super::{KindReader, Scope};
use crate::read::decode::{Fields, Object, Read, Reading, value};

pub(super) const KINDS: &[KindReader] = &[KindReader {
    group: "network.bulkhead.dev",
    versions: &["v1alpha1"],
    kind: "WorkspaceAllowlist",
    scope: Scope::Cluster,
    read,
}];

fn read(object: &Object<'_>, reading: &mut Reading<'_>) -> Read<()> {
    let mut faults = Faults::default();
    let mut allowlist = WorkspaceAllowlist {
        name: object.name.name.clone(),
        workspace: "".into(),
        namespace_selector: None,
        pod_selector: None,
        ingress: None,
        egress: None,
        expires: None,
        unreadable: None,
        unknown_field: None,
        position: object.position,
    };
    if let Some(spec) = object.fields.get("spec") {
        let read = spec.fields().map(|fields| read_spec(&fields, &mut allowlist, &mut faults));
        faults.or_default(read, &spec);
    }
    allowlist.unreadable = faults.unreadable;
    allowlist.unknown_field = faults.unknown_field;
    reading.objects.workspace_allowlists.push(allowlist);
    Ok(())
}

fn read_spec(fields: &Fields<'_>, allowlist: &mut WorkspaceAllowlist, faults: &mut Faults) {
    let workspace = fields.required("workspace", value::text).map(Some);
    allowlist.workspace = faults.or_default(workspace, fields.at()).unwrap_or_else(|| "".into());
    allowlist.namespace_selector = fields.get("namespaceSelector").map(|selector| selector_of(&selector, faults));
    allowlist.pod_selector = fields.get("podSelector").map(|selector| selector_of(&selector, faults));
    allowlist.ingress = fields.get("ingress").map(|list| rules(&list, "from", faults));
    allowlist.egress = fields.get("egress").map(|list| rules(&list, "to", faults));
    let expires = fields.strict("expires", value::time);
    allowlist.expires = faults.or_default(expires, fields.at());
    // For people only, whatever it is.
    fields.get("description");
    faults.note_unknown(fields);
}
