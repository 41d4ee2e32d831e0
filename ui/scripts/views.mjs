// The screens that are looked at and that axe checks.
const board = (page) => page.waitForSelector('[data-act]');

async function booking(page) {
  await board(page);
  await page.click('[data-act="book"][data-start="14:30"]');
  await page.waitForSelector('#booking-review');
}

async function filled(page) {
  await booking(page);
  await page.click('#booking-service');
  await page.click('[role="option"]:visible >> nth=0');
  await page.fill('#booking-patient', 'mar');
  await page.waitForSelector('[role="option"]:visible');
}

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

async function visit(page) {
  await board(page);
  await page.click('[data-status="booked"]');
  await page.waitForSelector('#visit-cancel');
}

async function cancel(page) {
  await visit(page);
  await page.click('#visit-cancel');
}

async function reschedule(page) {
  await visit(page);
  await page.click('#visit-reschedule');
  await page.click('#reschedule-next-day');
  await page.waitForSelector('[data-free]');
  await page.click('[data-free] >> nth=3');
}

const press = (key) => async (page) => {
  await board(page);
  await page.keyboard.press(key);
  await page.waitForSelector('[role="dialog"]');
};

const both = (name, rest) => [
  { ...rest, name: `${name}-light`, scheme: 'light' },
  { ...rest, name: `${name}-dark`, scheme: 'dark' },
];

export const VIEWS = [
  ...both('board', { act: board }),
  ...both('sign-in', { query: '?signedout&unencrypted' }),
  ...both('booking', { act: booking }),
  ...both('booking-filled', { act: filled }),
  ...both('booking-taken', { act: taken }),
  ...both('booking-review', { act: review }),
  ...both('booked', { act: booked }),
  ...both('visit', { act: visit }),
  ...both('cancel', { act: cancel }),
  ...both('reschedule', { act: reschedule }),
  ...both('notices', { query: '?notices', act: press('n') }),
  ...both('shortcuts', { act: press('?') }),
  ...both('date', { act: press('d') }),
  { name: 'watches', act: press('Shift+W') },
  { name: 'board-1920', width: 1920, height: 1080, act: board },
  { name: 'board-50', query: '?practitioners=50&busy=0.8', act: board },
  { name: 'board-long', query: '?practitioners=8&long', act: board },
  { name: 'board-offline', query: '?offline&unencrypted', act: board },
  { name: 'board-empty', query: '?practitioners=0' },
  { name: 'board-text-200', query: '?text=200', act: board },
  { name: 'booking-text-200', query: '?text=200', act: booking },
  { name: 'board-forced', forced: true, act: board },
  { name: 'loading', query: '?loading' },
];
