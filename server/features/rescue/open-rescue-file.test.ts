import { describe, expect, test } from 'vitest'
import { AppError } from '#shared/errors.ts'
import vector from '#shared/rescue/rescue-vector.json' with { type: 'json' }
import { openRescueFile } from './open-rescue-file.ts'
import { tenantRescueKey } from './rescue-key.ts'

const office = { secretKeys: [vector.secretKey], tenantId: vector.tenantId, slug: vector.tenantSlug }
const file = () => new Uint8Array(Buffer.from(vector.file, 'base64'))

function sentenceOf(bytes: Uint8Array<ArrayBuffer>, of = office): string {
  try {
    openRescueFile(bytes, of)
    return 'opened'
  } catch (error) {
    return error instanceof AppError && error.code === 'unprocessable' ? error.detail : `not a plain refusal: ${String(error)}`
  }
}

describe('a rescue file', () => {
  test('that a browser sealed is opened by the server, photos and all', () => {
    const opened = openRescueFile(file(), office)
    expect(opened.header).toMatchObject({ tenant: 'test', deviceId: vector.deviceId, createdAt: vector.createdAt, commands: 1, photos: 1 })
    expect(opened.content).toEqual(vector.content)
    expect(opened.photo(0).toString()).toBe(Buffer.from(vector.photo, 'base64').toString())
  })

  test('has the key of the office that the sessions tell, and another office has another one', () => {
    expect(tenantRescueKey(vector.secretKey, vector.tenantId).publicKey).toEqual(vector.rescueKey)
    expect(tenantRescueKey(vector.secretKey, vector.deviceId).publicKey.publicKey).not.toBe(vector.rescueKey.publicKey)
  })

  test('with any byte changed, cut anywhere, or with something behind it is refused by a sentence', () => {
    const whole = file()
    for (let at = 0; at < whole.length; at += 3) {
      const changed = file()
      changed[at] = (changed[at] as number) ^ 1
      expect(sentenceOf(changed), `byte ${at}`).toMatch(/rescue file|damaged/)
      expect(sentenceOf(whole.slice(0, at)), `cut at ${at}`).toMatch(/rescue file|damaged/)
    }
    expect(sentenceOf(new Uint8Array([...whole, 0, 0, 0, 0]))).toMatch(/damaged/)
  })

  test('of another office, or for an older key, is named as that', () => {
    expect(sentenceOf(file(), { ...office, slug: 'elsewhere' })).toMatch(/another office/)
    const younger = Buffer.alloc(32, 8).toString('base64url')
    expect(sentenceOf(file(), { ...office, secretKeys: [younger] })).toMatch(/another key/)
    expect(sentenceOf(file(), { ...office, secretKeys: [younger, vector.secretKey] })).toBe('opened')
    expect(sentenceOf(new Uint8Array(Buffer.from('PK\u0003\u0004 a zip file of somebody')))).toMatch(/not a rescue file/)
  })
})
