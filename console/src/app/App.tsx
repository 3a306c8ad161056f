import { ActionIcon, Button, Tooltip, useComputedColorScheme, useMantineColorScheme } from '@mantine/core';
import { lazy, type ReactNode, Suspense, useEffect } from 'react';
import { type Problem, Refusal } from '../api/client';
import { signOut, useEnded } from '../api/session';
import { useLiveStates, useVersion } from '../api/use';
import { Refused } from '../piece/Answer';
import { Boundary } from '../piece/Boundary';
import { Link } from '../piece/Link';
import { LongWork } from '../piece/LongWork';
import { Page } from '../piece/Page';
import { Sign } from '../piece/Sign';
import { OverviewView } from '../view/Overview';
import { fill, useSpeech, useWords } from '../words';
import type { Words } from '../words/en';
import { match, usePlace } from './router';

const TenantsView = lazy(() => import('../view/Tenants').then((m) => ({ default: m.TenantsView })));
const ProjectView = lazy(() => import('../view/project/ProjectView').then((m) => ({ default: m.ProjectView })));
const PathView = lazy(() => import('../view/path/PathView').then((m) => ({ default: m.PathView })));
const MinimalView = lazy(() => import('../view/Minimal').then((m) => ({ default: m.MinimalView })));
const ExposuresView = lazy(() => import('../view/Exposures').then((m) => ({ default: m.ExposuresView })));
const MatrixView = lazy(() => import('../view/Matrix').then((m) => ({ default: m.MatrixView })));
const TopologyView = lazy(() => import('../view/topology/TopologyView').then((m) => ({ default: m.TopologyView })));
const ExplainView = lazy(() => import('../view/Explain').then((m) => ({ default: m.ExplainView })));
const PoliciesView = lazy(() => import('../view/Policies').then((m) => ({ default: m.PoliciesView })));
const PolicyView = lazy(() => import('../view/Policies').then((m) => ({ default: m.PolicyView })));
const FindingsView = lazy(() => import('../view/Findings').then((m) => ({ default: m.FindingsView })));
const HistoryView = lazy(() => import('../view/History').then((m) => ({ default: m.HistoryView })));
const WhatIfView = lazy(() => import('../view/WhatIf').then((m) => ({ default: m.WhatIfView })));
const SettingsView = lazy(() => import('../view/Settings').then((m) => ({ default: m.SettingsView })));

/** The views: their paths, and what is drawn. The first pattern that fits counts. */
const VIEWS: [string, (parts: Record<string, string>) => ReactNode][] = [
  ['/', () => <OverviewView />],
  ['/tenants', () => <TenantsView />],
  ['/projects/:namespace', (parts) => <ProjectView key={parts.namespace} namespace={parts.namespace ?? ''} />],
  ['/path', () => <PathView />],
  ['/minimal', () => <MinimalView />],
  ['/exposures', () => <ExposuresView />],
  ['/topology', () => <TopologyView />],
  ['/matrix', () => <MatrixView />],
  ['/explain', () => <ExplainView />],
  ['/policies', () => <PoliciesView />],
  [
    '/policies/:kind/:namespace/:name',
    ({ kind = '', namespace = '', name = '' }) => (
      <PolicyView key={`${kind}/${namespace}/${name}`} kind={kind} namespace={namespace} name={name} />
    ),
  ],
  ['/findings', () => <FindingsView />],
  ['/history', () => <HistoryView />],
  ['/what-if', () => <WhatIfView />],
  ['/settings', () => <SettingsView />],
];

type NavKey = keyof Words['nav'];

/** What the side shows: groups, each with paths and the words for them. */
const SIDE: [NavKey, [string, NavKey][]][] = [
  [
    'see',
    [
      ['/', 'overview'],
      ['/tenants', 'tenants'],
      ['/topology', 'topology'],
      ['/matrix', 'matrix'],
      ['/exposures', 'exposures'],
    ],
  ],
  [
    'understand',
    [
      ['/path', 'path'],
      ['/explain', 'explain'],
      ['/minimal', 'minimal'],
      ['/what-if', 'whatIf'],
    ],
  ],
  [
    'control',
    [
      ['/policies', 'policies'],
      ['/findings', 'findings'],
    ],
  ],
  [
    'keep',
    [
      ['/history', 'history'],
      ['/settings', 'settings'],
    ],
  ],
];

/** Which entry of the side a path belongs to. */
export function sectionOf(path: string): string {
  if (path.startsWith('/projects')) return '/tenants';
  return `/${path.split('/')[1] ?? ''}`;
}

