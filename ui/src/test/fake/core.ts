/** Stands in for the shell's `invoke`, in tests and on the development page. */
import { clinic } from './clinic';

export async function invoke<T>(command: string, args: Record<string, unknown> = {}): Promise<T> {
  const answer = await clinic.answer(command, args.request ?? args);
  // What crosses the border is a copy, as it is with the real one.
  return answer === undefined ? (undefined as T) : structuredClone(answer as T);
}
