/**
 * Arithmetic on civil dates (`YYYY-MM-DD`). They are counted in UTC because UTC has no clock changes:
 * nothing here converts a time zone, that is the desk's business.
 */

const DAY = 86_400_000;

export function addDays(date: string, days: number): string {
  return iso(Date.parse(`${date}T00:00:00Z`) + days * DAY);
}

/** 1 = Monday … 7 = Sunday. */
export function weekdayOf(date: string): number {
  return new Date(`${date}T00:00:00Z`).getUTCDay() || 7;
}

/** `Mon`, by its number. */
export function weekdayName(weekday: number): string {
  return weekdayFormat.format(Date.UTC(2024, 0, weekday));
}

const weekdayFormat = new Intl.DateTimeFormat('en-GB', { weekday: 'short', timeZone: 'UTC' });

/** Nobody who was born before this is a patient. */
const FIRST_YEAR = 1880;
const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];

/**
 * Parses a date of birth as people write one: `1984-05-31`, `31.5.1984`, `31/05/84`, `31051984`,
 * `31 May 1984`. Null when no such day exists. A year of two digits is the latest that has begun by `today`.
 */
export function parseBirthDate(text: string, today: string | undefined): string | null {
  const typed = text.trim();
  const year = /^(\d{4})-(\d{1,2})-(\d{1,2})$/.exec(typed);
  if (year) return existing(year[1], year[2], year[3]);
  const run = /^(\d{2})(\d{2})(\d{4})$/.exec(typed);
  if (run && Number(run[3]) >= FIRST_YEAR) return existing(run[3], run[2], run[1]);
  const day = /^(\d{1,2})[./-](\d{1,2})[./-](\d{4}|\d{2})$/.exec(typed);
  if (day) return inCentury(day[3], day[2], day[1], today);
  const named = /^(\d{1,2})\.?\s*([a-z]{3})[a-z]*\.?\s*(\d{4}|\d{2})$/i.exec(typed);
  const month = MONTHS.indexOf(named?.[2]?.toLowerCase() ?? '') + 1;
  return named && month > 0 ? inCentury(named[3], String(month), named[1], today) : null;
}

/** `Saturday 21 November 2026` */
export const longDate = formatter({ weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' });
/** `Sat 21 Nov 2026` */
export const boardDate = formatter({ weekday: 'short', day: 'numeric', month: 'short', year: 'numeric' });
/** `Sat 21 Nov` */
export const shortDate = formatter({ weekday: 'short', day: 'numeric', month: 'short' });
/** `21 Nov 2026` */
export const plainDate = formatter({ day: 'numeric', month: 'short', year: 'numeric' });

function formatter(options: Intl.DateTimeFormatOptions): (date: string) => string {
  const format = new Intl.DateTimeFormat('en-GB', { ...options, timeZone: 'UTC' });
  return (date) => format.format(Date.parse(`${date}T00:00:00Z`)).replace(',', '');
}

function inCentury(year = '', month = '', day = '', today = ''): string | null {
  if (year.length === 4) return existing(year, month, day);
  const late = existing(`20${year}`, month, day);
  return late && late <= today ? late : existing(`19${year}`, month, day);
}

function existing(year = '', month = '', day = ''): string | null {
  const padded = `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`;
  const instant = Date.parse(`${padded}T00:00:00Z`);
  return !Number.isNaN(instant) && iso(instant) === padded ? padded : null;
}

function iso(instant: number): string {
  return new Date(instant).toISOString().slice(0, 10);
}
