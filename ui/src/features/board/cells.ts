/** What the keyboard walks over: the visits, what is to become one, foreign holds and free starts of each column, in time order. */
import type {
  Band,
  Clock,
  DayColumn,
  DaySheet,
  FreeCell,
  HoldTile,
  PractitionerId,
  VisitTile,
  WaitingTile,
} from '@/bindings/types';
import { wallStart } from '@/lib/tiles';

export type Cell = { key: string; from: number; until: number; wall_start: string } & (
  | { kind: 'visit'; visit: VisitTile }
  | { kind: 'hold'; hold: HoldTile }
  | { kind: 'waiting'; waiting: WaitingTile }
  | { kind: 'free'; free: FreeCell }
);

/** Where the tab stop is, kept by value so that it survives changes of the sheet. */
export interface Place {
  practitionerId: PractitionerId;
  key: string;
  from: number;
}

export interface Found {
  column: number;
  cell: Cell;
}

const ofColumn = new WeakMap<DayColumn, Cell[]>();

/** The cells of a column; the same column object gives the same list. */
export function cellsOf(column: DayColumn): Cell[] {
  let cells = ofColumn.get(column);
  if (!cells) {
    // The own hold is a frame around a free time, not a thing of its own.
    const held = column.holds.filter(({ mine }) => !mine).map(holdCell);
    const waiting = (column.waiting ?? []).map(waitingCell);
    cells = [...column.visits.map(visitCell), ...waiting, ...held, ...column.free.map(freeCell)].sort(
      (a, b) => a.from - b.from || (a.key < b.key ? -1 : 1),
    );
    ofColumn.set(column, cells);
  }
  return cells;
}

/** The cell at a place, else the nearest one of its column, else the first free time of the day. */
export function locate(sheet: DaySheet, place: Place | undefined): Found | undefined {
  const column = sheet.columns.findIndex((each) => each.practitioner_id === place?.practitionerId);
  if (place && column >= 0) {
    const cells = cellsAt(sheet, column);
    const cell = cells.find((each) => each.key === place.key) ?? nearest(cells, place.from);
    if (cell) return { column, cell };
  }
  return firstOf(sheet);
}

/** The cell one step away, or nothing at the edge. */
export function step(sheet: DaySheet, at: Found, key: string): Found | undefined {
  const cells = cellsAt(sheet, at.column);
  const index = cells.indexOf(at.cell);
  const stay = (cell: Cell | undefined) => cell && { column: at.column, cell };
  switch (key) {
    case 'ArrowDown':
      return stay(cells[index + 1]);
    case 'ArrowUp':
      return stay(cells[index - 1]);
    case 'Home':
      return stay(cells[0]);
    case 'End':
      return stay(cells.at(-1));
    case 'PageDown':
      return stay(cells.find((cell) => cell.from >= at.cell.from + 60) ?? cells.at(-1));
    case 'PageUp':
      return stay(cells.findLast((cell) => cell.from <= at.cell.from - 60) ?? cells[0]);
    case 'ArrowRight':
      return beside(sheet, at, 1);
    case 'ArrowLeft':
      return beside(sheet, at, -1);
    default:
      return undefined;
  }
}

/** The cell of a column that a time falls into, or the nearest one. */
export function nearest(cells: readonly Cell[], from: number): Cell | undefined {
  let best: Cell | undefined;
  for (const cell of cells) {
    if (cell.from <= from && from < cell.until) return cell;
    if (!best || Math.abs(cell.from - from) < Math.abs(best.from - from)) best = cell;
  }
  return best;
}

export function placeOf(sheet: DaySheet, found: Found): Place {
  const practitionerId = sheet.columns[found.column]?.practitioner_id ?? '';
  return { practitionerId, key: found.cell.key, from: found.cell.from };
}

function beside(sheet: DaySheet, at: Found, direction: 1 | -1): Found | undefined {
  for (let column = at.column + direction; sheet.columns[column]; column += direction) {
    const cell = nearest(cellsAt(sheet, column), at.cell.from);
    if (cell) return { column, cell };
  }
  return undefined;
}

function firstOf(sheet: DaySheet): Found | undefined {
  let first: Found | undefined;
  for (const column of sheet.columns.keys()) {
    const cells = cellsAt(sheet, column);
    const cell = cells.find(({ kind }) => kind === 'free') ?? cells[0];
    if (cell && (!first || before(cell, first.cell))) first = { column, cell };
  }
  return first;
}

/** Free times come before what is taken, then the earlier one. */
function before(a: Cell, b: Cell): boolean {
  const free = a.kind === 'free';
  return free === (b.kind === 'free') ? a.from < b.from : free;
}

/** The cells of the column with that number; none beyond the last. */
export function cellsAt(sheet: DaySheet, column: number): Cell[] {
  const found = sheet.columns[column];
  return found ? cellsOf(found) : [];
}

function visitCell(visit: VisitTile): Cell {
  const { from, until } = visit;
  return { kind: 'visit', key: visit.appointment_id, from, until, wall_start: wallStart(visit), visit };
}

/** By the visit that it becomes, so that whoever is on it stays on it. */
function waitingCell(waiting: WaitingTile): Cell {
  const { appointment_id, from, until, wall_start } = waiting;
  return { kind: 'waiting', key: appointment_id, from, until, wall_start, waiting };
}

function freeCell(free: FreeCell): Cell {
  const { from, until } = free;
  return { kind: 'free', key: `free-${from}`, from, until, wall_start: wallStart(free), free };
}

function holdCell(hold: HoldTile): Cell {
  const { from, until } = hold;
  return { kind: 'hold', key: holdKey(hold), from, until, wall_start: wallStart(hold), hold };
}

/** A hold has no id here; one therapist's time is held by one dialog at a time, except in a class. */
export function holdKey({ from, until, by_name, mine }: HoldTile): string {
  return `hold-${from}-${until}-${mine ? 'mine' : by_name}`;
}

export function isWork({ kind }: Band): boolean {
  return kind === 'working' || kind === 'extra_hours';
}

/** True when the last of the column's hours has passed: it is not full, but over. */
export function isOver({ bands }: DayColumn, date: string, clock: Clock | undefined): boolean {
  if (!clock || date > clock.date) return false;
  return date < clock.date || bands.filter(isWork).every(({ until }) => until <= clock.offset);
}
