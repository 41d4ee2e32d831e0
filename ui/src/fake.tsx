/**
 * The whole window on a clinic in memory, for development, pictures and the accessibility check.
 * `?held&seats=3/8&practitioners=50&long&busy=0.8&offline&connecting&signedout&unencrypted&manager&aside&text=200`
 */
import { start } from './app/start';
import type { SessionStatus } from './bindings/types';
import { addDays } from './lib/civil';
import { clinic } from './test/fake/clinic';
import { emit } from './test/fake/event';
import { classAt, heldElsewhere } from './test/fake/holds';
import { freeStarts } from './test/fake/reads';
import { setAsideAt } from './test/fake/setAside';
import { instant } from './test/fake/wall';
import { TODAY } from './test/fake/world';

const FAILED: SessionStatus['start'] = {
  user: 'reception2',
  why: {
    code: 'wrong_password',
    refusal: null,
    field: null,
    retry_after_seconds: null,
    request_id: null,
  },
};

const wish = new URLSearchParams(window.location.search);
clinic.reset({
  practitioners: Number(wish.get('practitioners') ?? 6),
  busy: Number(wish.get('busy') ?? 0.55),
  longNames: wish.has('long'),
});
if (wish.has('offline')) clinic.connection = { ...clinic.connection, state: 'offline', waiting: 2 };
if (wish.has('connecting')) clinic.connection = { ...clinic.connection, state: 'connecting', waiting: 1 };
if (wish.has('signedout')) clinic.session = { ...clinic.session, user: null };
if (wish.has('manager') && clinic.session.user)
  clinic.session = { ...clinic.session, user: { ...clinic.session.user, role: 'manager' } };
if (wish.has('loading')) clinic.connection = { ...clinic.connection, loading: { rows: 81_250, of: 200_000 } };
if (wish.has('unencrypted')) clinic.session = { ...clinic.session, encrypted: false };
if (wish.has('text')) document.documentElement.style.fontSize = `${wish.get('text')}%`;
if (wish.has('notices'))
  for (const minutes of [630, 660, 840])
    clinic.notify(clinic.world.practitioners[1]?.practitioner_id ?? '', minutes);

const first = clinic.world.practitioners[0];
if (wish.has('aside') && first) setAsideAt(clinic, first.practitioner_id, 840);
if (wish.has('failedstart')) clinic.session = { ...clinic.session, user: null, start: FAILED };

const seats = wish.get('seats')?.split('/').map(Number);
const room = clinic.world.practitioners
  .map((each) => ({ each, from: freeStarts(clinic.world, each, TODAY, 60)[0] }))
  .find(({ from }) => from !== undefined);
if (seats && room) {
  const at = instant(TODAY, room.from ?? 0);
  const [members = 0, capacity] = seats;
  const who = room.each.practitioner_id;
  const service = classAt(clinic, who, at, members, capacity);
  // A week later it has seats again.
  classAt(clinic, who, instant(addDays(TODAY, 7), room.from ?? 0), members - 1, capacity, service);
}
if (wish.has('held') && first) heldElsewhere(clinic, first.practitioner_id, instant(TODAY, 870));

// For a person at the console, and for the scripts that look at this page.
Object.assign(window, { clinic, emit });

const root = document.getElementById('root');
if (root) void start(root);
