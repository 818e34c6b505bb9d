import { ENGLISH, type Key } from './languages';
import type { Words } from './words';

/** What a sign is called in the agent's language; one that we have no words for keeps the name it was given. */
export function riskName(kind: string, label: string, t: Words['t']): string {
  const key = `risk.${kind}`;
  return key in ENGLISH ? t(key as Key) : label;
}
