// Photographs the fake page: `node scripts/look.mjs OUT_DIR [name…]`. Needs `vite build --mode fake` first.
import { mkdirSync } from 'node:fs';
import { open } from './page.mjs';
import { VIEWS } from './views.mjs';

const [out = 'dist-fake/pictures', ...names] = process.argv.slice(2);
mkdirSync(out, { recursive: true });
const { browser, visit } = await open();
for (const view of VIEWS.filter(({ name }) => names.length === 0 || names.includes(name))) {
  const page = await visit(view);
  await page.screenshot({ path: `${out}/${view.name}.png` });
  await page.close();
}
await browser.close();
process.exit(0);
