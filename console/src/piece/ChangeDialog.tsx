import { Badge, Button, Loader, Modal, Tabs } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { type Forms, post, Refusal } from '../api/client';
import { useVersion } from '../api/use';
import { useSpeech, useWords } from '../words';
import { Issues, Refused } from './Answer';
import { Diff } from './Diff';
import { download } from './download';
import { Effect } from './Effect';
import { Severity } from './Sign';

type Change = Forms['ChangeRequest'];
type Preview = Forms['PreviewForm'];

/** What a change does: connections, objects line by line, findings. */
export function PreviewBody({ preview }: { preview: Preview }) {
  const words = useWords();
  const errors = preview.issues.filter((issue) => issue.severity === 'error');
  const others = preview.issues.filter((issue) => issue.severity !== 'error');
  return (
    <div className="stack">
      {errors.length > 0 && (
        <div className="note error" role="alert">
          <Issues issues={errors} />
        </div>
      )}
      {others.length > 0 && (
        <div className="note warning">
          <Issues issues={others} />
        </div>
      )}
      <Tabs defaultValue="effect" keepMounted={false}>
        <Tabs.List>
          <Tabs.Tab value="effect">{words.change.effect}</Tabs.Tab>
          <Tabs.Tab value="yaml">{`${words.change.yaml} (${preview.objects.length})`}</Tabs.Tab>
          {preview.findings.length > 0 && (
            <Tabs.Tab value="findings">{`${words.change.findings} (${preview.findings.length})`}</Tabs.Tab>
          )}
        </Tabs.List>
        <Tabs.Panel value="effect" pt="sm">
          <Effect effect={preview.effect} />
        </Tabs.Panel>
        <Tabs.Panel value="yaml" pt="sm">
          <div className="stack">
            {preview.objects.map((object) => (
              <Objects key={`${object.kind}/${object.namespace}/${object.name}`} object={object} />
            ))}
          </div>
        </Tabs.Panel>
        <Tabs.Panel value="findings" pt="sm">
          <ul>
            {preview.findings.map((finding) => (
              <li key={`${finding.rule} ${finding.object} ${finding.message}`}>
                <Severity of={finding.severity} /> <span className="mono">{finding.object}</span>: {finding.message}
              </li>
            ))}
          </ul>
        </Tabs.Panel>
      </Tabs>
    </div>
  );
}

function Objects({ object }: { object: Forms['ObjectChangeForm'] }) {
  const words = useWords();
  const name = `${object.kind} ${object.namespace ? `${object.namespace}/` : ''}${object.name}`;
  const after = object.diff.filter((line) => line.sign !== '-').map((line) => line.text);
  return (
    <section>
      <div className="row between">
        <div className="row">
          <strong className="mono">{name}</strong>
          <Badge color={object.action === 'delete' ? 'red' : 'teal'}>{words.change.action[object.action]}</Badge>
          {object.generated && <Badge color="gray">{words.change.generated}</Badge>}
        </div>
        {after.length > 0 && (
          <Button
            size="compact-xs"
            variant="subtle"
            onClick={() => download(`${object.name}.yaml`, `${after.join('\n')}\n`, 'application/yaml')}
          >
            {words.all.download}
          </Button>
        )}
      </div>
      <Diff lines={object.diff} label={name} />
    </section>
  );
}

interface Props {
  title: string;
  /** The change to preview; null while the dialog is closed. */
  change: Change | null;
  close: () => void;
  /** After it was applied. */
  done?: () => void;
}

/** A change on its way: what it does, then apply. What was previewed is what is applied, or a new preview comes back. */
export function ChangeDialog({ title, change, close, done }: Props) {
  const words = useWords();
  const { language } = useSpeech();
  const queries = useQueryClient();
  const version = useVersion();
  const [isStale, setStale] = useState(false);
  const [preview, setPreview] = useState<Preview | null>(null);
  const ask = useMutation({
    mutationFn: (wanted: Change) => post<Preview>('/changes/preview', wanted, language),
    onSuccess: setPreview,
  });
  const apply = useMutation({
    mutationFn: (request: Forms['ApplyRequest']) => post<Forms['AppliedForm']>('/changes', request, language),
    onSuccess: async () => {
      // Whoever deleted what the page is about leaves it first.
      close();
      done?.();
      await queries.invalidateQueries();
    },
    onError: (error) => {
      // The cluster changed meanwhile: the answer has what the change would do now, to look at again.
      if (error instanceof Refusal && error.problem.preview) {
        setPreview(error.problem.preview);
        setStale(true);
      }
    },
  });
  const { mutate: preview_ } = ask;
  const { reset } = apply;
  useEffect(() => {
    setPreview(null);
    setStale(false);
    reset();
    if (change) preview_(change);
  }, [change, preview_, reset]);

  const writable = version.data?.writable ?? false;
  return (
    <Modal opened={change !== null} onClose={close} title={title} size="min(1000px, 94vw)">
      <div className="stack">
        {ask.isPending && (
          <div className="row">
            <Loader size="sm" />
            {words.change.working}
          </div>
        )}
        {ask.isError && <Refused error={ask.error} />}
        {isStale && (
          <div className="note warning" role="alert">
            {words.change.stale}
          </div>
        )}
        {apply.isError && !isStale && <Refused error={apply.error} />}
        {preview && <PreviewBody preview={preview} />}
        {preview && !writable && <div className="note">{words.all.readOnlyLong}</div>}
        <div className="row between">
          <Button variant="default" onClick={close}>
            {words.all.cancel}
          </Button>
          {writable && (
            <Button
              disabled={!preview?.applicable}
              loading={apply.isPending}
              onClick={() => change && preview && apply.mutate({ change, digest: preview.digest })}
            >
              {words.all.apply}
            </Button>
          )}
        </div>
      </div>
    </Modal>
  );
}
