import { resolve } from 'node:path'
import { runNode } from '../child-process.mjs'
import { mutations, runMutations } from './run-mutations.ts'

// `npx tsx scripts/mutations/try-mutations.mjs WORDS`: breaks only the rules whose name or file holds WORDS.
const root = resolve(import.meta.dirname, '../..')
const words = process.argv.slice(2).join(' ')
const chosen = mutations.filter(({ name, file }) => name.includes(words) || file.includes(words))
const cacheDir = resolve(root, process.env['SAMPARK_CACHE_DIR'] || '.cache')
const { failed } = await runMutations({ root, cacheDir, runNode, log: (line) => console.log(`${new Date().toISOString()} ${line}`) }, chosen)
process.exitCode = chosen.length === 0 || failed > 0 ? 1 : 0
