import { Button } from '@mantine/core';
import type { Forms } from '../api/client';
import { useAnswer } from '../api/use';
import { address, go } from '../app/router';
import { Answer, Issues } from '../piece/Answer';
import { Link } from '../piece/Link';
import { Page } from '../piece/Page';
import { placeText } from '../piece/place';
import { Outcome, Sign } from '../piece/Sign';
import { fill, useWords } from '../words';
import { Question, questionPath, useAsked } from './path/Question';

type Explained = Forms['ExplainedForm'];
type Account = Explained['accounts'][number];
type Policy = Account['policies'][number];

/** Whether one may reach another, and which rules say so. */
export function ExplainView() {
  const words = useWords();
  const asked = useAsked();
  const explained = useAnswer<Explained>(questionPath('/explain', asked));
  const isPod = (text: string) => text.startsWith('pod/');
  const canSwap = isPod(asked.from) && isPod(asked.to) && !asked.to.includes(':');
  return (
    <Page title={words.nav.explain} about={words.explain.about}>
      <div className="stack">
        <Question
          path="/explain"
          extra={
            canSwap && (
              <Button
                variant="default"
                onClick={() => go(address('/explain', { from: asked.to, to: asked.from, door: asked.door }))}
              >
                {words.explain.swap}
              </Button>
            )
          }
        />
        {asked.from && asked.to && (
          <Answer of={explained}>
            {(answer) => (
              <>
                <div className="row">
                  <Outcome of={answer.outcome} />
                  <Link className="link" to={address('/path', { ...asked })}>
                    {words.nav.path}
                  </Link>
                </div>
                {answer.issues.length > 0 && (
                  <div className="note warning">
                    <Issues issues={answer.issues} />
                  </div>
                )}
                {answer.accounts.length === 0 && <p className="muted">{words.explain.noQuestions}</p>}
                {answer.accounts.map((account, at) => (
                  <AccountCard key={at} of={account} />
                ))}
              </>
            )}
          </Answer>
        )}
      </div>
    </Page>
  );
}

function AccountCard({ of }: { of: Account }) {
  const words = useWords();
  const peer = of.peer.pod ? `pod/${of.peer.pod}` : of.peer.node ? `node/${of.peer.node}` : (of.peer.address ?? '?');
  const seen = of.peer.address && of.peer.address !== peer ? `${peer} (${of.peer.address})` : peer;
  const { pod, direction, port, protocol } = of;
  const title = fill(words.explain.question, { pod, direction, peer: seen, port, protocol });
  const nearest = new Set(of.nearest.map((place) => (place as number[]).join(' ')));
  return (
    <section className="card" aria-label={title}>
      <div className="row between">
        <h2>{title}</h2>
        <Outcome of={of.verdict} />
      </div>
      {of.policies.length === 0 && <p className="muted">{words.explain.nobody}</p>}
      {of.policies.map((policy, at) => (
        <PolicyRules key={`${policy.policy} ${policy.tier}`} of={policy} at={at} nearest={nearest} />
      ))}
    </section>
  );
}

/** The address of a policy's page, out of `NetworkPolicy shop/web`. */
export function policyAddress(policy: string): string {
  const [kind = '', name = ''] = policy.split(' ');
  const [namespace, own] = name.includes('/') ? name.split('/') : ['-', name];
  return `/policies/${encodeURIComponent(kind)}/${encodeURIComponent(namespace ?? '-')}/${encodeURIComponent(own ?? '')}`;
}

function PolicyRules({ of, at, nearest }: { of: Policy; at: number; nearest: Set<string> }) {
  const words = useWords();
  return (
    <div className="rules">
      <div className="row">
        <Link className="link strong mono" to={policyAddress(of.policy)}>
          {of.policy}
        </Link>
        <span className="muted">{of.tier}</span>
        <span className="muted">{placeText(of.file, of.line)}</span>
      </div>
      <ul className="bare">
        {of.rules.map((rule, number) => (
          <li key={number}>
            <div className="row">
              <Sign
                tone={
                  rule.matches === 'yes'
                    ? rule.action === 'deny'
                      ? 'bad'
                      : 'good'
                    : rule.matches === 'no'
                      ? 'plain'
                      : 'unsure'
                }
              >
                {rule.rule === null || rule.rule === undefined
                  ? `${rule.action}, ${words.explain.whole}`
                  : `${rule.action}, ${fill(words.explain.rule, { number: rule.rule })}`}
              </Sign>
              {rule.matches === 'yes' && <span>{words.explain.matches}</span>}
              {rule.line && <span className="muted">{fill(words.explain.line, { line: rule.line })}</span>}
              {nearest.has(`${at} ${number}`) && <Sign tone="unsure">{words.explain.nearest}</Sign>}
            </div>
            {rule.misses.length > 0 && (
              <ul className="muted">
                {rule.misses.map((miss) => (
                  <li key={miss.message}>{miss.message}</li>
                ))}
              </ul>
            )}
          </li>
        ))}
      </ul>
    </div>
  );
}
