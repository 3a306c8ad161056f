import { describe, expect, it } from 'vitest';
import { en } from '../../words/en';
import {
  asClient,
  asTarget,
  contains,
  type Link,
  neighbours,
  type Party,
  partyText,
  projectsOf,
  viewOf,
} from './parties';

const party = (given: Partial<Party>): Party => ({
  kind: 'workload',
  workspace: null,
  namespace: null,
  names: [],
  size: 1,
  pod: null,
  ...given,
});
const link = (given: Partial<Link>): Link => ({ from: 0, to: 1, open: 'some', pairs: 1, ports: {}, ...given });

describe('a party', () => {
  it('is told by its project and its short name', () => {
    const web = party({ namespace: 'shop', names: ['deployment/shop/web', 'deployment/shop/api'] });
    expect(partyText(web, en)).toBe('shop: web, api');
    expect(partyText(party({ kind: 'workspace', names: ['workspace/retail'] }), en)).toBe('retail');
    expect(partyText(party({ kind: 'outside', names: ['0.0.0.0/0'] }), en, 'anywhere')).toBe('anywhere');
    const many = party({ kind: 'project', names: ['a', 'b', 'c', 'd', 'e', 'f'].map((name) => `namespace/${name}`) });
    expect(partyText(many, en)).toBe('a, b, c and 3 more');
    expect(partyText(party({ kind: 'nodes', size: 3 }), en)).toBe('nodes (3)');
  });
  it('is asked about by one of its pods, or by an address of its own', () => {
    expect(asClient(party({ pod: 'shop/web-0' }))).toBe('pod/shop/web-0');
    expect(asClient(party({ kind: 'outside', names: ['10.0.0.0/8'] }))).toBe('10.0.0.0');
    expect(asClient(party({ kind: 'outside', names: ['128.0.0.0/1', '::/0'] }))).toBe('203.0.113.7');
    expect(asClient(party({ kind: 'foreign' }))).toBeNull();
    expect(asTarget(party({ pod: 'shop/db-0' }), link({ ports: { UDP: ['53'] } }))).toBe('pod/shop/db-0:53/UDP');
    expect(asTarget(party({ pod: 'shop/db-0' }), link({ ports: { TCP: ['8000-8080'] } }))).toBe('pod/shop/db-0:8000');
    expect(asTarget(party({ kind: 'outside', names: ['2001:db8::/64'] }), link({}))).toBe('[2001:db8::]:443');
    expect(asTarget(party({ kind: 'nodes' }), link({}))).toBeNull();
  });
  it('leads to the views of its names', () => {
    expect(viewOf('deployment/shop/web')).toBe('/matrix?by=workload&namespace=shop');
    expect(viewOf('namespace/shop')).toBe('/projects/shop');
    expect(viewOf('workspace/retail')).toBe('/tenants?search=retail');
    expect([viewOf('10.0.0.0/8'), viewOf('node/n1')]).toEqual([null, null]);
    expect(projectsOf(party({ kind: 'project', names: ['namespace/shop', 'namespace/billing'] }))).toEqual([
      'shop',
      'billing',
    ]);
  });
  it('has neighbours on both sides', () => {
    const links = [link({ from: 0, to: 1 }), link({ from: 2, to: 0 }), link({ from: 1, to: 2 })];
    expect([...neighbours(links, 0)].sort()).toEqual([1, 2]);
  });
});

describe('blocks', () => {
  it('have the addresses that they have', () => {
    expect(contains('0.0.0.0/0', '203.0.113.7')).toBe(true);
    expect(contains('203.0.112.0/23', '203.0.113.7')).toBe(true);
    expect(contains('203.0.114.0/24', '203.0.113.7')).toBe(false);
    expect(contains('::/0', '203.0.113.7')).toBe(false);
  });
});
