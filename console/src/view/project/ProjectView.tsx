import { Badge, Button, Tabs } from '@mantine/core';
import { useState } from 'react';
import type { Forms } from '../../api/client';
import { useAnswer } from '../../api/use';
import { address, go, usePlace } from '../../app/router';
import { Answer, Issues } from '../../piece/Answer';
import { ChangeDialog } from '../../piece/ChangeDialog';
import { download } from '../../piece/download';
import { Page } from '../../piece/Page';
import { Isolation, Sign } from '../../piece/Sign';
import { useWords } from '../../words';
import { EntryForm } from './EntryForm';
import { aliasOf, draftOf, type EntryDraft, emptyDraft, lines } from './entry';

type Project = Forms['IsolationForm'];
type Entry = Forms['AllowlistEntryForm'];
type Change = Forms['ChangeRequest'];
type Traffic = 'internal' | 'external';

/** What the page wants done next. */
interface Step {
  change: Change | null;
  form: { live: Entry | null; first: EntryDraft } | null;
}

/** One project: the switch and the allowlist on the left, the policies that they mean on the right. */
export function ProjectView({ namespace }: { namespace: string }) {
  const words = useWords();
  const project = useAnswer<Project>(`/projects/${encodeURIComponent(namespace)}/isolation`);
  const [step, setStep] = useState<Step>({ change: null, form: null });
  return (
    <Page
      title={`${words.nav.isolation}: ${namespace}`}
      about={words.project.about}
      actions={project.data && <Isolation of={project.data.isolation} />}
    >
      <Answer of={project}>
        {(answer) => (
          <>
            <div className="two">
              <div className="stack">
                <Switch of={answer} change={(change) => setStep({ ...step, change })} />
                {answer.issues.length > 0 && (
                  <div className="note warning">
                    <Issues issues={answer.issues} />
                  </div>
                )}
                <Allowlist of={answer} step={setStep} />
              </div>
              <Policies of={answer} />
            </div>
            {step.form && (
              <EntryForm
                namespace={namespace}
                workspace={answer.workspace ?? null}
                live={step.form.live}
                first={step.form.first}
                taken={answer.entries.map((entry) => entry.name)}
                shown={step.change === null}
                close={() => setStep({ change: null, form: null })}
                submit={(change) => setStep({ ...step, change })}
              />
            )}
            <ChangeDialog
              title={words.change.title}
              change={step.change}
              close={() => setStep({ ...step, change: null })}
              done={() => setStep({ change: null, form: null })}
            />
          </>
        )}
      </Answer>
    </Page>
  );
}

function Switch({ of, change }: { of: Project; change: (change: Change) => void }) {
  const words = useWords();
  const isOn = of.ownSwitch;
  const about = {
    project: words.project.isolated,
    workspace: words.project.byWorkspace,
    off: words.project.open,
    noWorkspace: words.project.noWorkspace,
  }[of.isolation as string];
  return (
    <section className="card" aria-labelledby="switch">
      <div className="row between fixed">
        <div>
          <h2 id="switch">
            {words.project.switch}: {isOn ? words.project.on : words.project.off}
          </h2>
          <div className="muted">{about}</div>
        </div>
        <Button
          variant={isOn ? 'default' : 'filled'}
          onClick={() => change({ switches: [{ project: of.namespace, isolated: !isOn }] })}
        >
          {isOn ? words.project.turnOff : words.project.turnOn}
        </Button>
      </div>
    </section>
  );
}

function Allowlist({ of, step }: { of: Project; step: (step: Step) => void }) {
  const words = useWords();
  const { query, path } = usePlace();
  const shown: Traffic = query.get('list') === 'external' ? 'external' : 'internal';
  const traffic = (entry: Entry): Traffic =>
    lines(entry, '').some((line) => line.traffic === 'external') ? 'external' : 'internal';
  const count = (of_: Traffic) => of.entries.filter((entry) => traffic(entry) === of_).length;
  const panel = (of_: Traffic) => {
    const entries = of.entries.filter((entry) => traffic(entry) === of_);
    return (
      <Tabs.Panel value={of_} pt="sm">
        <div className="stack">
          <div className="row between">
            <span className="muted">
              {of_ === 'internal' ? words.project.internalAbout : words.project.externalAbout}
            </span>
            <Button
              size="compact-sm"
              onClick={() =>
                step({
                  change: null,
                  form: { live: null, first: emptyDraft(of_ === 'internal' ? 'project' : 'network') },
                })
              }
            >
              {words.project.addEntry}
            </Button>
          </div>
          {(['ingress', 'egress'] as const).map((direction) => (
            <Entries
              key={direction}
              direction={direction}
              entries={entries.filter((entry) => lines(entry, '').some((line) => line.direction === direction))}
              namespace={of.namespace}
              step={step}
            />
          ))}
          {entries.length === 0 && <p className="muted">{words.project.noEntries}</p>}
        </div>
      </Tabs.Panel>
    );
  };
  return (
    <section className="card">
      <Tabs
        value={shown}
        onChange={(list) => go(address(path, { list: list ?? undefined }), 'replace')}
        keepMounted={false}
      >
        <Tabs.List>
          <Tabs.Tab value="internal">{`${words.project.internal} (${count('internal')})`}</Tabs.Tab>
          <Tabs.Tab value="external">{`${words.project.external} (${count('external')})`}</Tabs.Tab>
        </Tabs.List>
        {panel('internal')}
        {panel('external')}
      </Tabs>
    </section>
  );
}

