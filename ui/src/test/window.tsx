/** The whole window on the fake clinic, with the verbs of a receptionist. */
import { render, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { App } from '@/app/App';
import { navigateTo } from '@/lib/navigation';
import { connect, createClient } from '@/lib/rpc';
import { clinic } from './fake/clinic';

export async function openWindow() {
  const client = createClient();
  await connect(client, navigateTo);
  const user = userEvent.setup();
  render(<App client={client} env="test" />);
  return { user, client };
}

export async function openBoard() {
  const opened = await openWindow();
  await screen.findByRole('grid');
  return opened;
}

/** Anna Weber, whose 14:30 is free in the fake clinic. */
export const ANNA = '00000000-0000-7000-8000-00b000000000';
export const HALF_PAST_TWO = '2026-11-24T14:30:00Z';

export const freeCell = (time: string, name = 'Anna Weber') =>
  screen.findByRole('button', { name: `${time} free, ${name}` });

export const dialog = () => screen.findByRole('dialog');

export async function fillBooking(user: ReturnType<typeof userEvent.setup>) {
  await dialog();
  await user.click(serviceField());
  await user.click(await screen.findByRole('option', { name: /^Physiotherapy/ }));
  await user.type(patientField(), 'maria schm');
  await screen.findByRole('option', { name: /Maria Schmidt/ });
  await user.keyboard('{Enter}');
  await screen.findByRole('button', { name: 'Change' });
  await user.type(screen.getByLabelText('Note'), 'Brings pictures');
}

export const serviceField = () => screen.getByLabelText('Service', { selector: 'input' });
export const patientField = () => screen.getByLabelText('Patient', { selector: 'input' });

export async function review(user: ReturnType<typeof userEvent.setup>) {
  await user.click(screen.getByRole('button', { name: 'Review' }));
  return screen.findByRole('button', { name: 'Book' });
}

/** Opens a form of a visit by its key on the board. */
export async function openForm(name: RegExp, key: string) {
  const opened = await openBoard();
  (await screen.findByRole('button', { name })).focus();
  await opened.user.keyboard(key);
  await dialog();
  return opened;
}

export const callsOf = (command: string) => clinic.calls.filter((call) => call.command === command);

export { screen, waitFor, within };
