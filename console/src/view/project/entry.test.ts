import { describe, expect, it } from 'vitest';
import { draftOf, emptyDraft, faults, isNetwork, lines, objectOf } from './entry';

const office = {
  name: 'office',
  state: 'resolved',
  message: null,
  policy: 'nsnp-office',
  object: {
    metadata: {
      name: 'office',
      namespace: 'shop',
      resourceVersion: '7',
      annotations: { 'kubesphere.io/alias-name': 'Office', other: 'x' },
    },
    spec: {
      ingress: [
        {
          from: [{ ipBlock: { cidr: '198.51.100.0/24', except: ['198.51.100.9/32'] } }],
          ports: [{ port: 8080, protocol: 'TCP' }],
        },
      ],
    },
  },
};

describe('an entry', () => {
  it('comes out of the form as it went in, with what the form does not show', () => {
    const draft = draftOf(office);
    if (!draft) throw new Error('it can be edited');
    const object = objectOf(draft, 'shop', office) as typeof office.object;
    expect(object.spec).toEqual(office.object.spec);
    expect(object.metadata.resourceVersion).toBe('7');
    expect(object.metadata.annotations).toEqual(office.object.metadata.annotations);
  });
  it('with rules that a form cannot hold is not edited by one', () => {
    const two = { ...office, object: { ...office.object, spec: { ingress: [{ from: [] }], egress: [{ to: [] }] } } };
    expect(draftOf(two)).toBeNull();
    const mixed = {
      ...office,
      object: {
        ...office.object,
        spec: { ingress: [{ from: [{ ipBlock: { cidr: '::/0' } }, { namespace: { name: 'a' } }] }] },
      },
    };
    expect(draftOf(mixed)).toBeNull();
  });
  it('says that a rule without peers is about anybody', () => {
    const open = {
      ...office,
      object: { ...office.object, spec: { ingress: [{ ports: [{ port: 80, endPort: 90 }] }] } },
    };
    expect(lines(open, 'anybody')).toEqual([
      { direction: 'ingress', traffic: 'external', peers: ['anybody'], ports: ['80-90/TCP'] },
    ]);
    expect(lines(office, 'anybody')[0]?.peers).toEqual(['198.51.100.0/24 − 198.51.100.9/32']);
  });
});

describe('a draft', () => {
  const good = { ...emptyDraft('network'), name: 'a-1', networks: [{ cidr: '10.0.0.0/8', except: '' }] };
  it('is checked field by field', () => {
    expect([...faults(good, [])]).toEqual([]);
    expect([...faults({ ...good, name: 'Aa' }, [])]).toEqual(['name']);
    expect([...faults(good, ['a-1'])]).toEqual(['nameTaken']);
    expect([...faults({ ...good, networks: [{ cidr: '', except: '' }] }, [])]).toEqual(['peers']);
    expect([...faults({ ...good, networks: [{ cidr: '10.0.0.0/99', except: '' }] }, [])]).toEqual(['networks']);
    const port = (port: string, endPort = '') =>
      faults({ ...good, ports: [{ protocol: 'TCP', port, endPort }] }, []).has('ports');
    expect([port('80'), port('http'), port('80', '90'), port('')]).toEqual([false, false, false, false]);
    expect([port('0'), port('70000'), port('90', '80'), port('http', '80'), port('', '80')]).toEqual([
      true,
      true,
      true,
      true,
      true,
    ]);
  });
  it('knows a network', () => {
    expect(['10.0.0.0/8', '0.0.0.0/0', '2001:db8::/32', '::/0'].map(isNetwork)).toEqual([true, true, true, true]);
    expect(['10.0.0.0', '10.0.0.0/33', '256.0.0.0/8', 'a/8', '::/129', ''].map(isNetwork)).toEqual([
      false,
      false,
      false,
      false,
      false,
      false,
    ]);
  });
});
