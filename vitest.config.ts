import vue from '@vitejs/plugin-vue'
import { configDefaults, defineConfig } from 'vitest/config'

const tests = '{shared,client,server,scripts,deploy}/**/*.test.ts'
const services = process.env['SAMPARK_TEST_SERVICES'] ? 'scripts/mutations/lent-services.ts' : 'server/testing/global-setup.ts'
const databaseTests = '{shared,client,server,scripts,deploy}/**/*.pg.test.ts'

export default defineConfig({
  plugins: [vue()],
  test: {
    maxWorkers: 2,
    projects: [
      {
        extends: true,
        // Machines are shared: a limit ends what hangs, it does not measure.
        test: { name: 'unit', include: [tests], exclude: [...configDefaults.exclude, databaseTests, 'e2e/**'], testTimeout: 30_000, hookTimeout: 30_000 },
      },
      {
        extends: true,
        test: { name: 'pg', include: [databaseTests], globalSetup: [services], testTimeout: 60_000, hookTimeout: 90_000 },
      },
    ],
  },
})
