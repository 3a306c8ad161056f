//! Why a connection may or may not pass: every question that was put to policies on its ways, each with its account.

use bulkhead_path::{Answer, Network, Request, trace};
use bulkhead_policy::{Explanation, Question, explain};

/// The account of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Explained {
    /// Its routes.
    pub answer: Answer,
    /// What policies were asked on them; each question once.
    pub accounts: Vec<Account>,
}

/// One question, and what every policy that it concerns says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    /// The question.
    pub question: Question,
    /// The routes that it was asked on, as indices into the answer's routes.
    pub routes: Vec<usize>,
    /// The policies, rule by rule.
    pub explanation: Explanation,
}

/// Follows a request and explains each verdict on its ways.
pub fn explain_request(network: &Network<'_>, request: &Request) -> Explained {
    let answer = trace(network, request);
    let mut accounts: Vec<Account> = Vec::new();
    for (index, route) in answer.routes.iter().enumerate() {
        for question in &route.questions {
            match accounts.iter_mut().find(|account| account.question == *question) {
                Some(account) => account.routes.push(index),
                None => accounts.push(Account {
                    question: *question,
                    routes: vec![index],
                    explanation: explain(network.snapshot(), network.policies(), question),
                }),
            }
        }
    }
    Explained { answer, accounts }
}
