import type { Forms } from '../../api/client';

type Route = Forms['RouteForm'];
type Hop = Forms['HopForm'];
type Packet = Forms['PacketForm'];

/** What happens at one place, in order. */
export interface Stop {
  place: string;
  steps: Hop[];
  /** What policies at this place say. */
  verdict: 'allow' | 'deny' | 'undetermined' | null;
  /** How the packet goes on from here, where it goes on. */
  onward: { packet: Packet; tunnel: string | null } | null;
}

/** The stops of a route: hops at one place stand together. */
export function stops(route: Route): Stop[] {
  const found: Stop[] = [];
  for (const hop of route.hops ?? []) {
    let stop = found.at(-1);
    if (!stop || stop.place !== hop.place) {
      stop = { place: hop.place, steps: [], verdict: null, onward: null };
      found.push(stop);
    }
    stop.steps.push(hop);
    if (hop.step === 'policy' && hop.verdict) stop.verdict = worse(stop.verdict, hop.verdict as Stop['verdict']);
  }
  found.forEach((stop, at) => {
    const last = stop.steps.at(-1);
    if (last && at < found.length - 1) stop.onward = { packet: last.after, tunnel: last.tunnel ?? null };
  });
  return found;
}

const ORDER = [null, 'allow', 'undetermined', 'deny'];

function worse(one: Stop['verdict'], other: Stop['verdict']): Stop['verdict'] {
  return ORDER.indexOf(other) > ORDER.indexOf(one) ? other : one;
}

/** An address and port as people write them. */
export function endpoint(address: string | null | undefined, port: number): string {
  if (!address) return `?:${port}`;
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
}

/** Which parts of a packet a step rewrites. */
export function rewritten(hop: Hop): { source: boolean; destination: boolean } {
  const { before, after } = hop;
  return {
    source: before.source !== after.source,
    destination: before.destination !== after.destination || before.port !== after.port,
  };
}

/** Node names as one short text. */
export function nodesText(nodes: string[], most = 3): string {
  const shown = nodes.slice(0, most).join(', ');
  return nodes.length > most ? `${shown} … +${nodes.length - most}` : shown;
}
