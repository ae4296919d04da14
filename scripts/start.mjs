import { join } from 'node:path'
import { buildTargets } from './build.mjs'
import { endChildrenOnSignals } from './child-process.mjs'
import { installPackages, root } from './install.mjs'

/** `npm start`: install, build, then the running office. Only Node and npm are needed beforehand. */
endChildrenOnSignals()
process.chdir(root)
try {
  await installPackages(console.log)
  await buildTargets(console.log)
} catch (error) {
  console.error(error.message)
  process.exit(1)
}
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.removeAllListeners(signal)
const { register } = await import('tsx/esm/api')
register()
const { runOffice } = await import(join(root, 'scripts/start-office.ts'))
await runOffice('built')