interface EntriesProps {
  direction: 'ingress' | 'egress';
  entries: Entry[];
  namespace: string;
  step: (step: Step) => void;
}

function Entries({ direction, entries, namespace, step }: EntriesProps) {
  const words = useWords();
  if (entries.length === 0) return null;
  const remove = (entry: Entry): Change => ({
    delete: [{ kind: 'NamespaceNetworkPolicy', namespace, name: entry.name }],
  });
  return (
    <div className="scroll">
      <table className="data">
        <caption>{words.project[direction]}</caption>
        <thead>
          <tr>
            <th scope="col">{words.all.name}</th>
            <th scope="col">{words.project.form.peers}</th>
            <th scope="col">{words.all.ports}</th>
            <th scope="col">
              <span className="hidden">{words.all.edit}</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {entries.map((entry) => {
            const draft = draftOf(entry);
            const own = lines(entry, words.all.everything).filter((line) => line.direction === direction);
            return (
              <tr key={entry.name}>
                <td>
                  <div>{aliasOf(entry) || entry.name}</div>
                  <div className="row">
                    {aliasOf(entry) && <span className="muted mono">{entry.name}</span>}
                    <Sign tone={entry.state === 'resolved' ? 'good' : entry.state === 'unresolved' ? 'bad' : 'plain'}>
                      {words.project.state[entry.state] ?? entry.state}
                    </Sign>
                  </div>
                  {entry.message && <div className="muted">{entry.message}</div>}
                </td>
                <td className="mono">
                  {own.map((line) => (
                    <div key={line.peers.join()}>{line.peers.join(', ')}</div>
                  ))}
                </td>
                <td className="mono">
                  {own.map((line) => (
                    <div key={line.peers.join()}>{line.ports.join(', ') || words.all.allPorts}</div>
                  ))}
                </td>
                <td>
                  <div className="row end">
                    {draft && (
                      <Button
                        size="compact-sm"
                        variant="subtle"
                        aria-label={`${words.all.edit} ${entry.name}`}
                        onClick={() => step({ change: null, form: { live: entry, first: draft } })}
                      >
                        {words.all.edit}
                      </Button>
                    )}
                    <Button
                      size="compact-sm"
                      variant="subtle"
                      color="red"
                      aria-label={`${words.all.delete} ${entry.name}`}
                      onClick={() => step({ change: remove(entry), form: null })}
                    >
                      {words.all.delete}
                    </Button>
                  </div>
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}

function Policies({ of }: { of: Project }) {
  const words = useWords();
  const all = of.policies.map((policy) => policy.yaml).join('---\n');
  return (
    <section className="card" aria-labelledby="policies">
      <div className="row between">
        <h2 id="policies">{words.project.policies}</h2>
        {of.policies.length > 0 && (
          <Button size="compact-xs" variant="subtle" onClick={() => download(`${of.namespace}.yaml`, all)}>
            {words.all.download}
          </Button>
        )}
      </div>
      <p className="muted">{of.policies.length > 0 ? words.project.policiesAbout : words.project.none}</p>
      <div className="stack">
        {of.policies.map((policy) => (
          <details key={policy.name} open={of.policies.length === 1}>
            <summary>
              <span className="mono">{policy.name}</span>{' '}
              <Sign tone={policy.written ? 'good' : 'unsure'} shape={policy.written ? undefined : '…'}>
                {policy.written ? words.project.written : words.project.notWritten}
              </Sign>
            </summary>
            <pre className="diff yaml" tabIndex={0}>
              {policy.yaml}
            </pre>
          </details>
        ))}
        {of.superfluous.map((name) => (
          <div key={name} className="row">
            <span className="mono">{name}</span>
            <Badge color="red">{words.project.superfluous}</Badge>
          </div>
        ))}
      </div>
    </section>
  );
}
