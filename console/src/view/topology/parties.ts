import type { Forms } from '../../api/client';
import { address } from '../../app/router';
import { fill } from '../../words';
import type { Words } from '../../words/en';

export type Topology = Forms['TopologyForm'];
export type Party = Topology['parties'][number];
export type Link = Topology['links'][number];

export const LEVELS = ['workspace', 'project', 'workload'] as const;
export type Level = (typeof LEVELS)[number];

/** So many names of a party are written out. */
const SHOWN_NAMES = 4;

/** What stands in the address for a party: the first of its names, or its kind. */
export const idOf = (party: Party): string => party.names[0] ?? party.kind;

const last = (name: string) => name.slice(name.lastIndexOf('/') + 1);

/** A party in words. `drawn` is what the picture says of it. */
export function partyText(party: Party, words: Words, drawn?: string): string {
  const named = words.topology.kinds[party.kind];
  if (party.names.length === 0) return named ? fill(named, { count: party.size }) : party.kind;
  if (party.kind === 'outside') return drawn ?? listed(party.names, words);
  const isOfProject = party.kind === 'workload' || party.kind === 'pod';
  const project = isOfProject && party.namespace ? party.namespace : '';
  const between = party.names.length > 1 ? ': ' : '/';
  return `${project}${project && between}${listed(party.names.map(last), words)}`;
}

function listed(names: string[], words: Words): string {
  if (names.length <= SHOWN_NAMES) return names.join(', ');
  const more = fill(words.all.and, { count: names.length - SHOWN_NAMES + 1 });
  return `${names.slice(0, SHOWN_NAMES - 1).join(', ')} ${more}`;
}

/** The projects that a party is in, as far as they are told. */
export function projectsOf(party: Party): string[] {
  if (party.kind === 'project') return party.names.map(last);
  return party.namespace ? [party.namespace] : [];
}

/** The view of one of a party's names; null where there is none. */
export function viewOf(name: string): string | null {
  const [kind = '', ...rest] = name.split('/');
  const [first = ''] = rest;
  if (kind === 'workspace') return address('/tenants', { search: first });
  if (kind === 'namespace') return `/projects/${encodeURIComponent(first)}`;
  return rest.length === 2 ? address('/matrix', { by: 'workload', namespace: first }) : null;
}

/** An address in the world for an example: one that is nobody's, if it is in the blocks. */
const NOBODY = '203.0.113.7';

function exampleOf(blocks: string[]): string | null {
  if (blocks.some((block) => contains(block, NOBODY))) return NOBODY;
  return blocks[0]?.split('/')[0] ?? null;
}

/** Whether an IPv4 block has an address. */
export function contains(block: string, address: string): boolean {
  const [base = '', length = '32'] = block.split('/');
  if (base.includes(':')) return false;
  const mask = Number(length) === 0 ? 0 : (~0 << (32 - Number(length))) >>> 0;
  return (number(base) & mask) >>> 0 === (number(address) & mask) >>> 0;
}

const number = (address: string) => address.split('.').reduce((whole, part) => whole * 256 + Number(part), 0);

/** One of a party as a question names a client; null where nobody can be asked about. */
export function asClient(party: Party): string | null {
  if (party.pod) return `pod/${party.pod}`;
  if (party.kind === 'node') return party.names[0] ?? null;
  return party.kind === 'outside' ? exampleOf(party.names) : null;
}

/** One of a party as a question names a target, with a port that is open to it. */
export function asTarget(party: Party, link: Link): string | null {
  const port = portOf(link.ports) ?? portOf(link.undetermined) ?? '443';
  if (party.pod) return `pod/${party.pod}:${port}`;
  const address = party.kind === 'outside' ? exampleOf(party.names) : null;
  if (!address) return null;
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
}

/** The first port of a set, as `80` or `53/UDP`. */
function portOf(ports: Link['ports'] | undefined): string | null {
  for (const protocol of ['TCP', 'UDP', 'SCTP'] as const) {
    const range = ports?.[protocol]?.[0];
    // Of every port, one that people know.
    if (range) return `${range === '1-65535' ? '443' : range.split('-')[0]}${protocol === 'TCP' ? '' : `/${protocol}`}`;
  }
  return null;
}

/** Who a party has something with, either way. */
export function neighbours(links: Link[], party: number): Set<number> {
  const found = new Set<number>();
  for (const link of links) {
    if (link.from === party) found.add(link.to);
    if (link.to === party) found.add(link.from);
  }
  return found;
}
