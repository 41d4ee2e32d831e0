import { useRef, useState } from 'react';
import type { RefusalView } from '@/bindings/types';
import { CommandError } from './rpc';
import { errorSentence } from './sentences';

/** Runs a write at most once at a time, and sorts its failure: a refusal that helps, or a sentence. */
export function useOnce() {
  const running = useRef(false);
  const [busy, setBusy] = useState(false);
  const [refused, setRefused] = useState<RefusalView | null>(null);
  const [failure, setFailure] = useState<string | null>(null);

  const forget = () => {
    setRefused(null);
    setFailure(null);
  };
  const once = async (run: () => Promise<void>) => {
    if (running.current) return;
    running.current = true;
    setBusy(true);
    forget();
    try {
      await run();
    } catch (error) {
      const view = error instanceof CommandError ? error.view : undefined;
      if (view?.code === 'refused' && view.refusal) setRefused(view.refusal);
      else setFailure(errorSentence(error));
    } finally {
      running.current = false;
      setBusy(false);
    }
  };
  return { busy, refused, failure, once, forget };
}
