import { existsSync } from 'node:fs'
import { defineConfig } from '@playwright/test'

/** Playwright's own download is not needed: any full chromium of 2024 or later drives the journeys. */
function findChromium(): string | undefined {
  const given = process.env['CHROMIUM_PATH']
  if (given) return given
  return existsSync('/usr/bin/chromium') ? '/usr/bin/chromium' : undefined
}

const executablePath = findChromium()

export default defineConfig({
  testDir: 'e2e',
  testMatch: '**/*.spec.ts',
  outputDir: 'test-results/journeys',
  fullyParallel: false,
  workers: 2,
  retries: 0,
  forbidOnly: true,
  timeout: 120_000,
  expect: { timeout: 10_000 },
  reporter: [['list'], ['json', { outputFile: 'test-results/journeys.json' }]],
  use: {
    baseURL: process.env['JOURNEYS_ADDRESS'],
    video: 'off',
    trace: 'retain-on-failure',
    screenshot: 'only-on-failure',
    locale: 'en-IN',
    timezoneId: 'Asia/Kolkata',
    launchOptions: executablePath ? { executablePath } : {},
  },
  projects: [
    { name: 'journeys', testIgnore: '**/log-privacy.spec.ts' },
    { name: 'afterwards', testMatch: '**/log-privacy.spec.ts', dependencies: ['journeys'] }
  ],
  webServer: {
    name: 'office',
    command: 'exec env -u FORCE_COLOR JOURNEYS_SHAPE=production setpriv --pdeathsig TERM node --import tsx scripts/start-journeys.ts',
    wait: { stdout: /journeys-ready \{"address":"(?<journeys_address>[^"]+)","logFile":"(?<journeys_logs>[^"]+)".*"ownerUrl":"(?<journeys_database>[^"]+)"/ },
    gracefulShutdown: { signal: 'SIGTERM', timeout: 30_000 },
    timeout: 240_000,
  },
})
