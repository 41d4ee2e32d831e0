import type { Changed, Topic } from '@/bindings/types';

/**
 * Brings the views up to date, one round at a time: what arrives during a round is served together
 * by the next one. Running rounds one after the other means that a round never cancels the reads that
 * somebody waits for.
 */
export class Refresher {
  private wanted = new Set<Topic>();
  private heardUpTo = 0;
  private queued: Promise<void> | undefined;
  private running: Promise<void> = Promise.resolve();

  constructor(private readonly refetch: (topics: ReadonlySet<Topic>) => Promise<void>) {}

  /** The desk announced a change. Resolves when the views show it. */
  heard({ topics, generation }: Changed): Promise<void> {
    this.heardUpTo = Math.max(this.heardUpTo, generation);
    return this.refresh(topics);
  }

  /**
   * Resolves when the views show the effect of a write. Its answer may overtake the event, and a page
   * that was reloaded never hears the events before; then the answer stands for the event, with the
   * topics that the command table declares, so that nobody waits for ever and nobody needs a timer.
   */
  shows({ topics, generation }: Changed): Promise<void> {
    if (generation <= this.heardUpTo) return this.queued ?? this.running;
    return this.refresh(topics);
  }

  private refresh(topics: readonly Topic[]): Promise<void> {
    for (const topic of topics) this.wanted.add(topic);
    this.queued ??= this.running.then(() => this.round());
    return this.queued;
  }

  private async round(): Promise<void> {
    const topics = this.wanted;
    this.wanted = new Set();
    this.running = this.queued ?? this.running;
    this.queued = undefined;
    await this.refetch(topics);
  }
}
