//! The identity provider: what it offers, and what it says of somebody.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use openidconnect::core::{
    CoreAuthDisplay, CoreAuthPrompt, CoreAuthenticationFlow, CoreErrorResponseType, CoreGenderClaim, CoreJsonWebKey,
    CoreJweContentEncryptionAlgorithm, CoreJwsSigningAlgorithm, CoreProviderMetadata, CoreRevocableToken,
    CoreRevocationErrorResponse, CoreTokenIntrospectionResponse, CoreTokenType,
};
use openidconnect::url::Url;
use openidconnect::{
    AuthorizationCode, ClientId, ClientSecret, CsrfToken, EmptyExtraTokenFields, EndpointMaybeSet, EndpointNotSet,
    EndpointSet, HttpRequest, HttpResponse, IdTokenClaims, IdTokenFields, IssuerUrl, Nonce, PkceCodeChallenge,
    PkceCodeVerifier, RedirectUrl, Scope, StandardErrorResponse, StandardTokenResponse, TokenResponse as _,
};
use serde_json::Value;
use ureq::Agent;
use ureq::tls::{Certificate, PemItem, RootCerts, TlsConfig, parse_pem};

use super::principal::{OtherClaims, principal};
use super::settings::{OidcError, OidcSettings};
use crate::access::random::is_same;
use crate::viewer::Principal;

/// How long the provider may take.
const PATIENCE: Duration = Duration::from_secs(10);
/// How long what it offers is believed before a token that it does not explain makes us ask again.
const BELIEVED: Duration = Duration::from_mins(1);
/// The longest answer of it that is read.
const LONGEST_ANSWER: u64 = 4 * 1024 * 1024;

type Fields = IdTokenFields<
    OtherClaims,
    EmptyExtraTokenFields,
    CoreGenderClaim,
    CoreJweContentEncryptionAlgorithm,
    CoreJwsSigningAlgorithm,
>;
type Answer = StandardTokenResponse<Fields, CoreTokenType>;
type Client = openidconnect::Client<
    OtherClaims,
    CoreAuthDisplay,
    CoreGenderClaim,
    CoreJweContentEncryptionAlgorithm,
    CoreJsonWebKey,
    CoreAuthPrompt,
    StandardErrorResponse<CoreErrorResponseType>,
    Answer,
    CoreTokenIntrospectionResponse,
    CoreRevocableToken,
    CoreRevocationErrorResponse,
    EndpointSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointMaybeSet,
    EndpointMaybeSet,
>;

/// Somebody set out to sign in.
#[derive(Clone, Debug)]
pub(super) struct Begun {
    state: String,
    nonce: Nonce,
    verifier: Arc<str>,
    /// Where they want to go.
    pub(super) to: Option<String>,
}

/// The provider.
#[derive(Debug)]
pub(super) struct Provider {
    settings: OidcSettings,
    redirect: RedirectUrl,
    issuer: IssuerUrl,
    agent: Agent,
    /// What it offers, its keys among it, and when it said so.
    offered: Mutex<(Instant, CoreProviderMetadata)>,
}

impl Provider {
    /// Asks what it offers.
    pub(super) fn discover(settings: OidcSettings) -> Result<Self, OidcError> {
        let address = |value: &str, reason: String| OidcError::Address { value: value.to_owned(), reason };
        let issuer = IssuerUrl::new(settings.issuer_url.clone())
            .map_err(|error| address(&settings.issuer_url, error.to_string()))?;
        let redirect = RedirectUrl::new(settings.redirect_url.clone())
            .map_err(|error| address(&settings.redirect_url, error.to_string()))?;
        let agent = agent(settings.certificate_authority.as_deref())?;
        let offered = offered(&issuer, &agent)?;
        Ok(Self { settings, redirect, issuer, agent, offered: Mutex::new((Instant::now(), offered)) })
    }

    /// Where somebody signs in, and what is kept of them until they are back.
    pub(super) fn begin(&self, to: Option<String>) -> (Url, Begun) {
        let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
        let client = self.client(self.offered());
        let mut request =
            client.authorize_url(CoreAuthenticationFlow::AuthorizationCode, CsrfToken::new_random, Nonce::new_random);
        for scope in &self.settings.scopes {
            request = request.add_scope(Scope::new(scope.clone()));
        }
        let (address, state, nonce) = request.set_pkce_challenge(challenge).url();
        let verifier = Arc::from(verifier.secret().as_str());
        (address, Begun { state: state.secret().clone(), nonce, verifier, to })
    }

    /// Who came back with a code.
    pub(super) async fn principal(
        self: &Arc<Self>,
        begun: Begun,
        state: &str,
        code: String,
    ) -> Result<Principal, OidcError> {
        if !is_same(state, &begun.state) {
            return Err(OidcError::Token("it is not what was asked for".to_owned()));
        }
        let provider = Arc::clone(self);
        let asked = tokio::task::spawn_blocking(move || provider.exchange(&begun, code)).await;
        asked.map_err(|error| OidcError::Exchange(error.to_string()))?
    }

