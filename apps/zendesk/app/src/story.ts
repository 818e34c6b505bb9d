import type { Elsewhere, OtherConversation, OutreachSent } from './api/beside';
import type { Channel, Entry } from './api/types';

/** One thing of the timeline: a message here, one sent without being asked for, or a whole conversation elsewhere. */
export type Moment =
  | { kind: 'entry'; id: string; at: string; entry: Entry }
  | { kind: 'outreach'; id: string; at: string; outreach: OutreachSent }
  | { kind: 'other'; id: string; at: string; other: OtherConversation };

/** What may be looked at alone. A channel's name means that channel. */
export type Filter = 'all' | 'here' | 'customer' | 'ours' | 'notes' | 'outreach' | Channel;

/** Everything between us and the customer, oldest first. */
export function storyOf(entries: readonly Entry[], elsewhere: Elsewhere | null): Moment[] {
  const moments: Moment[] = [
    ...entries.map((entry): Moment => ({ kind: 'entry', id: entry.id, at: entry.at, entry })),
    ...(elsewhere?.outreach ?? []).map((outreach): Moment => ({ kind: 'outreach', id: outreach.id, at: outreach.at, outreach })),
    ...(elsewhere?.conversations ?? []).map((other): Moment => ({ kind: 'other', id: other.id, at: other.at, other })),
  ];
  // A stable sort: of two at the same time, what was told first stays first.
  return moments.sort((a, b) => Date.parse(a.at) - Date.parse(b.at));
}

export function filtered(story: readonly Moment[], filter: Filter): Moment[] {
  return story.filter((moment) => fits(moment, filter));
}

function fits(moment: Moment, filter: Filter): boolean {
  if (filter === 'all') return true;
  if (moment.kind === 'outreach') return filter === 'outreach' || filter === moment.outreach.channel;
  if (moment.kind === 'other') return filter === moment.other.channel;
  const { entry } = moment;
  if (filter === 'here') return true;
  if (filter === 'customer') return entry.role === 'customer';
  if (filter === 'ours') return entry.public && (entry.role === 'agent' || entry.role === 'assistant');
  if (filter === 'notes') return !entry.public;
  return entry.channel === filter;
}

export function channelsOf(story: readonly Moment[]): Channel[] {
  return [...new Set(story.map((moment) => channelOf(moment)))];
}

function channelOf(moment: Moment): Channel {
  if (moment.kind === 'entry') return moment.entry.channel;
  return moment.kind === 'outreach' ? moment.outreach.channel : moment.other.channel;
}

/** A reason as a person reads it: without the stored names of other conversations, which open nothing here. */
export function plain(reason: string): string {
  return reason.replace(/(?:\s*\((?:conversation:\w+(?:,\s*)?)+\)|:?\s*\bconversation:\w+(?:,\s*conversation:\w+)*)/g, '');
}

/** Each quote once: not what a longer one holds already, and no bare punctuation. */
export function told(quotes: readonly string[]): string[] {
  const spoken = [...new Set(quotes)].filter((quote) => /\p{L}/u.test(quote));
  return spoken.filter((quote) => !spoken.some((other) => other !== quote && other.includes(quote)));
}
