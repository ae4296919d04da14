import { describe, expect, it } from 'vitest'
import { judgeLicence, type Lock, shippedPackages } from './check-licences.ts'
import { isAllowedLicence } from './licence-expression.ts'

describe('licence expressions', () => {
  it.each(['MIT', '(MIT OR GPL-3.0-only)', 'GPL-2.0-only OR Apache-2.0', 'MIT AND ISC', 'MIT AND (GPL-3.0-only OR BSD-3-Clause)'])(
    'ships %s',
    (expression) => expect(isAllowedLicence(expression)).toBe(true)
  )
  it.each(['', 'GPL-3.0-only', 'AGPL-3.0-or-later', 'MIT AND GPL-3.0-only', 'Python-2.0', 'LGPL-3.0-or-later', 'SEE LICENSE IN x', '(MIT', 'MIT GPL-3.0-only'])(
    'does not ship "%s"',
    (expression) => expect(isAllowedLicence(expression)).toBe(false)
  )
})

describe('licences of what ships', () => {
  const lock: Lock = {
    packages: {
      '': { dependencies: { server: '1' }, devDependencies: { vue: '1', builder: '1' } },
      'node_modules/server': { dependencies: { deep: '1' }, optionalDependencies: { 'only-win': '1' } },
      'node_modules/server/node_modules/deep': { dependencies: { deeper: '1' } },
      'node_modules/deep': {},
      'node_modules/deeper': {},
      'node_modules/only-win': { optional: true, os: ['win32'] },
      'node_modules/vue': { peerDependencies: { typescript: '*', core: '*' }, peerDependenciesMeta: { typescript: { optional: true } } },
      'node_modules/core': {},
      'node_modules/typescript': {},
      'node_modules/builder': {}
    }
  }

  it('follows the nearest copy of a package, bundled devDependencies and their required peers, nothing else', () => {
    expect(shippedPackages(lock)).toEqual([
      'node_modules/core', 'node_modules/deeper', 'node_modules/server', 'node_modules/server/node_modules/deep', 'node_modules/vue'
    ])
  })

  it('accepts LGPL for the shared library of sharp only', () => {
    expect(judgeLicence('node_modules/@img/sharp-libvips-linux-x64', 'LGPL-3.0-or-later')).toEqual([])
    expect(judgeLicence('node_modules/a/node_modules/other', 'LGPL-3.0-or-later')).toEqual(['other: licence "LGPL-3.0-or-later" is not on the list'])
  })
})
