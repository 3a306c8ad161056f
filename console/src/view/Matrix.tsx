import { Button, MultiSelect, SegmentedControl } from '@mantine/core';
import { type KeyboardEvent, useMemo, useRef, useState } from 'react';
import type { Forms } from '../api/client';
import { useAnswer, useTenants } from '../api/use';
import { address, go, usePlace } from '../app/router';
import { Answer, Issues } from '../piece/Answer';
import { csv, download } from '../piece/download';
import { Page } from '../piece/Page';
import { noPorts, portsText } from '../piece/ports';
import { Sign, type Tone } from '../piece/Sign';
import { fill, useWords } from '../words';
import type { Words } from '../words/en';

type Matrix = Forms['MatrixForm'];
type Cell = Matrix['cells'][number];

const MARKS: Record<string, string> = { all: '●', some: '◐', undetermined: '?' };
const TONES: Record<string, Tone> = { all: 'bad', some: 'good', undetermined: 'unsure' };

/** Where an arrow key leads in a table of a size. */
export function moved(key: string, [row, column]: [number, number], size: number): [number, number] | null {
  const last = size - 1;
  const clamp = (at: number) => Math.max(0, Math.min(last, at));
  switch (key) {
    case 'ArrowUp':
      return [clamp(row - 1), column];
    case 'ArrowDown':
      return [clamp(row + 1), column];
    case 'ArrowLeft':
      return [row, clamp(column - 1)];
    case 'ArrowRight':
      return [row, clamp(column + 1)];
    case 'Home':
      return [row, 0];
    case 'End':
      return [row, last];
    default:
      return null;
  }
}

/** Whether a pair was asked about at all: an empty cell of another pair does not mean that it is closed. */
export function isAsked(axis: Matrix['axis'], [row, column]: [number, number]): boolean {
  const [from, to] = [axis[row], axis[column]];
  if (!from || !to || (from.kind === 'outside' && to.kind === 'outside')) return false;
  // Nobody's single pod talks to itself over the network.
  if (row === column && from.size === 1) return false;
  return from.asked || to.asked;
}

const ROWS = ['workspace', 'project', 'workload'] as const;

/** Who reaches whom. */
export function MatrixView() {
  const words = useWords();
  const { query } = usePlace();
  const by = ROWS.find((rows) => rows === query.get('by')) ?? 'project';
  const namespace = query.getAll('namespace');
  const isList = query.get('as') === 'list';
  const asked = { by, namespace };
  const matrix = useAnswer<Matrix>(address('/matrix', asked));
  const tenants = useTenants();
  const narrow = (to: Record<string, string | string[] | undefined>) =>
    go(address('/matrix', { ...asked, as: isList ? 'list' : undefined, ...to }), 'replace');
  return (
    <Page
      title={words.nav.matrix}
      about={words.matrix.about}
      actions={
        matrix.data && (
          <Button
            variant="default"
            size="compact-sm"
            onClick={() => matrix.data && download('reachability.csv', csv(rows(matrix.data, words)), 'text/csv')}
          >
            {words.matrix.csv}
          </Button>
        )
      }
    >
      <div className="stack">
        <div className="row">
          <SegmentedControl
            aria-label={words.matrix.by}
            value={by}
            onChange={(by) => narrow({ by })}
            data={ROWS.map((value) => ({ value, label: words.topology.levels[value] }))}
          />
          <SegmentedControl
            value={isList ? 'list' : 'table'}
            onChange={(as) => narrow({ as: as === 'list' ? 'list' : undefined })}
            data={[
              { value: 'table', label: words.matrix.picture },
              { value: 'list', label: words.matrix.table },
            ]}
          />
          <MultiSelect
            aria-label={words.matrix.narrow}
            placeholder={namespace.length ? undefined : words.matrix.narrow}
            data={(tenants.data?.projects ?? []).map((project) => project.namespace)}
            value={namespace}
            onChange={(namespace) => narrow({ namespace })}
            searchable
            clearable
            limit={100}
          />
        </div>
        <Answer of={matrix}>
          {(answer) => (
            <>
              {answer.issues.length > 0 && (
                <div className="note warning">
                  <Issues issues={answer.issues} />
                </div>
              )}
              {isList ? <List of={answer} /> : <Table of={answer} />}
            </>
          )}
        </Answer>
      </div>
    </Page>
  );
}

/** The cells as rows of a list, with a head. */
function rows(matrix: Matrix, words: Words): string[][] {
  const name = (at: number) => axisText(matrix.axis[at], words);
  return [
    [words.all.from, words.all.to, words.explain.verdict, words.all.ports],
    ...matrix.cells.map((cell) => [name(cell.from), name(cell.to), openText(cell, words), cellPorts(cell, words)]),
  ];
}

