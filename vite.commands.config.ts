import { cpSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { defineConfig, type Plugin } from 'vite'

const pathFromHere = (relative: string): string => fileURLToPath(new URL(relative, import.meta.url))

/** `db:migrate` reads its migrations from the folder beside its own file. */
function copyMigrations(): Plugin {
  let folder = ''
  return {
    name: 'sampark:copy-migrations',
    configResolved(config) {
      folder = config.build.outDir
    },
    writeBundle() {
      cpSync(pathFromHere('./server/postgres/migrations'), fileURLToPath(new URL('migrations', `file://${folder}/`)), {
        recursive: true
      })
    }
  }
}

/** The commands an operator runs inside the image, where there is no tsx: one file each in dist/commands. */
export default defineConfig({
  plugins: [copyMigrations()],
  publicDir: false,
  build: {
    ssr: true,
    outDir: pathFromHere('./dist/commands'),
    emptyOutDir: true,
    target: 'node20',
    sourcemap: true,
    minify: false,
    rolldownOptions: {
      input: ['scripts/migrate.ts', 'scripts/tenant.ts', 'scripts/identity/recover-user.ts', 'deploy/make-secrets.ts'].map((path) =>
        pathFromHere(`./${path}`)
      ),
      output: { entryFileNames: '[name].js', chunkFileNames: '[name]-[hash].js' }
    }
  }
})
