import type { Forms } from '../../api/client';

/** An allowlist entry as a form has it, and as a NamespaceNetworkPolicy. */
export interface EntryDraft {
  name: string;
  alias: string;
  direction: 'ingress' | 'egress';
  kind: 'project' | 'service' | 'network';
  projects: string[];
  /** As `namespace/name`. */
  services: string[];
  networks: { cidr: string; except: string }[];
  ports: { protocol: string; port: string; endPort: string }[];
}

type Entry = Forms['AllowlistEntryForm'];
type Json = Record<string, unknown>;

interface Peer {
  namespace?: { name: string };
  service?: { namespace: string; name: string };
  ipBlock?: { cidr: string; except?: string[] };
}

interface Rule {
  from?: Peer[];
  to?: Peer[];
  ports?: { protocol?: string; port?: number | string; endPort?: number }[];
}

export interface Line {
  direction: 'ingress' | 'egress';
  traffic: 'internal' | 'external';
  peers: string[];
  ports: string[];
}

const ALIAS = 'kubesphere.io/alias-name';

const asObject = (entry: Entry) => entry.object as { metadata: Json; spec?: { ingress?: Rule[]; egress?: Rule[] } };

const portText = (port: NonNullable<Rule['ports']>[number]) =>
  `${port.port ?? '*'}${port.endPort ? `-${port.endPort}` : ''}/${port.protocol ?? 'TCP'}`;

function peerText(peer: Peer): string {
  if (peer.ipBlock) {
    const except = peer.ipBlock.except?.length ? ` − ${peer.ipBlock.except.join(', ')}` : '';
    return peer.ipBlock.cidr + except;
  }
  if (peer.service) return `service/${peer.service.namespace}/${peer.service.name}`;
  return `namespace/${peer.namespace?.name ?? ''}`;
}

/** What an entry says, rule by rule. A rule without peers is about everybody: that is said, and not left out. */
export function lines(entry: Entry, anybody: string): Line[] {
  const spec = asObject(entry).spec ?? {};
  const of = (direction: Line['direction'], rules: Rule[] | undefined) =>
    (rules ?? []).map((rule): Line => {
      const peers = (direction === 'ingress' ? rule.from : rule.to) ?? [];
      const isExternal = peers.length === 0 || peers.some((peer) => peer.ipBlock);
      return {
        direction,
        traffic: isExternal ? 'external' : 'internal',
        peers: peers.length ? peers.map(peerText) : [anybody],
        ports: (rule.ports ?? []).map(portText),
      };
    });
  return [...of('ingress', spec.ingress), ...of('egress', spec.egress)];
}

export function aliasOf(entry: Entry): string {
  const annotations = (asObject(entry).metadata.annotations ?? {}) as Record<string, string>;
  return annotations[ALIAS] ?? '';
}

export function emptyDraft(kind: EntryDraft['kind']): EntryDraft {
  return {
    name: '',
    alias: '',
    direction: 'ingress',
    kind,
    projects: [],
    services: [],
    networks: [{ cidr: '', except: '' }],
    ports: [],
  };
}

/** The draft of an entry that a form can hold: one rule in one direction with peers of one kind; null for any other. */
export function draftOf(entry: Entry): EntryDraft | null {
  const spec = asObject(entry).spec ?? {};
  const [ingress, egress] = [spec.ingress ?? [], spec.egress ?? []];
  const rule = ingress[0] ?? egress[0];
  if (ingress.length + egress.length !== 1 || !rule) return null;
  const direction = ingress.length ? 'ingress' : 'egress';
  const peers = (direction === 'ingress' ? rule.from : rule.to) ?? [];
  const kindOf = (peer: Peer) => (peer.ipBlock ? 'network' : peer.service ? 'service' : 'project');
  const kinds = new Set(peers.map(kindOf));
  const [kind] = kinds;
  if (!kind || kinds.size !== 1) return null;
  const networks = peers.flatMap((peer) =>
    peer.ipBlock ? [{ cidr: peer.ipBlock.cidr, except: (peer.ipBlock.except ?? []).join(', ') }] : [],
  );
  return {
    name: entry.name,
    alias: aliasOf(entry),
    direction,
    kind,
    projects: peers.flatMap((peer) => (peer.namespace ? [peer.namespace.name] : [])),
    services: peers.flatMap((peer) => (peer.service ? [`${peer.service.namespace}/${peer.service.name}`] : [])),
    networks: networks.length ? networks : [{ cidr: '', except: '' }],
    ports: (rule.ports ?? []).map((port) => ({
      protocol: port.protocol ?? 'TCP',
      port: `${port.port ?? ''}`,
      endPort: `${port.endPort ?? ''}`,
    })),
  };
}

