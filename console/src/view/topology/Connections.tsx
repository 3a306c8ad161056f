import { address } from '../../app/router';
import { Link } from '../../piece/Link';
import { noPorts, portsText } from '../../piece/ports';
import { Sign, type Tone } from '../../piece/Sign';
import { fill, useWords } from '../../words';
import type { Words } from '../../words/en';
import { asClient, asTarget, type Link as Connection, type Topology } from './parties';

/** More rows are nothing that anybody reads; the file has all of them. */
const MOST_ROWS = 500;

const MARKS: Record<string, string> = { all: '●', some: '◐', undetermined: '?' };
const TONES: Record<string, Tone> = { all: 'bad', some: 'good', undetermined: 'unsure' };

const openText = (link: Connection, words: Words) => words.matrix[link.open as 'all' | 'some' | 'undetermined'];

function linkPorts(link: Connection, words: Words): string {
  const open = noPorts(link.ports) ? '' : portsText(link.ports, words.all.allPorts);
  const unsure =
    link.undetermined && !noPorts(link.undetermined) ? portsText(link.undetermined, words.all.allPorts) : '';
  return [open, unsure && `${unsure} ?`].filter(Boolean).join('; ');
}

/** All connections as rows of a list, with a head. */
export function connectionRows(form: Topology, names: string[], words: Words): string[][] {
  const name = (at: number) => names[at] ?? '';
  return [
    [words.all.from, words.all.to, words.explain.verdict, words.topology.pairs, words.all.ports],
    ...form.links.map((link) => [
      name(link.from),
      name(link.to),
      openText(link, words),
      String(link.pairs),
      linkPorts(link, words),
    ]),
  ];
}

interface Props {
  form: Topology;
  links: Connection[];
  names: string[];
  choose: (party: number) => void;
}

/** The connections of the picture as a table. */
export function Connections({ form, links, names, choose }: Props) {
  const words = useWords();
  return (
    <section className="card scroll" aria-labelledby="connections">
      <h2 id="connections">{`${words.topology.table} (${links.length})`}</h2>
      {links.length === 0 && <p className="muted">{words.all.none}</p>}
      {links.length > 0 && (
        <table className="data">
          <thead>
            <tr>
              <th scope="col">{words.all.from}</th>
              <th scope="col">{words.all.to}</th>
              <th scope="col">{words.explain.verdict}</th>
              <th scope="col" className="number">
                {words.topology.pairs}
              </th>
              <th scope="col">{words.all.ports}</th>
              <th scope="col">{words.topology.more}</th>
            </tr>
          </thead>
          <tbody>
            {links.slice(0, MOST_ROWS).map((link) => (
              <tr key={`${link.from} ${link.to}`}>
                {[link.from, link.to].map((at, side) => (
                  <td key={side}>
                    <button type="button" className="plain" onClick={() => choose(at)}>
                      {names[at]}
                    </button>
                  </td>
                ))}
                <td>
                  <Sign tone={TONES[link.open] ?? 'plain'} shape={MARKS[link.open]}>
                    {openText(link, words)}
                  </Sign>
                </td>
                <td className="number">{link.pairs}</td>
                <td className="mono ports">{linkPorts(link, words)}</td>
                <td>
                  <Why form={form} link={link} label={`${names[link.from]} → ${names[link.to]}`} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {links.length > MOST_ROWS && <p className="muted">{fill(words.all.and, { count: links.length - MOST_ROWS })}</p>}
    </section>
  );
}

/** To the rules that decide about a connection, and to its way: of one pod to another. */
function Why({ form, link, label }: { form: Topology; link: Connection; label: string }) {
  const words = useWords();
  const [from, to] = [form.parties[link.from], form.parties[link.to]];
  const [client, target] = [from && asClient(from), to && asTarget(to, link)];
  if (!client || !target) return null;
  const asked = { from: client, to: target };
  return (
    <span className="row tight fixed">
      <Link className="link" to={address('/explain', asked)} aria-label={`${words.nav.explain}: ${label}`}>
        {words.nav.explain}
      </Link>
      <Link className="link" to={address('/path', asked)} aria-label={`${words.nav.path}: ${label}`}>
        {words.nav.path}
      </Link>
    </span>
  );
}
