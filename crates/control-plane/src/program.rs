//! The programs that this crate can build.

/// A program of the control plane, or one that works with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Program {
    /// etcd, the API server's database.
    Etcd,
    /// kube-apiserver.
    KubeApiserver,
    /// kube-controller-manager.
    KubeControllerManager,
    /// kube-proxy.
    KubeProxy,
    /// kwok, which plays the kubelets of all nodes.
    Kwok,
    /// helm.
    Helm,
    /// An OpenID Connect provider with some users: the example server of a certified library.
    IdentityProvider,
}

impl Program {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::Etcd,
        Self::KubeApiserver,
        Self::KubeControllerManager,
        Self::KubeProxy,
        Self::Kwok,
        Self::Helm,
        Self::IdentityProvider,
    ];

    /// The name of the executable file.
    pub fn name(self) -> &'static str {
        match self {
            Self::Etcd => "etcd",
            Self::KubeApiserver => "kube-apiserver",
            Self::KubeControllerManager => "kube-controller-manager",
            Self::KubeProxy => "kube-proxy",
            Self::Kwok => "kwok",
            Self::Helm => "helm",
            Self::IdentityProvider => "identity-provider",
        }
    }

    /// The program of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|program| program.name() == name)
    }
}
