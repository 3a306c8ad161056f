import { Button, Loader } from '@mantine/core';
import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { type Forms, Refusal } from '../api/client';
import { useWords } from '../words';

/** What the server has against a request, in its words. */
export function Refused({ error }: { error: unknown }) {
  const words = useWords();
  const problem = error instanceof Refusal ? error.problem : null;
  return (
    <div className="note error" role="alert">
      <strong>{problem?.title ?? words.all.failed}</strong>
      {problem?.detail && <div>{problem.detail}</div>}
      <Issues issues={problem?.issues ?? []} />
    </div>
  );
}

/** Issues, one line each. */
export function Issues({ issues }: { issues: Forms['IssueForm'][] }) {
  if (issues.length === 0) return null;
  return (
    <ul>
      {issues.map((issue) => (
        <li key={`${issue.code} ${issue.message} ${issue.object} ${issue.field}`}>
          {issue.object && <span className="mono">{issue.object}: </span>}
          {issue.message}
        </li>
      ))}
    </ul>
  );
}

interface Props<T> {
  of: UseQueryResult<T>;
  children: (answer: T) => ReactNode;
}

/** An answer when it is there; why it is not, where it never will be. */
export function Answer<T>({ of, children }: Props<T>) {
  const words = useWords();
  if (of.isError) {
    return (
      <div className="stack">
        <Refused error={of.error} />
        <div>
          <Button variant="default" onClick={() => void of.refetch()}>
            {words.all.retry}
          </Button>
        </div>
      </div>
    );
  }
  if (of.data === undefined) return <Loader aria-label={words.all.loading} size="sm" />;
  return <>{children(of.data)}</>;
}
