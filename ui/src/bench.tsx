/**
 * How long the board takes with 50 columns of 32 slots and 800 visits: mounting it, and showing one
 * changed visit. `…_median` is work: script and layout of the change, then the frame that draws it, without
 * the wait for that frame; `…_seen` is from the change to the end of its frame, which is never less than
 * a frame of the screen. `raw_…` is the browser alone, in the same run: the same elements out of a string,
 * and one of their texts changed. The answer is the page's title, as JSON in milliseconds, so that any
 * browser or webview can be asked for it.
 */
import '@mantine/core/styles.css';
import './app/tokens.css';
import { MantineProvider } from '@mantine/core';
import { replaceEqualDeep } from '@tanstack/react-query';
import { flushSync } from 'react-dom';
import { createRoot, type Root } from 'react-dom/client';
import { theme, variables } from './app/theme';
import type { AppointmentStatus, DayColumn, DaySheet, VisitTile } from './bindings/types';
import { Board } from './features/board/Board';
import { face } from './lib/tiles';

const COLUMNS = 50;
const SLOTS = 32;
const SLOT_MINUTES = 15;
const OPENS = 540;
const ROUNDS = 15;
/** As in the middle of a morning: what has begun is marked, the rest is booked and does not say so. */
const STATUSES: (AppointmentStatus | undefined)[] = [
  'fulfilled',
  'checked-in',
  'arrived',
  undefined,
  undefined,
  undefined,
  'pending',
];
const HUES = new Map(Array.from({ length: 8 }, (_, n) => [`service-${n}`, n]));

const frame = () => new Promise((done) => requestAnimationFrame(done));
const nothing = () => {};

/** Resolves when the browser has drawn the frame in which this is called. */
function drawn() {
  const { port1, port2 } = new MessageChannel();
  return new Promise((done) => {
    port1.onmessage = done;
    port2.postMessage(null);
  });
}

function show(root: Root, sheet: DaySheet) {
  root.render(
    <MantineProvider theme={theme} cssVariablesResolver={variables}>
      <div style={{ display: 'flex', flexDirection: 'column', height: '100vh' }}>
        <Board
          sheet={sheet}
          clock={undefined}
          hues={HUES}
          target={undefined}
          homed={0}
          onFree={nothing}
          onVisit={nothing}
          onWatch={nothing}
          onHeld={nothing}
          onClass={nothing}
        />
      </div>
    </MantineProvider>,
  );
}

async function run(place: HTMLElement) {
  const mounts: Took[] = [];
  const updates: Took[] = [];
  const rawMounts: Took[] = [];
  const rawUpdates: Took[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const root = createRoot(place);
    const sheet = sheetOf(round);
    mounts.push(await measured(() => show(root, sheet)));
    await frame();
    // A change comes as a whole new answer; what is equal in it keeps its identity.
    const answer = changed(structuredClone(sheet), round);
    updates.push(await measured(() => show(root, replaceEqualDeep(sheet, answer))));
    const nodes = place.querySelectorAll('*').length;
    const html = place.innerHTML;
    root.unmount();
    await frame();
    rawMounts.push(await measured(() => parse(place, html)));
    const text = textOf(place);
    await frame();
    rawUpdates.push(await measured(() => text.replaceData(0, text.length, 'Someone else')));
    place.replaceChildren();
    await frame();
    document.title = JSON.stringify({
      ...summary('mount', mounts),
      ...summary('update', updates),
      ...summary('raw_mount', rawMounts),
      ...summary('raw_update', rawUpdates),
      nodes,
      round,
    });
  }
  document.title = `done ${document.title}`;
  document.body.append(document.title);
}

/** The same elements without anybody who knows what they mean. */
function parse(place: HTMLElement, html: string) {
  place.innerHTML = html;
}

/** A patient's name on the board. */
function textOf(place: HTMLElement): Text {
  const texts = document.createTreeWalker(place, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const text = texts.currentNode;
    if (text instanceof Text && text.data.startsWith('Patient ')) return text;
  }
  throw new Error('the board shows no patient');
}

interface Took {
  work: number;
  seen: number;
}

async function measured(render: () => void): Promise<Took> {
  await frame();
  await drawn();
  const begin = performance.now();
  flushSync(render);
  document.body.getBoundingClientRect();
  const rendered = performance.now();
  await frame();
  const drawing = performance.now();
  await drawn();
  const end = performance.now();
  return { work: rendered - begin + end - drawing, seen: end - begin };
}

function summary(name: string, took: Took[]) {
  const works = took.map(({ work }) => work).sort((a, b) => a - b);
  const seen = took.map((each) => each.seen).sort((a, b) => a - b);
  const at = (times: number[], index: number) => Math.round(10 * (times[index] ?? 0)) / 10;
  const middle = took.length >> 1;
  return {
    [`${name}_median`]: at(works, middle),
    [`${name}_max`]: at(works, works.length - 1),
    [`${name}_seen`]: at(seen, middle),
  };
}

function sheetOf(round: number): DaySheet {
  return {
    date: '2026-11-24',
    today: '2026-11-24',
    starts_at: '2026-11-24T00:00:00Z',
    minutes: 1440,
    grid_minutes: SLOT_MINUTES,
    hours: Array.from({ length: 24 }, (_, n) => ({ offset: n * 60, label: face(n * 60) })),
    opens: OPENS,
    closes: OPENS + SLOTS * SLOT_MINUTES,
    services: Array.from({ length: 8 }, (_, n) => ({ service_id: `service-${n}`, name: 'Physiotherapy' })),
    columns: Array.from({ length: COLUMNS }, (_, n) => columnOf(n, round)),
  };
}

function columnOf(n: number, round: number): DayColumn {
  const until = OPENS + SLOTS * SLOT_MINUTES;
  const starts = Array.from({ length: SLOTS }, (_, slot) => OPENS + slot * SLOT_MINUTES);
  return {
    practitioner_id: `practitioner-${n}`,
    name: `Practitioner ${n}`,
    bands: [{ kind: 'working', from: OPENS, until }],
    visits: starts.filter((_, slot) => slot % 2 === 0).map((from) => visitOf(n, from, round)),
    holds: [],
    free: starts.filter((_, slot) => slot % 2 === 1).map((from) => ({ from, until: from + SLOT_MINUTES })),
  };
}

function visitOf(column: number, from: number, round: number): VisitTile {
  return {
    appointment_id: `visit-${round}-${column}-${from}`,
    from,
    until: from + SLOT_MINUTES,
    patient_name: `Patient ${column}-${from}`,
    service: column % 8,
    status: STATUSES[(from / SLOT_MINUTES + column) % STATUSES.length],
    overridden: column % 10 === 0 || undefined,
    in_series: column % 3 === 0 || undefined,
    version: 1,
  };
}

function changed(sheet: DaySheet, round: number): DaySheet {
  const visit = sheet.columns[round % 5]?.visits[round % 16];
  if (visit) visit.patient_name = 'Changed';
  return sheet;
}

const root = document.getElementById('root');
if (root) void run(root);
