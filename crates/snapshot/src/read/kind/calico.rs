//! Calico's `IPPool` and `FelixConfiguration`, from its own API and from its custom resources.

use std::collections::BTreeMap;

use bulkhead_model::object::{FelixConfiguration, IpPool, OverlayMode};
use bulkhead_model::{Name, Readable};

use super::{KindReader, Scope};
use crate::code;
use crate::read::decode::{Cursor, Fields, Object, Read, Reading, value};

macro_rules! kinds {
    ($($kind:literal by $read:ident;)*) => {
        pub(super) const KINDS: &[KindReader] = &[$(
            KindReader {
                group: "crd.projectcalico.org", versions: &["v1"], kind: $kind, scope: Scope::Cluster, read: $read
            },
            KindReader { group: "projectcalico.org", versions: &["v3"], kind: $kind, scope: Scope::Cluster, read: $read },
        )*];
    };
}

kinds! {
    "IPPool" by read_pool;
    "FelixConfiguration" by read_felix_configuration;
}

const MODES: [(&str, OverlayMode); 4] = [
    ("Never", OverlayMode::Never),
    ("Always", OverlayMode::Always),
    ("CrossSubnet", OverlayMode::CrossSubnet),
    ("", OverlayMode::Never),
];

fn read_pool(object: &Object<'_>, reading: &mut Reading<'_>) -> Read<()> {
    let Some(spec) = object.fields.get("spec") else {
        return Err(object.fields.at().error(code::MISSING_FIELD, &[("name", "spec")]));
    };
    let fields = spec.fields()?;
    reading.objects.ip_pools.push(IpPool {
        name: object.name.name.clone(),
        cidr: spec.readable(fields.required("cidr", value::cidr)),
        ipip: mode(&fields, "ipipMode", &spec),
        vxlan: mode(&fields, "vxlanMode", &spec),
        nat_outgoing: fields.strict("natOutgoing", value::boolean)?.unwrap_or(false),
        disabled: fields.strict("disabled", value::boolean)?.unwrap_or(false),
        position: object.position,
    });
    Ok(())
}

/// An overlay mode; `Never` where it is missing, as Calico fills it in.
fn mode(fields: &Fields<'_>, name: &str, spec: &Cursor<'_>) -> Readable<OverlayMode> {
    let mode = fields.strict(name, |mode| mode.one_of(&MODES));
    spec.readable(mode.map(|mode| mode.unwrap_or(OverlayMode::Never)))
}

/// Fields that are booleans, as far as answers depend on them. What is none is kept as it stands: it is neither true nor false.
const SWITCHES: [&str; 3] = ["bpfEnabled", "wireguardEnabled", "wireguardEnabledV6"];

/// Fields that are lists of scalars.
const LISTS: [&str; 1] = ["kubeNodePortRanges"];

/// Scalars with commas between, as the environment variable of the same setting has them.
fn several(value: &Cursor<'_>) -> Option<String> {
    let texts: Vec<Option<String>> = value.each(|element| element.scalar().map(str::to_owned)).ok()?;
    texts.into_iter().collect::<Option<Vec<String>>>().map(|texts| texts.join(","))
}

fn read_felix_configuration(object: &Object<'_>, reading: &mut Reading<'_>) -> Read<()> {
    let spec = object.fields.strict("spec", |spec| {
        spec.each_entry(|key, value| {
            if SWITCHES.contains(&key)
                && let Ok(switch) = value.boolean()
            {
                return Some((Name::from(key), switch.to_string()));
            }
            let text = if LISTS.contains(&key) { several(&value) } else { value.scalar().map(str::to_owned) };
            text.map(|text| (Name::from(key), text))
        })
    })?;
    let spec: BTreeMap<Name, String> = spec.into_iter().flatten().flatten().collect();
    let name = object.name.name.clone();
    reading.objects.felix_configurations.push(FelixConfiguration { name, spec, position: object.position });
    Ok(())
}
