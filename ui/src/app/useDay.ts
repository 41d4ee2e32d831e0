import { useCallback, useMemo, useState } from 'react';
import { addDays } from '@/lib/civil';
import type { SlotTarget } from '@/lib/slots';

export type Day = ReturnType<typeof useDay>;

/** Which day is shown. Until one is chosen it is today, also after midnight. */
export function useDay(today: string | undefined) {
  const [chosen, setChosen] = useState<string>();
  const [target, setTarget] = useState<SlotTarget>();
  /** How often the user asked for now. */
  const [homed, setHomed] = useState(0);
  const date = chosen ?? today;

  const show = useCallback(
    (next: string, slot?: SlotTarget) => {
      setChosen(next === today ? undefined : next);
      if (slot) setTarget({ ...slot });
    },
    [today],
  );
  const home = useCallback(() => {
    setChosen(undefined);
    setHomed((times) => times + 1);
  }, []);
  const focus = useCallback((slot: SlotTarget) => setTarget({ ...slot }), []);

  const keys = useMemo(() => {
    const by = (days: number) => () => date && show(addDays(date, days));
    return {
      today: home,
      previousDay: by(-1),
      nextDay: by(1),
      previousWeek: by(-7),
      nextWeek: by(7),
    };
  }, [date, show, home]);

  return { date, today, target, homed, show, home, focus, keys };
}