export function App() {
  const words = useWords();
  const { path } = usePlace();
  const ended = useEnded();
  useSearchKey();
  return (
    <div className="frame">
      <a className="skip" href="#content">
        {words.nav.skip}
      </a>
      <Side here={sectionOf(path)} />
      <div className="main">
        <Top />
        {!ended && <Stale />}
        {!ended && <LongWork />}
        <main id="content" tabIndex={-1}>
          {ended ? (
            <Ended problem={ended} />
          ) : (
            <Boundary key={path}>
              <Suspense fallback={null}>
                <View path={path} />
              </Suspense>
            </Boundary>
          )}
        </main>
      </div>
    </div>
  );
}

function View({ path }: { path: string }) {
  const words = useWords();
  for (const [pattern, draw] of VIEWS) {
    const parts = match(pattern, path);
    if (parts) return draw(parts);
  }
  return <p className="page">{words.all.none}</p>;
}

/** Nobody is signed in any more: why, and how to go on. Nothing of the cluster is shown. */
function Ended({ problem }: { problem: Problem }) {
  const words = useWords();
  return (
    <Page title={words.session.ended}>
      <div className="stack">
        <div>{words.session.endedLong}</div>
        <Refused error={new Refusal(problem)} />
        <div>
          <Button onClick={() => window.location.reload()}>{words.session.again}</Button>
        </div>
      </div>
    </Page>
  );
}

/** The cluster does not answer: since when, as everything that is shown is of then. */
function Stale() {
  const { language, words } = useSpeech();
  const since = useVersion().data?.staleSince;
  if (!since) return null;
  const locale = language === 'zh' ? 'zh-CN' : 'en-GB';
  const time = new Date(since).toLocaleString(locale, { dateStyle: 'medium', timeStyle: 'medium' });
  return (
    <div className="banner" role="status">
      <span aria-hidden="true">!</span>
      <span>{fill(words.session.stale, { time })}</span>
    </div>
  );
}

function Side({ here }: { here: string }) {
  const words = useWords();
  return (
    <nav className="side" aria-label={words.nav.title}>
      <Link className="brand" to="/">
        <img src="/icon.svg" alt="" />
        Bulkhead
      </Link>
      {SIDE.map(([group, entries]) => (
        <div key={group}>
          <h2>{words.nav[group]}</h2>
          <ul>
            {entries.map(([to, name]) => (
              <li key={to}>
                <Link className="item" to={to} aria-current={here === to ? 'page' : undefined}>
                  {words.nav[name]}
                </Link>
              </li>
            ))}
          </ul>
        </div>
      ))}
    </nav>
  );
}

function Top() {
  const words = useWords();
  const { language, choose } = useSpeech();
  const { setColorScheme } = useMantineColorScheme();
  const scheme = useComputedColorScheme('light');
  const version = useVersion();
  const live = useLiveStates();
  const ended = useEnded();
  const leave = version.data?.signOut;
  const other = scheme === 'dark' ? words.all.light : words.all.dark;
  return (
    <header className="top">
      <div className="grow row">
        <strong>{ended ? '' : version.data?.name}</strong>
        {version.data && !version.data.writable && !ended && <Sign tone="plain">{words.all.readOnly}</Sign>}
        {live === 'offline' && !ended && <Sign tone="bad">{words.all.offline}</Sign>}
      </div>
      {leave && !ended && (
        <>
          <span className="muted">{version.data?.user}</span>
          <Button variant="subtle" size="compact-sm" onClick={() => void signOut(leave)}>
            {words.session.signOut}
          </Button>
        </>
      )}
      <Tooltip label={other}>
        <ActionIcon
          variant="subtle"
          aria-label={`${words.all.scheme}: ${other}`}
          onClick={() => setColorScheme(scheme === 'dark' ? 'light' : 'dark')}
        >
          <span aria-hidden="true">{scheme === 'dark' ? '☀' : '☾'}</span>
        </ActionIcon>
      </Tooltip>
      <ActionIcon
        variant="subtle"
        w={64}
        aria-label={`${words.all.language}: ${language === 'en' ? '中文' : 'English'}`}
        onClick={() => choose(language === 'en' ? 'zh' : 'en')}
      >
        {language === 'en' ? '中文' : 'English'}
      </ActionIcon>
    </header>
  );
}

/** `/` puts the cursor into the search of a view, where it has one and nobody is typing. */
function useSearchKey() {
  useEffect(() => {
    const search = (event: KeyboardEvent) => {
      const isTyping = event.target instanceof HTMLElement && event.target.matches('input, textarea, select');
      if (event.key !== '/' || isTyping || event.ctrlKey || event.metaKey || event.altKey) return;
      const box = document.querySelector<HTMLInputElement>('[data-search]');
      if (!box) return;
      event.preventDefault();
      box.focus();
    };
    window.addEventListener('keydown', search);
    return () => window.removeEventListener('keydown', search);
  }, []);
}
