//! OpenELB's `Eip`.

use bulkhead_model::Name;
use bulkhead_model::object::Eip;

use super::address_range::addresses;
use super::{KindReader, Scope};
use crate::code;
use crate::read::decode::{Object, Read, Reading, value};

pub(super) const KINDS: &[KindReader] =
    &[KindReader { group: "network.kubesphere.io", versions: &["v1alpha2"], kind: "Eip", scope: Scope::Cluster, read }];

fn read(object: &Object<'_>, reading: &mut Reading<'_>) -> Read<()> {
    let Some(spec) = object.fields.get("spec") else {
        return Err(object.fields.at().error(code::MISSING_FIELD, &[("name", "spec")]));
    };
    let fields = spec.fields()?;
    let protocol = fields.strict("protocol", value::text)?.filter(|protocol| !protocol.is_empty());
    reading.objects.eips.push(Eip {
        name: object.name.name.clone(),
        addresses: spec.readable(fields.required("address", addresses)),
        protocol: protocol.unwrap_or_else(|| Name::new_static("bgp")),
        interface: fields.optional("interface", value::text),
        disabled: fields.strict("disable", value::boolean)?.unwrap_or(false),
        position: object.position,
    });
    Ok(())
}
