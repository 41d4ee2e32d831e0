/** Stands in for the shell's events, in tests and on the development page. */
type Handler = (event: { payload: unknown }) => void;

const handlers = new Map<string, Set<Handler>>();

export async function listen<T>(name: string, handler: (event: { payload: T }) => void): Promise<() => void> {
  const of = handlers.get(name) ?? new Set();
  handlers.set(name, of);
  of.add(handler as Handler);
  return () => of.delete(handler as Handler);
}

export function emit(name: string, payload: unknown): void {
  for (const handler of handlers.get(name) ?? []) handler({ payload });
}

export function deafen(): void {
  handlers.clear();
}
