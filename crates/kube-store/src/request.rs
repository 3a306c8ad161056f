//! Requests of the Kubernetes API.

use std::fmt::Write as _;

use bulkhead_store::{Commit, Object, ObjectKey, Part, Resource, Selection, StoreError, Write};
use http::Request;

/// A path with a query.
pub(crate) struct Url {
    text: String,
    separator: char,
}

impl Url {
    /// The objects of a kind in a namespace, or in all.
    pub(crate) fn of_kind(resource: &Resource, namespace: Option<&str>) -> Self {
        Self { text: resource.path(namespace.map(encode).as_deref()), separator: '?' }
    }

    /// A document that is no object.
    pub(crate) fn of_path(path: &str) -> Self {
        Self { text: path.to_owned(), separator: '?' }
    }

    /// One object, or a part of it.
    pub(crate) fn of_object(resource: &Resource, key: &ObjectKey, part: Part) -> Self {
        let mut url = Self::of_kind(resource, key.namespace.as_deref());
        let _ = write!(url.text, "/{}", encode(&key.name));
        if part == Part::Status {
            url.text.push_str("/status");
        }
        url
    }

    /// One more parameter.
    pub(crate) fn with(mut self, name: &str, value: &str) -> Self {
        let _ = write!(self.text, "{}{name}={}", self.separator, encode(value));
        self.separator = '&';
        self
    }

    /// The name and the labels that objects must have.
    pub(crate) fn selecting(self, selection: &Selection) -> Self {
        let named = match &selection.name {
            Some(name) => self.with("fieldSelector", &format!("metadata.name={name}")),
            None => self,
        };
        if selection.labels.is_empty() { named } else { named.with("labelSelector", &selection.labels.to_string()) }
    }

    /// Who writes, and whether at all.
    pub(crate) fn written_by(self, write: &Write) -> Self {
        let url = self.with("fieldManager", &write.manager);
        if write.commit == Commit::DryRun { url.with("dryRun", "All") } else { url }
    }

    /// The request without a body.
    pub(crate) fn get(self) -> Result<Request<Vec<u8>>, StoreError> {
        self.request("GET", "application/json", Vec::new())
    }

    /// The request with an object as its body.
    pub(crate) fn send(self, method: &str, content: &str, body: &Object) -> Result<Request<Vec<u8>>, StoreError> {
        let body = serde_json::to_vec(&body.0).map_err(|error| StoreError::Internal(error.to_string()))?;
        self.request(method, content, body)
    }

    /// The request with a body.
    pub(crate) fn request(self, method: &str, content: &str, body: Vec<u8>) -> Result<Request<Vec<u8>>, StoreError> {
        let request = Request::builder().method(method).uri(self.text).header("Content-Type", content);
        let request = request.header("Accept", "application/json").body(body);
        request.map_err(|error| StoreError::BadRequest(error.to_string()))
    }
}

/// A text as a part of a path or a query.
fn encode(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            let _ = write!(encoded, "%{byte:02X}");
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_stands_in_a_name_stays_in_its_place() {
        let resource = bulkhead_store::KnownKind::named("cm").unwrap().resource.clone();
        let key = ObjectKey::namespaced("shop", "a/b?c");
        let url = Url::of_object(&resource, &key, Part::Main).with("labelSelector", "app in (web,db)").with("x", "y");
        assert_eq!(
            url.text,
            "/api/v1/namespaces/shop/configmaps/a%2Fb%3Fc?labelSelector=app%20in%20%28web%2Cdb%29&x=y"
        );
    }
}
