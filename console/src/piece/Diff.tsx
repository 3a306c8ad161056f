import { useState } from 'react';
import type { Forms } from '../api/client';

type Line = Forms['LineForm'];

/** Lines around a change that are shown with it. */
const CONTEXT = 3;

/** The lines of a diff worth showing: changed ones with some around them; `null` stands for lines left out. */
export function shortened(lines: Line[]): (Line | null)[] {
  const near = lines.map((_, at) =>
    lines.slice(Math.max(0, at - CONTEXT), at + CONTEXT + 1).some((line) => line.sign !== ' '),
  );
  const shown: (Line | null)[] = [];
  lines.forEach((line, at) => {
    if (near[at]) shown.push(line);
    else if (shown.at(-1) !== null) shown.push(null);
  });
  return shown;
}

/** A diff of YAML. */
export function Diff({ lines, label }: { lines: Line[]; label: string }) {
  const [whole, setWhole] = useState(false);
  const shown = whole ? lines : shortened(lines);
  return (
    <section className="diff" aria-label={label} tabIndex={0}>
      {shown.map((line, at) =>
        line === null ? (
          <span key={at}>
            <button type="button" className="fold" onClick={() => setWhole(true)}>
              ⋯
            </button>
          </span>
        ) : (
          <span key={at} className={line.sign === '+' ? 'added' : line.sign === '-' ? 'removed' : undefined}>
            {line.sign} {line.text}
          </span>
        ),
      )}
    </section>
  );
}
