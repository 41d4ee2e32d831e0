import { type KeyboardEvent, useRef } from 'react';

interface Entry {
  value: string;
  label: string;
}

/** Letters that come within this time, in milliseconds, are one word. */
const WORD = 1_000;

/**
 * Letters lead to the entry that begins with them, the same letter again to the next one, as in a list
 * of the system. For a field that is not searched: digits stay free for what stands beside it.
 */
export function useTypeAhead(
  entries: readonly Entry[],
  chosen: string | null,
  onChoose: (value: string) => void,
) {
  const word = useRef({ text: '', at: 0 });
  return (event: KeyboardEvent) => {
    const { key, timeStamp } = event;
    if (!/^\p{L}$/u.test(key) || event.ctrlKey || event.altKey || event.metaKey) return;
    const goesOn = timeStamp - word.current.at < WORD;
    const text = (goesOn ? word.current.text : '') + key.toLocaleLowerCase();
    word.current = { text, at: timeStamp };
    const found = first(entries, text) ?? next(entries, chosen, key.toLocaleLowerCase());
    if (!found) return;
    event.preventDefault();
    onChoose(found.value);
  };
}

/** A single letter goes round; a word finds its entry. */
function first(entries: readonly Entry[], text: string): Entry | undefined {
  return text.length > 1 ? entries.find((entry) => begins(entry, text)) : undefined;
}

function next(entries: readonly Entry[], chosen: string | null, letter: string): Entry | undefined {
  const fits = entries.filter((entry) => begins(entry, letter));
  const at = fits.findIndex(({ value }) => value === chosen);
  return fits[(at + 1) % fits.length];
}

function begins({ label }: Entry, text: string): boolean {
  return label.toLocaleLowerCase().startsWith(text);
}
