//! `kubeovn.io`: `Subnet`.

use bulkhead_model::object::{KubeOvnGateway, KubeOvnSubnet};
use bulkhead_model::{IpNet, Name};

use super::{KindReader, Scope};
use crate::code;
use crate::read::decode::{Cursor, Fields, Object, Read, Reading, value};

pub(super) const KINDS: &[KindReader] =
    &[KindReader { group: "kubeovn.io", versions: &["v1"], kind: "Subnet", scope: Scope::Cluster, read }];

/// The values of `gatewayType`; where it is missing, the controller fills in the first.
const TYPES: [(&str, bool); 3] = [("distributed", false), ("", false), ("centralized", true)];

fn read(object: &Object<'_>, reading: &mut Reading<'_>) -> Read<()> {
    let Some(spec) = object.fields.get("spec") else {
        return Err(object.fields.at().error(code::MISSING_FIELD, &[("name", "spec")]));
    };
    let fields = spec.fields()?;
    let text = |name: &str| fields.strict(name, value::text).map(|text| text.filter(|text| !text.is_empty()));
    reading.objects.kube_ovn_subnets.push(KubeOvnSubnet {
        name: object.name.name.clone(),
        cidrs: spec.readable(fields.required("cidrBlock", cidrs)),
        gateway: spec.readable(gateway(&fields)),
        vlan: text("vlan")?,
        vpc: text("vpc")?,
        nat_outgoing: fields.strict("natOutgoing", value::boolean)?.unwrap_or(false),
        enable_lb: fields.strict("enableLb", value::boolean)?,
        position: object.position,
    });
    Ok(())
}

/// `10.16.0.0/16`, or one of each family with a comma between.
fn cidrs(block: &Cursor<'_>) -> Read<Vec<IpNet>> {
    let text = block.text()?;
    let nets: Option<Vec<IpNet>> = text.split(',').map(|part| value::parse_cidr(part.trim())).collect();
    let nets = nets.ok_or_else(|| block.error(code::CIDR_INVALID, &[("value", &text)]))?;
    Ok(nets.into_iter().map(|net| net.trunc()).collect())
}

/// `gatewayNode` is a list of names with commas between, each perhaps with a colon and an address behind it.
fn gateway(fields: &Fields<'_>) -> Read<KubeOvnGateway> {
    let is_centralized = fields.strict("gatewayType", |kind| kind.one_of(&TYPES))?.unwrap_or(false);
    if !is_centralized {
        return Ok(KubeOvnGateway::Distributed);
    }
    let nodes = fields.strict("gatewayNode", value::text)?.unwrap_or_default();
    let name = |part: &str| part.split(':').next().map(str::trim).filter(|name| !name.is_empty()).map(Name::from);
    Ok(KubeOvnGateway::Centralized(nodes.split(',').filter_map(name).collect()))
}
