//! Accounts of verdicts: every policy that was asked, rule by rule, and what would have to be otherwise.

use bulkhead_analysis::isolation::origin;
use bulkhead_analysis::model::{Operator, Position};
use bulkhead_analysis::path::Network;
use bulkhead_analysis::policy::explain::{LabelOf, Miss, PolicyAccount, RuleAccount, RuleMatch};
use bulkhead_analysis::policy::rule::Tier;
use bulkhead_analysis::policy::{Action, Question};
use bulkhead_analysis::snapshot::Snapshot;
use bulkhead_analysis::{Account, ByNode, Explained};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

use crate::answer::{AnswerForm, Detail, Telling};
use crate::evidence::place;
use crate::hop::verdict_name;
use crate::issue::Words;

/// The account of a request: its answer, and the questions on its ways.
#[derive(Clone, Debug, PartialEq, JsonSchema, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ExplainedForm {
    /// What `trace` says, without hops.
    #[serde(flatten)]
    pub answer: AnswerForm,
    /// What policies were asked on the ways; each question once.
    pub accounts: Vec<AccountForm>,
}

/// One question to policies.
#[derive(Clone, Debug, PartialEq, JsonSchema, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct AccountForm {
    /// The pod whose policies were asked.
    pub pod: String,
    /// `Ingress` or `Egress`, as that pod sees it.
    pub direction: &'static str,
    /// The other side.
    pub peer: PeerForm,
    /// The destination port.
    pub port: u16,
    /// Its protocol.
    pub protocol: &'static str,
    /// `allow`, `deny` or `undetermined`.
    pub verdict: &'static str,
    /// Every policy that is, or may be, about the pod in this direction, in the order in which they are asked.
    pub policies: Vec<PolicyForm>,
    /// Where the answer is no: the rules that come nearest to allowing it, as `[policy, rule]` indices into `policies`.
    pub nearest: Vec<(usize, usize)>,
}

/// The other side, as the policy sees it.
#[derive(Clone, Debug, PartialEq, Eq, JsonSchema, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PeerForm {
    /// Its address; null where the input has none.
    pub address: Option<String>,
    /// The pod that has it.
    pub pod: Option<String>,
    /// The node that has it.
    pub node: Option<String>,
}

/// One policy that was asked.
#[derive(Clone, Debug, PartialEq, JsonSchema, Serialize)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "ExplainedPolicy")]
pub struct PolicyForm {
    /// The policy.
    pub policy: String,
    /// The allowlist that it is made of, as `WorkspaceAllowlist monitoring`; absent where it is made of none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub made_of: Option<String>,
    /// `Admin`, `NetworkPolicy` or `Baseline`.
    pub tier: &'static str,
    /// Inside its tier, smaller numbers first.
    pub priority: u32,
    /// Why it may not be about the pod, or may say something else than it seems to.
    pub doubt: Option<&'static str>,
    /// The input that it stands in.
    pub file: Option<String>,
    /// Its line there.
    pub line: Option<u32>,
    /// Its rules, in order.
    pub rules: Vec<RuleForm>,
}

/// One rule.
#[derive(Clone, Debug, PartialEq, JsonSchema, Serialize)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "ExplainedRule")]
pub struct RuleForm {
    /// Its index in the policy's list for the direction; null for what the policy says as a whole.
    pub rule: Option<usize>,
    /// `allow`, `deny` or `pass`.
    pub action: &'static str,
    /// `yes`, `no` or `undetermined`: whether it is about the packet.
    pub matches: &'static str,
    /// Why that is undetermined.
    pub doubt: Option<&'static str>,
    /// The input that it stands in.
    pub file: Option<String>,
    /// Its line there.
    pub line: Option<u32>,
    /// Where it does not match: what would have to be otherwise.
    pub misses: Vec<MissForm>,
}

/// One thing that would have to be otherwise for a rule to match.
#[derive(Clone, Debug, PartialEq, Eq, JsonSchema, Serialize)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "Miss")]
pub struct MissForm {
    /// The stable word: `label`, `namespace`, `tenancy`, `notAPod`, `notANode`, `outsideBlock`, `excepted`, `engine`,
    /// `protocol`, `port`, `namedPort`, `nothing`.
    pub miss: &'static str,
    /// The same in words.
    pub message: String,
}

impl ExplainedForm {
    /// The form of an account.
    pub fn new(explained: &Explained, network: &Network<'_>, by_node: ByNode, words: &dyn Words) -> Self {
        let snapshot = network.snapshot();
        let telling = Telling { detail: Detail::Ends, by_node };
        Self {
            answer: AnswerForm::new(Value::Null, &explained.answer, network, telling, words),
            accounts: explained.accounts.iter().map(|account| AccountForm::new(account, snapshot, words)).collect(),
        }
    }
}

impl AccountForm {
    fn new(account: &Account, snapshot: &Snapshot, words: &dyn Words) -> Self {
        let Question { direction, subject, protocol, port, .. } = account.question;
        let explanation = &account.explanation;
        Self {
            pod: snapshot.pods[subject].name.to_string(),
            direction: direction.name(),
            peer: PeerForm::new(&account.question, snapshot),
            port,
            protocol: protocol.name(),
            verdict: verdict_name(&explanation.verdict),
            policies: explanation.policies.iter().map(|policy| PolicyForm::new(policy, snapshot, words)).collect(),
            nearest: if explanation.verdict.allows() == Some(false) { nearest(account) } else { Vec::new() },
        }
    }
}

/// The rules that come nearest, by their places.
fn nearest(account: &Account) -> Vec<(usize, usize)> {
    let wanted = account.explanation.nearest();
    let policies = account.explanation.policies.iter().enumerate();
    let all =
        policies.flat_map(|(at, policy)| policy.rules.iter().enumerate().map(move |(rule, row)| ((at, rule), row)));
    all.filter(|(_, row)| wanted.iter().any(|near| std::ptr::eq(*near, *row))).map(|(place, _)| place).collect()
}

