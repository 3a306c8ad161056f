import { Button, MultiSelect, SegmentedControl, TextInput } from '@mantine/core';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { drawn } from '../../api/client';
import { useTenants } from '../../api/use';
import { address, go, usePlace } from '../../app/router';
import { Answer, Issues } from '../../piece/Answer';
import { csv, download } from '../../piece/download';
import { Page } from '../../piece/Page';
import { PictureExport } from '../../piece/PictureExport';
import { fill, useSpeech, useWords } from '../../words';
import type { Words } from '../../words/en';
import { Connections, connectionRows } from './Connections';
import { Drawing } from './Drawing';
import { PartyCard } from './PartyCard';
import { idOf, LEVELS, type Level, partyText, type Topology } from './parties';
import { readSheet, type Sheet } from './sheet';

const ZOOMS = ['fit', '50', '100', '150'] as const;
type Zoom = (typeof ZOOMS)[number];

/** What the address says about the view. */
interface Asked {
  level: Level | undefined;
  namespace: string[];
  search: string;
  party: string;
  zoom: Zoom;
}

function useAsked(): [Asked, (to: Partial<Asked>, how?: 'push' | 'replace') => void] {
  const { query } = usePlace();
  const asked = {
    level: LEVELS.find((level) => level === query.get('level')),
    namespace: query.getAll('namespace'),
    search: query.get('search') ?? '',
    party: query.get('party') ?? '',
    zoom: ZOOMS.find((zoom) => zoom === query.get('zoom')) ?? 'fit',
  };
  const narrow = (to: Partial<Asked>) => {
    const { zoom, ...rest } = { ...asked, ...to };
    go(address('/topology', { ...rest, zoom: zoom === 'fit' ? undefined : zoom }), 'replace');
  };
  return [asked, narrow];
}

/** Who reaches whom, drawn: workspaces, projects or workloads. */
export function TopologyView() {
  const { words, language } = useSpeech();
  const [asked, narrow] = useAsked();
  const question = { level: asked.level, namespace: asked.namespace };
  const path = address('/topology', question);
  const topology = useQuery({
    queryKey: [path, language],
    queryFn: () => drawn<Topology>(path, address('/topology/picture', { ...question, theme: 'page' }), language),
    placeholderData: keepPreviousData,
  });
  const tenants = useTenants();
  const level = asked.level ?? topology.data?.form.level;
  return (
    <Page
      title={words.nav.topology}
      about={words.topology.about}
      actions={topology.data && <Take form={topology.data.form} svg={topology.data.svg} question={question} />}
    >
      <div className="stack">
        <div className="row">
          <SegmentedControl
            aria-label={words.topology.level}
            value={level ?? 'workload'}
            onChange={(level) => narrow({ level: level as Level, party: '' })}
            data={LEVELS.map((level) => ({ value: level, label: words.topology.levels[level] }))}
          />
          <MultiSelect
            aria-label={words.matrix.narrow}
            placeholder={asked.namespace.length ? undefined : words.matrix.narrow}
            data={(tenants.data?.projects ?? []).map((project) => project.namespace)}
            value={asked.namespace}
            onChange={(namespace) => narrow({ namespace })}
            searchable
            clearable
            limit={100}
          />
          <TextInput
            aria-label={words.all.search}
            placeholder={words.all.search}
            value={asked.search}
            onChange={(event) => narrow({ search: event.currentTarget.value })}
            data-search
          />
          <SegmentedControl
            aria-label={words.topology.zoom}
            value={asked.zoom}
            onChange={(zoom) => narrow({ zoom: zoom as Zoom })}
            data={ZOOMS.map((zoom) => ({ value: zoom, label: zoom === 'fit' ? words.topology.fit : `${zoom} %` }))}
          />
        </div>
        <Answer of={topology}>
          {({ form, svg }) => <Shown form={form} svg={svg} asked={asked} narrow={narrow} />}
        </Answer>
      </div>
    </Page>
  );
}

interface ShownProps {
  form: Topology;
  svg: string;
  asked: Asked;
  narrow: (to: Partial<Asked>) => void;
}

function Shown({ form, svg, asked, narrow }: ShownProps) {
  const words = useWords();
  const sheet = useMemo(() => readSheet(svg), [svg]);
  const names = useNames(form, sheet, words);
  const at = asked.party ? form.parties.findIndex((party) => idOf(party) === asked.party) : -1;
  const chosen = at < 0 ? null : at;
  const found = useMemo(() => search(form, names, asked.search), [form, names, asked.search]);
  const choose = (party: number | null) => {
    const whom = party === null ? undefined : form.parties[party];
    narrow({ party: whom ? idOf(whom) : '' });
  };
  const links = form.links.filter(
    (link) =>
      (chosen === null || link.from === chosen || link.to === chosen) &&
      (found === null || found.has(link.from) || found.has(link.to)),
  );
  return (
    <>
      {form.issues.length > 0 && (
        <div className="note warning">
          <Issues issues={form.issues} />
        </div>
      )}
      <div className="row" aria-live="polite">
        <span className="muted">{found ? fill(words.topology.found, { count: found.size }) : words.topology.hint}</span>
      </div>
      <div className={chosen === null ? undefined : 'topology'}>
        {sheet && (
          <Drawing
            sheet={sheet}
            label={words.topology.picture}
            links={form.links}
            chosen={chosen}
            found={found}
            zoom={asked.zoom === 'fit' ? 'fit' : Number(asked.zoom) / 100}
            choose={choose}
          />
        )}
        {chosen !== null && <PartyCard form={form} at={chosen} names={names} close={() => choose(null)} />}
      </div>
      <Connections form={form} links={links} names={names} choose={choose} />
    </>
  );
}

/** What each party is called. */
function useNames(form: Topology, sheet: Sheet | null, words: Words): string[] {
  return useMemo(
    () => form.parties.map((party, at) => partyText(party, words, sheet?.texts.get(at))),
    [form, sheet, words],
  );
}

/** The parties that have a text in one of their names or in what they are called; null where nothing is searched for. */
function search(form: Topology, names: string[], text: string): Set<number> | null {
  const wanted = text.trim().toLowerCase();
  if (!wanted) return null;
  const fits = (at: number) => {
    const party = form.parties[at];
    const known = [names[at], party?.workspace, party?.namespace, ...(party?.names ?? [])];
    return known.some((name) => name?.toLowerCase().includes(wanted));
  };
  return new Set([...form.parties.keys()].filter(fits));
}

/** Takes picture and table away. */
function Take({
  form,
  svg,
  question,
}: {
  form: Topology;
  svg: string;
  question: Record<string, string | string[] | undefined>;
}) {
  const words = useWords();
  const names = useNames(
    form,
    useMemo(() => readSheet(svg), [svg]),
    words,
  );
  return (
    <>
      <PictureExport path={address('/topology/picture', question)} name={`topology-${form.level}`} />
      <Button
        variant="default"
        size="compact-sm"
        aria-label={words.matrix.csv}
        onClick={() => download(`topology-${form.level}.csv`, csv(connectionRows(form, names, words)), 'text/csv')}
      >
        CSV
      </Button>
    </>
  );
}
