// Screens of what is asked of a server that is slow, away, or says no later.
import { board, both, filled } from './view.mjs';

async function toConfirm(page) {
  await filled(page);
  await page.press('#booking-patient', 'Enter');
  await page.fill('#booking-note', 'Brings the old pictures.');
  await page.click('#booking-review');
  await page.waitForSelector('#booking-confirm');
}

async function waiting(page) {
  await board(page);
  await page.evaluate(() => {
    window.clinic.waits = true;
  });
  await toConfirm(page);
  await page.click('#booking-confirm');
  await page.waitForSelector('[data-waiting]');
}

const connection = (page, state) =>
  page.evaluate((state) => {
    window.clinic.connection = { ...window.clinic.connection, state };
    window.clinic.announce('connection');
  }, state);

async function back(page) {
  await toConfirm(page);
  await page.evaluate(() => window.clinic.fail('book_appointment', { code: 'offline' }));
  await connection(page, 'offline');
  await page.click('#booking-confirm');
  await page.waitForSelector('#booking [role="alert"]');
  await page.waitForSelector('#connection[data-state="offline"]');
  await connection(page, 'live');
  await page.waitForSelector('#connection[data-state="live"]');
}

/** A visit is given to somebody who is elsewhere then. */
const elsewhere = (chosen) => async (page) => {
  await board(page);
  await page.focus('[data-act="visit"][data-start="11:00"][data-status="booked"]');
  await page.keyboard.press('e');
  await page.waitForSelector('#edit-notes');
  await page.click('[data-change-patient]');
  await page.fill('#edit-patient', 'maria schm');
  await page.evaluate(() => {
    const { world } = window.clinic;
    const maria = world.patients.find(({ name }) => name === 'Maria Schmidt');
    const other = world.visits.find(
      ({ from, practitioner_id }) =>
        from === 660 && practitioner_id !== world.practitioners[0].practitioner_id,
    );
    other.patient_id = maria.patient_id;
  });
  await page.click('[role="option"]:visible >> nth=0');
  await page.click('#visit-edit-save');
  await page.waitForSelector('[data-alternative]');
  if (chosen) await page.click('[data-alternative="2"]');
};

export const SERVER_VIEWS = [
  ...both('board-waiting', { act: waiting }),
  { name: 'board-waiting-text-200', query: '?text=200', act: waiting },
  { name: 'board-waiting-forced', forced: true, act: waiting },
  ...both('server-back', { act: back }),
  { name: 'server-back-text-200', query: '?text=200', act: back },
  ...both('edit-refused', { act: elsewhere(false) }),
  ...both('edit-elsewhere', { act: elsewhere(true) }),
  { name: 'edit-elsewhere-text-200', query: '?text=200', act: elsewhere(true) },
];
