import {
  type FocusEvent,
  type KeyboardEvent,
  type RefObject,
  useEffect,
  useLayoutEffect,
  useRef,
  useState,
} from 'react';
import type { AppointmentId, DaySheet } from '@/bindings/types';
import { isKey } from '@/lib/keymap';
import { type FreeStart, freeStartOf, type SlotTarget } from '@/lib/slots';
import { type Cell, cellsAt, cellsOf, type Found, locate, nearest, type Place, placeOf, step } from './cells';

interface Options {
  sheet: DaySheet;
  target: SlotTarget | undefined;
  onWatch: (start: FreeStart) => void;
}

/** The second press of an Enter that closed a dialog is not meant for the board, in milliseconds. */
const DOUBLE_PRESS = 400;

/** One tab stop for the whole grid, moved by the arrow keys, kept when the sheet changes under it. */
export function useRoving({ sheet, target, onWatch }: Options) {
  const scroller = useRef<HTMLDivElement>(null);
  const [place, setPlace] = useState<Place>();
  const wantsFocus = useRef(false);
  /** When the focus came here without the user's doing, on the clock of the events. */
  const arrived = useRef(Number.NEGATIVE_INFINITY);
  const { inside, onBlur } = useInside(scroller);

  const go = (found: Found | undefined) => {
    if (!found) return;
    wantsFocus.current = true;
    setPlace(placeOf(sheet, found));
  };

  useServed(sheet, target, (wish) => {
    arrived.current = performance.now();
    wantsFocus.current = true;
    setPlace((old) => {
      const found = findTarget(sheet, wish) ?? locate(sheet, old);
      return found && placeOf(sheet, found);
    });
  });

  useLayoutEffect(() => {
    // When the focused cell went away under the user, its successor gets the focus.
    const lost = inside.current && document.activeElement === document.body;
    if (!wantsFocus.current && !lost) return;
    if (focusTabStop(scroller.current)) wantsFocus.current = false;
  });

  /** Another time of the same column, for whoever works on the board by keyboard. */
  const goTo = (offset: number) => go(inside.current ? inColumn(sheet, place, offset) : undefined);

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    if (event.key === 'Enter' && event.timeStamp - arrived.current < DOUBLE_PRESS) {
      event.preventDefault();
      return;
    }
    const at = locate(sheet, place);
    if (!at) return;
    if (isKey(event.nativeEvent, 'watch')) {
      const start = freeStart(sheet, at);
      if (start && !event.repeat) onWatch(start);
      return;
    }
    const next = step(sheet, at, event.key);
    if (!next && !/^(Arrow|Page|Home|End)/.test(event.key)) return;
    event.preventDefault();
    go(next);
  };

  const onFocus = (event: FocusEvent) => {
    inside.current = true;
    const found = fromElement(sheet, event.target);
    if (found) setPlace((old) => (same(old, placeOf(sheet, found)) ? old : placeOf(sheet, found)));
  };
  return { place, scroller, goTo, onKeyDown, onFocus, onBlur };
}

/** What stands at a time in the column of a place. */
function inColumn(sheet: DaySheet, place: Place | undefined, offset: number): Found | undefined {
  const at = locate(sheet, place);
  const cell = at && nearest(cellsAt(sheet, at.column), offset);
  return cell && { column: at.column, cell };
}

/** A wish to show a slot is served once, on the sheet that it was made for. */
function useServed(sheet: DaySheet, target: SlotTarget | undefined, serve: (target: SlotTarget) => void) {
  const served = useRef<SlotTarget>(undefined);
  useEffect(() => {
    if (!target || served.current === target || target.date !== sheet.date) return;
    served.current = target;
    serve(target);
  });
}

function focusTabStop(scroller: HTMLElement | null): boolean {
  const cell = scroller?.querySelector<HTMLElement>('[data-cell][tabindex="0"]');
  cell?.focus({ preventScroll: true });
  cell?.scrollIntoView?.({ block: 'nearest', inline: 'nearest' });
  return Boolean(cell);
}

/** Whether the focus is in the grid, as the user sees it. */
function useInside(scroller: RefObject<HTMLDivElement | null>) {
  const inside = useRef(false);
  const settle = (left: Element) => {
    if (left.isConnected && !scroller.current?.contains(document.activeElement)) inside.current = false;
  };
  const onBlur = (event: FocusEvent) => {
    // An element that is being removed also blurs; then the focus is to be kept in the grid.
    if (event.target.isConnected && event.relatedTarget !== null) inside.current = contains(event);
    else if (event.target.isConnected && document.hasFocus()) queueMicrotask(() => settle(event.target));
  };
  return { inside, onBlur };
}

function contains(event: FocusEvent): boolean {
  return event.currentTarget.contains(event.relatedTarget as Node);
}

function same(a: Place | undefined, b: Place): boolean {
  return a?.practitionerId === b.practitionerId && a.key === b.key;
}

function findTarget(sheet: DaySheet, target: SlotTarget): Found | undefined {
  return ('appointment_id' in target && newPlaceOf(sheet, target.appointment_id)) || findPlace(sheet, target);
}

/** Where a visit is to go, while it still stands elsewhere. */
function newPlaceOf(sheet: DaySheet, appointmentId: AppointmentId): Found | undefined {
  for (const column of sheet.columns.keys()) {
    const cell = cellsAt(sheet, column).find(
      (each) => each.kind === 'waiting' && each.waiting.moves === appointmentId,
    );
    if (cell) return { column, cell };
  }
  return undefined;
}

function findPlace(sheet: DaySheet, target: SlotTarget): Found | undefined {
  for (const [column, { practitioner_id }] of sheet.columns.entries()) {
    const cells = cellsAt(sheet, column);
    const cell =
      'appointment_id' in target
        ? cells.find((each) => showsVisit(each, target.appointment_id))
        : practitioner_id === target.practitioner_id
          ? atWall(cells, target.wall_start)
          : undefined;
    if (cell) return { column, cell };
  }
  return undefined;
}

/** The tile of a class stands for each of its visits. */
function showsVisit(cell: Cell, appointmentId: AppointmentId): boolean {
  if (cell.kind === 'waiting') return cell.key === appointmentId;
  if (cell.kind !== 'visit') return false;
  const { class: seats } = cell.visit;
  return (
    cell.key === appointmentId ||
    (seats?.members.some(({ appointment_id }) => appointment_id === appointmentId) ?? false)
  );
}

function atWall(cells: readonly Cell[], wall: string): Cell | undefined {
  return (
    cells.find((each) => each.wall_start === wall) ??
    cells.findLast((each) => each.wall_start < wall) ??
    cells[0]
  );
}

function fromElement(sheet: DaySheet, element: Element): Found | undefined {
  const key = element.closest<HTMLElement>('[data-cell]')?.dataset;
  const column = sheet.columns.findIndex((each) => each.practitioner_id === key?.practitioner);
  const found = sheet.columns[column];
  const cell = found && cellsOf(found).find((each) => each.key === key?.cell);
  return cell && { column, cell };
}

function freeStart(sheet: DaySheet, at: Found): FreeStart | undefined {
  const column = sheet.columns[at.column];
  if (!column || at.cell.kind !== 'free') return undefined;
  return freeStartOf(sheet, column, at.cell.free);
}
