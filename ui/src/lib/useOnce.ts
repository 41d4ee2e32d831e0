import { useRef, useState } from 'react';
import type { RefusalView } from '@/bindings/types';
import { CommandError } from './rpc';

/**
 * Runs a write at most once at a time, and sorts what goes wrong: a refusal that helps, or a failure. A
 * refusal stands until the next answer, so that what was typed into it is still there.
 */
export function useOnce() {
  const running = useRef(false);
  const [busy, setBusy] = useState(false);
  const [refused, setRefused] = useState<RefusalView | null>(null);
  const [failure, setFailure] = useState<unknown>(null);

  const forget = () => {
    setRefused(null);
    setFailure(null);
  };
  const once = async (run: () => Promise<void>) => {
    if (running.current) return;
    running.current = true;
    setBusy(true);
    setFailure(null);
    try {
      await run();
      setRefused(null);
    } catch (error) {
      const view = error instanceof CommandError ? error.view : undefined;
      const refusal = (view?.code === 'refused' && view.refusal) || null;
      setRefused(refusal);
      if (!refusal) setFailure(error);
    } finally {
      running.current = false;
      setBusy(false);
    }
  };
  return { busy, refused, failure, once, forget };
}
