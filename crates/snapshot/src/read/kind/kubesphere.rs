//! KubeSphere's `Workspace`, `WorkspaceTemplate` and `NamespaceNetworkPolicy`.

use bulkhead_model::object::{
    AllowlistPeer, AllowlistRule, IntOrString, IpBlockManifest, IpRangeManifest, NamespaceNetworkPolicy, PortManifest,
    Workspace, WorkspaceOverride, WorkspaceTemplate,
};
use bulkhead_model::{LabelSelector, Name, NamespacedName, Position, Readable};

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

/// The faults of an entry's spec: the first part that cannot be read, and the first field that nobody knows.
#[derive(Debug, Default)]
struct Faults {
    unreadable: Option<Position>,
    unknown_field: Option<Position>,
}

impl Faults {
    /// The value, or its default and a note that something could not be read.
    fn or_default<T: Default>(&mut self, value: Read<T>, at: &Cursor<'_>) -> T {
        value.unwrap_or_else(|_| {
            self.unreadable = self.unreadable.or(Some(at.position()));
            T::default()
        })
    }

    fn note_unknown(&mut self, fields: &Fields<'_>) {
        self.unknown_field = self.unknown_field.or(fields.report_unknown());
    }
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

/// A selector that is readable as a whole, or selects everything and is noted as a fault.
fn selector_of(at: &Cursor<'_>, faults: &mut Faults) -> LabelSelector {
    let selector = at.selector();
    let unreadable = selector.requirements.iter().find_map(|requirement| match requirement {
        Readable::Known(_) => None,
        Readable::Unreadable { position } => Some(*position),
    });
    faults.unreadable = faults.unreadable.or(unreadable);
    if unreadable.is_some() { LabelSelector::everything() } else { selector }
}

fn rules(list: &Cursor<'_>, peers: &str, faults: &mut Faults) -> Vec<AllowlistRule> {
    let read = list.each(|entry| {
        let read = entry.fields().map(|fields| rule(&fields, peers, faults));
        faults.or_default(read, &entry)
    });
    faults.or_default(read, list)
}

fn rule(fields: &Fields<'_>, peers: &str, faults: &mut Faults) -> AllowlistRule {
    let peers = each(fields, peers, faults, peer);
    let ports = each(fields, "ports", faults, port);
    faults.note_unknown(fields);
    AllowlistRule { peers, ports }
}

/// The elements of a list field, each from its fields.
fn each<T: Default>(
    fields: &Fields<'_>,
    name: &str,
    faults: &mut Faults,
    read: fn(&Fields<'_>, &mut Faults) -> T,
) -> Vec<T> {
    let Some(list) = fields.get(name) else { return Vec::new() };
    let elements = list.each(|entry| {
        let value = entry.fields().map(|fields| {
            let value = read(&fields, faults);
            faults.note_unknown(&fields);
            value
        });
        faults.or_default(value, &entry)
    });
    faults.or_default(elements, &list)
}

fn peer(fields: &Fields<'_>, faults: &mut Faults) -> AllowlistPeer {
    let mut namespace_pods = None;
    let namespace = fields.strict("namespace", |namespace| {
        let fields = namespace.fields()?;
        let name = fields.strict("name", value::text)?.unwrap_or_default();
        namespace_pods = fields.get("podSelector").map(|selector| selector_of(&selector, faults));
        faults.note_unknown(&fields);
        Ok(name)
    });
    let service = fields.strict("service", |service| {
        let fields = service.fields()?;
        let namespace = fields.strict("namespace", value::text)?.unwrap_or_default();
        let name = fields.strict("name", value::text)?.unwrap_or_default();
        faults.note_unknown(&fields);
        Ok(NamespacedName { namespace, name })
    });
    let block = fields.strict("ipBlock", |at| block(at, faults));
    let range = fields.strict("ipRange", |at| range(at, faults));
    AllowlistPeer {
        namespace: faults.or_default(namespace, fields.at()),
        service: faults.or_default(service, fields.at()),
        block: faults.or_default(block, fields.at()),
        range: faults.or_default(range, fields.at()),
        namespace_pods,
    }
}

fn range(at: &Cursor<'_>, faults: &mut Faults) -> Read<IpRangeManifest> {
    let fields = at.fields()?;
    let first = fields.strict("first", value::text)?.unwrap_or_default();
    let last = fields.strict("last", value::text)?.unwrap_or_default();
    faults.note_unknown(&fields);
    Ok(IpRangeManifest { first: first.to_string(), last: last.to_string() })
}

fn block(at: &Cursor<'_>, faults: &mut Faults) -> Read<IpBlockManifest> {
    let fields = at.fields()?;
    let cidr = fields.strict("cidr", value::text)?.unwrap_or_default();
    let except = fields.strict("except", |list| list.each(|except| except.text())?.into_iter().collect())?;
    faults.note_unknown(&fields);
    let except: Vec<Name> = except.unwrap_or_default();
    Ok(IpBlockManifest { cidr: cidr.to_string(), except: except.iter().map(Name::to_string).collect() })
}

fn port(fields: &Fields<'_>, faults: &mut Faults) -> PortManifest {
    let int = |at: &Cursor<'_>| i32::try_from(at.integer()?).map_err(|_| at.wrong_type("integer"));
    let port = fields.strict("port", |port| {
        if port.is_number() { int(port).map(IntOrString::Int) } else { port.text().map(IntOrString::String) }
    });
    let protocol = fields.strict("protocol", value::text);
    let end_port = fields.strict("endPort", int);
    PortManifest {
        protocol: faults.or_default(protocol, fields.at()),
        port: faults.or_default(port, fields.at()),
        end_port: faults.or_default(end_port, fields.at()),
    }
}
