import { useSyncExternalStore } from 'react';
import type { Problem } from './client';

/** Why the server does not know any more who asks; null while it does. */
let ended: Problem | null = null;
const listeners = new Set<() => void>();

/** Notes that the session ended. Whatever was on the page stays unseen until somebody signs in again. */
export function end(problem: Problem): void {
  ended = problem;
  for (const listener of listeners) listener();
}

/** Whether and why the session ended. */
export function useEnded(): Problem | null {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => ended,
  );
}

/** Signs out, and leads to the page to sign in. */
export async function signOut(path: string): Promise<void> {
  await fetch(path, { method: 'POST', redirect: 'manual' });
  window.location.assign('/');
}
