import { keepPreviousData, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { useSpeech } from '../words';
import { type Forms, get } from './client';

/** Reads something of the API. An answer stays on the page while the next one is on its way. */
export function useAnswer<T>(path: string | null) {
  const { language } = useSpeech();
  return useQuery({
    queryKey: [path, language],
    queryFn: () => get<T>(path ?? '', language),
    enabled: path !== null,
    placeholderData: keepPreviousData,
  });
}

export const useVersion = () => useAnswer<Forms['VersionForm']>('/version');
export const useTenants = () => useAnswer<Forms['TenantsForm']>('/tenants');

/** How long to wait before events are asked for again. */
const PATIENCE = 5_000;

/** Follows the states of the cluster: whatever was read before a new one is read again. */
export function useLiveStates(): 'live' | 'offline' {
  const queries = useQueryClient();
  const [state, setState] = useState<'live' | 'offline'>('live');
  useEffect(() => {
    let known: string | null = null;
    let again: number | undefined;
    let events: EventSource;
    const listen = () => {
      events = new EventSource('/api/v1alpha1/events');
      events.addEventListener('state', (event) => {
        setState('live');
        const version = (event as MessageEvent<string>).data;
        if (known !== null && known !== version) void queries.invalidateQueries();
        known = version;
      });
      // How old the state is, the version tells.
      for (const kind of ['stale', 'fresh', 'open']) {
        events.addEventListener(kind, () => void queries.invalidateQueries({ queryKey: ['/version'] }));
      }
      events.addEventListener('open', () => setState('live'));
      events.addEventListener('error', () => {
        setState('offline');
        if (events.readyState !== EventSource.CLOSED) return;
        // The browser gave up, as the server refused. Whether that is for want of a session, another question shows.
        void queries.invalidateQueries({ queryKey: ['/version'] });
        again = window.setTimeout(listen, PATIENCE);
      });
    };
    listen();
    return () => {
      window.clearTimeout(again);
      events.close();
    };
  }, [queries]);
  return state;
}
