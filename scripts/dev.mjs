import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { buildTargets } from './build.mjs'
import { endChildren, runNode } from './child-process.mjs'
import { installPackages, root } from './install.mjs'

/** `npm run dev`: the office of `npm start`, with the server restarted and the three apps built again on every change. */
process.chdir(root)
try {
  await installPackages(console.log)
  await buildTargets(console.log, ['field', 'portal', 'admin'])
} catch (error) {
  console.error(error.message)
  process.exit(1)
}
const vite = join(root, 'node_modules/vite/bin/vite.js')
for (const app of ['field', 'portal', 'admin']) {
  rmSync(join(root, 'dist', `.${app}.hash`), { force: true }) // what stands there from now on is no longer what was recorded
  void runNode(vite, ['build', '--watch', '--logLevel', 'warn'], { cwd: root, env: { SAMPARK_APP: app } })
}
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => void endChildren())
const { register } = await import('tsx/esm/api')
register()
const { runOffice } = await import(join(root, 'scripts/start-office.ts'))
await runOffice('watched')
