// Prints the board's mount and change times, one a line: `mount⇥browser⇥milliseconds⇥the browser alone`. In
// the webview that the app itself uses on Linux, driven by WebKitWebDriver, else in Chromium.
import { existsSync } from 'node:fs';
import { preview } from 'vite';
import { DRIVER, driven, PATIENCE, untilItAnswers } from './driver.mjs';

const WEBKIT = ['/usr/lib/x86_64-linux-gnu', '/usr/lib/aarch64-linux-gnu', '/usr/lib64', '/usr/libexec']
  .map((folder) => `${folder}/webkit2gtk-4.1/MiniBrowser`)
  .find(existsSync);

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

function webkitTitle() {
  return driven({ binary: WEBKIT, args: ['--automation'] }, async (ask) => {
    await ask('POST', '/window/rect', { width: 1600, height: 900 });
    await ask('POST', '/url', { url: page });
    return untilItAnswers(async () => {
      const now = await ask('GET', '/title');
      return now.startsWith('done') ? now : Promise.reject(new Error(`the page says: ${now}`));
    });
  });
}