const split = (text: string) =>
  text
    .split(',')
    .map((part) => part.trim())
    .filter(Boolean);

function peersOf(draft: EntryDraft): Peer[] {
  if (draft.kind === 'project') return draft.projects.map((name) => ({ namespace: { name } }));
  if (draft.kind === 'service') {
    return draft.services.map((service) => {
      const [namespace = '', name = ''] = service.split('/');
      return { service: { namespace, name } };
    });
  }
  const named = draft.networks.filter((network) => network.cidr.trim());
  return named.map(({ cidr, except }) => {
    const excepted = split(except);
    return { ipBlock: { cidr: cidr.trim(), ...(excepted.length ? { except: excepted } : {}) } };
  });
}

const portOf = ({ protocol, port, endPort }: EntryDraft['ports'][number]) => {
  const text = port.trim();
  const number = /^\d+$/.test(text) ? Number(text) : text;
  return { protocol, ...(text ? { port: number } : {}), ...(endPort.trim() ? { endPort: Number(endPort) } : {}) };
};

/** The object that a draft means; what `live` has besides what a form can say is kept. */
export function objectOf(draft: EntryDraft, namespace: string, live: Entry | null): Json {
  const before = live
    ? (asObject(live).metadata as { annotations?: Record<string, string>; labels?: Record<string, string> })
    : {};
  const annotations: Record<string, string> = { ...before.annotations };
  if (draft.alias.trim()) annotations[ALIAS] = draft.alias.trim();
  else delete annotations[ALIAS];
  const ports = draft.ports.map(portOf);
  const peers = peersOf(draft);
  const rule = { [draft.direction === 'ingress' ? 'from' : 'to']: peers, ...(ports.length ? { ports } : {}) };
  return {
    apiVersion: 'network.kubesphere.io/v1alpha1',
    kind: 'NamespaceNetworkPolicy',
    metadata: {
      ...(live ? asObject(live).metadata : {}),
      name: draft.name,
      namespace,
      labels: {
        ...before.labels,
        'kubesphere.io/policy-type': draft.direction,
        'kubesphere.io/policy-traffic': draft.kind === 'network' ? 'outside' : 'inside',
      },
      ...(Object.keys(annotations).length ? { annotations } : { annotations: undefined }),
    },
    spec: { [draft.direction]: [rule] },
  };
}

/** What is wrong with a draft, by field; the server checks everything again. */
export function faults(draft: EntryDraft, taken: string[]): Set<'name' | 'nameTaken' | 'peers' | 'networks' | 'ports'> {
  const found = new Set<'name' | 'nameTaken' | 'peers' | 'networks' | 'ports'>();
  if (!/^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/.test(draft.name) || draft.name.length > 63) found.add('name');
  else if (taken.includes(draft.name)) found.add('nameTaken');
  if (peersOf(draft).length === 0) found.add('peers');
  if (draft.kind === 'network') {
    const blocks = draft.networks.flatMap(({ cidr, except }) => [
      ...(cidr.trim() ? [cidr.trim()] : []),
      ...split(except),
    ]);
    if (!blocks.every(isNetwork)) found.add('networks');
  }
  const isPort = (port: string) => {
    const text = port.trim();
    if (/^\d+$/.test(text)) return Number(text) >= 1 && Number(text) <= 65535;
    return /^[a-z0-9]([-a-z0-9]{0,13}[a-z0-9])?$/.test(text) && /[a-z]/.test(text);
  };
  const isRange = (port: string, end: string) =>
    !end.trim() ||
    (/^\d+$/.test(port.trim()) && /^\d+$/.test(end.trim()) && Number(end) >= Number(port) && Number(end) <= 65535);
  if (
    !draft.ports.every(
      ({ port, endPort }) => (!port.trim() && !endPort.trim()) || (isPort(port) && isRange(port, endPort)),
    )
  )
    found.add('ports');
  return found;
}

/** Whether a text looks like `ADDRESS/LENGTH`. Whether the address is one is the server's to say. */
export function isNetwork(text: string): boolean {
  const v4 = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})\/(\d{1,2})$/.exec(text);
  if (v4) {
    const numbers = v4.slice(1).map(Number);
    return numbers.slice(0, 4).every((part) => part <= 255) && (numbers[4] ?? 33) <= 32;
  }
  const v6 = /^[0-9a-fA-F:.]+\/(\d{1,3})$/.exec(text);
  return v6 !== null && text.includes(':') && Number(v6[1]) <= 128;
}