impl PeerForm {
    /// The other side of a question.
    pub fn new(question: &Question, snapshot: &Snapshot) -> Self {
        let peer = &question.peer;
        Self {
            address: peer.address.map(|address| address.to_string()),
            pod: peer.pod.map(|pod| snapshot.pods[pod].name.to_string()),
            node: peer.node.map(|node| snapshot.nodes[node].name.to_string()),
        }
    }
}

impl PolicyForm {
    fn new(account: &PolicyAccount, snapshot: &Snapshot, words: &dyn Words) -> Self {
        let (file, line) = place(snapshot, account.position);
        Self {
            policy: account.policy.to_string(),
            made_of: origin(snapshot, &account.policy).map(|origin| origin.to_string()),
            tier: tier_name(account.tier),
            priority: account.priority,
            doubt: account.doubt.map(bulkhead_analysis::policy::DoubtReason::code),
            file,
            line,
            rules: account.rules.iter().map(|rule| RuleForm::new(rule, snapshot, words)).collect(),
        }
    }
}

impl RuleForm {
    fn new(account: &RuleAccount, snapshot: &Snapshot, words: &dyn Words) -> Self {
        let position: Position = account.rule.position;
        let (file, line) = place(snapshot, position);
        let (matches, doubt) = match account.matches {
            RuleMatch::Yes => ("yes", None),
            RuleMatch::No => ("no", None),
            RuleMatch::Undetermined(reason) => ("undetermined", Some(reason.code())),
        };
        let action = match account.rule.action {
            Action::Allow => "allow",
            Action::Deny => "deny",
            Action::Pass => "pass",
        };
        let miss = |miss: &Miss| MissForm { miss: miss_name(miss), message: words.miss(miss) };
        Self {
            rule: account.rule.rule,
            action,
            matches,
            doubt,
            file,
            line,
            misses: account.misses.iter().map(miss).collect(),
        }
    }
}

/// The name of a tier, as ClusterNetworkPolicy spells it.
pub fn tier_name(tier: Tier) -> &'static str {
    match tier {
        Tier::Admin => "Admin",
        Tier::NetworkPolicy => "NetworkPolicy",
        Tier::Baseline => "Baseline",
    }
}

/// The stable word of a miss.
pub fn miss_name(miss: &Miss) -> &'static str {
    match miss {
        Miss::Label { .. } => "label",
        Miss::Namespace { .. } => "namespace",
        Miss::Tenancy { .. } => "tenancy",
        Miss::NotAPod => "notAPod",
        Miss::NotANode => "notANode",
        Miss::OutsideBlock { .. } => "outsideBlock",
        Miss::Excepted { .. } => "excepted",
        Miss::Engine(_) => "engine",
        Miss::Protocol { .. } => "protocol",
        Miss::Port { .. } => "port",
        Miss::NamedPort { .. } => "namedPort",
        Miss::Nothing => "nothing",
    }
}

/// What the words of a miss need, by name.
pub fn miss_arguments(miss: &Miss) -> Vec<(&'static str, String)> {
    match miss {
        Miss::Label { of, wants, has } => vec![
            ("of", label_of_name(*of).to_owned()),
            ("key", wants.key.to_string()),
            ("wants", requirement_text(&wants.operator)),
            ("has", has.as_ref().map_or_else(|| "-".to_owned(), ToString::to_string)),
        ],
        Miss::Namespace { wants, is } => vec![("wants", wants.to_string()), ("is", is.to_string())],
        Miss::Tenancy { labels } => {
            vec![("labels", labels.iter().map(ToString::to_string).collect::<Vec<_>>().join(", "))]
        }
        Miss::OutsideBlock { cidr, address } => vec![("cidr", cidr.to_string()), ("address", address.to_string())],
        Miss::Excepted { cidr, except, address } => {
            vec![("cidr", cidr.to_string()), ("except", except.to_string()), ("address", address.to_string())]
        }
        Miss::Engine(habit) => vec![("habit", habit.code().to_owned())],
        Miss::Protocol { wants, is } => vec![("wants", wants.to_string()), ("is", is.to_string())],
        Miss::Port { wants, is } => {
            let range = if wants.first == wants.last { String::new() } else { format!("-{}", wants.last) };
            vec![("wants", format!("{}{range}", wants.first)), ("is", is.to_string())]
        }
        Miss::NamedPort { wants, declared, is } => {
            let declared: Vec<String> = declared.iter().map(ToString::to_string).collect();
            let declared = if declared.is_empty() { "-".to_owned() } else { declared.join(", ") };
            vec![("wants", wants.to_string()), ("declared", declared), ("is", is.to_string())]
        }
        Miss::NotAPod | Miss::NotANode | Miss::Nothing => Vec::new(),
    }
}

/// The stable word for whose label it is.
pub fn label_of_name(of: LabelOf) -> &'static str {
    match of {
        LabelOf::Pod => "pod",
        LabelOf::Namespace => "namespace",
        LabelOf::Node => "node",
    }
}

/// What a requirement wants of a value, as kubectl's `-l` spells it.
fn requirement_text(operator: &Operator) -> String {
    let list = |values: &[bulkhead_analysis::model::Name]| {
        values.iter().map(ToString::to_string).collect::<Vec<_>>().join(",")
    };
    match operator {
        Operator::In(values) if values.len() == 1 => list(values),
        Operator::In(values) => format!("in ({})", list(values)),
        Operator::NotIn(values) => format!("notin ({})", list(values)),
        Operator::Exists => "*".to_owned(),
        Operator::DoesNotExist => "!".to_owned(),
    }
}
