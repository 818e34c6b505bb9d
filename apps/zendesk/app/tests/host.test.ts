import { expect, test, vi } from 'vitest';
import { FakeZendesk } from './zendesk';

const TEXT = 'Hello,\n\nwithin 30 days.';

test('the place is known after the handshake', async () => {
  const host = new FakeZendesk().open();
  const place = await host.place;
  expect(place).toEqual({ location: 'ticket_sidebar', ticketId: '42' });
  expect(await host.ticketId(place)).toBe('42');
});

test('text goes in at the cursor where Zendesk can do that', async () => {
  const zendesk = new FakeZendesk();
  await zendesk.open().insert(TEXT);
  expect(zendesk.invoked).toEqual([['ticket.editor.insert', [TEXT]]]);
});

test('text is appended where there is no insert', async () => {
  const zendesk = new FakeZendesk();
  zendesk.refuses.add('ticket.editor.insert');
  await zendesk.open().insert(TEXT);
  expect(zendesk.calls('ticket.comment.appendText')).toEqual([[TEXT]]);
});

test('setting the reply keeps what the agent already wrote', async () => {
  const zendesk = new FakeZendesk();
  zendesk.refuses.add('ticket.editor.insert').add('ticket.comment.appendText');
  zendesk.values['ticket.comment.text'] = 'Dear Ana';
  await zendesk.open().insert(TEXT);
  expect(zendesk.values['ticket.comment.text']).toBe(`Dear Ana\n\n${TEXT}`);
});

test('when every way is refused, that is said', async () => {
  const zendesk = new FakeZendesk();
  zendesk.refuses.add('ticket.editor.insert').add('ticket.comment.appendText').add('ticket.comment.text');
  await expect(zendesk.open().insert(TEXT)).rejects.toMatchObject({ name: 'HostRefused' });
});

test('silence is never answered by inserting a second time another way', async () => {
  const zendesk = new FakeZendesk();
  zendesk.ignores.add('ticket.editor.insert');
  await expect(zendesk.open().insert(TEXT)).rejects.toMatchObject({ name: 'HostSilent' });
  expect(zendesk.invoked).toEqual([]);
});

test("the library's own time-out, which it resolves with, is silence and not success", async () => {
  vi.useFakeTimers();
  const zendesk = new FakeZendesk();
  zendesk.ignores.add('ticket.editor.insert');
  const outcome = zendesk.open(60_000).insert(TEXT).catch((error: Error) => error.name);
  await vi.advanceTimersByTimeAsync(6_000);
  vi.useRealTimers();
  expect(await outcome).toBe('HostSilent');
});

test('the groups come from Zendesk through its proxy', async () => {
  expect(await new FakeZendesk().open().groups()).toEqual(['Customer care', 'Billing']);
});
