import { cleanup, configure } from '@testing-library/react';
import { afterEach } from 'vitest';
import { forgetOthers } from '../src/kept';

afterEach(() => {
  cleanup();
  // What one test typed is not kept for the next.
  window.sessionStorage.clear();
});
// What one test typed is none of the next one's business.
afterEach(() => forgetOthers(''));

// jsdom has no media queries; the app and Garden ask for the colour scheme and for reduced motion.
window.matchMedia = (media) => Object.assign(new EventTarget(), { media, matches: false }) as MediaQueryList;

// A busy machine draws slowly; a test that waits for something waits long enough.
configure({ asyncUtilTimeout: 15_000 });

// jsdom's dialogs have no modes: one that is shown is open.
HTMLDialogElement.prototype.showModal = function () {
  this.open = true;
};
HTMLDialogElement.prototype.close = function () {
  this.open = false;
  this.dispatchEvent(new Event('close'));
};
