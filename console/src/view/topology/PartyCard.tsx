import { Button } from '@mantine/core';
import { address } from '../../app/router';
import { Link } from '../../piece/Link';
import { fill, useWords } from '../../words';
import { type Party, projectsOf, type Topology, viewOf } from './parties';

/** So many names of a party are listed at once. */
const FEW_NAMES = 12;
/** So many are listed at all. */
const MOST_NAMES = 100;

interface Props {
  form: Topology;
  at: number;
  names: string[];
  close: () => void;
}

/** Who was chosen, how much they have with others, and where to go on from here. */
export function PartyCard({ form, at, names, close }: Props) {
  const words = useWords();
  const party = form.parties[at];
  if (!party) return null;
  const opens = form.links.filter((link) => link.from === at).length;
  const lets = form.links.filter((link) => link.to === at).length;
  return (
    <aside className="card" aria-label={names[at]}>
      <div className="row between fixed">
        <h2>{names[at]}</h2>
        <Button variant="subtle" size="compact-sm" onClick={close}>
          {words.all.close}
        </Button>
      </div>
      <div className="stack">
        {party.workspace && (
          <div>
            <span className="muted">{words.all.workspace}</span> {party.workspace}
          </div>
        )}
        <div className="muted">{fill(words.topology.opens, { count: opens })}</div>
        <div className="muted">{fill(words.topology.lets, { count: lets })}</div>
        {party.names.length > 1 && (
          <details open={party.names.length <= FEW_NAMES}>
            <summary>{fill(words.topology.alike, { count: party.names.length })}</summary>
            <ul className="bare mono">
              {party.names.slice(0, MOST_NAMES).map((name) => (
                <li key={name}>
                  <Named name={name} />
                </li>
              ))}
              {party.names.length > MOST_NAMES && (
                <li>{fill(words.all.and, { count: party.names.length - MOST_NAMES })}</li>
              )}
            </ul>
          </details>
        )}
        <ul className="bare">
          {onward(party).map(([key, to]) => (
            <li key={key + to}>
              <Link className="link" to={to}>
                {words.topology.onward[key]}
              </Link>
            </li>
          ))}
        </ul>
      </div>
    </aside>
  );
}

/** A name, with the way to its view. */
function Named({ name }: { name: string }) {
  const to = viewOf(name);
  if (!to) return <>{name}</>;
  return (
    <Link className="link" to={to}>
      {name}
    </Link>
  );
}

type Onward = 'workloads' | 'projects' | 'matrix' | 'project' | 'explain' | 'path' | 'tenants';

/** Where to go on from a party. */
function onward(party: Party): [Onward, string][] {
  const found: [Onward, string][] = [];
  const namespace = projectsOf(party);
  if (namespace.length > 0) {
    if (party.kind === 'project') found.push(['workloads', address('/topology', { level: 'workload', namespace })]);
    found.push(['matrix', address('/matrix', { by: 'workload', namespace })]);
    if (namespace.length === 1) found.push(['project', `/projects/${encodeURIComponent(namespace[0] ?? '')}`]);
  }
  if (party.kind === 'workspace') {
    found.push(['projects', address('/topology', { level: 'project', search: party.workspace ?? '' })]);
    found.push(['tenants', address('/tenants', { search: party.workspace ?? '' })]);
  }
  if (party.pod) {
    found.push(['explain', address('/explain', { to: `pod/${party.pod}` })]);
    found.push(['path', address('/path', { from: `pod/${party.pod}` })]);
  }
  return found;
}
