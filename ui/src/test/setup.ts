import '@testing-library/jest-dom/vitest';
import { cleanup, configure } from '@testing-library/react';
import { afterEach, beforeEach } from 'vitest';
import { dropKept } from '@/app/kept';
import { hush } from '@/lib/toasts';
import { clinic } from './fake/clinic';
import { deafen } from './fake/event';

// How long a machine may take that builds something else beside; what is there is seen at once.
configure({ asyncUtilTimeout: 10_000 });

beforeEach(() => clinic.reset({ practitioners: 3 }));
afterEach(() => {
  cleanup();
  hush();
  deafen();
  dropKept();
});
