import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig, type UserConfig } from 'vite';

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** `--mode fake` and `--mode bench` build pages for people and tests; the product never contains them. */
const pages: Record<string, string> = { fake: 'fake.html', bench: 'bench.html' };

export default defineConfig(({ mode }) => {
  const page = pages[mode] ?? 'index.html';
  const shell =
    mode === 'production' || mode === 'development'
      ? {}
      : {
          '@tauri-apps/api/core': at('./src/test/fake/core.ts'),
          '@tauri-apps/api/event': at('./src/test/fake/event.ts'),
        };
  return {
    plugins: [react()],
    clearScreen: false,
    resolve: { alias: { '@': at('./src'), ...shell } },
    server: { port: 5173, strictPort: true, open: page === 'index.html' ? false : `/${page}` },
    build: {
      target: ['safari16', 'chrome111'],
      outDir: page === 'index.html' ? 'dist' : `dist-${mode}`,
      emptyOutDir: true,
      assetsInlineLimit: 0,
      chunkSizeWarningLimit: 900,
      rollupOptions: { input: at(`./${page}`) },
    },
    test: {
      environment: 'happy-dom',
      setupFiles: [at('./src/test/setup.ts')],
      include: ['src/**/*.test.{ts,tsx}'],
      css: false,
      // The whole window takes its time on a busy machine; nothing here waits for a clock.
      testTimeout: 60_000,
      restoreMocks: true,
    },
  } as UserConfig;
});
