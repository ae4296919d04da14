import { randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createKeyRing, dataKeysProblem } from './key-ring.ts'

const SECRET_KEY = randomBytes(32).toString('base64url')
const makeKey = () => randomBytes(32).toString('base64url')

test('what is sealed opens again, whatever it is, and tells nothing of it', () => {
  const keys = createKeyRing({ SECRET_KEY })
  fc.assert(
    fc.property(fc.jsonValue(), fc.uuid(), fc.uuid(), (value, tenantId, rowId) => {
      const sealed = keys.seal(tenantId, rowId, value)
      expect(sealed).toMatch(/^derived-[0-9a-f]{8}\.[\w-]+$/)
      expect(keys.open(tenantId, rowId, sealed)).toEqual(JSON.parse(JSON.stringify(value)))
      expect(keys.seal(tenantId, rowId, value)).not.toBe(sealed)
    })
  )
})

test('a text that was changed, or copied into another row, does not open', () => {
  const keys = createKeyRing({ SECRET_KEY })
  const sealed = keys.seal('office', 'row', { phone: '+919812345678' })
  const [id, text = ''] = sealed.split('.')
  const bytes = Buffer.from(text, 'base64url')
  for (let at = 0; at < bytes.length; at += 1) {
    const changed = Buffer.from(bytes)
    changed[at] = changed[at]! ^ 1
    expect(() => keys.open('office', 'row', `${id}.${changed.toString('base64url')}`)).toThrow('does not open')
  }
  expect(() => keys.open('office', 'other', sealed)).toThrow('does not open')
  expect(() => keys.open('another office', 'row', sealed)).toThrow('does not open')
})

test('an old key opens and finds, the first one seals; a key that is gone is named', () => {
  const [one, two] = [makeKey(), makeKey()]
  const before = createKeyRing({ SECRET_KEY, DATA_KEYS: `a:${one}` })
  const after = createKeyRing({ SECRET_KEY, DATA_KEYS: `b:${two},a:${one}` })
  const sealed = before.seal('office', 'row', 'words')
  expect(after.open('office', 'row', sealed)).toBe('words')
  expect(after.seal('office', 'row', 'words').startsWith('b.')).toBe(true)
  expect(after.hashes('office', '+91981')).toContain(before.hash('office', '+91981'))
  expect(after.hash('office', '+91981')).not.toBe(after.hash('another office', '+91981'))
  expect(() => createKeyRing({ SECRET_KEY, DATA_KEYS: `b:${two}` }).open('office', 'row', sealed)).toThrow('"a"')
})

test('after SECRET_KEY was changed its former key still opens, and the new one seals under another name', () => {
  const next = randomBytes(32).toString('base64url')
  const before = createKeyRing({ SECRET_KEY })
  const after = createKeyRing({ SECRET_KEY: next, SECRET_KEY_PREVIOUS: SECRET_KEY })
  const sealed = before.seal('office', 'row', 'words')
  expect(after.open('office', 'row', sealed)).toBe('words')
  expect(after.currentId).not.toBe(before.currentId)
  expect(() => createKeyRing({ SECRET_KEY: next }).open('office', 'row', sealed)).toThrow('not among')
  const twice = createKeyRing({ SECRET_KEY: makeKey(), SECRET_KEY_PREVIOUS: `${next}, ${SECRET_KEY}` })
  expect([twice.open('office', 'row', sealed), twice.open('office', 'row', after.seal('office', 'row', 'more'))]).toEqual(['words', 'more'])
})

test('keys that are short, unnamed, doubled or named like a built-in one are refused without being repeated', () => {
  const key = makeKey()
  for (const bad of [`a:${key.slice(4)}`, key, `a:${key},a:${makeKey()}`, `clear:${key}`, `A b:${key}`]) {
    expect(dataKeysProblem(bad)).not.toBeNull()
    expect(dataKeysProblem(bad)).not.toContain(key.slice(4))
  }
  expect(dataKeysProblem(`a:${key}, b2:${makeKey()}`)).toBeNull()
})
