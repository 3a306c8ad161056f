import { Button, NativeSelect, TextInput } from '@mantine/core';
import { type ReactNode, useEffect, useId, useMemo, useState } from 'react';
import { useTenants } from '../../api/use';
import { address, go, usePlace } from '../../app/router';
import { useWords } from '../../words';

export const DOORS = ['PodIP', 'ClusterIP', 'NodePort', 'LoadBalancer', 'ExternalIP', 'HostPort', 'Ingress', 'Gateway'];

/** A connection as the address of the page has it. */
export interface Asked {
  from: string;
  to: string;
  door: string;
}

export function useAsked(): Asked {
  const { query } = usePlace();
  return { from: query.get('from') ?? '', to: query.get('to') ?? '', door: query.get('door') ?? '' };
}

/** The parameters of a question about a connection; null where it is not complete. */
export function questionPath(path: string, asked: Asked): string | null {
  return asked.from && asked.to ? address(path, { ...asked }) : null;
}

/** The form of a question about one connection. The answer is the address of the page. */
export function Question({ path, extra }: { path: string; extra?: ReactNode }) {
  const words = useWords();
  const asked = useAsked();
  const [draft, setDraft] = useState(asked);
  const targets = useId();
  const tenants = useTenants();
  const { from, to, door } = asked;
  useEffect(() => setDraft({ from, to, door }), [from, to, door]);
  const services = useMemo(
    () =>
      (tenants.data?.projects ?? [])
        .flatMap((project) => project.services.map((service) => `service/${project.namespace}/${service}`))
        .slice(0, 2000),
    [tenants.data],
  );
  return (
    <form
      className="card form"
      onSubmit={(event) => {
        event.preventDefault();
        go(address(path, { ...draft }));
      }}
    >
      <TextInput
        className="wide"
        label={words.path.from}
        description={words.path.fromHelp}
        required
        value={draft.from}
        onChange={(event) => setDraft({ ...draft, from: event.currentTarget.value.trim() })}
      />
      <TextInput
        className="wide"
        label={words.path.to}
        description={words.path.toHelp}
        required
        list={targets}
        value={draft.to}
        onChange={(event) => setDraft({ ...draft, to: event.currentTarget.value.trim() })}
      />
      <datalist id={targets}>
        {services.map((service) => (
          <option key={service} value={service} />
        ))}
      </datalist>
      <NativeSelect
        label={words.path.door}
        value={draft.door}
        onChange={(event) => setDraft({ ...draft, door: event.currentTarget.value })}
        data={[{ value: '', label: words.path.anyDoor }, ...DOORS]}
      />
      <Button type="submit">{words.all.ask}</Button>
      {extra}
    </form>
  );
}
