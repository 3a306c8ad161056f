import { describe, expect, it } from 'vitest';
import { allPorts, noPorts, portsText } from './ports';

const all = { TCP: ['1-65535'], UDP: ['1-65535'], SCTP: ['1-65535'] };

describe('ports', () => {
  it('are said by protocol', () => {
    expect(portsText({ TCP: ['80', '8000-8080'], UDP: ['53'] }, 'all')).toBe('80, 8000-8080/TCP; 53/UDP');
    expect(portsText({ TCP: ['1-65535'] }, 'all')).toBe('TCP *');
    expect(portsText(all, 'all')).toBe('all');
  });
  it('are none or all', () => {
    expect(noPorts({})).toBe(true);
    expect(noPorts(undefined)).toBe(true);
    expect(noPorts({ SCTP: ['7'] })).toBe(false);
    expect(allPorts(all)).toBe(true);
    expect(allPorts({ ...all, UDP: ['53'] })).toBe(false);
  });
});
