import { describe, expect, test } from 'vitest';
import type { Topic } from '@/bindings/types';
import { Refresher } from './refresher';

/** A refresher whose rounds end when the test says so. */
function held() {
  const rounds: { topics: Topic[]; end: () => void }[] = [];
  const refresher = new Refresher(
    (topics) => new Promise((end) => rounds.push({ topics: [...topics], end: () => end() })),
  );
  return { rounds, refresher };
}

async function settled(promise: Promise<void>): Promise<boolean> {
  let done = false;
  void promise.then(() => (done = true));
  for (let turn = 0; turn < 10; turn += 1) await Promise.resolve();
  return done;
}

describe('the refresher', () => {
  test('a write resolves only when the round that shows it has ended', async () => {
    const { rounds, refresher } = held();
    void refresher.heard({ topics: ['appointment'], generation: 5 });
    const shown = refresher.shows({ topics: ['appointment'], generation: 5 });
    expect(await settled(shown)).toBe(false);
    expect(rounds).toHaveLength(1);
    rounds[0]?.end();
    expect(await settled(shown)).toBe(true);
  });

  test('an answer that overtakes its event refetches by itself and does not wait for the event', async () => {
    const { rounds, refresher } = held();
    const shown = refresher.shows({ topics: ['patient'], generation: 9 });
    await settled(shown);
    expect(rounds[0]?.topics).toEqual(['patient']);
    rounds[0]?.end();
    expect(await settled(shown)).toBe(true);
  });

  test('a page that was attached late waits for no event of the past', async () => {
    const { rounds, refresher } = held();
    const shown = refresher.shows({ topics: [], generation: 57 });
    await settled(shown);
    rounds[0]?.end();
    expect(await settled(shown)).toBe(true);
  });

  test('what arrives during a round is served by the next one, together', async () => {
    const { rounds, refresher } = held();
    void refresher.heard({ topics: ['appointment'], generation: 1 });
    await settled(Promise.resolve());
    void refresher.heard({ topics: ['patient'], generation: 2 });
    const third = refresher.heard({ topics: ['watch'], generation: 3 });
    expect(await settled(third)).toBe(false);
    expect(rounds).toHaveLength(1);
    rounds[0]?.end();
    await settled(third);
    expect(rounds.map(({ topics }) => topics)).toEqual([['appointment'], ['patient', 'watch']]);
    rounds[1]?.end();
    expect(await settled(third)).toBe(true);
  });

  test('a generation that is already shown resolves at once', async () => {
    const { rounds, refresher } = held();
    const heard = refresher.heard({ topics: ['clock'], generation: 4 });
    await settled(heard);
    rounds[0]?.end();
    await heard;
    expect(await settled(refresher.shows({ topics: ['appointment'], generation: 4 }))).toBe(true);
    expect(rounds).toHaveLength(1);
  });

  test('an answer of an earlier generation waits for the round that is under way', async () => {
    const { rounds, refresher } = held();
    void refresher.heard({ topics: ['appointment'], generation: 7 });
    await settled(Promise.resolve());
    const shown = refresher.shows({ topics: ['appointment'], generation: 6 });
    expect(await settled(shown)).toBe(false);
    rounds[0]?.end();
    expect(await settled(shown)).toBe(true);
  });
});
