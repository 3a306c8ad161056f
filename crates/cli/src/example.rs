//! The clusters that ship in the binary: `-f example:shop`.

/// A cluster, as files of what `kubectl get … -o yaml` prints.
pub(crate) struct Example {
    /// Its name behind `example:`.
    pub(crate) name: &'static str,
    /// Its files, by name.
    pub(crate) files: &'static [(&'static str, &'static str)],
}

/// All of them.
pub(crate) const EXAMPLES: [Example; 1] = [Example { name: "shop", files: SHOP }];

const SHOP: &[(&str, &str)] = &[
    ("analytics.yaml", include_str!("../../../examples/shop/analytics.yaml")),
    ("billing.yaml", include_str!("../../../examples/shop/billing.yaml")),
    ("gateway.yaml", include_str!("../../../examples/shop/gateway.yaml")),
    ("namespaces.yaml", include_str!("../../../examples/shop/namespaces.yaml")),
    ("nodes.yaml", include_str!("../../../examples/shop/nodes.yaml")),
    ("openelb.yaml", include_str!("../../../examples/shop/openelb.yaml")),
    ("shop.yaml", include_str!("../../../examples/shop/shop.yaml")),
    ("system.yaml", include_str!("../../../examples/shop/system.yaml")),
    ("tenants.yaml", include_str!("../../../examples/shop/tenants.yaml")),
];

/// The example of that name.
pub(crate) fn find(name: &str) -> Option<&'static Example> {
    EXAMPLES.iter().find(|example| example.name == name)
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    #[test]
    fn every_file_of_the_folder_ships() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/shop");
        let mut names: Vec<String> = std::fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .filter(|name| name != "README.md")
            .collect();
        names.sort();
        let shipped: Vec<&str> = SHOP.iter().map(|(name, _)| *name).collect();
        assert_eq!(names, shipped);
    }
}
