import { cleanup, configure } from '@testing-library/react';
import { afterEach } from 'vitest';

afterEach(cleanup);

// jsdom has no media queries; the app and Garden ask for the colour scheme and for reduced motion.
window.matchMedia = (media) => Object.assign(new EventTarget(), { media, matches: false }) as MediaQueryList;

// A busy machine draws slowly; a test that waits for something waits long enough.
configure({ asyncUtilTimeout: 5_000 });
