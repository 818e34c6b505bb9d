import { defineConfig } from 'vite';

// Zendesk serves its client library from a CDN. The sandbox has no internet, so the library's published source is
// bundled once more here, unchanged, into a file that sets window.ZAFClient like the original.
export default defineConfig({
  build: {
    outDir: 'dist-sandbox',
    target: 'es2022',
    lib: {
      entry: 'node_modules/zendesk_app_framework_sdk/lib/index.js',
      formats: ['iife'],
      name: 'ZAFClient',
      fileName: () => 'zaf_sdk.js',
    },
  },
});
