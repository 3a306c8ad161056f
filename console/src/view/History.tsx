import { Button } from '@mantine/core';
import { useState } from 'react';
import type { Forms } from '../api/client';
import { useAnswer, useVersion } from '../api/use';
import { address, go, usePlace } from '../app/router';
import { Answer } from '../piece/Answer';
import { ChangeDialog } from '../piece/ChangeDialog';
import { Diff } from '../piece/Diff';
import { Page } from '../piece/Page';
import { fill, useSpeech, useWords } from '../words';

type Historic = Forms['HistoricChangeForm'];

/** Who changed what, and when; every change can be taken back. */
export function HistoryView() {
  const words = useWords();
  const { query } = usePlace();
  const before = query.get('before') ?? '';
  const version = useVersion();
  const history = useAnswer<Forms['HistoryForm']>(address('/history', { before }));
  const [undo, setUndo] = useState<{ revision: number; change: Forms['ChangeRequest'] } | null>(null);
  const none = version.data?.writable === false ? words.history.readOnly : words.history.none;
  return (
    <Page title={words.nav.history} about={words.history.about}>
      <Answer of={history}>
        {(answer) => (
          <div className="stack">
            {answer.changes.length === 0 && <p className="muted">{none}</p>}
            {answer.changes.map((change) => (
              <Change
                key={change.revision}
                of={change}
                undo={() => setUndo({ revision: change.revision, change: { undo: change.revision } })}
              />
            ))}
            {answer.next && (
              <div>
                <Button variant="default" onClick={() => go(address('/history', { before: `${answer.next}` }))}>
                  {words.history.older}
                </Button>
              </div>
            )}
          </div>
        )}
      </Answer>
      <ChangeDialog
        title={fill(words.history.undoTitle, { revision: undo?.revision ?? '' })}
        change={undo?.change ?? null}
        close={() => setUndo(null)}
      />
    </Page>
  );
}

function Change({ of, undo }: { of: Historic; undo: () => void }) {
  const words = useWords();
  const { language } = useSpeech();
  const when = new Date(of.time).toLocaleString(language === 'zh' ? 'zh-CN' : 'en-GB');
  const name = (object: Historic['objects'][number]) =>
    `${object.kind} ${object.namespace ? `${object.namespace}/` : ''}${object.name}`;
  // Taking back what the store began with would leave nothing.
  const isImport = of.operation === 'import';
  return (
    <section className="card" aria-label={`${of.revision}`}>
      <div className="row between">
        <div className="row">
          <strong>{`${words.history.operation[of.operation] ?? of.operation} · ${of.actor}`}</strong>
          <time className="muted" dateTime={of.time}>
            {when}
          </time>
          <span className="muted">{of.manager}</span>
        </div>
        {!isImport && (
          <Button
            size="compact-sm"
            variant="default"
            onClick={undo}
            aria-label={`${words.history.undo} ${of.revision}`}
          >
            {words.history.undo}
          </Button>
        )}
      </div>
      {isImport && <div className="muted">{fill(words.history.objects, { count: of.count })}</div>}
      {!isImport &&
        of.objects.map((object) => (
          <details key={name(object)}>
            <summary>
              {words.change.action[object.action]} <span className="mono">{name(object)}</span>
            </summary>
            <Diff lines={object.diff} label={name(object)} />
          </details>
        ))}
      {!isImport && of.count > of.objects.length && (
        <div className="muted">{fill(words.all.and, { count: of.count - of.objects.length })}</div>
      )}
    </section>
  );
}
