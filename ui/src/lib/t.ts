import { messages } from './messages';

type Messages = typeof messages;
export type MessageKey = keyof Messages;

type Names<S extends string> = S extends `${string}{${infer N}}${infer Rest}` ? N | Names<Rest> : never;
type Values<K extends MessageKey> = Record<Names<Messages[K]>, string | number>;
type Arguments<K extends MessageKey> = [Names<Messages[K]>] extends [never] ? [] : [values: Values<K>];

type CountKey = { [K in MessageKey]: K extends `${infer Base}.one` ? Base : never }[MessageKey];

/** The sentence of a key, with its values filled in. */
export function t<K extends MessageKey>(key: K, ...[values]: Arguments<K>): string {
  const filled = values as Record<string, string | number> | undefined;
  return messages[key].replace(/\{(\w+)\}/g, (whole, name: string) => String(filled?.[name] ?? whole));
}

const plural = new Intl.PluralRules('en');

/** The sentence of a count: `key.one` or `key.other`. */
export function tCount(key: CountKey, count: number): string {
  const form = `${key}.${plural.select(count) === 'one' ? 'one' : 'other'}` as MessageKey;
  return messages[form].replace('{count}', String(count));
}
