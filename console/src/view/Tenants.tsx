import { Button, SegmentedControl, TextInput } from '@mantine/core';
import { useState } from 'react';
import type { Forms } from '../api/client';
import { useTenants } from '../api/use';
import { address, go, usePlace } from '../app/router';
import { Answer } from '../piece/Answer';
import { ChangeDialog } from '../piece/ChangeDialog';
import { Link } from '../piece/Link';
import { Page } from '../piece/Page';
import { Isolation } from '../piece/Sign';
import { fill, useWords } from '../words';

type Tenants = Forms['TenantsForm'];
type Project = Tenants['projects'][number];

/** How many projects are drawn at once; a search narrows them. */
const MOST_ROWS = 500;

export interface Group {
  workspace: Tenants['workspaces'][number] | null;
  projects: Project[];
}

/** Projects by workspace, those without one last; only what a search and a state leave. */
export function grouped(tenants: Tenants, search: string, isolation: string): Group[] {
  const wanted = search.trim().toLowerCase();
  const fits = (project: Project) =>
    (!isolation || project.isolation === isolation) &&
    (!wanted || project.namespace.includes(wanted) || (project.workspace ?? '').includes(wanted));
  const known = new Map(tenants.workspaces.map((workspace) => [workspace.name, workspace]));
  const groups: Group[] = tenants.workspaces.map((workspace) => ({ workspace, projects: [] }));
  const without: Group = { workspace: null, projects: [] };
  for (const project of tenants.projects.filter(fits)) {
    const group = groups.find((group) => group.workspace?.name === project.workspace);
    const isKnown = project.workspace && known.has(project.workspace);
    (isKnown && group ? group : without).projects.push(project);
  }
  const isNarrowed = wanted !== '' || isolation !== '';
  return [...groups, without].filter((group) => group.projects.length > 0 || (group.workspace && !isNarrowed));
}

export function TenantsView() {
  const words = useWords();
  const tenants = useTenants();
  const { query } = usePlace();
  const search = query.get('search') ?? '';
  const isolation = query.get('isolation') ?? '';
  const narrow = (to: { search?: string; isolation?: string }) =>
    go(address('/tenants', { search, isolation, ...to }), 'replace');
  return (
    <Page title={words.nav.tenants} about={words.tenants.about}>
      <div className="stack">
        <div className="row">
          <TextInput
            aria-label={words.all.search}
            placeholder={words.all.search}
            value={search}
            onChange={(event) => narrow({ search: event.currentTarget.value })}
            data-search
          />
          <SegmentedControl
            aria-label={words.tenants.isolation}
            value={isolation}
            onChange={(value) => narrow({ isolation: value })}
            data={[
              { value: '', label: words.findings.all },
              { value: 'project', label: words.isolation.project },
              { value: 'workspace', label: words.isolation.workspace },
              { value: 'off', label: words.isolation.off },
              { value: 'noWorkspace', label: words.isolation.noWorkspace },
            ]}
          />
        </div>
        <Answer of={tenants}>
          {(answer) => {
            const groups = grouped(answer, search, isolation);
            if (groups.length === 0) return <p className="muted">{words.all.none}</p>;
            return groups.map((group) => <Workspace key={group.workspace?.name ?? ''} group={group} />);
          }}
        </Answer>
      </div>
    </Page>
  );
}

function Workspace({ group: { workspace, projects } }: { group: Group }) {
  const words = useWords();
  const [change, setChange] = useState<Forms['ChangeRequest'] | null>(null);
  const name = workspace?.name ?? words.tenants.without;
  const isolated = workspace?.isolated ?? false;
  return (
    <section className="card" aria-label={name}>
      <div className="row between">
        <h2>{workspace ? `${words.all.workspace} ${name}` : name}</h2>
        {workspace && (
          <div className="row">
            {isolated && <Isolation of="workspace" />}
            <Button
              size="compact-sm"
              variant="light"
              onClick={() => setChange({ switches: [{ workspace: name, isolated: !isolated }] })}
            >
              {isolated ? words.tenants.switchOff : words.tenants.switchOn}
            </Button>
            <ChangeDialog
              title={fill(words.tenants.changeTitle, { name })}
              change={change}
              close={() => setChange(null)}
            />
          </div>
        )}
      </div>
      <div className="scroll">
        <table className="data even">
          <thead>
            <tr>
              <th scope="col">{words.all.namespace}</th>
              <th scope="col">{words.tenants.isolation}</th>
              <th scope="col" className="number">
                {words.all.pods}
              </th>
              <th scope="col" className="number">
                {words.tenants.entries}
              </th>
              <th scope="col" className="number">
                {words.tenants.policies}
              </th>
              <th scope="col" className="number">
                {words.tenants.pending}
              </th>
            </tr>
          </thead>
          <tbody>
            {projects.slice(0, MOST_ROWS).map((project) => (
              <tr key={project.namespace}>
                <td>
                  <Link className="link" to={`/projects/${encodeURIComponent(project.namespace)}`}>
                    {project.namespace}
                  </Link>
                </td>
                <td>
                  <Isolation of={project.isolation} />
                </td>
                <td className="number">{project.pods}</td>
                <td className="number">{project.entries}</td>
                <td className="number">{project.policies}</td>
                <td className="number">{project.pending}</td>
              </tr>
            ))}
          </tbody>
        </table>
        {projects.length > MOST_ROWS && (
          <p className="muted">{fill(words.all.and, { count: projects.length - MOST_ROWS })}</p>
        )}
      </div>
    </section>
  );
}
