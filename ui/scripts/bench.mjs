// Prints the board's mount and update times in Chromium. In another webview: serve dist-bench, open bench.html, read the title.
import { chromium } from 'playwright-core';
import { preview } from 'vite';
import { chromium as installed } from './chromium.mjs';

const server = await preview({ mode: 'bench', preview: { port: 0, open: false }, logLevel: 'warn' });
const browser = await chromium.launch({
  executablePath: installed(),
  args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update'],
});
const page = await browser.newPage({ viewport: { width: 1600, height: 900 } });
page.on('pageerror', (error) => console.error(error.message));
await page.goto(`${server.resolvedUrls.local[0]}bench.html`);
await page.waitForFunction(() => document.title.startsWith('done'), undefined, { timeout: 120_000 });
console.log((await page.title()).replace('done ', ''));
await browser.close();
process.exit(0);
