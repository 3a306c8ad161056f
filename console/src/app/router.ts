import { useMemo, useSyncExternalStore } from 'react';

/** Where the console is: a path, and what narrows the view. Every view can be reached by its address alone. */
export interface Place {
  path: string;
  query: URLSearchParams;
}

const listeners = new Set<() => void>();
const tell = () => {
  for (const listener of listeners) listener();
};
if (typeof window !== 'undefined') window.addEventListener('popstate', tell);

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** The address with some parameters set; an empty value takes one away, a list sets several. */
export function address(path: string, query: Record<string, string | string[] | undefined> = {}): string {
  const set = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    for (const one of Array.isArray(value) ? value : [value]) if (one) set.append(name, one);
  }
  const text = set.toString();
  return text ? `${path}?${text}` : path;
}

/** Goes somewhere; `replace` leaves no step for the back button. */
export function go(to: string, how: 'push' | 'replace' = 'push'): void {
  if (to === window.location.pathname + window.location.search) return;
  if (how === 'push') window.history.pushState(null, '', to);
  else window.history.replaceState(null, '', to);
  tell();
  if (how === 'push') window.scrollTo(0, 0);
}

/** Where the console is now. */
export function usePlace(): Place {
  const here = useSyncExternalStore(subscribe, () => window.location.pathname + window.location.search);
  return useMemo(() => {
    const url = new URL(here, window.location.origin);
    return { path: url.pathname, query: url.searchParams };
  }, [here]);
}

/** The parts of a path that a pattern such as `/projects/:namespace` names; null where it does not fit. */
export function match(pattern: string, path: string): Record<string, string> | null {
  const wanted = pattern.split('/').filter(Boolean);
  const parts = path.split('/').filter(Boolean);
  if (wanted.length !== parts.length) return null;
  const found: Record<string, string> = {};
  for (const [at, want] of wanted.entries()) {
    const part = decodeURIComponent(parts[at] ?? '');
    if (want.startsWith(':')) found[want.slice(1)] = part;
    else if (want !== part) return null;
  }
  return found;
}
