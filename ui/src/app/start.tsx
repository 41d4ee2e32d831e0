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
  paintScheme();
  const client = createClient();
  await connect(client, navigateTo);
  createRoot(root).render(
    <StrictMode>
      <App client={client} />
    </StrictMode>,
  );
}

/** The chosen or the system's scheme stands before the first render, so that nothing flashes. */
function paintScheme() {
  const chosen = localStorage.getItem('mantine-color-scheme-value');
  const dark = window.matchMedia('(prefers-color-scheme: dark)').matches;
  const scheme = chosen === 'light' || chosen === 'dark' ? chosen : dark ? 'dark' : 'light';
  document.documentElement.setAttribute('data-mantine-color-scheme', scheme);
}
