// The screens that are looked at and that axe checks.
import { BOOKING_VIEWS } from './bookingViews.mjs';
import { SERVER_VIEWS } from './serverViews.mjs';
import { board, booking, both, filled, press } from './view.mjs';
import { VISIT_VIEWS } from './visitViews.mjs';

async function taken(page) {
  await filled(page);
  await page.press('#booking-patient', 'Enter');
  await page.fill('#booking-note', 'Brings the old pictures.');
  const [who, at] = await page.evaluate(() => {
    const { request } = window.clinic.calls.findLast(({ command }) => command === 'open_booking');
    return [request.practitioner_id, request.starts_at];
  });
  await page.evaluate(([who, at]) => window.clinic.taken(who, at), [who, at]);
  await page.waitForSelector('[data-refusal]');
}

async function review(page) {
  await filled(page);
  await page.press('#booking-patient', 'Enter');
  await page.click('#booking-review');
  await page.waitForSelector('#booking-confirm');
}

async function booked(page) {
  await review(page);
  await page.click('#booking-confirm');
  await page.waitForSelector('.mantine-Notification-root');
}

async function leaving(page) {
  await filled(page);
  await page.press('#booking-patient', 'Enter');
  await page.waitForSelector('[data-patient]');
  await page.keyboard.press('Escape');
  await page.waitForSelector('#leave-stay');
}

/** Whatever the connection says beside it: the clinic's name is not cut, and its clock is one line. */
async function whole(page) {
  await board(page);
  const cut = await page.evaluate(() =>
    [...document.querySelectorAll('header h1, header p')]
      .filter((line) => line.scrollWidth > line.clientWidth || line.clientHeight > 24)
      .map((line) => line.textContent),
  );
  if (cut.length > 0) throw new Error(`cut in the header: ${cut.join(', ')}`);
}

export const VIEWS = [
  ...both('board', { act: board }),
  ...both('leaving', { act: leaving }),
  ...both('sign-in-failed', { query: '?failedstart' }),
  ...both('set-aside', { query: '?notices&aside', act: press('n') }),
  { name: 'set-aside-text-200', query: '?notices&aside&text=200', act: press('n') },
  ...both('sign-in', { query: '?signedout&unencrypted' }),
  ...both('booking', { act: booking }),
  ...both('booking-filled', { act: filled }),
  ...both('booking-taken', { act: taken }),
  ...both('booking-review', { act: review }),
  ...both('booked', { act: booked }),
  ...VISIT_VIEWS,
  ...both('notices', { query: '?notices', act: press('n') }),
  ...both('shortcuts', { act: press('?') }),
  ...both('date', { act: press('d') }),
  { name: 'watches', act: press('Shift+W') },
  { name: 'board-1920', width: 1920, height: 1080, act: board },
  { name: 'board-50', query: '?practitioners=50&busy=0.8', act: board },
  { name: 'board-long', query: '?practitioners=8&long', act: board },
  { name: 'board-offline', query: '?offline&unencrypted', act: board },
  ...both('board-connecting', { query: '?connecting&unencrypted', act: whole }),
  { name: 'board-connecting-1366', width: 1366, query: '?connecting&unencrypted', act: whole },
  { name: 'board-empty', query: '?practitioners=0' },
  { name: 'board-text-200', query: '?text=200', act: board },
  { name: 'board-text-200-dark', query: '?text=200', scheme: 'dark', act: board },
  { name: 'board-text-200-offline', query: '?offline&unencrypted&notices&text=200', act: board },
  { name: 'board-text-200-long', query: '?practitioners=8&long&text=200', act: board },
  { name: 'board-text-150', query: '?text=150', act: board },
  { name: 'booking-text-200', query: '?text=200', act: booking },
  { name: 'board-forced', forced: true, act: board },
  { name: 'loading', query: '?loading' },
  ...BOOKING_VIEWS,
  ...SERVER_VIEWS,
];
