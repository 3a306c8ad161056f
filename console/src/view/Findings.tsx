import { SegmentedControl } from '@mantine/core';
import type { Forms } from '../api/client';
import { useAnswer } from '../api/use';
import { address, go, usePlace } from '../app/router';
import { Answer } from '../piece/Answer';
import { Link } from '../piece/Link';
import { Page } from '../piece/Page';
import { placeText } from '../piece/place';
import { Severity } from '../piece/Sign';
import { fill, useWords } from '../words';
import { policyAddress } from './Explain';

/** What looks wrong. */
export function FindingsView() {
  const words = useWords();
  const { query } = usePlace();
  const severity = query.get('severity') ?? '';
  const findings = useAnswer<Forms['LintForm']>('/findings');
  return (
    <Page title={words.nav.findings} about={words.findings.about}>
      <div className="stack">
        <div className="row">
          <SegmentedControl
            aria-label={words.findings.severity}
            value={severity}
            onChange={(severity) => go(address('/findings', { severity }), 'replace')}
            data={[
              { value: '', label: words.findings.all },
              ...['error', 'warning', 'note'].map((value) => ({ value, label: words.findings.levels[value] ?? value })),
            ]}
          />
        </div>
        <Answer of={findings}>
          {(answer) => {
            const shown = answer.findings.filter((finding) => !severity || finding.severity === severity);
            return (
              <>
                <div className="card scroll">
                  {shown.length === 0 ? <p className="muted">{words.findings.none}</p> : <Table of={shown} />}
                </div>
                {answer.suppressed.length > 0 && (
                  <p className="muted">{fill(words.findings.suppressed, { count: answer.suppressed.length })}</p>
                )}
              </>
            );
          }}
        </Answer>
      </div>
    </Page>
  );
}

const POLICIES = ['NetworkPolicy', 'ClusterNetworkPolicy', 'AdminNetworkPolicy', 'BaselineAdminNetworkPolicy'];

function Table({ of }: { of: Forms['FindingForm'][] }) {
  const words = useWords();
  return (
    <table className="data">
      <thead>
        <tr>
          <th scope="col">{words.findings.severity}</th>
          <th scope="col">{words.findings.rule}</th>
          <th scope="col">{words.findings.object}</th>
          <th scope="col">{words.findings.message}</th>
        </tr>
      </thead>
      <tbody>
        {of.map((finding) => (
          <tr key={`${finding.rule} ${finding.object} ${finding.field} ${finding.message}`}>
            <td>
              <Severity of={finding.severity} />
            </td>
            <td>
              <span className="mono">{finding.rule}</span> <span className="muted">{finding.name}</span>
            </td>
            <td className="mono">
              {finding.object && POLICIES.includes(finding.object.split(' ')[0] ?? '') ? (
                <Link className="link" to={policyAddress(finding.object)}>
                  {finding.object}
                </Link>
              ) : (
                finding.object
              )}
              <div className="muted">{placeText(finding.file, finding.line)}</div>
            </td>
            <td>
              {finding.message}
              {finding.fix && <div className="muted">{finding.fix}</div>}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
