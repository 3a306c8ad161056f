//! Exposures: whose they are, and what may change what they need.

use std::collections::BTreeMap;

use bulkhead_analysis::model::object::ExposureObject;
use bulkhead_analysis::model::{Name, NamespacedName};

use super::{Touched, World};
use crate::kept::{Kept, Row};
use crate::source::Kind;

impl World {
    /// The Exposures of a namespace.
    pub(crate) fn exposures(&self, namespace: &str) -> impl Iterator<Item = (&ExposureObject, &Row)> {
        self.inside(Kind::Exposure, namespace).filter_map(|(_, row)| match &row.kept {
            Kept::Exposure(exposure) => Some((exposure.as_ref(), row)),
            _ => None,
        })
    }

    /// The namespaces that have Exposures.
    pub(crate) fn exposing(&self) -> Vec<Name> {
        let mut namespaces: Vec<Name> = self.all(Kind::Exposure).map(|(name, _)| name.namespace.clone()).collect();
        namespaces.dedup();
        namespaces
    }

    /// How many objects are kept.
    pub(crate) fn len(&self) -> usize {
        self.rows.values().map(BTreeMap::len).sum()
    }

    /// Everything that is known. Which ways lead to what is exposed hangs on all of it.
    pub(crate) fn everything(&self) -> Vec<Kept> {
        self.rows.values().flat_map(BTreeMap::values).map(|row| row.kept.clone()).collect()
    }

    /// Notes whose Exposures may need something else after a change. What is in their own namespace, or everybody's, is looked at at
    /// once; anything else is on some of their ways at most, and changes often.
    pub(super) fn touch_exposing(&self, key: &(Kind, NamespacedName), touched: &mut Touched) {
        let (kind, name) = key;
        if *kind == Kind::Exposure {
            touched.namespaces.insert(name.namespace.clone());
            touched.exposures.insert(name.clone());
            return;
        }
        if self.all(Kind::Exposure).next().is_none() {
            return;
        }
        let is_everybodys = match kind {
            Kind::Namespace => false,
            Kind::ConfigMap | Kind::DaemonSet => true,
            _ => name.namespace.is_empty(),
        };
        if is_everybodys {
            touched.exposing.extend(self.exposing());
        } else if self.inside(Kind::Exposure, &name.namespace).next().is_some() {
            touched.exposing.insert(name.namespace.clone());
        } else {
            touched.ways = true;
        }
    }
}
