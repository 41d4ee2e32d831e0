import { QueryObserver } from '@tanstack/react-query';
import { describe, expect, test, vi } from 'vitest';
import { COMMANDS } from '@/bindings/commands';
import { clinic } from '@/test/fake/clinic';
import { CommandError, connect, createClient, execute, query, readNow } from './rpc';

async function connected() {
  const client = createClient();
  const disconnect = await connect(client, () => {});
  return { client, disconnect };
}

const callsOf = (command: string) => clinic.calls.filter((call) => call.command === command).length;

describe('rpc', () => {
  test('the key of a query is its command and its request, and nothing makes it stale but a change', async () => {
    const { client } = await connected();
    const options = query('day_sheet', { date: '2026-11-24' });
    expect(options.queryKey).toEqual(['day_sheet', { date: '2026-11-24' }]);
    await client.fetchQuery(options);
    await client.fetchQuery(options);
    expect(callsOf('day_sheet')).toBe(1);
  });

  test('a change refetches what is looked at and made of its topics, and nothing else', async () => {
    const { client } = await connected();
    const seen = [query('notices', {}), query('watches', {})].map((options) =>
      new QueryObserver(client, options as never).subscribe(() => {}),
    );
    await client.ensureQueryData(query('notices', {}));
    await client.ensureQueryData(query('watches', {}));
    await execute('mark_notices_seen', {});
    expect(callsOf('notices')).toBe(2);
    expect(callsOf('watches')).toBe(1);
    for (const stop of seen) stop();
  });

  test('a read that somebody waits for is asked again when a change cancels it', async () => {
    const { client } = await connected();
    const answer = clinic.hold('notices');
    const read = readNow(client, 'notices', {});
    clinic.announce('notice');
    await vi.waitFor(() => expect(callsOf('notices')).toBe(2));
    answer();
    await expect(read).resolves.toMatchObject({ unseen: 0 });
  });

  test('a read that fails is not asked again', async () => {
    const { client } = await connected();
    clinic.fail('notices', { code: 'storage' });
    await expect(readNow(client, 'notices', {})).rejects.toThrow(CommandError);
    expect(callsOf('notices')).toBe(1);
  });

  test('what nobody looks at is forgotten instead of shown stale later', async () => {
    const { client } = await connected();
    await client.ensureQueryData(query('notices', {}));
    await execute('mark_notices_seen', {});
    expect(client.getQueryData(query('notices', {}).queryKey)).toBeUndefined();
  });

  test('a first read that began before a change is asked again', async () => {
    const { client } = await connected();
    const release = clinic.hold('notices');
    const stop = new QueryObserver(client, query('notices', {})).subscribe(() => {});
    const written = execute('mark_notices_seen', {});
    release();
    await written;
    expect(callsOf('notices')).toBe(2);
    expect(client.getQueryState(query('notices', {}).queryKey)?.status).toBe('success');
    stop();
  });

  test('a failure carries the desk’s code; anything else means that the two do not fit together', async () => {
    await connected();
    clinic.fail('sign_in', { code: 'too_many_tries', retry_after_seconds: 3 });
    const failed = execute('sign_in', { user: 'a', password: 'b' });
    await expect(failed).rejects.toThrow(CommandError);
    await expect(failed).rejects.toMatchObject({ view: { code: 'too_many_tries', retry_after_seconds: 3 } });
    await expect(execute('no_such_command' as 'sign_out', {})).rejects.toMatchObject({
      view: { code: 'outdated' },
    });
  });

  test('every write of the table touches a topic that some read is made of', () => {
    const rows = Object.entries(COMMANDS);
    const read = new Set<string>(rows.flatMap(([, row]) => (row.kind === 'read' ? row.topics : [])));
    for (const [name, row] of rows) {
      if (row.kind === 'write')
        expect(
          row.topics.some((topic) => read.has(topic)),
          name,
        ).toBe(true);
    }
  });
});
