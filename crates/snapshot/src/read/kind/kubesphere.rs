//! KubeSphere's `Workspace`, `WorkspaceTemplate` and `NamespaceNetworkPolicy`.

use bulkhead_model::Readable;
use bulkhead_model::object::{NamespaceNetworkPolicy, Workspace, WorkspaceOverride, WorkspaceTemplate};

use super::allowlist::{Faults, rules, selector_of};
use super::{KindReader, Scope};
use crate::read::decode::{Cursor, Fields, Object, OptionalFields, Read, Reading, value};

const TENANT: &str = "tenant.kubesphere.io";

pub(super) const KINDS: &[KindReader] = &[
    KindReader {
        group: TENANT,
        versions: &["v1alpha1", "v1beta1"],
        kind: "Workspace",
        scope: Scope::Cluster,
        read: read_workspace,
    },
    KindReader {
        group: TENANT,
        versions: &["v1alpha2", "v1beta1"],
        kind: "WorkspaceTemplate",
        scope: Scope::Cluster,
        read: read_template,
    },
    KindReader {
        group: "network.kubesphere.io",
        versions: &["v1alpha1"],
        kind: "NamespaceNetworkPolicy",
        scope: Scope::Namespaced,
        read: read_entry,
    },
];

fn read_workspace(object: &Object<'_>, reading: &mut Reading<'_>) -> Read<()> {
    reading.objects.workspaces.push(Workspace {
        name: object.name.name.clone(),
        annotations: object.annotations(),
        network_isolation: object.fields.get("spec").and_then(|spec| switch_in(&spec)),
        position: object.position,
    });
    Ok(())
}

/// The isolation switch of a spec. A spec that is no map may have said anything.
fn switch_in(spec: &Cursor<'_>) -> Option<Readable<bool>> {
    match spec.fields() {
        Ok(fields) => fields.optional("networkIsolation", switch),
        Err(reported) => Some(spec.readable(Err(reported))),
    }
}

/// An isolation switch; one that is no boolean is still a switch.
fn switch(at: &Cursor<'_>) -> Read<Readable<bool>> {
    Ok(at.readable(at.boolean()))
}

fn read_template(object: &Object<'_>, reading: &mut Reading<'_>) -> Read<()> {
    let spec = object.fields.get("spec");
    let spec = spec.as_ref().and_then(|spec| spec.fields().ok());
    let network_isolation = spec.optional("template", |template| {
        let fields = template.fields()?;
        Ok(fields.get("spec").and_then(|spec| switch_in(&spec)))
    });
    let overrides = spec.list("overrides", |entry| {
        let fields = entry.fields()?;
        let cluster = fields.required("clusterName", value::text)?;
        let values = fields.list("clusterOverrides", override_of_switch).into_iter().flatten();
        Ok(values.map(|value| WorkspaceOverride { cluster: cluster.clone(), network_isolation: value }).collect())
    });
    reading.objects.workspace_templates.push(WorkspaceTemplate {
        name: object.name.name.clone(),
        network_isolation: network_isolation.flatten(),
        overrides: overrides.into_iter().flat_map(|values: Vec<_>| values).collect(),
        position: object.position,
    });
    Ok(())
}

/// The value of an override, where it is about the isolation switch.
fn override_of_switch(entry: &Cursor<'_>) -> Read<Option<Readable<bool>>> {
    let fields = entry.fields()?;
    let path = fields.required("path", value::text)?;
    if path == "/spec/networkIsolation" { fields.required("value", switch).map(Some) } else { Ok(None) }
}

fn read_entry(object: &Object<'_>, reading: &mut Reading<'_>) -> Read<()> {
    let mut faults = Faults::default();
    let mut entry = NamespaceNetworkPolicy {
        name: object.name.clone(),
        labels: object.labels.clone(),
        annotations: object.annotations(),
        policy_types: None,
        ingress: None,
        egress: None,
        pod_selector: None,
        expires: None,
        unreadable: None,
        unknown_field: None,
        position: object.position,
    };
    if let Some(spec) = object.fields.get("spec") {
        let read = spec.fields().map(|fields| read_spec(&fields, &mut entry, &mut faults));
        faults.or_default(read, &spec);
    }
    entry.unreadable = faults.unreadable;
    entry.unknown_field = faults.unknown_field;
    reading.objects.namespace_network_policies.push(entry);
    Ok(())
}

fn read_spec(fields: &Fields<'_>, entry: &mut NamespaceNetworkPolicy, faults: &mut Faults) {
    entry.policy_types = fields.get("policyTypes").map(|types| {
        let read = types.each(|word| word.text()).and_then(|words| words.into_iter().collect());
        faults.or_default(read, &types)
    });
    entry.ingress = fields.get("ingress").map(|list| rules(&list, "from", faults));
    entry.egress = fields.get("egress").map(|list| rules(&list, "to", faults));
    entry.pod_selector = fields.get("podSelector").map(|selector| selector_of(&selector, faults));
    let expires = fields.strict("expires", value::time);
    entry.expires = faults.or_default(expires, fields.at());
    // For people only, whatever it is.
    fields.get("description");
    faults.note_unknown(fields);
}
