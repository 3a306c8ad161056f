import { defineConfig } from '@playwright/test';

export default defineConfig({
  testDir: 'browser',
  outputDir: 'test-results',
  timeout: 60_000,
  expect: { timeout: 15_000 },
  // Each worker has a server of its own; the machines that run this have few cores.
  workers: 2,
  forbidOnly: Boolean(process.env.CI),
  reporter: [['list']],
  use: {
    viewport: { width: 1360, height: 900 },
    locale: 'en-GB',
    // The system's Chromium: `cargo xtask console` installs it where it can.
    launchOptions: {
      executablePath: process.env.BULKHEAD_CHROMIUM ?? '/usr/bin/chromium',
      args: ['--no-sandbox', '--disable-gpu'],
    },
  },
});
