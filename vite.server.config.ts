import { cpSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { defineConfig, type Plugin } from 'vite'

const pathFromHere = (relative: string): string => fileURLToPath(new URL(relative, import.meta.url))

/** The server reads its migrations from the folder beside its own file, in the source tree and here. */
function copyMigrations(): Plugin {
  return {
    name: 'sampark:copy-migrations',
    writeBundle() {
      cpSync(pathFromHere('./server/postgres/migrations'), pathFromHere('./dist/server/migrations'), { recursive: true })
    },
  }
}

/** One file for all roles of the server; packages stay in node_modules. */
export default defineConfig({
  plugins: [copyMigrations()],
  publicDir: false,
  build: {
    ssr: 'server/main.ts',
    outDir: 'dist/server',
    emptyOutDir: true,
    target: 'node20',
    sourcemap: true,
    minify: false,
    rolldownOptions: { output: { entryFileNames: 'main.js', codeSplitting: false } },
  },
})
