// Screens of visits: their card, their forms, and what waits for approval.
import { board, both, press } from './view.mjs';

const tile = (start, status) => `[data-act="visit"][data-start="${start}"][data-status="${status}"]`;

const card = (start, status) => async (page) => {
  await board(page);
  await page.click(tile(start, status));
  await page.waitForSelector('#visit-edit');
};

const form = (key) => async (page) => {
  await board(page);
  await page.focus('[data-act="visit"][data-status="booked"]');
  await page.keyboard.press(key);
  await page.waitForSelector('[role="dialog"] form, [role="dialog"] textarea, [role="dialog"] [data-free]');
};

async function cancel(page) {
  await card('11:00', 'booked')(page);
  await page.click('#visit-cancel');
}

async function reschedule(page) {
  await card('11:00', 'booked')(page);
  await page.click('#visit-reschedule');
  await page.click('#reschedule-next-day');
  await page.waitForSelector('[data-free]');
  await page.click('[data-free] >> nth=3');
}

/** The first booked visit of the day, changed by another desk while its form is open. */
async function changed(page) {
  await form('e')(page);
  await page.fill('#edit-notes', 'Brings the old pictures.');
  await page.evaluate(() => {
    const { request } = window.clinic.calls.findLast(({ command }) => command === 'appointment_card');
    const notes = 'Prefers the room at the back, asks for a call the day before.';
    window.clinic.changed(request.appointment_id, { status: 'arrived', path: ['booked'], notes });
  });
  await page.waitForSelector('[data-stale]');
}

/** As a manager: the chosen time is taken meanwhile. */
async function anyway(page) {
  await reschedule(page);
  await page.evaluate(() => {
    const { request } = window.clinic.calls.findLast(({ command }) => command === 'reschedule_form');
    window.clinic.taken(request.practitioner_id, request.starts_at);
  });
  await page.click('#anyway');
}

async function stepped(page) {
  await board(page);
  await page.focus(tile('11:00', 'booked'));
  await page.keyboard.press('a');
  await page.waitForSelector('[data-undo]');
}

async function more(page) {
  await card('10:00', 'booked')(page);
  await page.click('[data-more]');
  await page.waitForSelector('[role="menuitem"]');
}

async function series(page) {
  await board(page);
  await page.click(`${tile('11:00', 'booked')} >> nth=1`);
  await page.waitForSelector('#visit-edit');
  await page.click('details > summary');
  await page.waitForSelector('[data-series-visit]');
}

/** A move of the whole series: one of its later dates is taken. */
async function fates(page) {
  await board(page);
  await page.click(`${tile('11:00', 'booked')} >> nth=1`);
  await page.click('#visit-reschedule');
  await page.click('[data-free] >> nth=0');
  await page.check('#scope-following');
  await page.evaluate(() => {
    const { request } = window.clinic.calls.findLast(({ command }) => command === 'reschedule_form');
    const later = request.starts_at.replace('2026-11-24', '2026-12-08');
    window.clinic.taken(request.practitioner_id, later);
  });
  await page.click('#visit-reschedule-confirm');
  await page.waitForSelector('[data-fate]');
}

async function cancelSeries(page) {
  await board(page);
  await page.click(`${tile('11:00', 'booked')} >> nth=1`);
  await page.click('#visit-cancel');
  await page.check('#scope-following');
}

/** A visit that was booked against a rule, beside the one that was there first. */
async function overridden(page) {
  await card('11:00', 'booked')(page);
  await page.evaluate(() => {
    const { request } = window.clinic.calls.findLast(({ command }) => command === 'appointment_card');
    const visit = window.clinic.visit(request.appointment_id);
    window.clinic.taken(visit.practitioner_id, '2026-11-24T11:00:00Z');
    const reason = 'Acute pain; the therapist agreed on the phone.';
    window.clinic.changed(visit.appointment_id, { override: { reason, rules: ['slot_taken', 'off_grid'] } });
  });
  await page.getByText('Acute pain').waitFor();
}

