import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { forget, forgetOthers, recall, remember } from '../src/kept';

beforeEach(() => sessionStorage.clear());
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

test('what was typed comes back, and goes when it is sent or emptied', () => {
  remember('7:note', 'Hello');
  expect(recall('7:note')).toBe('Hello');
  forget('7:note');
  expect(recall('7:note')).toBe('');
  remember('7:note', 'Hello');
  remember('7:note', '  ');
  expect(sessionStorage).toHaveLength(0);
});

test('half a shift later it is gone', () => {
  vi.useFakeTimers({ now: 0 });
  remember('7:note', 'Hello');
  vi.setSystemTime(4 * 3_600_000 + 1);
  expect(recall('7:note')).toBe('');
  expect(sessionStorage).toHaveLength(0);
});

test('the next agent at this browser finds nothing of the one before', () => {
  sessionStorage.setItem('another app', 'stays');
  remember('7:note', 'Mine');
  remember('8:note', 'Theirs');
  forgetOthers('8');
  expect([recall('7:note'), recall('8:note'), sessionStorage.getItem('another app')]).toEqual(['', 'Theirs', 'stays']);
});

test('a browser that allows no storage keeps it in the page', () => {
  vi.spyOn(Storage.prototype, 'setItem').mockImplementation(() => {
    throw new DOMException('no storage', 'SecurityError');
  });
  remember('7:other', 'Hello');
  expect(recall('7:other')).toBe('Hello');
});

test('what somebody else wrote into the storage is not trusted to be ours', () => {
  sessionStorage.setItem('handrail:typed:7:note', '{"text": 3');
  expect(recall('7:note')).toBe('');
});
