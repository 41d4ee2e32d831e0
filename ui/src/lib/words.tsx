/**
 * What is typed into what stands open over the board. It outlives the form that shows it, so that a
 * session that ends takes nothing with it; it goes when what was open is closed.
 */
import { createContext, type ReactNode, useContext, useEffect, useState } from 'react';

export class Words {
  /** True once something was typed or chosen. */
  touched = false;
  /** By name, with how a form began: what it was decided on. */
  readonly values = new Map<string, unknown>();
  /** Names of the forms that hold something that would be lost. */
  readonly unsaved = new Set<string>();

  forget(): void {
    this.touched = false;
    this.values.clear();
  }
}

/** What was typed to find a patient, by its name. */
export const SEARCHED = 'searched';

const Context = createContext(new Words());

export function Typing({ words, children }: { words: Words; children: ReactNode }) {
  return <Context value={words}>{children}</Context>;
}

export function useWords(): Words {
  return useContext(Context);
}

/** As `useState`, for what must not get lost. The name stands for one type only. */
export function useWord<T>(name: string, initial: T): [value: T, set: (next: T) => void, drop: () => void] {
  const words = useWords();
  const [value, setValue] = useState(() => {
    if (!words.values.has(name)) words.values.set(name, initial);
    return words.values.get(name) as T;
  });
  const set = (next: T) => {
    words.touched = true;
    words.values.set(name, next);
    setValue(next);
  };
  return [value, set, () => words.values.delete(name)];
}

/** While `unsaved`, closing what is open asks first. */
export function useUnsaved(name: string, unsaved: boolean): void {
  const words = useWords();
  useEffect(() => {
    if (!unsaved) return;
    words.unsaved.add(name);
    return () => void words.unsaved.delete(name);
  }, [words, name, unsaved]);
}
