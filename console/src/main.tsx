import '@mantine/core/styles.css';
import './app/theme.css';
import './app/picture.css';
import { MantineProvider } from '@mantine/core';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { Refusal } from './api/client';
import { App } from './app/App';
import { theme } from './app/theme';
import { LanguageProvider } from './words';

const queries = new QueryClient({
  // A new state of the cluster makes answers stale (see api/use.ts); nothing else does. What the server refused it refuses
  // again; what it could not answer is asked for once more.
  defaultOptions: {
    queries: {
      staleTime: Number.POSITIVE_INFINITY,
      retry: (failures, error) => failures < 1 && !(error instanceof Refusal && error.problem.status < 500),
      refetchOnWindowFocus: false,
    },
  },
});

const root = document.getElementById('root');
if (root) {
  createRoot(root).render(
    <StrictMode>
      {/* The server allows no inline styles: the variables of the theme stand in theme.css. */}
      <MantineProvider
        theme={theme}
        defaultColorScheme="auto"
        withCssVariables={false}
        withGlobalClasses={false}
        withStaticClasses={false}
      >
        <QueryClientProvider client={queries}>
          <LanguageProvider>
            <App />
          </LanguageProvider>
        </QueryClientProvider>
      </MantineProvider>
    </StrictMode>,
  );
}
