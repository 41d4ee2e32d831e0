// Runs axe on every screen of the fake page in Chromium and fails on any violation.
import { createRequire } from 'node:module';
import { open } from './page.mjs';
import { VIEWS } from './views.mjs';

const source = createRequire(import.meta.url).resolve('axe-core/axe.min.js');
const only = process.argv.slice(2);
const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

const { browser, visit } = await open();
let violations = 0;
let screens = 0;
let failed = 0;
// Forced colours are the system's business: axe reads the page's own colours.
for (const view of VIEWS.filter(
  ({ name, forced }) => !forced && (only.length === 0 || only.includes(name)),
)) {
  const page = await visit(view);
  await page.addScriptTag({ path: source });
  const found = await page.evaluate(
    // A list that drops out of a field lives at the end of the document, outside the landmarks.
    (values) => window.axe.run({ runOnly: { type: 'tag', values }, rules: { region: { enabled: false } } }),
    TAGS,
  );
  screens += 1;
  failed += found.violations.length > 0 ? 1 : 0;
  for (const { id, help, nodes } of found.violations) {
    violations += 1;
    console.error(`${view.name}: ${id}: ${help}`);
    for (const node of nodes.slice(0, 3))
      console.error(`  ${node.html.slice(0, 160)}\n  ${node.failureSummary}`);
  }
  await page.close();
}
await browser.close();
console.log(`axe: ${screens} screens, ${violations} violations`);
// Read by `cargo xtask test`, which counts a screen as a test.
console.log(`${screens - failed} passed, ${failed} failed`);
process.exit(violations > 0 ? 1 : 0);
