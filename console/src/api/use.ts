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

/** Follows the states of the cluster: whatever was read before a new one is read again. */
export function useLiveStates(): 'live' | 'offline' {
  const queries = useQueryClient();
  const [state, setState] = useState<'live' | 'offline'>('live');
  useEffect(() => {
    const events = new EventSource('/api/v1alpha1/events');
    let known: string | null = null;
    events.addEventListener('state', (event) => {
      setState('live');
      const version = (event as MessageEvent<string>).data;
      if (known !== null && known !== version) void queries.invalidateQueries();
      known = version;
    });
    events.addEventListener('open', () => setState('live'));
    events.addEventListener('error', () => setState('offline'));
    return () => events.close();
  }, [queries]);
  return state;
}
