import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';
import { budget } from './budget.ts';

export default defineConfig({
  base: '/sidebar/',
  plugins: [react(), budget()],
  build: { target: 'es2022', assetsDir: 'assets', reportCompressedSize: true },
  test: {
    environment: 'jsdom',
    environmentOptions: { jsdom: { url: 'http://127.0.0.1:4567/sidebar/' } },
    setupFiles: ['tests/setup.ts'],
    include: ['tests/**/*.test.{ts,tsx}'],
    // All files in one page: loading React and the app anew for each of them took longer than the tests. What a test
    // leaves behind is cleared after it, here and in tests/setup.ts.
    isolate: false,
    restoreMocks: true,
    unstubGlobals: true,
    // A test that hangs is stopped; a busy machine is not a fault.
    testTimeout: 60_000,
  },
});
