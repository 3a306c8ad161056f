import type { Forms } from '../api/client';
import { useAnswer } from '../api/use';
import { address } from '../app/router';
import { Answer, Issues } from '../piece/Answer';
import { Link } from '../piece/Link';
import { Page } from '../piece/Page';
import { useWords } from '../words';

type Minimal = Forms['MinimalForm'];

/** The target of an exposure as the command line spells it. */
export function targetText(target: Minimal['target']): string {
  const kinds = ['service', 'ingress', 'pod', 'namespace', 'workspace'] as const;
  const kind = kinds.find((kind) => target[kind]);
  if (kind) return `${kind}/${target[kind]}`;
  return target.object ?? target.workload ?? '';
}

/** Everything that is reachable from outside. */
export function ExposuresView() {
  const words = useWords();
  const exposures = useAnswer<Forms['ExposuresForm']>('/exposures');
  return (
    <Page title={words.nav.exposures} about={words.exposures.about}>
      <Answer of={exposures}>
        {(answer) => (
          <div className="stack">
            {answer.issues.length > 0 && (
              <div className="note warning">
                <Issues issues={answer.issues} />
              </div>
            )}
            <div className="card scroll">
              {answer.exposures.length === 0 && <p className="muted">{words.all.none}</p>}
              {answer.exposures.length > 0 && (
                <table className="data">
                  <thead>
                    <tr>
                      <th scope="col">{words.exposures.target}</th>
                      <th scope="col">{words.exposures.doors}</th>
                      <th scope="col">{words.exposures.clients}</th>
                      <th scope="col" className="number">
                        {words.exposures.entries}
                      </th>
                      <th scope="col" className="number">
                        {words.exposures.excess}
                      </th>
                      <th scope="col">
                        <span className="hidden">{words.exposures.open}</span>
                      </th>
                    </tr>
                  </thead>
                  <tbody>
                    {answer.exposures.map((exposure) => {
                      const target = targetText(exposure.target);
                      const { doors, clients } = exposure.target;
                      return (
                        <tr key={target + doors.join()}>
                          <td className="mono">{target}</td>
                          <td>{doors.join(', ')}</td>
                          <td className="mono">{clients.join(', ')}</td>
                          <td className="number">{exposure.entries.length}</td>
                          <td className="number">{exposure.excess.length}</td>
                          <td>
                            <Link className="link" to={address('/minimal', { target, door: doors, client: clients })}>
                              {words.exposures.open}
                            </Link>
                          </td>
                        </tr>
                      );
                    })}
                  </tbody>
                </table>
              )}
            </div>
          </div>
        )}
      </Answer>
    </Page>
  );
}
