import { within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import axe from 'axe-core';
import { expect, test } from 'vitest';
import type { KnownFact, MergedPerson, Profile, SamePerson } from '../src/api/profile';
import en from '../translations/en.json';
import { open, unfold } from './app';
import { FakeWeb, ticketView } from './web';

const user = userEvent.setup();
const AT = '2026-11-21T09:00:00Z';

function knowing(profile: Partial<Profile>) {
  const web = new FakeWeb(ticketView());
  web.profile = { ...web.profile, ...profile };
  return open({ web });
}

const card = () => unfold(en['profile.title']);

function fact(more: Partial<KnownFact> = {}): KnownFact {
  return { name: 'plan', label: 'Plan', value: 'Plus', source: 'billing', at: AT, by: 'Billing', message: null, others: [], ...more };
}

function other(more: Partial<SamePerson> = {}): SamePerson {
  return {
    id: 'cu_other',
    name: 'D. Kim',
    email: null,
    phone: '+447700900777',
    tier: 'standard',
    likeness: 0.7,
    links: [{ kind: 'said_email', value: 'dana@example.com', message: 'ms_7' }],
    ...more,
  };
}

test('each fact has its source, and who says otherwise', async () => {
  const others = [{ ...fact({ value: 'Standard', source: 'crm' }) }];
  knowing({ facts: [fact({ others })] });
  const profile = within(await card());
  expect(profile.getAllByText('Plus')).toHaveLength(2); // in the title too
  expect(profile.getByText(/^Billing, /)).toBeTruthy();
  expect(profile.getByText('CRM: Standard')).toBeTruthy();
});

test('an agent corrects a fact', async () => {
  const { web } = knowing({ facts: [fact()] });
  const profile = within(await card());
  await user.click(profile.getByRole('button', { name: 'Correct Plan' }));
  const field = profile.getByLabelText(en['profile.value']);
  await user.clear(field);
  await user.type(field, 'Business');
  await user.click(profile.getByRole('button', { name: en['profile.save'] }));
  expect(web.posts('/profile/facts')).toEqual([{ name: 'plan', value: 'Business' }]);
});

test('a language is chosen, and one that a system wrote in its own way stays a choice', async () => {
  const { web } = knowing({ facts: [fact({ name: 'language', value: 'Italian', source: 'crm' })] });
  const profile = within(await card());
  await user.click(profile.getByRole('button', { name: 'Correct Language' }));
  const field = profile.getByLabelText<HTMLSelectElement>(en['profile.value']);
  expect(field.value).toBe('Italian');
  await user.selectOptions(field, 'German');
  await user.click(profile.getByRole('button', { name: en['profile.save'] }));
  expect(web.posts('/profile/facts')).toEqual([{ name: 'language', value: 'de' }]);
});

test('what was chosen for one fact is not kept for the next', async () => {
  const { web } = knowing({ facts: [] });
  const profile = within(await card());
  await user.click(profile.getByRole('button', { name: en['profile.add'] }));
  await user.selectOptions(profile.getByLabelText(en['profile.value']), 'sms');
  await user.selectOptions(profile.getByLabelText(en['profile.name']), 'language');
  const save = profile.getByRole<HTMLButtonElement>('button', { name: en['profile.save'] });
  expect(save.disabled).toBe(true);
  await user.selectOptions(profile.getByLabelText(en['profile.value']), 'German');
  await user.click(save);
  expect(web.posts('/profile/facts')).toEqual([{ name: 'language', value: 'de' }]);
});

test('nothing that is known is taken away by adding, but by its own correction', async () => {
  const { web } = knowing({ facts: [fact({ name: 'quiet_hours', value: '20:00-09:00', source: 'said' })] });
  const profile = within(await card());
  await user.click(profile.getByRole('button', { name: en['profile.add'] }));
  const save = profile.getByRole<HTMLButtonElement>('button', { name: en['profile.save'] });
  await user.selectOptions(profile.getByLabelText(en['profile.name']), 'quiet_hours');
  await user.type(profile.getByLabelText(en['profile.value']), '  {Enter}');
  expect(save.disabled).toBe(true);
  await user.click(profile.getByRole('button', { name: en['action.cancel'] }));
  await user.click(profile.getByRole('button', { name: `Correct ${en['profile.fact.quiet_hours']}` }));
  await user.clear(profile.getByLabelText(en['profile.value']));
  await user.click(profile.getByRole('button', { name: en['profile.save'] }));
  expect(web.posts('/profile/facts')).toEqual([{ name: 'quiet_hours', value: '' }]);
});

test('a system that could not be asked is named', async () => {
  knowing({ facts: [fact()], asked: [{ source: 'Billing', at: AT, problem: 'could not be asked' }] });
  expect(within(await card()).getByText(/Billing could not be asked/)).toBeTruthy();
});

test.each([
  [en['same.yes'], '/profile/merge'],
  [en['same.no'], '/profile/different'],
])('who may be the same is proposed with the evidence, and the agent says “%s”', async (words, path) => {
  const { web } = knowing({ proposals: [other()] });
  const profile = within(await card());
  expect(profile.getByText('The customer wrote dana@example.com, which is in the other profile')).toBeTruthy();
  await user.click(profile.getByRole('button', { name: words }));
  expect(web.posts(path)).toEqual([{ other: 'cu_other' }]);
});

test('a merge can be undone', async () => {
  const made: MergedPerson = { id: 'mg_1', name: 'D. Kim', at: AT, by: 'Maria Lopez', conversations: 2 };
  const { web } = knowing({ merges: [made] });
  await user.click(within(await card()).getByRole('button', { name: en['same.undo'] }));
  expect(web.posts('/profile/unmerge')).toEqual([{ merge: 'mg_1' }]);
});

test.each([
  [{ by: 'code', until: AT, waiting: false } as const, en['profile.proved.code']],
  [{ by: null, until: null, waiting: true } as const, en['profile.proved.waiting']],
])('it is told what proves who writes: %o', async (proved, words) => {
  knowing({ proved });
  expect(within(await card()).getByText(words)).toBeTruthy();
});

test('the profile can be used without seeing it', async () => {
  knowing({ facts: [fact()], proposals: [other()] });
  const found = await axe.run(await card(), { rules: { 'color-contrast': { enabled: false } } });
  expect(found.violations).toEqual([]);
});
