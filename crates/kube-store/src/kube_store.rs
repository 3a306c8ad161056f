//! The store.

use std::time::Duration;

use bulkhead_store::{
    Apply, Cause, Commit, Conflicts, Delete, List, Object, ObjectKey, Part, Pending, Propagation, Resource, Selection,
    Store, StoreError, Watch, Write,
};
use http::{HeaderName, HeaderValue};
use kube::Client;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::answer::About;
use crate::request::Url;
use crate::watching;

/// How many objects are asked for at once.
const PAGE: &str = "500";
/// The same where they stay a text, which takes far less memory.
const LONG_PAGE: &str = "2000";

/// What a page says of its list.
#[derive(Deserialize)]
struct Head {
    #[serde(default)]
    metadata: HeadMetadata,
}

#[derive(Default, Deserialize)]
struct HeadMetadata {
    #[serde(default, rename = "resourceVersion")]
    resource_version: String,
    #[serde(rename = "continue")]
    next: Option<String>,
}

/// Objects of a cluster.
#[derive(Clone)]
pub struct KubeStore {
    client: Client,
    patience: Duration,
    namespace: String,
    /// Headers that say for whom is asked.
    acting_as: Vec<(HeaderName, HeaderValue)>,
}

impl std::fmt::Debug for KubeStore {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("KubeStore")
    }
}

impl KubeStore {
    /// The store behind a client; no answer is waited for longer than `patience`. A write whose answer did not come may have happened.
    pub fn new(client: Client, patience: Duration) -> Self {
        Self { client, patience, namespace: "default".to_owned(), acting_as: Vec::new() }
    }

    /// The same, with the namespace of its context.
    pub(crate) fn in_namespace(self, namespace: String) -> Self {
        Self { namespace, ..self }
    }

    /// The same in somebody else's name: the server judges by their rights, and notes who they are. It has to let whoever connected
    /// impersonate them. Watches stay in the name of whoever connected.
    ///
    /// # Errors
    /// A name that no header can carry, which might be taken for another one.
    pub fn acting_as(&self, user: &str, groups: &[String]) -> Result<Self, StoreError> {
        let value = |text: &str| {
            let is_plain = !text.is_empty() && text.trim() == text;
            let value = HeaderValue::from_str(text).ok().filter(|_| is_plain);
            value.ok_or_else(|| {
                StoreError::BadRequest(format!("`{}` is no name of a user or a group", text.escape_debug()))
            })
        };
        let mut acting_as = vec![(HeaderName::from_static("impersonate-user"), value(user)?)];
        // Servers name groups without a name to those who have none; no right hangs on one.
        for group in groups.iter().filter(|group| !group.is_empty()) {
            acting_as.push((HeaderName::from_static("impersonate-group"), value(group)?));
        }
        Ok(Self { acting_as, ..self.clone() })
    }

    /// The namespace of the context that it was connected with.
    pub fn context_namespace(&self) -> &str {
        &self.namespace
    }

    /// Sends a request that is answered with a document.
    pub(crate) async fn ask(&self, request: http::Request<Vec<u8>>, about: About<'_>) -> Result<Value, StoreError> {
        let text = self.ask_text(request, about).await?;
        serde_json::from_str(&text).map_err(|error| about.unreadable(&error))
    }

    async fn ask_text(&self, mut request: http::Request<Vec<u8>>, about: About<'_>) -> Result<String, StoreError> {
        for (name, value) in &self.acting_as {
            request.headers_mut().append(name, value.clone());
        }
        let answer = tokio::time::timeout(self.patience, self.client.request_text(request));
        let late = |_| StoreError::unavailable(format!("no answer within {} s", self.patience.as_secs()));
        answer.await.map_err(late)?.map_err(|error| about.error(error))
    }

    async fn object(&self, request: http::Request<Vec<u8>>, about: About<'_>) -> Result<Object, StoreError> {
        let answer = self.ask(request, about).await?;
        Object::from_value(answer).ok_or_else(|| StoreError::Internal("the answer is no object".to_owned()))
    }

