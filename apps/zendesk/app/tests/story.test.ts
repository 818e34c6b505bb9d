import { expect, test } from 'vitest';
import { filtered, plain, storyOf } from '../src/story';
import { entry } from './web';

const OTHER = { id: 'co', ticket: null, subject: '', status: 'open' as const, channel: 'sms' as const, at: '2026-11-20T10:00:00Z', entries: [] };
const SENT = { id: 'fx', at: '2026-11-20T11:00:00+01:00', channel: 'whatsapp' as const, text: '', state: 'sent', delivery: null };
const AROUND = { moods: {}, contact: null, conversations: [OTHER], outreach: [SENT] };

test('moments are told in the order of time, whatever zone they are written in', () => {
  const story = storyOf([entry(1, { at: '2026-11-20T10:30:00Z' }), entry(2, { at: '2026-11-20T09:59:00Z' })], AROUND);
  expect(story.map(({ id }) => id)).toEqual(['2', 'fx', 'co', '1']);
});

test.each([
  ['all', ['1', '2', '3', 'co', 'fx']],
  ['here', ['1', '2', '3']],
  ['customer', ['1']],
  ['ours', ['2']],
  ['notes', ['3']],
  ['outreach', ['fx']],
  ['sms', ['2', 'co']],
] as const)('narrowed to %s', (filter, ids) => {
  const entries = [entry(1), entry(2, { role: 'assistant', channel: 'sms' }), entry(3, { role: 'agent', public: false })];
  expect(filtered(storyOf(entries, AROUND), filter).map(({ id }) => id).sort()).toEqual(ids);
});

test('a reason is told without stored names', () => {
  expect(plain('They wrote before (conversation:co_1, conversation:co_2).')).toBe('They wrote before.');
  expect(plain('prior: conversation:co_1, conversation:co_2 is 0.40 sure')).toBe('prior is 0.40 sure');
  expect(plain('Legal steps (“my lawyer”)')).toBe('Legal steps (“my lawyer”)');
});
