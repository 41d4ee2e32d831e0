// Serves dist-fake and opens it in the system's Chromium.
import { chromium } from 'playwright-core';
import { preview } from 'vite';
import { chromium as installed } from './chromium.mjs';

const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

export async function open() {
  const server = await preview({ mode: 'fake', preview: { port: 0, open: false }, logLevel: 'warn' });
  const base = server.resolvedUrls.local[0];
  const browser = await chromium.launch({
    executablePath: installed(),
    args: FLAGS,
  });
  return { browser, visit: (view) => visit(browser, base, view) };
}

async function visit(
  browser,
  base,
  { query = '', width = 1280, height = 800, scheme = 'light', forced, act },
) {
  const page = await browser.newPage({
    viewport: { width, height },
    colorScheme: scheme,
    forcedColors: forced ? 'active' : 'none',
    reducedMotion: 'reduce',
  });
  page.on('pageerror', (error) => console.error('page error:', error.message));
  page.on('console', (line) => line.type() === 'error' && console.error('console:', line.text()));
  await page.goto(`${base}fake.html${query}`);
  await page.waitForSelector('main');
  if (act) await act(page);
  await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
  return page;
}
