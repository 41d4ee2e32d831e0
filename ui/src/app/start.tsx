import '@mantine/core/styles.css';
import '@mantine/dates/styles.css';
import '@mantine/notifications/styles.css';
import './tokens.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { navigateTo } from '@/lib/navigation';
import { connect, createClient } from '@/lib/rpc';
import { App } from './App';

/** Listens first and renders then, so that no change is missed. */
export async function start(root: HTMLElement): Promise<void> {
  const client = createClient();
  await connect(client, navigateTo);
  createRoot(root).render(
    <StrictMode>
      <App client={client} />
    </StrictMode>,
  );
}
