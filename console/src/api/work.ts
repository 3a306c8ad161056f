import { useSyncExternalStore } from 'react';
import type { Forms } from './client';

/** After so many milliseconds a request takes long: how far it is, is asked from then on. */
const PATIENCE = 1_000;
const AGAIN = 500;
const NAME_BYTES = 16;

/** A request that takes long. */
export interface Long {
  name: string;
  /** How far the server is; null while it has not said. */
  form: Forms['WorkForm'] | null;
  cancel: () => void;
}

let running: readonly Long[] = [];
const listeners = new Set<() => void>();

function set(next: readonly Long[]) {
  running = next;
  for (const tell of listeners) tell();
}

/** The requests that take long, the oldest first. */
export function useLong(): readonly Long[] {
  return useSyncExternalStore(
    (tell) => {
      listeners.add(tell);
      return () => listeners.delete(tell);
    },
    () => running,
  );
}

/** Asks for something under a name, by which the server tells how far it is and is told to give up. */
export async function named(root: string, ask: (header: Record<string, string>) => Promise<Response>) {
  const bytes = crypto.getRandomValues(new Uint8Array(NAME_BYTES));
  const name = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
  const at = `${root}/progress/${name}`;
  const cancel = () => void fetch(`${at}/cancel`, { method: 'POST', headers: { 'x-bulkhead-csrf': '1' } });
  const isThere = () => running.some((long) => long.name === name);
  let timer = window.setTimeout(function look() {
    if (!isThere()) set([...running, { name, form: null, cancel }]);
    fetch(at)
      .then(async (response) => {
        const form = response.ok ? ((await response.json()) as Forms['WorkForm']) : null;
        if (form && isThere()) set(running.map((long) => (long.name === name ? { ...long, form } : long)));
      })
      .catch(() => undefined)
      .finally(() => {
        if (isThere()) timer = window.setTimeout(look, AGAIN);
      });
  }, PATIENCE);
  try {
    return await ask({ 'x-bulkhead-work': name });
  } finally {
    window.clearTimeout(timer);
    if (isThere()) set(running.filter((long) => long.name !== name));
  }
}
