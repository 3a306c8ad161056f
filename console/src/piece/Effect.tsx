import type { Forms } from '../api/client';
import { useWords } from '../words';
import type { Words } from '../words/en';
import { noPorts, portsText } from './ports';
import { Sign } from './Sign';

type Difference = Forms['DifferenceForm'];
type Change = Forms['ChangeForm'];

/** Who stands at an end of a change, as one line. */
function endText(ends: Change['from'], words: Words): string {
  const one = (end: Change['from'][number]) => {
    const [kind, value] = Object.entries(end)[0] ?? ['', ''];
    if (kind === 'cidrs' && Array.isArray(value)) {
      const isAll = value.includes('0.0.0.0/0') || value.includes('::/0');
      return isAll ? words.all.outside : value.join(', ');
    }
    return kind === 'node' ? `node/${value}` : String(value);
  };
  const shown = ends.slice(0, 4).map(one);
  const rest = ends.length - shown.length;
  return rest > 0 ? `${shown.join(', ')} … +${rest}` : shown.join(', ');
}

interface Row {
  key: string;
  tone: 'good' | 'bad' | 'unsure';
  word: string;
  from: string;
  to: string;
  ports: string;
}

/** What a difference is for people: first what is lost, then what nobody can tell, then what is gained. */
export function effectRows(effect: Difference, words: Words): Row[] {
  const changes = [...effect.changes, ...effect.withAppeared, ...effect.withDisappeared];
  const rows = (ports: (change: Change) => Change['gained'], tone: Row['tone'], word: string): Row[] =>
    changes
      .filter((change) => !noPorts(ports(change)))
      .map((change, at) => ({
        key: `${tone}${at}`,
        tone,
        word,
        from: endText(change.from, words),
        to: endText(change.to, words),
        ports: portsText(ports(change), words.all.allPorts),
      }));
  return [
    ...rows((change) => change.lost, 'bad', words.change.lost),
    ...rows((change) => change.undetermined, 'unsure', words.change.unsure),
    ...rows((change) => change.gained, 'good', words.change.gained),
  ];
}

/** Connections that a change gives and takes. */
export function Effect({ effect }: { effect: Difference }) {
  const words = useWords();
  const rows = effectRows(effect, words);
  if (rows.length === 0) return <p className="muted">{words.change.noEffect}</p>;
  return (
    <div className="scroll">
      <table className="data">
        <thead>
          <tr>
            <th scope="col">{words.change.changes}</th>
            <th scope="col">{words.all.from}</th>
            <th scope="col">{words.all.to}</th>
            <th scope="col">{words.all.ports}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.key}>
              <td>
                <Sign tone={row.tone} shape={row.tone === 'bad' ? '−' : row.tone === 'good' ? '+' : undefined}>
                  {row.word}
                </Sign>
              </td>
              <td className="mono">{row.from}</td>
              <td className="mono">{row.to}</td>
              <td className="mono">{row.ports}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
