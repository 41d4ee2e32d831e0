/** The fake clinic's wall clock is UTC: an instant is its date and its minutes. */

export function clock(minutes: number): string {
  return `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`;
}

export function instant(date: string, minutes: number): string {
  return `${date}T${clock(minutes)}:00Z`;
}

export function dateOf(at: string): string {
  return at.slice(0, 10);
}

export function minutesOf(at: string): number {
  return Number(at.slice(11, 13)) * 60 + Number(at.slice(14, 16));
}
