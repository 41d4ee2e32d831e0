// Prints how long a day of the board takes from the page's question to the page's answer, in the app's own
// window: `ipc⇥milliseconds⇥those of an empty command⇥visits⇥bytes`. FRONTDESK_APP is the app; where its
// clinic is and who signs in it finds in its environment, which the driver hands on.
import { driven, untilItAnswers } from './driver.mjs';

const ROUNDS = Number(process.argv[2] ?? 15);
/** The page's clock is exact to a millisecond: so many calls are timed together. */
const CALLS = 10;
const DAYS = 5;

/** In the page: asks one after the other, and says how long one took and what the last one answered. */
const ASK = `
  const [command, requests, done] = arguments;
  const ask = async () => {
    const begun = performance.now();
    let answer;
    for (const request of requests) answer = await window.__TAURI_INTERNALS__.invoke(command, request);
    const took = (performance.now() - begun) / requests.length;
    const visits = answer?.columns?.reduce((sum, column) => sum + column.visits.length, 0) ?? 0;
    return { took, visits, today: answer?.today, bytes: JSON.stringify(answer ?? null).length };
  };
  ask().then(done, (error) => done({ error: JSON.stringify(error) }));
`;

/** In the page: nothing when it shows a board, else what it shows. */
const SHOWN = `return document.querySelector('#board') ? '' : document.body.innerText || 'nothing'`;

process.env.TAURI_WEBVIEW_AUTOMATION = 'true';
const found = await driven({ binary: process.env.FRONTDESK_APP, args: [] }, async (ask) => {
  const times = async (command, requests) => {
    const answer = await ask('POST', '/execute/async', { script: ASK, args: [command, requests] });
    if (answer.error) throw new Error(`${command}: ${answer.error}`);
    return answer;
  };
  await untilItAnswers(async () => {
    const shown = await ask('POST', '/execute/sync', { script: SHOWN, args: [] });
    if (shown !== '') throw new Error(`the window does not show a board: ${shown}`);
  });
  const { today } = await times('day_sheet', [{ request: {} }]);
  const days = weekdaysAfter(today).map((date) => ({ request: { date } }));
  const sheets = Array.from({ length: CALLS }, (_, call) => days[call % days.length]);
  const nothing = sheets.map(() => ({ milliseconds: 0 }));
  await times('day_sheet', sheets);
  const took = { sheet: [], empty: [] };
  let last;
  for (let round = 0; round < ROUNDS; round += 1) {
    took.empty.push((await times('board_painted', nothing)).took);
    last = await times('day_sheet', sheets);
    took.sheet.push(last.took);
  }
  return [median(took.sheet), median(took.empty), last.visits, last.bytes];
});
console.log(['ipc', ...found].join('\t'));
process.exit(0);

function weekdaysAfter(today) {
  const days = [];
  for (const day = new Date(`${today}T12:00:00Z`); days.length < DAYS; ) {
    day.setUTCDate(day.getUTCDate() + 1);
    if (day.getUTCDay() % 6 !== 0) days.push(day.toISOString().slice(0, 10));
  }
  return days;
}

function median(values) {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
}
