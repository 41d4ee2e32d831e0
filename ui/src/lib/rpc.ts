/**
 * The one door to the desk. Reads are queries keyed by command and request; writes resolve only when
 * the views made of what they changed show it. No timer and no hand-typed key anywhere else.
 */
import { CancelledError, QueryClient, queryOptions } from '@tanstack/react-query';
import { invoke } from '@tauri-apps/api/core';
import { listen } from '@tauri-apps/api/event';
import { COMMANDS, type Commands } from '@/bindings/commands';
import type { Changed, ErrorView, Navigate, Topic, Written } from '@/bindings/types';
import { Refresher } from './refresher';

type Table = typeof COMMANDS;
export type Read = { [C in keyof Table]: Table[C]['kind'] extends 'read' ? C : never }[keyof Table];
export type Write = { [C in keyof Table]: Table[C]['kind'] extends 'write' ? C : never }[keyof Table];
export type Request<C extends keyof Commands> = Commands[C]['request'];
export type Response<C extends keyof Commands> = Commands[C]['response'];

/** A command failed; `view.code` is what to act on. */
export class CommandError extends Error {
  constructor(readonly view: ErrorView) {
    super(view.code);
    this.name = 'CommandError';
  }
}

export function createClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: Number.POSITIVE_INFINITY,
        // The cache lies on this machine: whether there is a network is not the window's business.
        networkMode: 'always',
        retry: 0,
        refetchOnWindowFocus: false,
        refetchOnReconnect: false,
      },
    },
  });
}

/** A read of the command table as a query. */
export function query<C extends Read>(command: C, request: Request<C>) {
  return queryOptions<Response<C>, CommandError, Response<C>, readonly [C, Request<C>]>({
    queryKey: [command, request] as const,
    queryFn: () => call<Response<C>>(command, request),
  });
}

/**
 * A read for somebody who waits for its answer. A change that arrives meanwhile cancels what looked
 * before it; then it is asked again.
 */
export async function readNow<C extends Read>(
  client: QueryClient,
  command: C,
  request: Request<C>,
): Promise<Response<C>> {
  for (;;) {
    try {
      return await client.fetchQuery(query(command, request));
    } catch (error) {
      if (!(error instanceof CancelledError)) throw error;
    }
  }
}

/** The same where the answer only helps: none when it cannot be read, and what was done stays done. */
export async function readIfPossible<C extends Read>(client: QueryClient, command: C, request: Request<C>) {
  try {
    return await readNow(client, command, request);
  } catch (error) {
    if (error instanceof CommandError) return undefined;
    throw error;
  }
}

/** Runs a write and resolves when the views that it touched show its effect. */
export async function execute<C extends Write>(command: C, request: Request<C>): Promise<Response<C>> {
  const written = await call<Written<Response<C>>>(command, request);
  await connected().shows({ topics: [...COMMANDS[command].topics], generation: written.generation });
  return written.value;
}

/** Attaches the one listener. Called once, before the first render, so that no event is missed. */
export async function connect(client: QueryClient, navigate: (to: Navigate) => void): Promise<() => void> {
  const own = new Refresher((topics) => refetch(client, topics));
  refresher = own;
  const detach = await Promise.all([
    listen<Changed>('changed', (event) => void own.heard(event.payload)),
    listen<Navigate>('navigate', (event) => navigate(event.payload)),
  ]);
  return () => {
    for (const stop of detach) stop();
  };
}

/** Tells the shell how long the first board took from the start of the page. */
export async function boardPainted(): Promise<void> {
  await call('board_painted', undefined, { milliseconds: Math.round(performance.now()) });
}

let refresher: Refresher | undefined;

function connected(): Refresher {
  if (!refresher) throw new Error('connect() comes before the first command');
  return refresher;
}

async function call<R>(command: string, request: unknown, args?: Record<string, unknown>): Promise<R> {
  try {
    return await invoke<R>(command, args ?? { request });
  } catch (error) {
    throw new CommandError(asErrorView(error));
  }
}

/** What is not an `ErrorView` was refused by the shell itself: window and desk do not fit together. */
function asErrorView(error: unknown): ErrorView {
  if (typeof error === 'object' && error !== null && 'code' in error) return error as ErrorView;
  return { code: 'outdated', refusal: null, field: null, retry_after_seconds: null, request_id: null };
}

async function refetch(client: QueryClient, topics: ReadonlySet<Topic>): Promise<void> {
  const predicate = (candidate: { queryKey: readonly unknown[] }) => touches(candidate.queryKey[0], topics);
  // What nobody looks at is forgotten instead of shown stale for a moment when it comes back.
  client.removeQueries({ predicate, type: 'inactive' });
  // A read that is under way may have looked before the commit, so it is asked again.
  await client.cancelQueries({ predicate });
  await client.invalidateQueries({ predicate });
}

function touches(command: unknown, topics: ReadonlySet<Topic>): boolean {
  const row = COMMANDS[command as keyof Table];
  return row?.kind === 'read' && row.topics.some((topic) => topics.has(topic));
}
