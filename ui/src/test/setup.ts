import '@testing-library/jest-dom/vitest';
import { cleanup } from '@testing-library/react';
import { afterEach, beforeEach } from 'vitest';
import { dropKept } from '@/app/kept';
import { hush } from '@/lib/toasts';
import { clinic } from './fake/clinic';
import { deafen } from './fake/event';

beforeEach(() => clinic.reset({ practitioners: 3 }));
afterEach(() => {
  cleanup();
  hush();
  deafen();
  dropKept();
});
