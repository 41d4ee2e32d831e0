/** Every shortcut, once: the handlers match against this table and the `?` sheet is drawn from it. */
import { useEffect, useRef } from 'react';
import type { MessageKey } from './t';

interface Shortcut {
  group: 'day' | 'board' | 'visit' | 'dialog' | 'app';
  says: MessageKey;
  /** As drawn; a combination is joined with `+`. */
  shown: readonly string[];
  /** As matched, `Alt+ArrowLeft`; empty where the board or the browser handles it. */
  keys: readonly string[];
}

export const KEYMAP = {
  today: { group: 'day', says: 'keys.today', shown: ['T'], keys: ['t'] },
  previousDay: {
    group: 'day',
    says: 'keys.previousDay',
    shown: ['[', 'Alt+←'],
    keys: ['[', 'Alt+ArrowLeft'],
  },
  nextDay: { group: 'day', says: 'keys.nextDay', shown: [']', 'Alt+→'], keys: [']', 'Alt+ArrowRight'] },
  previousWeek: {
    group: 'day',
    says: 'keys.previousWeek',
    shown: ['{', 'Alt+Shift+←'],
    keys: ['{', 'Alt+Shift+ArrowLeft'],
  },
  nextWeek: {
    group: 'day',
    says: 'keys.nextWeek',
    shown: ['}', 'Alt+Shift+→'],
    keys: ['}', 'Alt+Shift+ArrowRight'],
  },
  pickDate: { group: 'day', says: 'keys.pickDate', shown: ['D'], keys: ['d'] },
  move: {
    group: 'board',
    says: 'keys.move',
    shown: ['←', '↑', '→', '↓'],
    // On the board itself the board handles them; from elsewhere they lead to it.
    keys: ['ArrowLeft', 'ArrowUp', 'ArrowRight', 'ArrowDown'],
  },
  ends: { group: 'board', says: 'keys.ends', shown: ['Home', 'End'], keys: [] },
  hour: { group: 'board', says: 'keys.hour', shown: ['Page Up', 'Page Down'], keys: [] },
  open: { group: 'board', says: 'keys.open', shown: ['Enter'], keys: [] },
  watch: { group: 'board', says: 'keys.watch', shown: ['W'], keys: ['w'] },
  arrive: { group: 'visit', says: 'keys.arrive', shown: ['A'], keys: ['a'] },
  checkIn: { group: 'visit', says: 'keys.checkIn', shown: ['I'], keys: ['i'] },
  complete: { group: 'visit', says: 'keys.complete', shown: ['F'], keys: ['f'] },
  noShow: { group: 'visit', says: 'keys.noShow', shown: ['X'], keys: ['x'] },
  approve: { group: 'visit', says: 'keys.approve', shown: ['Y'], keys: ['y'] },
  undo: { group: 'visit', says: 'keys.undo', shown: ['U'], keys: ['u'] },
  reschedule: { group: 'visit', says: 'keys.reschedule', shown: ['M'], keys: ['m'] },
  edit: { group: 'visit', says: 'keys.edit', shown: ['E'], keys: ['e'] },
  cancelVisit: { group: 'visit', says: 'keys.cancelVisit', shown: ['C'], keys: ['c'] },
  bookOver: { group: 'visit', says: 'keys.bookOver', shown: ['O'], keys: ['o'] },
  alternative: { group: 'dialog', says: 'keys.alternative', shown: ['1–6', 'Alt+1–6'], keys: [] },
  nextOpenDate: { group: 'dialog', says: 'keys.nextOpenDate', shown: ['J'], keys: ['j'] },
  skipDate: { group: 'dialog', says: 'keys.skipDate', shown: ['S'], keys: ['s'] },
  shiftDate: { group: 'dialog', says: 'keys.shiftDate', shown: ['Enter'], keys: [] },
  undoDate: { group: 'dialog', says: 'keys.undoDate', shown: ['Z'], keys: ['z'] },
  close: { group: 'dialog', says: 'keys.close', shown: ['Esc'], keys: [] },
  board: { group: 'app', says: 'keys.board', shown: ['B'], keys: ['b'] },
  hush: { group: 'app', says: 'keys.hush', shown: ['Esc'], keys: ['Escape'] },
  approvals: { group: 'app', says: 'keys.approvals', shown: ['P'], keys: ['p'] },
  notices: { group: 'app', says: 'keys.notices', shown: ['N'], keys: ['n'] },
  watches: { group: 'app', says: 'keys.watches', shown: ['Shift+W'], keys: ['Shift+W'] },
  help: { group: 'app', says: 'keys.help', shown: ['?'], keys: ['?'] },
} as const satisfies Record<string, Shortcut>;

export type Action = keyof typeof KEYMAP;

/** True when the event is one of the action's keys. */
export function isKey(event: Pressed, action: Action): boolean {
  return (KEYMAP[action].keys as readonly string[]).includes(nameOf(event));
}

/** Listens for the actions while `active`, except where the user types. */
export function useKeys(handlers: Partial<Record<Action, () => void>>, active: boolean): void {
  const latest = useRef(handlers);
  useEffect(() => {
    latest.current = handlers;
  });
  useEffect(() => {
    if (!active) return;
    const listener = (event: KeyboardEvent) => {
      if (event.defaultPrevented || isText(event)) return;
      for (const [action, run] of Object.entries(latest.current)) {
        if (!isKey(event, action as Action)) continue;
        event.preventDefault();
        // A step is one press; days may be walked through with the key held down.
        if (!event.repeat || KEYMAP[action as Action].group !== 'visit') run();
        return;
      }
    };
    window.addEventListener('keydown', listener);
    return () => window.removeEventListener('keydown', listener);
  }, [active]);
}

/** True in a place where letters are text. */
export function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || /^(input|textarea|select)$/i.test(target.tagName))
  );
}

/** True where a digit is text: a field that is only chosen in takes none. */
export function takesDigits(target: EventTarget | null): boolean {
  return isTyping(target) && !(target instanceof HTMLInputElement && target.readOnly);
}

/** A letter in a field for a number is no text. */
function isText({ target, key }: KeyboardEvent): boolean {
  const number = target instanceof HTMLElement && /^(numeric|decimal)$/.test(target.inputMode);
  return isTyping(target) && !(number && /^\p{L}$/u.test(key));
}

type Pressed = Pick<KeyboardEvent, 'key' | 'altKey' | 'ctrlKey' | 'metaKey' | 'shiftKey'>;

function nameOf({ key, altKey, ctrlKey, metaKey, shiftKey }: Pressed): string {
  // Shift makes another character of a sign ([ and {), so it counts only for letters and named keys.
  const shifted = shiftKey && /^(\p{L}|.{2,})$/u.test(key);
  const name = key.length === 1 ? (shifted ? key.toUpperCase() : key.toLowerCase()) : key;
  return `${ctrlKey ? 'Ctrl+' : ''}${metaKey ? 'Meta+' : ''}${altKey ? 'Alt+' : ''}${shifted ? 'Shift+' : ''}${name}`;
}
