// The screens of holds, classes, rules that are broken on purpose, and series.
import { board, booking, both, filled } from './view.mjs';

async function ready(page) {
  await filled(page);
  await page.press('#booking-patient', 'Enter');
  await page.waitForSelector('[data-patient]');
}

async function held(page) {
  await board(page);
  await page.click('[data-act="held"]');
  await page.waitForSelector('[data-refusal]');
}

async function group(page) {
  await board(page);
  await page.click('[data-act="class"]');
  await page.waitForSelector('[data-seats]');
  await page.waitForSelector('[data-step]');
}

async function full(page) {
  await group(page);
  await page.waitForSelector('[data-full] [data-alternative]');
}

/** The last seat goes while somebody books it. */
async function justFull(page) {
  await group(page);
  await page.click('#class-add');
  await page.waitForSelector('#booking-review');
  await page.evaluate(() => {
    const { clinic } = window;
    const { request } = clinic.calls.findLast(({ command }) => command === 'open_booking');
    const { practitioner_id, starts_at, service_id } = request;
    const patient_id = clinic.world.patients[40].patient_id;
    const visit = clinic.addVisit({ practitioner_id, starts_at, minutes: 60, by: 'Rudi Reception' });
    Object.assign(visit, { service_id, patient_id });
    clinic.announce('appointment');
  });
  await page.waitForSelector('[data-refusal] [data-alternative]');
}

async function groupAsked(page) {
  await board(page);
  await page.focus('[data-act="class"]');
  await page.keyboard.press('a');
  await page.waitForSelector('[data-asked]');
  await page.waitForSelector('[data-step]');
}

async function anyway(page) {
  await ready(page);
  await page.click('#booking-service');
  await page.click('[role="option"]:visible >> text=Lymph');
  await page.evaluate(() => {
    const { request } = window.clinic.calls.findLast(({ command }) => command === 'open_booking');
    window.clinic.taken(request.practitioner_id, request.starts_at);
  });
  await page.waitForSelector('#anyway');
  await page.click('#anyway');
  await page.fill('#anyway-reason', 'Sisters, treated together.');
}

async function overruled(page) {
  await anyway(page);
  await page.click('#anyway-confirm');
  await page.waitForSelector('#booking-confirm');
}

async function series(page) {
  await ready(page);
  await page.evaluate(() => {
    const { request } = window.clinic.calls.findLast(({ command }) => command === 'open_booking');
    for (const date of ['2026-12-08', '2026-12-22'])
      window.clinic.taken(request.practitioner_id, `${date}T14:30:00Z`);
  });
  await page.click('#booking-repeat');
  await page.waitForSelector('[data-dates="10"]');
  await page.click('[data-date="2026-12-15"] [data-decide="skip"]');
  await page.waitForSelector('[data-fate="skipped"]');
}

async function shifting(page) {
  await series(page);
  await page.click('[data-date="2026-12-08"] [data-decide="shift"]');
  await page.waitForSelector('[data-alternative]');
}

const RICH = '?held&seats=3/8';
export const BOOKING_VIEWS = [
  ...both('board-rich', { query: RICH, act: board }),
  ...both('held', { query: RICH, act: held }),
  ...both('class', { query: RICH, act: group }),
  ...both('class-asked', { query: RICH, act: groupAsked }),
  ...both('anyway', { act: anyway }),
  ...both('overruled', { act: overruled }),
  ...both('series', { act: series }),
  ...both('series-shift', { act: shifting }),
  ...both('class-full', { query: '?seats=4/4', act: full }),
  ...both('class-just-full', { query: '?seats=3/4', act: justFull }),
  { name: 'class-full-text-200', query: '?seats=4/4&text=200', act: full },
  { name: 'board-rich-forced', query: RICH, forced: true, act: board },
  { name: 'board-rich-text-200', query: `${RICH}&text=200`, act: board },
  { name: 'series-long', query: '?long', act: series },
  { name: 'series-1920', width: 1920, height: 1080, act: series },
  { name: 'series-text-200', query: '?text=200', act: series },
  { name: 'series-forced', forced: true, act: series },
  { name: 'booking-text-150', query: '?text=150', act: booking },
];
