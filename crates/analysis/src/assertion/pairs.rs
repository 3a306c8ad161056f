//! Claims about peers: by what policies say, and what stands above them.

use std::convert::Infallible;

use bulkhead_model::Issue;
use bulkhead_policy::reach::Connections;

use crate::reachability::{By, Narrowing, PairAccount, Reachability, Selects, Side};

use super::{Expect, Found, KEPT, OwnedAccount, Tally, Weighed};

/// Judges one claim of those who were asked about; what is wrong with it where it is about nobody.
pub(super) fn judge(
    expect: Expect,
    narrowing: &Narrowing,
    reachability: &mut Reachability<'_>,
    tally: &mut Tally,
) -> Result<(), Box<Issue>> {
    let by = reachability.by();
    if let Some(issue) = reachability.issues().first() {
        let field = issue.field.trim_start_matches("--").to_owned();
        return Err(Box::new(issue.clone().in_field(field)));
    }
    match expect {
        Expect::Allow => {
            let mut count = 0;
            visit(reachability, |account| {
                count += 1;
                tally.add(weigh_allow(account, narrowing), || found(account, by));
            });
            if count == 0 { Err(Box::new(Issue::error("assertionNoPair"))) } else { Ok(()) }
        }
        Expect::Deny => {
            deny(narrowing, reachability, tally);
            Ok(())
        }
    }
}

fn visit(reachability: &Reachability<'_>, mut visit: impl FnMut(&PairAccount<'_>)) {
    let Ok(()) = reachability.explain_each(|account| -> Result<(), Infallible> {
        visit(account);
        Ok(())
    });
}

fn found(account: &PairAccount<'_>, by: By) -> Found {
    Found::Pair(Box::new(OwnedAccount::of(account, by)))
}

/// Every port that is asked about must be open.
fn weigh_allow(account: &PairAccount<'_>, narrowing: &Narrowing) -> Weighed {
    let asked = narrowing.ports.clone().unwrap_or_else(|| Connections::all().open);
    let closed = asked.difference(&account.connections.open);
    match (closed.is_empty(), closed.difference(&account.connections.undetermined).is_empty()) {
        (true, _) => Weighed::For,
        (false, true) => Weighed::Open,
        (false, false) => Weighed::Against,
    }
}

/// No port that is asked about may be open. Pairs that are closed are never looked at: there may be very many of them.
fn deny(narrowing: &Narrowing, reachability: &mut Reachability<'_>, tally: &mut Tally) {
    let by = reachability.by();
    let mut pairs: Vec<(Weighed, Narrowing)> = Vec::new();
    let (mut against, mut open) = (0, 0);
    let Ok(()) = reachability.for_each(|pair| -> Result<(), Infallible> {
        let is_open = !pair.connections.any.open.is_empty();
        let (weighed, count) = if is_open { (Weighed::Against, &mut against) } else { (Weighed::Open, &mut open) };
        *count += 1;
        if *count <= KEPT {
            let ports = narrowing.ports.clone();
            let [from, to] = [pair.from, pair.to].map(|side| by_name(side, reachability));
            pairs.push((weighed, Narrowing { from, to, ports, ..Narrowing::default() }));
        }
        Ok(())
    });
    for (weighed, pair) in pairs {
        reachability.ask(pair);
        let mut accounts = Vec::new();
        visit(reachability, |account| {
            let ports = match weighed {
                Weighed::Against => &account.connections.open,
                _ => &account.connections.undetermined,
            };
            if !ports.is_empty() {
                accounts.push(found(account, by));
            }
        });
        tally.found.extend(accounts.into_iter().take(1).map(|found| (weighed, found)));
    }
    tally.against += against;
    tally.open += open;
}

/// A side of a pair, so that just that side is asked about.
fn by_name(side: Side<'_>, reachability: &Reachability<'_>) -> Vec<Selects> {
    match side {
        Side::Peer(place) => reachability.peers().get(place).map(|peer| (&peer.name).into()).into_iter().collect(),
        Side::Outside(addresses) => addresses.to_nets().into_iter().map(Selects::Block).collect(),
    }
}