function axisText(row: Matrix['axis'][number] | undefined, words: Words): string {
  if (!row) return '';
  if (row.kind === 'outside') return words.all.outside;
  if (row.kind === 'node') return words.all.nodes;
  return words.topology.kinds[row.kind] ?? row.name;
}

function openText(cell: Cell, words: Words): string {
  return words.matrix[cell.open as 'all' | 'some' | 'undetermined'];
}

function cellPorts(cell: Cell, words: Words): string {
  return portsText(noPorts(cell.ports) ? cell.undetermined : cell.ports, words.all.allPorts);
}

function List({ of }: { of: Matrix }) {
  const words = useWords();
  return (
    <div className="card scroll">
      <table className="data">
        <thead>
          <tr>
            <th scope="col">{words.all.from}</th>
            <th scope="col">{words.all.to}</th>
            <th scope="col">{words.explain.verdict}</th>
            <th scope="col">{words.all.ports}</th>
          </tr>
        </thead>
        <tbody>
          {of.cells.map((cell) => (
            <tr key={`${cell.from} ${cell.to}`}>
              <td className="mono">{axisText(of.axis[cell.from], words)}</td>
              <td className="mono">{axisText(of.axis[cell.to], words)}</td>
              <td>
                <Sign tone={TONES[cell.open] ?? 'plain'} shape={MARKS[cell.open]}>
                  {openText(cell, words)}
                </Sign>
              </td>
              <td className="mono">{cellPorts(cell, words)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Table({ of }: { of: Matrix }) {
  const words = useWords();
  const [at, setAt] = useState<[number, number]>([0, 0]);
  const table = useRef<HTMLTableElement>(null);
  const cells = useMemo(() => new Map(of.cells.map((cell) => [`${cell.from} ${cell.to}`, cell])), [of]);
  const move = (event: KeyboardEvent) => {
    const to = moved(event.key, at, of.axis.length);
    if (!to) return;
    event.preventDefault();
    setAt(to);
    table.current?.querySelector<HTMLButtonElement>(`[data-at="${to.join(' ')}"]`)?.focus();
  };
  const chosen = cells.get(at.join(' '));
  return (
    <div className="stack">
      <div className="card scroll">
        <table className="matrix" ref={table} onKeyDown={move}>
          <thead>
            <tr>
              <th>
                <span className="muted">{`${words.all.from} ↓ ${words.all.to} →`}</span>
              </th>
              {of.axis.map((column) => (
                <th key={column.kind + column.name} scope="col">
                  <div title={axisText(column, words)}>{axisText(column, words)}</div>
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {of.axis.map((line, row) => (
              <tr key={line.kind + line.name}>
                <th scope="row">{axisText(line, words)}</th>
                {of.axis.map((across, column) => {
                  const cell = cells.get(`${row} ${column}`);
                  const isHere = at[0] === row && at[1] === column;
                  const asked = cell !== undefined || isAsked(of.axis, [row, column]);
                  const state = cell ? openText(cell, words) : asked ? words.matrix.closed : words.matrix.notAsked;
                  return (
                    <td key={across.kind + across.name}>
                      <button
                        type="button"
                        className={cell?.open ?? (asked ? undefined : 'unasked')}
                        data-at={`${row} ${column}`}
                        tabIndex={isHere ? 0 : -1}
                        aria-pressed={isHere}
                        aria-label={`${axisText(line, words)} → ${axisText(across, words)}: ${state}`}
                        onClick={() => setAt([row, column])}
                      >
                        {cell ? MARKS[cell.open] : asked ? '·' : ''}
                      </button>
                    </td>
                  );
                })}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <div className="row">
        {(['all', 'some', 'undetermined'] as const).map((open) => (
          <Sign key={open} tone={TONES[open] ?? 'plain'} shape={MARKS[open]}>
            {words.matrix[open]}
          </Sign>
        ))}
        <span className="muted">{words.matrix.hint}</span>
      </div>
      <div className="card" aria-live="polite">
        <strong className="mono">{`${axisText(of.axis[at[0]], words)} → ${axisText(of.axis[at[1]], words)}`}</strong>
        {chosen ? (
          <div className="row">
            <Sign tone={TONES[chosen.open] ?? 'plain'} shape={MARKS[chosen.open]}>
              {openText(chosen, words)}
            </Sign>
            <span className="muted">{fill(words.matrix.pairs, { count: chosen.pairs })}</span>
            <span className="mono">{cellPorts(chosen, words)}</span>
          </div>
        ) : (
          <div className="muted">{isAsked(of.axis, at) ? words.matrix.closedPair : words.matrix.notAsked}</div>
        )}
      </div>
    </div>
  );
}
