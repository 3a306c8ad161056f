import { expect, it } from 'vitest';
import { endpoint, nodesText, rewritten, stops } from './lane';

const packet = (source: string | null, destination: string, port = 80) => ({
  source,
  destination,
  port,
  protocol: 'TCP',
});
const hop = (place: string, step: string, more: object = {}) => ({
  place,
  step,
  before: packet('1.1.1.1', '2.2.2.2'),
  after: packet('1.1.1.1', '2.2.2.2'),
  reason: null,
  ...more,
});

it('puts hops at one place together, with the worst verdict', () => {
  const route = {
    hops: [
      hop('outside', 'send'),
      hop('node/n1', 'arrive'),
      hop('node/n1', 'forward', { tunnel: 'vxlan', to: 'n2' }),
      hop('node/n2', 'policy', { verdict: 'allow' }),
      hop('node/n2', 'policy', { verdict: 'deny' }),
    ],
  };
  const found = stops(route as never);
  expect(found.map((stop) => [stop.place, stop.steps.length, stop.verdict])).toEqual([
    ['outside', 1, null],
    ['node/n1', 2, null],
    ['node/n2', 2, 'deny'],
  ]);
  expect(found.map((stop) => stop.onward?.tunnel)).toEqual([null, 'vxlan', undefined]);
});

it('says what is rewritten, and an unknown address as such', () => {
  const changed = hop('node/n1', 'translateSource', { after: packet('3.3.3.3', '2.2.2.2') });
  expect(rewritten(changed as never)).toEqual({ source: true, destination: false });
  const port = hop('node/n1', 'translateDestination', { after: packet('1.1.1.1', '2.2.2.2', 8080) });
  expect(rewritten(port as never)).toEqual({ source: false, destination: true });
  expect([endpoint(null, 80), endpoint('::1', 80), endpoint('1.1.1.1', 80)]).toEqual([
    '?:80',
    '[::1]:80',
    '1.1.1.1:80',
  ]);
  expect(nodesText(['a', 'b', 'c', 'd', 'e'])).toBe('a, b, c … +2');
});
