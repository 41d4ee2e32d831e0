import { MantineProvider } from '@mantine/core';
import { Notifications } from '@mantine/notifications';
import { type QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { useEffect } from 'react';
import { nameBackTab } from '@/lib/backTab';
import { MOST_TOASTS } from '@/lib/toasts';
import { ErrorBoundary } from './ErrorBoundary';
import { Gate } from './Gate';
import { theme, variables } from './theme';

export function App({ client, env = 'default' }: { client: QueryClient; env?: 'default' | 'test' }) {
  useEffect(nameBackTab, []);
  return (
    <MantineProvider env={env} theme={theme} cssVariablesResolver={variables} defaultColorScheme="auto">
      <QueryClientProvider client={client}>
        <Notifications
          position="bottom-left"
          limit={MOST_TOASTS}
          notificationMaxHeight="70vh"
          autoClose={8000}
        />
        <ErrorBoundary>
          <Gate />
        </ErrorBoundary>
      </QueryClientProvider>
    </MantineProvider>
  );
}