    /// The pages of a list, put together; where the server forgot their version in between, everything is asked for at once.
    async fn whole(&self, resource: &Resource, selection: &Selection) -> Result<List, StoreError> {
        let (mut items, mut is_read) = (Vec::new(), true);
        let mut take = |page: &str| match List::read(resource, page) {
            Some(page) => items.extend(page.items),
            None => is_read = false,
        };
        let version = self.pages(resource, selection, PAGE, &mut take).await;
        match version {
            Err(StoreError::Expired(_)) if !items.is_empty() => self.at_once(resource, selection).await,
            Ok(_) if !is_read => Err(no_list()),
            version => Ok(sorted(List { resource_version: version?, items })),
        }
    }

    /// The pages of a list, one after the other. They are of one version, which it gives.
    async fn pages(
        &self,
        resource: &Resource,
        selection: &Selection,
        length: &str,
        take: &mut (dyn FnMut(&str) + Send),
    ) -> Result<String, StoreError> {
        let about = About { resource, key: None };
        let mut next: Option<String> = None;
        loop {
            let url = Url::of_kind(resource, selection.namespace.as_deref()).selecting(selection);
            let url = match &next {
                Some(next) => url.with("limit", length).with("continue", next),
                None => url.with("limit", length),
            };
            let page = self.ask_text(url.get()?, about).await?;
            let Head { metadata } = serde_json::from_str(&page).map_err(|error| about.unreadable(&error))?;
            take(&page);
            next = metadata.next.filter(|next| !next.is_empty());
            if next.is_none() {
                return Ok(metadata.resource_version);
            }
        }
    }

    /// The keys of the objects of a kind; nothing else of them is sent.
    pub async fn keys(&self, resource: &Resource, selection: &Selection) -> Result<Vec<ObjectKey>, StoreError> {
        let url = Url::of_kind(resource, selection.namespace.as_deref()).selecting(selection);
        let mut request = url.get()?;
        let accept = http::HeaderValue::from_static("application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1");
        request.headers_mut().insert(http::header::ACCEPT, accept);
        let answer = self.ask(request, About { resource, key: None }).await?;
        let list = List::of_value(resource, answer).ok_or_else(no_list)?;
        Ok(list.items.iter().map(Object::key).collect())
    }

    async fn at_once(&self, resource: &Resource, selection: &Selection) -> Result<List, StoreError> {
        let url = Url::of_kind(resource, selection.namespace.as_deref()).selecting(selection);
        let answer = self.ask(url.get()?, About { resource, key: None }).await?;
        List::of_value(resource, answer).map(sorted).ok_or_else(no_list)
    }
}

/// By namespace and name. A server sorts its keys as texts, where `a-b/x` comes before `a/x`.
fn sorted(mut list: List) -> List {
    list.items.sort_by_cached_key(Object::key);
    list
}

fn no_list() -> StoreError {
    StoreError::Internal("the answer is no list".to_owned())
}

