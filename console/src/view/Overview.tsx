import { Button } from '@mantine/core';
import { useState } from 'react';
import type { Forms } from '../api/client';
import { useAnswer } from '../api/use';
import { address } from '../app/router';
import { Answer } from '../piece/Answer';
import { ChangeDialog } from '../piece/ChangeDialog';
import { Link } from '../piece/Link';
import { Page } from '../piece/Page';
import { placeText } from '../piece/place';
import { Severity, Sign } from '../piece/Sign';
import { fill, useWords } from '../words';

type Overview = Forms['OverviewForm'];

const STATES = ['project', 'workspace', 'off', 'noWorkspace', 'unknown'] as const;
/** The change that carries out the plan. */
const CARRY_OUT: Forms['ChangeRequest'] = {};

export function OverviewView() {
  const words = useWords();
  const overview = useAnswer<Overview>('/overview');
  return (
    <Page title={words.nav.overview} about={words.overview.about}>
      <Answer of={overview}>
        {(answer) => (
          <>
            <div className="cards">
              <Coverage of={answer.isolation} />
              <Pending of={answer.pending} />
              <Exposed of={answer.counts} />
              <Findings of={answer.findings} />
            </div>
            <div className="two">
              <Facts of={answer.facts} />
              <div className="stack">
                <Inventory of={answer.counts} />
                {answer.issues.length > 0 && <InputIssues of={answer.issues} />}
              </div>
            </div>
          </>
        )}
      </Answer>
    </Page>
  );
}

function Coverage({ of }: { of: Overview['isolation'] }) {
  const words = useWords();
  const can = of.project + of.workspace + of.off + of.unknown;
  const all = can + of.noWorkspace;
  let from = 0;
  return (
    <section className="card" aria-labelledby="coverage">
      <h2 id="coverage">{words.overview.coverage}</h2>
      <div>{fill(words.overview.coverageOf, { isolated: of.project + of.workspace, count: can })}</div>
      <svg className="bar" width="100%" height="10" aria-hidden="true" preserveAspectRatio="none" viewBox="0 0 100 10">
        {STATES.map((state) => {
          const width = all ? (of[state] / all) * 100 : 0;
          const x = from;
          from += width;
          return <rect key={state} className={`fill-${state}`} x={x} y="0" width={width} height="10" />;
        })}
      </svg>
      <div className="legend">
        {STATES.filter((state) => of[state] > 0).map((state) => (
          <Link key={state} to={address('/tenants', { isolation: state })}>
            <span className={`dot ${state}`} aria-hidden="true" />
            {of[state]} {words.isolation[state]}
          </Link>
        ))}
      </div>
    </section>
  );
}

function Pending({ of }: { of: Overview['pending'] }) {
  const words = useWords();
  const [change, setChange] = useState<Forms['ChangeRequest'] | null>(null);
  const count = of.apply + of.delete;
  return (
    <section className="card" aria-labelledby="pending">
      <h2 id="pending">{words.overview.pending}</h2>
      <div className="big">{count}</div>
      <p className="muted">{count > 0 ? words.overview.pendingSome : words.overview.pendingNone}</p>
      {count > 0 && (
        <Button variant="light" onClick={() => setChange(CARRY_OUT)}>
          {words.overview.carryOut}
        </Button>
      )}
      <ChangeDialog title={words.overview.pending} change={change} close={() => setChange(null)} />
    </section>
  );
}

function Exposed({ of }: { of: Overview['counts'] }) {
  const words = useWords();
  return (
    <section className="card" aria-labelledby="exposed">
      <h2 id="exposed">{words.overview.exposed}</h2>
      <div className="big">
        <Link className="link" to="/exposures">
          {of.exposed}
        </Link>
      </div>
      <p className="muted">{words.overview.exposedAbout}</p>
    </section>
  );
}

function Findings({ of }: { of: Overview['findings'] }) {
  const words = useWords();
  return (
    <section className="card" aria-labelledby="findings">
      <h2 id="findings">{words.overview.findings}</h2>
      <div className="stack tight">
        {(['error', 'warning', 'note'] as const).map((severity) => (
          <div key={severity} className="row">
            <Link className="link strong" to={address('/findings', { severity })}>
              {of[severity]} {words.overview[severity]}
            </Link>
            {of[severity] > 0 && severity !== 'note' && <Severity of={severity} />}
          </div>
        ))}
      </div>
    </section>
  );
}

function Facts({ of }: { of: Overview['facts'] }) {
  const words = useWords();
  return (
    <section className="card" aria-labelledby="facts">
      <h2 id="facts">{words.overview.facts}</h2>
      <div className="scroll">
        <table className="data">
          <thead>
            <tr>
              <th scope="col">{words.overview.fact}</th>
              <th scope="col">{words.overview.value}</th>
              <th scope="col">{words.overview.evidence}</th>
            </tr>
          </thead>
          <tbody>
            {of.map((fact) => (
              <tr key={fact.name}>
                <td>{words.overview.factNames[fact.name] ?? fact.name}</td>
                <td className="mono">{fact.value || <Sign tone="unsure">{words.outcome.undetermined}</Sign>}</td>
                <td className="muted">{fact.evidence ?? words.overview.notShown}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

function Inventory({ of }: { of: Overview['counts'] }) {
  const words = useWords();
  const rows = ['workspaces', 'projects', 'nodes', 'pods', 'services', 'policies', 'entries'] as const;
  return (
    <section className="card" aria-labelledby="inventory">
      <h2 id="inventory">{words.overview.inventory}</h2>
      <table className="data">
        <tbody>
          {rows.map((row) => (
            <tr key={row}>
              <th scope="row">{words.overview[row]}</th>
              <td className="number">{of[row]}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function InputIssues({ of }: { of: Overview['issues'] }) {
  const words = useWords();
  return (
    <section className="card" aria-labelledby="issues">
      <h2 id="issues">{words.overview.issues}</h2>
      <ul className="bare">
        {of.map((issue) => (
          <li key={`${issue.code} ${issue.file} ${issue.line} ${issue.message}`}>
            <Severity of={issue.severity} /> {issue.message}
            <span className="muted"> {placeText(issue.file, issue.line)}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}
