// Prints the board's mount and change times, one a line: `mount⇥browser⇥milliseconds⇥the browser alone`. In
// the webview that the app itself uses on Linux, driven by WebKitWebDriver, else in Chromium.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { preview } from 'vite';

const WEBKIT = ['/usr/lib/x86_64-linux-gnu', '/usr/lib/aarch64-linux-gnu', '/usr/lib64', '/usr/libexec']
  .map((folder) => `${folder}/webkit2gtk-4.1/MiniBrowser`)
  .find(existsSync);
const DRIVER = ['/usr/bin/WebKitWebDriver', '/usr/local/bin/WebKitWebDriver'].find(existsSync);
const PORT = 20_000 + (process.pid % 20_000);
const PATIENCE = 180_000;

const server = await preview({ mode: 'bench', preview: { port: 0, open: false }, logLevel: 'warn' });
const page = `${server.resolvedUrls.local[0]}bench.html`;
const inWebKit = WEBKIT && DRIVER && process.env.DISPLAY;
const title = await (inWebKit ? webkitTitle() : chromiumTitle());
const times = JSON.parse(title.replace('done ', ''));
const browser = inWebKit ? 'WebKitGTK' : 'Chromium';
console.log(`mount\t${browser}\t${times.mount_median}\t${times.raw_mount_median}`);
console.log(`change\t${browser}\t${times.update_median}\t${times.raw_update_median}`);
process.exit(0);

async function chromiumTitle() {
  const { chromium } = await import('playwright-core');
  const opened = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update'],
  });
  const tab = await opened.newPage({ viewport: { width: 1600, height: 900 } });
  tab.on('pageerror', (error) => console.error(error.message));
  await tab.goto(page);
  await tab.waitForFunction(() => document.title.startsWith('done'), undefined, { timeout: PATIENCE });
  const found = await tab.title();
  await opened.close();
  return found;
}

async function webkitTitle() {
  const driver = spawn(DRIVER, [`--port=${PORT}`, '--host=127.0.0.1'], { stdio: 'ignore' });
  try {
    const browserOptions = { binary: WEBKIT, args: ['--automation'] };
    const capabilities = { alwaysMatch: { 'webkitgtk:browserOptions': browserOptions } };
    const { sessionId } = await untilItAnswers(() => ask('POST', '', { capabilities }));
    await ask('POST', `/${sessionId}/window/rect`, { width: 1600, height: 900 });
    await ask('POST', `/${sessionId}/url`, { url: page });
    const found = await untilItAnswers(async () => {
      const now = await ask('GET', `/${sessionId}/title`);
      return now.startsWith('done') ? now : Promise.reject(new Error(`the page says: ${now}`));
    });
    await ask('DELETE', `/${sessionId}`);
    return found;
  } finally {
    driver.kill();
  }
}

async function ask(method, path, body) {
  const answer = await fetch(`http://127.0.0.1:${PORT}/session${path}`, {
    method,
    body: body && JSON.stringify(body),
  });
  const { value } = await answer.json();
  if (!answer.ok) throw new Error(`${value.error}: ${value.message}`);
  return value;
}

/** The driver needs a moment to listen, and the page some seconds to measure. */
async function untilItAnswers(attempt) {
  for (const end = Date.now() + PATIENCE; ; ) {
    try {
      return await attempt();
    } catch (error) {
      if (Date.now() > end) throw error;
      await new Promise((again) => setTimeout(again, 200));
    }
  }
}