/** The cancellation of several, and the way back that not all of them can go. */
async function cancelledSeries(page) {
  await cancelSeries(page);
  await page.check('#cancel-reason-patient');
  await page.click('#visit-cancel-confirm');
  await page.waitForSelector('[data-undo]');
}

async function partlyBack(page) {
  await cancelledSeries(page);
  await page.evaluate(() => {
    const later = window.clinic.world.visits.filter(
      ({ date, status }) => status === 'cancelled' && date > '2026-11-30',
    );
    for (const { appointment_id } of later.slice(0, 2))
      window.clinic.changed(appointment_id, { notes: 'Theirs' });
  });
  await page.click('[data-undo]');
  await page.getByText('Only 2 of 4').waitFor();
}

async function reject(page) {
  await press('p')(page);
  await page.click('[data-reject] >> nth=0');
  await page.waitForSelector('#reject-reason');
}

async function userMenu(page) {
  await board(page);
  await page.click('[aria-haspopup="menu"]');
  await page.waitForSelector('[role="menuitem"]');
}

async function noneWaits(page) {
  await board(page);
  await page.evaluate(() => {
    const { world } = window.clinic;
    world.visits = world.visits.filter(({ status }) => status !== 'pending');
    window.clinic.announce('appointment');
  });
  await press('p')(page);
}

async function editPending(page) {
  await card('11:00', 'booked')(page);
  await page.click('#visit-edit');
  await page.click('#edit-service');
  await page.click('[role="option"]:visible >> text=First visit');
  await page.getByText('pending again').waitFor();
}

async function rejectLeaving(page) {
  await reject(page);
  await page.fill('#reject-reason', 'Needs a referral first.');
  await page.getByRole('button', { name: 'Back' }).click();
  await page.waitForSelector('#leave-stay');
}

export const VISIT_VIEWS = [
  ...both('visit', { act: card('11:00', 'booked') }),
  ...both('visit-more', { act: more }),
  ...both('visit-pending', { act: card('15:30', 'pending') }),
  ...both('visit-stepped', { act: stepped }),
  ...both('visit-series', { act: series }),
  ...both('visit-fates', { act: fates }),
  ...both('edit', { act: form('e') }),
  ...both('edit-changed', { act: changed }),
  ...both('cancel', { act: cancel }),
  ...both('cancel-series', { act: cancelSeries }),
  ...both('cancelled-series', { act: cancelledSeries }),
  ...both('partly-back', { act: partlyBack }),
  ...both('visit-overridden', { act: overridden }),
  ...both('reschedule', { act: reschedule }),
  ...both('reschedule-anyway', { query: '?manager', act: anyway }),
  ...both('approvals', { act: press('p') }),
  ...both('approvals-reject', { act: reject }),
  ...both('approvals-leaving', { act: rejectLeaving }),
  ...both('edit-pending', { act: editPending }),
  ...both('user-menu', { act: userMenu }),
  { name: 'user-menu-text-200', query: '?notices&text=200', act: userMenu },
  { name: 'user-menu-text-200-dark', query: '?notices&text=200', scheme: 'dark', act: userMenu },
  { name: 'edit-pending-text-200', query: '?text=200', act: editPending },
  { name: 'approvals-empty', act: noneWaits },
  { name: 'visit-1920', width: 1920, height: 1080, act: card('11:00', 'booked') },
  { name: 'visit-long', query: '?practitioners=8&long', act: card('11:00', 'booked') },
  { name: 'approvals-long', query: '?practitioners=8&long', act: press('p') },
  { name: 'partly-back-text-200', query: '?text=200', act: partlyBack },
  { name: 'visit-text-200', query: '?text=200', act: card('11:00', 'booked') },
  { name: 'edit-changed-text-200', query: '?text=200', act: changed },
  { name: 'approvals-text-200', query: '?text=200', act: press('p') },
  { name: 'visit-forced', forced: true, act: card('11:00', 'booked') },
  { name: 'approvals-forced', forced: true, act: press('p') },
];
