import { SegmentedControl } from '@mantine/core';
import type { Forms } from '../../api/client';
import { useAnswer } from '../../api/use';
import { address, go, usePlace } from '../../app/router';
import { Answer, Issues } from '../../piece/Answer';
import { Link } from '../../piece/Link';
import { Page } from '../../piece/Page';
import { PictureExport } from '../../piece/PictureExport';
import { Outcome } from '../../piece/Sign';
import { fill, useWords } from '../../words';
import { Lane } from './Lane';
import { nodesText } from './lane';
import { Question, questionPath, useAsked } from './Question';

type Trace = Forms['AnswerForm'];
type Route = Forms['RouteForm'];

/** How a connection travels, with which source the policy sees it, and what becomes of it. */
export function PathView() {
  const words = useWords();
  const { query, path } = usePlace();
  const asked = useAsked();
  const trace = useAnswer<Trace>(questionPath('/trace', asked));
  const isTable = query.get('as') === 'table';
  return (
    <Page title={words.nav.path} about={words.path.about}>
      <div className="stack">
        <Question path="/path" />
        {!asked.from && <Examples />}
        {asked.from && asked.to && (
          <Answer of={trace}>
            {(answer) => (
              <>
                <div className="row between">
                  <div className="row">
                    <Outcome of={answer.outcome} />
                    <Link
                      className="link"
                      to={address('/minimal', { target: asked.to, door: asked.door, client: asked.from })}
                    >
                      {words.path.toMinimal}
                    </Link>
                    <Link className="link" to={address('/explain', { ...asked })}>
                      {words.path.toExplain}
                    </Link>
                  </div>
                  <div className="row">
                    <PictureExport path={questionPath('/trace/picture', asked) ?? ''} name="path" />
                    <SegmentedControl
                      size="xs"
                      value={isTable ? 'table' : 'picture'}
                      onChange={(as) =>
                        go(address(path, { ...asked, as: as === 'table' ? 'table' : undefined }), 'replace')
                      }
                      data={[
                        { value: 'picture', label: words.path.picture },
                        { value: 'table', label: words.path.table },
                      ]}
                    />
                  </div>
                </div>
                {answer.issues.length > 0 && (
                  <div className="note warning">
                    <Issues issues={answer.issues} />
                  </div>
                )}
                {isTable ? (
                  <Table of={answer} />
                ) : (
                  answer.routes.map((route, at) => (
                    <Way key={at} route={route} number={at + 1} count={answer.routes.length} />
                  ))
                )}
              </>
            )}
          </Answer>
        )}
      </div>
    </Page>
  );
}

function Examples() {
  const words = useWords();
  const exposures = useAnswer<Forms['ExposuresForm']>('/exposures');
  const targets = (exposures.data?.exposures ?? []).flatMap((exposure) =>
    exposure.target.service ? [{ service: exposure.target.service, doors: exposure.target.doors }] : [],
  );
  if (targets.length === 0) return null;
  return (
    <div className="card">
      <p>{words.path.example}</p>
      <ul>
        {targets.slice(0, 5).flatMap(({ service, doors }) =>
          doors.map((door) => {
            const asked = { from: '203.0.113.7', to: `service/${service}`, door };
            return (
              <li key={service + door}>
                <Link className="link" to={address('/path', asked)}>
                  {`${asked.from} → ${asked.to}, ${door}`}
                </Link>
              </li>
            );
          }),
        )}
      </ul>
    </div>
  );
}

function Way({ route, number, count }: { route: Route; number: number; count: number }) {
  const words = useWords();
  return (
    <section className="card" aria-label={fill(words.path.way, { number, count })}>
      <div className="row between">
        <div className="row">
          <strong>{fill(words.path.way, { number, count })}</strong>
          {route.door && <span className="muted">{`${words.path.by} ${route.door}`}</span>}
          {route.entryNodes.length > 0 && (
            <span className="muted">{`${words.path.entry} ${nodesText(route.entryNodes)}`}</span>
          )}
          <Outcome of={route.outcome} />
        </div>
        <div className="row">
          <Seen label={words.path.seenByPolicy} route={route} by="policy" />
          <Seen label={words.path.seenByPod} route={route} by="pod" />
        </div>
      </div>
      <Lane route={route} />
    </section>
  );
}

/** The source that policy or pod sees; where nodes of one way differ, every one of them. */
function seen(route: Route, by: 'policy' | 'pod', none: string): string {
  const list = by === 'policy' ? route.seenByPolicyByNode : route.seenByPodByNode;
  if (list) return [...new Set(list.map((address) => address ?? '–'))].join(', ');
  const one = by === 'policy' ? route.seenByPolicy : route.seenByPod;
  return one ?? (route.unknown && (by === 'policy' ? 'seenByPolicy' : 'seenByPod') in route.unknown ? '?' : none);
}

function Seen({ label, route, by }: { label: string; route: Route; by: 'policy' | 'pod' }) {
  const words = useWords();
  return (
    <span>
      <span className="muted">{label}</span>{' '}
      <strong className="mono">{seen(route, by, by === 'policy' ? words.path.noPolicy : '–')}</strong>
    </span>
  );
}

function Table({ of }: { of: Trace }) {
  const words = useWords();
  return (
    <div className="card scroll">
      <table className="data">
        <thead>
          <tr>
            <th scope="col">#</th>
            <th scope="col">{words.path.door}</th>
            <th scope="col">{words.path.entry}</th>
            <th scope="col">{words.path.endpoint}</th>
            <th scope="col">{words.path.seenByPolicy}</th>
            <th scope="col">{words.path.seenByPod}</th>
            <th scope="col">{words.explain.verdict}</th>
          </tr>
        </thead>
        <tbody>
          {of.routes.map((route, at) => (
            <tr key={at}>
              <td>{at + 1}</td>
              <td>{route.door}</td>
              <td>{nodesText(route.entryNodes)}</td>
              <td className="mono">
                {route.endpoint ? `${route.endpoint.pod ?? route.endpoint.address}:${route.endpoint.port}` : '–'}
              </td>
              <td className="mono">{seen(route, 'policy', words.path.noPolicy)}</td>
              <td className="mono">{seen(route, 'pod', '–')}</td>
              <td>
                <Outcome of={route.outcome} />
                {route.reason && <span className="muted"> {route.reason}</span>}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
