import { Button, MultiSelect, TextInput } from '@mantine/core';
import { useEffect, useState } from 'react';
import type { Forms } from '../api/client';
import { useAnswer } from '../api/use';
import { address, go, usePlace } from '../app/router';
import { Answer, Issues } from '../piece/Answer';
import { ChangeDialog } from '../piece/ChangeDialog';
import { Page } from '../piece/Page';
import { Sign } from '../piece/Sign';
import { fill, useWords } from '../words';
import type { Words } from '../words/en';
import { nodesText } from './path/lane';
import { DOORS } from './path/Question';

type Comparison = Forms['ComparisonForm'];
type Entry = Forms['MinimalEntry'];
type Excess = Forms['ExcessForm'];

/** The least that must be let in, held against what is there, and who else gets in. */
export function MinimalView() {
  const words = useWords();
  const { query } = usePlace();
  const target = query.get('target') ?? '';
  const clients = query.getAll('client');
  const asked = { target, door: query.getAll('door'), client: clients };
  const answer = useAnswer<Comparison>(target && clients.length > 0 ? address('/minimal', asked) : null);
  return (
    <Page title={words.nav.minimal} about={words.minimal.about}>
      <div className="stack">
        <Form first={asked} />
        {target && clients.length > 0 && <Answer of={answer}>{(comparison) => <Result of={comparison} />}</Answer>}
      </div>
    </Page>
  );
}

function Form({ first }: { first: { target: string; door: string[]; client: string[] } }) {
  const words = useWords();
  const [draft, setDraft] = useState({ ...first, client: first.client.join(', ') });
  const key = JSON.stringify(first);
  useEffect(() => setDraft({ ...first, client: first.client.join(', ') }), [key]);
  const clients = draft.client
    .split(',')
    .map((client) => client.trim())
    .filter(Boolean);
  return (
    <form
      className="card form"
      onSubmit={(event) => {
        event.preventDefault();
        go(address('/minimal', { ...draft, client: clients }));
      }}
    >
      <TextInput
        className="wide"
        label={words.minimal.target}
        description={words.minimal.targetHelp}
        required
        value={draft.target}
        onChange={(event) => setDraft({ ...draft, target: event.currentTarget.value.trim() })}
      />
      <TextInput
        className="wide"
        label={words.minimal.clients}
        description={words.minimal.clientsHelp}
        required
        value={draft.client}
        onChange={(event) => setDraft({ ...draft, client: event.currentTarget.value })}
      />
      <MultiSelect
        className="wide"
        label={words.minimal.doors}
        description={words.path.anyDoor}
        data={DOORS}
        value={draft.door}
        onChange={(door) => setDraft({ ...draft, door })}
      />
      <Button type="submit">{words.all.ask}</Button>
    </form>
  );
}

function Result({ of }: { of: Comparison }) {
  const words = useWords();
  const [change, setChange] = useState<Forms['ChangeRequest'] | null>(null);
  const policies = of.networkPolicies as object[];
  return (
    <>
      {of.issues.length > 0 && (
        <div className="note">
          <Issues issues={of.issues} />
        </div>
      )}
      <section className="card" aria-labelledby="entries">
        <div className="row between">
          <h2 id="entries">
            {of.complete ? words.minimal.complete : fill(words.minimal.missing, { count: of.entries.length })}
          </h2>
          {of.entries.length > 0 && policies.length > 0 && (
            <Button onClick={() => setChange({ put: policies as Record<string, never>[] })}>
              {words.minimal.propose}
            </Button>
          )}
        </div>
        {of.entries.length > 0 && <Entries of={of.entries} />}
      </section>
      <Strangers
        of={of.excess}
        title={words.minimal.excess}
        none={of.entries.length > 0 ? words.minimal.excessNone : null}
      />
      <Strangers of={of.excessToday} title={words.minimal.excessToday} none={null} />
      {of.superfluous.length > 0 && (
        <section className="card" aria-labelledby="superfluous">
          <h2 id="superfluous">{words.minimal.superfluous}</h2>
          <ul>
            {of.superfluous.map((part) => (
              <li key={`${part.policy} ${part.rule} ${part.peer} ${part.port}`}>
                <span className="mono">{part.policy}</span> {fill(words.explain.rule, { number: part.rule })}
                {part.addresses && <span className="mono"> {part.addresses.cidrs.slice(0, 6).join(', ')}</span>}
                {part.pods && <span className="mono"> {part.pods.slice(0, 6).join(', ')}</span>}
              </li>
            ))}
          </ul>
        </section>
      )}
      {of.undetermined.length > 0 && (
        <section className="card" aria-labelledby="unsure">
          <h2 id="unsure">{words.minimal.undetermined}</h2>
          <ul>
            {of.undetermined.map((way, at) => (
              <li key={at}>{way.message}</li>
            ))}
          </ul>
        </section>
      )}
      <ChangeDialog title={words.minimal.propose} change={change} close={() => setChange(null)} />
    </>
  );
}

