// Finds Chromium: CHROMIUM names it, else the first of its usual names on the PATH.
import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome', 'chrome', 'msedge'];
const SUFFIXES = process.platform === 'win32' ? ['.exe'] : [''];

export function chromium() {
  if (process.env.CHROMIUM) return process.env.CHROMIUM;
  const folders = (process.env.PATH ?? '').split(delimiter).filter(Boolean);
  for (const name of NAMES) {
    for (const folder of folders) {
      const found = SUFFIXES.map((suffix) => join(folder, name + suffix)).find(runs);
      if (found) return found;
    }
  }
  throw new Error(`no Chromium on the PATH (${NAMES.join(', ')}): install one, or name it in CHROMIUM`);
}

function runs(path) {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
