import { Button, Modal, MultiSelect, NativeSelect, SegmentedControl, TextInput } from '@mantine/core';
import { useMemo, useState } from 'react';
import type { Forms } from '../../api/client';
import { useTenants } from '../../api/use';
import { fill, useWords } from '../../words';
import { type EntryDraft, faults, objectOf } from './entry';

interface Props {
  namespace: string;
  workspace: string | null;
  /** What is edited; null for a new entry. */
  live: Forms['AllowlistEntryForm'] | null;
  first: EntryDraft;
  taken: string[];
  /** Out of the way while its preview is looked at; what was typed stays. */
  shown: boolean;
  close: () => void;
  /** The form is right: its change is to be previewed. */
  submit: (change: Forms['ChangeRequest']) => void;
}

/** The form of one allowlist entry. */
export function EntryForm({ namespace, workspace, live, first, taken, shown: isShown, close, submit }: Props) {
  const words = useWords();
  const form = words.project.form;
  const [draft, setDraft] = useState(first);
  const [isTried, setTried] = useState(false);
  const tenants = useTenants();
  const set = (change: Partial<EntryDraft>) => setDraft({ ...draft, ...change });
  const wrong = faults(draft, live ? [] : taken);
  const shown = isTried ? wrong : new Set<never>();
  const choices = useMemo(() => {
    const projects = (tenants.data?.projects ?? []).filter((project) => workspace && project.workspace === workspace);
    return {
      projects: projects.map((project) => project.namespace).filter((name) => name !== namespace),
      services: projects.flatMap((project) => project.services.map((service) => `${project.namespace}/${service}`)),
    };
  }, [tenants.data, workspace, namespace]);
  const isExternal = draft.kind === 'network';

  const send = () => {
    setTried(true);
    if (wrong.size === 0) submit({ put: [objectOf(draft, namespace, live)] });
  };

  return (
    <Modal
      opened={isShown}
      onClose={close}
      title={live ? fill(form.editTitle, { name: live.name }) : form.newTitle}
      size="lg"
    >
      <form
        className="stack"
        onSubmit={(event) => {
          event.preventDefault();
          send();
        }}
      >
        <div className="form">
          <TextInput
            className="wide"
            label={form.name}
            description={form.nameHelp}
            required
            disabled={live !== null}
            value={draft.name}
            onChange={(event) => set({ name: event.currentTarget.value })}
            error={shown.has('name') ? form.nameWrong : shown.has('nameTaken') ? form.nameTaken : null}
          />
          <TextInput
            className="wide"
            label={form.alias}
            description=" "
            value={draft.alias}
            onChange={(event) => set({ alias: event.currentTarget.value })}
          />
        </div>
        <fieldset>
          <legend>{form.direction}</legend>
          <SegmentedControl
            value={draft.direction}
            onChange={(value) => set({ direction: value === 'egress' ? 'egress' : 'ingress' })}
            data={[
              { value: 'ingress', label: words.project.ingress },
              { value: 'egress', label: words.project.egress },
            ]}
          />
        </fieldset>
        <fieldset>
          <legend>{form.peers}</legend>
          <div className="stack">
            {!isExternal && (
              <SegmentedControl
                value={draft.kind}
                onChange={(value) => set({ kind: value === 'service' ? 'service' : 'project' })}
                data={[
                  { value: 'project', label: form.project },
                  { value: 'service', label: form.service },
                ]}
              />
            )}
            {draft.kind === 'project' && (
              <MultiSelect
                label={form.project}
                data={choices.projects}
                value={draft.projects}
                onChange={(projects) => set({ projects })}
                searchable
                error={shown.has('peers') ? form.peerNeeded : null}
              />
            )}
            {draft.kind === 'service' && (
              <MultiSelect
                label={form.service}
                data={choices.services}
                value={draft.services}
                onChange={(services) => set({ services })}
                searchable
                error={shown.has('peers') ? form.peerNeeded : null}
              />
            )}
            {isExternal && <Networks draft={draft} set={set} wrong={shown.has('networks') || shown.has('peers')} />}
          </div>
        </fieldset>
        <Ports draft={draft} set={set} wrong={shown.has('ports')} />
        <div className="row between">
          <Button variant="default" onClick={close}>
            {words.all.cancel}
          </Button>
          <Button type="submit">{words.all.save}</Button>
        </div>
      </form>
    </Modal>
  );
}

interface PartProps {
  draft: EntryDraft;
  set: (change: Partial<EntryDraft>) => void;
  wrong: boolean;
}

function Networks({ draft, set, wrong }: PartProps) {
  const words = useWords();
  const form = words.project.form;
  const change = (at: number, to: Partial<EntryDraft['networks'][number]>) =>
    set({ networks: draft.networks.map((network, place) => (place === at ? { ...network, ...to } : network)) });
  return (
    <>
      {draft.networks.map((network, at) => (
        <div className="form" key={at}>
          <TextInput
            className="wide"
            label={form.network}
            description={form.networkHelp}
            placeholder="203.0.113.0/24"
            value={network.cidr}
            onChange={(event) => change(at, { cidr: event.currentTarget.value })}
            error={wrong ? form.networkWrong : null}
          />
          <TextInput
            className="wide"
            label={form.exceptHelp}
            description=" "
            value={network.except}
            onChange={(event) => change(at, { except: event.currentTarget.value })}
          />
          {draft.networks.length > 1 && (
            <Button
              variant="subtle"
              color="red"
              onClick={() => set({ networks: draft.networks.filter((_, place) => place !== at) })}
            >
              {words.all.remove}
            </Button>
          )}
        </div>
      ))}
      <div>
        <Button
          size="compact-sm"
          variant="light"
          onClick={() => set({ networks: [...draft.networks, { cidr: '', except: '' }] })}
        >
          {form.addPeer}
        </Button>
      </div>
    </>
  );
}

function Ports({ draft, set, wrong }: PartProps) {
  const words = useWords();
  const form = words.project.form;
  const change = (at: number, to: Partial<EntryDraft['ports'][number]>) =>
    set({ ports: draft.ports.map((port, place) => (place === at ? { ...port, ...to } : port)) });
  return (
    <fieldset>
      <legend>{form.ports}</legend>
      <div className="stack">
        {draft.ports.length === 0 && <span className="muted">{form.portsAbout}</span>}
        {draft.ports.map((port, at) => (
          <div className="form" key={at}>
            <NativeSelect
              label={form.protocol}
              value={port.protocol}
              data={['TCP', 'UDP', 'SCTP']}
              onChange={(event) => change(at, { protocol: event.currentTarget.value })}
            />
            <TextInput
              label={form.port}
              value={port.port}
              onChange={(event) => change(at, { port: event.currentTarget.value })}
              error={wrong ? form.portWrong : null}
            />
            <TextInput
              label={form.endPort}
              value={port.endPort}
              onChange={(event) => change(at, { endPort: event.currentTarget.value })}
            />
            <Button
              variant="subtle"
              color="red"
              onClick={() => set({ ports: draft.ports.filter((_, place) => place !== at) })}
            >
              {words.all.remove}
            </Button>
          </div>
        ))}
        <div>
          <Button
            size="compact-sm"
            variant="light"
            onClick={() => set({ ports: [...draft.ports, { protocol: 'TCP', port: '', endPort: '' }] })}
          >
            {form.addPort}
          </Button>
        </div>
      </div>
    </fieldset>
  );
}