impl Store for KubeStore {
    fn get<'a>(&'a self, resource: &'a Resource, key: &'a ObjectKey) -> Pending<'a, Object> {
        Box::pin(async move {
            let request = Url::of_object(resource, key, Part::Main).get()?;
            self.object(request, About { resource, key: Some(key) }).await
        })
    }

    /// A kind that is not served in this version is read in the one that is: objects say which it was.
    fn list<'a>(&'a self, resource: &'a Resource, selection: &'a Selection) -> Pending<'a, List> {
        Box::pin(async move {
            match self.whole(resource, selection).await {
                Err(error @ StoreError::NoSuchKind(_)) => match self.in_other_version(resource).await {
                    Some(served) => self.whole(&served, selection).await,
                    None => Err(error),
                },
                listed => listed,
            }
        })
    }

    /// As [`Store::list`]; a version that the server forgets between two parts is [`StoreError::Expired`].
    fn list_in_texts<'a>(
        &'a self,
        resource: &'a Resource,
        selection: &'a Selection,
        take: &'a mut (dyn FnMut(&str) + Send),
    ) -> Pending<'a, String> {
        Box::pin(async move {
            match self.pages(resource, selection, LONG_PAGE, take).await {
                Err(error @ StoreError::NoSuchKind(_)) => match self.in_other_version(resource).await {
                    Some(served) => self.pages(&served, selection, LONG_PAGE, take).await,
                    None => Err(error),
                },
                listed => listed,
            }
        })
    }

    fn watch<'a>(&'a self, resource: &'a Resource, selection: &'a Selection, from: &'a str) -> Pending<'a, Watch> {
        let of =
            |resource: Resource| watching::watch(self.client.clone(), resource, selection.clone(), from.to_owned());
        Box::pin(async move {
            match of(resource.clone()).await {
                Err(error @ StoreError::NoSuchKind(_)) => match self.in_other_version(resource).await {
                    Some(served) => of(served).await,
                    None => Err(error),
                },
                watched => watched,
            }
        })
    }

    fn create<'a>(&'a self, resource: &'a Resource, object: &'a Object, write: &'a Write) -> Pending<'a, Object> {
        Box::pin(async move {
            let url = Url::of_kind(resource, object.namespace()).written_by(write);
            let request = url.send("POST", "application/json", object)?;
            self.object(request, About { resource, key: Some(&object.key()) }).await
        })
    }

    fn update<'a>(&'a self, resource: &'a Resource, object: &'a Object, write: &'a Write) -> Pending<'a, Object> {
        Box::pin(async move {
            let key = object.key();
            if object.resource_version().is_none() {
                // The API lets some kinds be overwritten blindly. Nobody here wants that.
                let causes = vec![Cause::new("metadata.resourceVersion", "must be there for an update")];
                return Err(StoreError::Invalid { resource: resource.group_resource(), key, causes });
            }
            let url = Url::of_object(resource, &key, write.part).written_by(write);
            let request = url.send("PUT", "application/json", object)?;
            self.object(request, About { resource, key: Some(&key) }).await
        })
    }

    fn apply<'a>(&'a self, resource: &'a Resource, object: &'a Object, apply: &'a Apply) -> Pending<'a, Object> {
        Box::pin(async move {
            let key = object.key();
            let url = Url::of_object(resource, &key, apply.write.part).written_by(&apply.write);
            let force = if apply.conflicts == Conflicts::Force { "true" } else { "false" };
            let request = url.with("force", force).send("PATCH", "application/apply-patch+yaml", object)?;
            self.object(request, About { resource, key: Some(&key) }).await
        })
    }

    fn delete<'a>(&'a self, resource: &'a Resource, key: &'a ObjectKey, delete: &'a Delete) -> Pending<'a, ()> {
        Box::pin(async move {
            let url = Url::of_object(resource, key, Part::Main);
            let body = delete_options(delete).to_string().into_bytes();
            let request = url.request("DELETE", "application/json", body)?;
            self.ask(request, About { resource, key: Some(key) }).await.map(drop)
        })
    }
}

fn delete_options(delete: &Delete) -> Value {
    let propagation = match delete.propagation {
        Propagation::Background => "Background",
        Propagation::Orphan => "Orphan",
    };
    // A server that gets options in the body does not look at the query.
    let dry_run = if delete.commit == Commit::DryRun { json!(["All"]) } else { json!([]) };
    let mut options = json!({
        "apiVersion": "v1", "kind": "DeleteOptions", "propagationPolicy": propagation, "dryRun": dry_run,
    });
    let mut preconditions = serde_json::Map::new();
    preconditions.extend(delete.uid.clone().map(|uid| ("uid".to_owned(), uid.into())));
    let version = delete.resource_version.clone();
    preconditions.extend(version.map(|version| ("resourceVersion".to_owned(), version.into())));
    if let (false, Value::Object(options)) = (preconditions.is_empty(), &mut options) {
        options.insert("preconditions".to_owned(), Value::Object(preconditions));
    }
    options
}
