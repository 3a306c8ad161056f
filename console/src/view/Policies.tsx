import { Button, TextInput } from '@mantine/core';
import { useState } from 'react';
import type { Forms } from '../api/client';
import { useAnswer } from '../api/use';
import { address, go, usePlace } from '../app/router';
import { Answer } from '../piece/Answer';
import { ChangeDialog } from '../piece/ChangeDialog';
import { download } from '../piece/download';
import { Link } from '../piece/Link';
import { Page } from '../piece/Page';
import { Severity, Sign } from '../piece/Sign';
import { useWords } from '../words';

type Summary = Forms['PolicySummaryForm'];

/** The address of a policy's page. */
export function addressOf(policy: { kind: string; namespace?: string | null; name: string }): string {
  return `/policies/${[policy.kind, policy.namespace ?? '-', policy.name].map(encodeURIComponent).join('/')}`;
}

export function PoliciesView() {
  const words = useWords();
  const { query } = usePlace();
  const search = query.get('search') ?? '';
  const after = query.get('after') ?? '';
  const policies = useAnswer<Forms['PoliciesForm']>(address('/policies', { after }));
  const fits = (policy: Summary) =>
    `${policy.kind} ${policy.namespace ?? ''}/${policy.name}`.toLowerCase().includes(search.toLowerCase());
  return (
    <Page title={words.nav.policies} about={words.policies.about}>
      <div className="stack">
        <div className="row">
          <TextInput
            aria-label={words.all.search}
            placeholder={words.all.search}
            value={search}
            onChange={(event) => go(address('/policies', { search: event.currentTarget.value, after }), 'replace')}
            data-search
          />
        </div>
        <Answer of={policies}>
          {(answer) => (
            <div className="card scroll">
              {answer.policies.length === 0 && <p className="muted">{words.all.none}</p>}
              {answer.policies.length > 0 && <Table of={answer.policies.filter(fits)} />}
              {answer.next && (
                <Button
                  variant="default"
                  onClick={() => go(address('/policies', { search, after: answer.next ?? '' }))}
                >
                  {words.policies.more}
                </Button>
              )}
            </div>
          )}
        </Answer>
      </div>
    </Page>
  );
}

function Table({ of }: { of: Summary[] }) {
  const words = useWords();
  return (
    <table className="data">
      <thead>
        <tr>
          <th scope="col">{words.all.name}</th>
          <th scope="col">{words.all.namespace}</th>
          <th scope="col">{words.all.kind}</th>
          <th scope="col">{words.policies.directions}</th>
          <th scope="col">{words.policies.origin}</th>
          <th scope="col" className="number">
            {words.policies.selects}
          </th>
          <th scope="col" className="number">
            {words.policies.findings}
          </th>
        </tr>
      </thead>
      <tbody>
        {of.map((policy) => (
          <tr key={addressOf(policy)}>
            <td>
              <Link className="link" to={addressOf(policy)}>
                {policy.name}
              </Link>
            </td>
            <td>{policy.namespace ?? '–'}</td>
            <td>{policy.kind === policy.tier ? policy.kind : `${policy.kind} (${policy.tier ?? '?'})`}</td>
            <td>{policy.directions.join(', ')}</td>
            <td>{policy.generated ? words.policies.generated : words.policies.own}</td>
            <td className="number">{policy.pods}</td>
            <td className="number">{policy.findings}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** One policy: what it selects, what the rules say about it, and its YAML to edit. */
export function PolicyView({ kind, namespace, name }: { kind: string; namespace: string; name: string }) {
  const policy = useAnswer<Forms['PolicyDetailForm']>(addressOf({ kind, namespace, name }));
  return (
    <Page title={`${kind} ${namespace === '-' ? '' : `${namespace}/`}${name}`}>
      <Answer of={policy}>{(answer) => <Detail of={answer} />}</Answer>
    </Page>
  );
}

function Detail({ of }: { of: Forms['PolicyDetailForm'] }) {
  const words = useWords();
  const [draft, setDraft] = useState<string | null>(null);
  const [change, setChange] = useState<Forms['ChangeRequest'] | null>(null);
  const remove = { delete: [{ kind: of.kind, namespace: of.namespace, name: of.name }] };
  return (
    <div className="two">
      <section className="card" aria-label="YAML">
        <div className="row between">
          <h2>YAML</h2>
          <div className="row">
            <Button size="compact-sm" variant="subtle" onClick={() => download(`${of.name}.yaml`, of.yaml)}>
              {words.all.download}
            </Button>
            {!of.generated && draft === null && (
              <>
                <Button size="compact-sm" variant="default" onClick={() => setDraft(of.yaml)}>
                  {words.policies.edit}
                </Button>
                <Button size="compact-sm" variant="subtle" color="red" onClick={() => setChange(remove)}>
                  {words.all.delete}
                </Button>
              </>
            )}
          </div>
        </div>
        {of.generated && <div className="note">{words.policies.generatedNote}</div>}
        {draft === null ? (
          <Numbered text={of.yaml} />
        ) : (
          <div className="stack">
            <textarea
              className="code"
              aria-label={words.policies.edit}
              spellCheck={false}
              value={draft}
              onChange={(event) => setDraft(event.currentTarget.value)}
            />
            <div className="row between">
              <Button variant="default" onClick={() => setDraft(null)}>
                {words.all.cancel}
              </Button>
              <Button onClick={() => setChange({ yaml: draft })}>{words.all.save}</Button>
            </div>
          </div>
        )}
      </section>
      <div className="stack">
        <section className="card" aria-labelledby="selected">
          <h2 id="selected">{`${words.policies.selected} (${of.pods})`}</h2>
          {of.selects.length === 0 && <Sign tone="unsure">{words.policies.selectsNone}</Sign>}
          <ul className="bare mono">
            {of.selects.map((pod) => (
              <li key={pod}>{pod}</li>
            ))}
          </ul>
        </section>
        <section className="card" aria-labelledby="about">
          <h2 id="about">{words.policies.findings}</h2>
          {of.about.length === 0 && <p className="muted">{words.policies.noFindings}</p>}
          <ul className="bare">
            {of.about.map((finding) => (
              <li key={`${finding.rule} ${finding.field} ${finding.message}`}>
                <Severity of={finding.severity} /> {finding.message}
                {finding.fix && <div className="muted">{finding.fix}</div>}
              </li>
            ))}
          </ul>
        </section>
      </div>
      <ChangeDialog
        title={`${of.kind} ${of.name}`}
        change={change}
        close={() => setChange(null)}
        done={() => (change?.delete ? go('/policies') : setDraft(null))}
      />
    </div>
  );
}

/** YAML with the numbers of its lines, which evidence names. */
function Numbered({ text }: { text: string }) {
  const lines = text.trimEnd().split('\n');
  return (
    <pre className="diff yaml" tabIndex={0}>
      {lines.map((line, at) => (
        <span key={at}>
          <span className="at">{at + 1}</span>
          {line}
        </span>
      ))}
    </pre>
  );
}
