import type { Forms } from '../api/client';

type Ports = Forms['PortsForm'];

const EVERYTHING = '1-65535';

/** Whether nothing is in a set of ports. */
export function noPorts(ports: Ports | undefined): boolean {
  return !ports || (!ports.TCP?.length && !ports.UDP?.length && !ports.SCTP?.length);
}

/** Whether every port of every protocol is. */
export function allPorts(ports: Ports): boolean {
  return [ports.TCP, ports.UDP, ports.SCTP].every((ranges) => ranges?.length === 1 && ranges[0] === EVERYTHING);
}

/** A set of ports as one line: `80, 443/TCP; 53/UDP`. */
export function portsText(ports: Ports, everything: string): string {
  if (allPorts(ports)) return everything;
  const parts: string[] = [];
  for (const protocol of ['TCP', 'UDP', 'SCTP'] as const) {
    const ranges = ports[protocol];
    if (!ranges?.length) continue;
    const isAll = ranges.length === 1 && ranges[0] === EVERYTHING;
    parts.push(isAll ? `${protocol} *` : `${ranges.join(', ')}/${protocol}`);
  }
  return parts.join('; ');
}