    fn exchange(&self, begun: &Begun, code: String) -> Result<Principal, OidcError> {
        let client = self.client(self.offered());
        let failed = |error: String| OidcError::Exchange(error);
        let request = client.exchange_code(AuthorizationCode::new(code)).map_err(|error| failed(error.to_string()))?;
        let request = request.set_pkce_verifier(PkceCodeVerifier::new(begun.verifier.to_string()));
        let answer = request.request(&|request| ask(&self.agent, request));
        let answer = answer.map_err(|error| failed(chain(&error)))?;
        let token = answer.id_token().ok_or_else(|| failed("there is no ID token in its answer".to_owned()))?;
        let claims = match token.claims(&client.id_token_verifier(), &begun.nonce) {
            Ok(claims) => claims.clone(),
            // The provider may have other keys than a while ago.
            Err(error) => {
                let Some(offered) = self.ask_again()? else { return Err(OidcError::Token(error.to_string())) };
                let client = self.client(offered);
                let claims = token.claims(&client.id_token_verifier(), &begun.nonce);
                claims.map_err(|error| OidcError::Token(error.to_string()))?.clone()
            }
        };
        principal(&all(&claims), &self.settings)
    }

    fn client(&self, offered: CoreProviderMetadata) -> Client {
        let secret = self.settings.client_secret.clone().map(ClientSecret::new);
        Client::from_provider_metadata(offered, ClientId::new(self.settings.client_id.clone()), secret)
            .set_redirect_uri(self.redirect.clone())
    }

    fn offered(&self) -> CoreProviderMetadata {
        self.offered.lock().unwrap_or_else(PoisonError::into_inner).1.clone()
    }

    /// What it offers now, if it was asked long enough ago.
    fn ask_again(&self) -> Result<Option<CoreProviderMetadata>, OidcError> {
        {
            let mut known = self.offered.lock().unwrap_or_else(PoisonError::into_inner);
            if known.0.elapsed() < BELIEVED {
                return Ok(None);
            }
            known.0 = Instant::now();
        }
        let offered = offered(&self.issuer, &self.agent)?;
        self.offered.lock().unwrap_or_else(PoisonError::into_inner).1 = offered.clone();
        Ok(Some(offered))
    }
}

/// All claims, by name.
fn all(claims: &IdTokenClaims<OtherClaims, CoreGenderClaim>) -> BTreeMap<String, Value> {
    let mut all = claims.additional_claims().all.clone();
    let standard = serde_json::to_value(claims).ok();
    all.extend(standard.and_then(|value| value.as_object().cloned()).into_iter().flatten());
    all
}

fn offered(issuer: &IssuerUrl, agent: &Agent) -> Result<CoreProviderMetadata, OidcError> {
    let offered = CoreProviderMetadata::discover(issuer, &|request| ask(agent, request));
    offered.map_err(|error| OidcError::Discovery(chain(&error)))
}

/// An error with what is behind it.
fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut behind = error.source();
    while let Some(error) = behind {
        text = format!("{text}: {error}");
        behind = error.source();
    }
    text
}

fn agent(authority: Option<&Path>) -> Result<Agent, OidcError> {
    let mut tls = TlsConfig::builder();
    if let Some(path) = authority {
        let unreadable = |reason: String| OidcError::Authority { path: path.display().to_string(), reason };
        let text = std::fs::read(path).map_err(|error| unreadable(error.to_string()))?;
        let certificates: Vec<Certificate<'static>> = parse_pem(&text)
            .filter_map(|item| match item {
                Ok(PemItem::Certificate(certificate)) => Some(Ok(certificate)),
                Ok(_) => None,
                Err(error) => Some(Err(error)),
            })
            .collect::<Result<_, _>>()
            .map_err(|error| unreadable(error.to_string()))?;
        if certificates.is_empty() {
            return Err(unreadable("there is no certificate in it".to_owned()));
        }
        tls = tls.root_certs(RootCerts::new_with_certs(&certificates));
    }
    // What it leads to elsewhere is not what was asked for.
    let config = Agent::config_builder().timeout_global(Some(PATIENCE)).max_redirects(0).http_status_as_error(false);
    Ok(Agent::new_with_config(config.tls_config(tls.build()).build()))
}

fn ask(agent: &Agent, request: HttpRequest) -> Result<HttpResponse, ureq::Error> {
    let (parts, mut body) = agent.run(request)?.into_parts();
    let body = body.with_config().limit(LONGEST_ANSWER).read_to_vec()?;
    Ok(HttpResponse::from_parts(parts, body))
}
