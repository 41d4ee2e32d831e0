// The window's architecture: app → features → components → lib, one way; features never meet.
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { messages } from '@/lib/messages';

const SRC = resolve(import.meta.dirname, '..');
const LAYERS = ['app', 'features', 'components', 'lib', 'bindings'];

const files = walk(SRC).filter((path) => /\.tsx?$/.test(path) && !/\.test\.tsx?$/.test(path));
const product = files.filter(
  (path) => !path.startsWith('test/') && path !== 'fake.tsx' && path !== 'bench.tsx',
);

test('imports go one way, and features never import features', () => {
  const wrong = product.flatMap((from) =>
    importsOf(from)
      .filter((to) => !allowed(from, to))
      .map((to) => `${from} imports ${to}`),
  );
  expect(wrong).toEqual([]);
});

test('only lib/rpc.ts talks to the shell', () => {
  const talking = product.filter((path) => /from '@tauri-apps/.test(read(path)));
  expect(talking).toEqual(['lib/rpc.ts']);
});

test('the fake clinic is not in the product', () => {
  expect(product.filter((path) => importsOf(path).some((to) => to.startsWith('test/')))).toEqual([]);
});

test('no timers and no hand-typed keys: what changes is announced', () => {
  const wrong = product.filter((path) =>
    /\bset(Timeout|Interval)\(|refetchInterval|queryKey: \[/.test(read(path)),
  );
  expect(wrong.filter((path) => path !== 'lib/rpc.ts')).toEqual([]);
});

test('the window converts no time zone: formatters count in UTC, and nobody reads local time', () => {
  const local =
    /\.get(Hours|Minutes|Date|Day|Month|FullYear)\(|toLocale(Time|Date)?String|timeZone: '(?!UTC)/;
  expect(product.filter((path) => local.test(read(path)))).toEqual([]);
});

test('files stay short', () => {
  const limit = (path: string) => (path.endsWith('.tsx') ? 300 : 500);
  expect(
    files.filter((path) => !path.startsWith('bindings/') && read(path).split('\n').length > limit(path)),
  ).toEqual([]);
});

function allowed(from: string, to: string): boolean {
  const [fromLayer = '', fromFeature] = from.split('/');
  const [toLayer = '', toFeature] = to.split('/');
  if (fromLayer === 'main.tsx') return toLayer === 'app';
  if (fromLayer === 'features' && toLayer === 'features') return fromFeature === toFeature;
  return LAYERS.indexOf(fromLayer) <= LAYERS.indexOf(toLayer) && LAYERS.includes(toLayer);
}

/** The project's own files that a file imports, as paths below src. */
function importsOf(path: string): string[] {
  const found = read(path).matchAll(/(?:from|import) '((?:@\/|\.)[^']+)'/g);
  return [...found].map(([, specifier = '']) =>
    specifier.startsWith('@/') ? specifier.slice(2) : relative(SRC, resolve(SRC, dirname(path), specifier)),
  );
}

function read(path: string): string {
  return readFileSync(join(SRC, path), 'utf8');
}

function walk(folder: string): string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    return statSync(path).isDirectory() ? walk(path) : [relative(SRC, path)];
  });
}

test('every message is said somewhere', () => {
  const said = product
    .filter((path) => !path.startsWith('lib/messages'))
    .map(read)
    .join('\n');
  const silent = Object.keys(messages).filter((key) => {
    const base = key.replace(/\.(one|other)$/, '');
    return (
      !key.startsWith('keys.group.') &&
      ![key, base].some((name) => said.includes(`'${name}'`) || said.includes(`"${name}"`))
    );
  });
  expect(silent).toEqual([]);
});
