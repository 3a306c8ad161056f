import { Button, Loader } from '@mantine/core';
import { useLong } from '../api/work';
import { fill, useWords } from '../words';

/** What the server works at for long, how far it is, and a way to give it up. */
export function LongWork() {
  const words = useWords();
  const all = useLong();
  const long = all.find(({ form }) => form !== null && form.of > 0) ?? all[0];
  if (!long) return null;
  const { form } = long;
  const phase = form?.phase ? (words.work.phases[form.phase as keyof typeof words.work.phases] ?? form.phase) : null;
  return (
    <div className="work" role="status">
      {form && form.of > 0 ? (
        <progress value={form.done} max={form.of} aria-label={words.work.title} />
      ) : (
        <Loader size="xs" aria-hidden />
      )}
      <span>
        {words.work.title}
        {phase && `: ${phase}`}
        {form && form.of > 0 && ` ${fill(words.work.of, { done: form.done, of: form.of })}`}
      </span>
      <Button size="compact-sm" variant="default" onClick={() => all.forEach(({ cancel }) => void cancel())}>
        {words.all.cancel}
      </Button>
    </div>
  );
}