/** The other side of an entry, as one line. */
export function peerText(entry: Entry): string {
  const peer = entry as unknown as { ipBlock?: { cidr: string }; podSelector?: object; namespaceSelector?: object };
  if (peer.ipBlock) return peer.ipBlock.cidr;
  const labels = (selector: object | undefined) => {
    const pairs = Object.entries((selector as { matchLabels?: Record<string, string> })?.matchLabels ?? {});
    return pairs.map(([key, value]) => `${key}=${value}`).join(',');
  };
  return [labels(peer.namespaceSelector), labels(peer.podSelector)].filter(Boolean).join(' / ');
}

function clientText(client: unknown): string {
  return Object.entries(client as Record<string, string>)
    .map(([kind, name]) => (kind === 'address' ? name : `${kind}/${name}`))
    .join();
}

function Entries({ of }: { of: Entry[] }) {
  const words = useWords();
  return (
    <div className="scroll">
      <table className="data">
        <thead>
          <tr>
            <th scope="col">{words.minimal.entry}</th>
            <th scope="col">{words.all.ports}</th>
            <th scope="col">{words.minimal.witness}</th>
          </tr>
        </thead>
        <tbody>
          {of.map((entry, at) => (
            <tr key={at}>
              <td className="mono">{peerText(entry)}</td>
              <td className="mono">{entry.ports.map((port) => `${port.port}/${port.protocol}`).join(', ')}</td>
              <td>
                {entry.witnesses.slice(0, 3).map((way, number) => (
                  <div key={number}>
                    {fill(words.minimal.witnessLine, {
                      client: clientText(way.client),
                      door: way.door ?? '–',
                      entry: nodesText(way.entryNodes) || '–',
                      seen: way.seenByPolicy ?? '?',
                    })}
                  </div>
                ))}
                {entry.witnesses.length > 3 && (
                  <span className="muted">{fill(words.all.and, { count: entry.witnesses.length - 3 })}</span>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** Who somebody is who gets in. */
export function whoText(who: Excess['who'], words: Words): string {
  const { kind, ...rest } = who as Record<string, unknown> & { kind: string };
  const what = Object.values(rest)
    .map((value) => (Array.isArray(value) ? nodesText(value as string[], 4) : String(value)))
    .join(', ');
  const sentence = words.minimal.who[kind];
  return sentence ? fill(sentence, { what }) : `${kind} ${what}`;
}

function Strangers({ of, title, none }: { of: Excess[]; title: string; none: string | null }) {
  const words = useWords();
  if (of.length === 0 && none === null) return null;
  return (
    <section className="card" aria-label={title}>
      <h2>{title}</h2>
      {of.length === 0 && <Sign tone="good">{none ?? ''}</Sign>}
      {of.length > 0 && (
        <div className="scroll">
          <table className="data">
            <thead>
              <tr>
                <th scope="col">{words.all.from}</th>
                <th scope="col">{words.minimal.through}</th>
                <th scope="col">{words.minimal.remedy}</th>
              </tr>
            </thead>
            <tbody>
              {of.map((excess, at) => (
                <tr key={at}>
                  <td>{whoText(excess.who, words)}</td>
                  <td>{excess.through}</td>
                  <td>
                    {excess.remedies.map((remedy) => (
                      <div key={remedy.remedy}>
                        {remedy.message} <span className="muted">{`${words.minimal.price}: ${remedy.price}`}</span>
                      </div>
                    ))}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  );
}
