import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { acceptedKeys } from './ports/derive-key.ts'
import { ConfigError, configTable, readConfig } from './config.ts'

const key = Buffer.from('0123456789abcdefghijklmnopqrstuvwxyz').toString('base64url')
const least = { SECRET_KEY: key, DATABASE_URL: 'postgres://owner:pw@127.0.0.1:5432/sampark' }

function badKeys(environment: Record<string, string>): readonly string[] {
  try {
    readConfig(environment)
    return []
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigError)
    return (error as ConfigError).keys
  }
}

describe('reading the configuration', () => {
  test('needs only a secret and a database, and stays on this machine', () => {
    const config = readConfig(least)
    expect(config).toMatchObject({ PORT: 8080, HOST: '127.0.0.1', PUBLIC_URL: 'http://localhost:8080', COOKIE_SECURE: false, DEMO: false })
    expect(config.ROLES).toEqual(['web', 'worker', 'scheduler'])
    expect(new URL(config.APP_DATABASE_URL).username).toBe('sampark_app')
  })

  test('names every bad key at once and repeats no value', () => {
    const environment = { SECRET_KEY: 'hush', PORT: 'eighty', REDIS_URL: 'http://x', ROLES: 'web,cook', SMTP_URL: 'secret-mail' }
    expect([...badKeys(environment)].sort()).toEqual(['PORT', 'REDIS_URL', 'ROLES', 'SECRET_KEY', 'SMTP_URL'])
    expect(() => readConfig(environment)).not.toThrow(/hush|secret-mail/)
  })

  test('asks for a database when none is given', () => {
    expect(badKeys({ SECRET_KEY: key })).toEqual(['DATABASE_URL'])
  })

  test('takes several former keys, and refuses the list where one of them is short', () => {
    const other = Buffer.from('zyxwvutsrqponmlkjihgfedcba9876543210').toString('base64url')
    expect(acceptedKeys(readConfig({ ...least, SECRET_KEY_PREVIOUS: `${other}, ${key}` }))).toEqual([key, other])
    expect(badKeys({ ...least, SECRET_KEY_PREVIOUS: `${other},hush` })).toEqual(['SECRET_KEY_PREVIOUS'])
    expect(() => readConfig({ ...least, SECRET_KEY_PREVIOUS: `${other},hush` })).not.toThrow(/hush/)
  })

  test('takes a secret from a file, and says when the file cannot be read', () => {
    const file = join(mkdtempSync(join(tmpdir(), 'config-')), 'secret')
    writeFileSync(file, `${key}\n`)
    expect(readConfig({ DATABASE_URL: least.DATABASE_URL, SECRET_KEY_FILE: file }).SECRET_KEY).toBe(key)
    expect(badKeys({ DATABASE_URL: least.DATABASE_URL, SECRET_KEY_FILE: `${file}.gone` })).toEqual(['SECRET_KEY'])
    writeFileSync(file, '\n')
    expect(readConfig({ ...least, SMTP_URL_FILE: file }).SMTP_URL).toBeUndefined()
  })

  test('refuses demo users, example secrets and plain http where other machines can reach it', () => {
    const open = { ...least, HOST: '0.0.0.0' }
    expect(badKeys({ ...open, DEMO: '1', SECRET_KEY: 'c2FtcGFyay1kZW1vLXNlY3JldC1rZXktZG8tbm90LXVzZQ' })).toEqual([
      'DEMO',
      'SECRET_KEY',
      'PUBLIC_URL'
    ])
    expect(readConfig({ ...open, PUBLIC_URL: 'https://seva.example/' })).toMatchObject({
      PUBLIC_URL: 'https://seva.example',
      COOKIE_SECURE: true
    })
  })

  test('refuses a key that is long but not random', () => {
    expect(badKeys({ ...least, NODE_ENV: 'production', SECRET_KEY: 'c2FtcGFyay1kZW1vLXNlY3JldC1rZXktZG8tbm90LXVzZQ' })).toEqual(['SECRET_KEY'])
    expect(badKeys({ ...least, S3_ENDPOINT: 'https://files.example' })).toEqual(['S3_BUCKET', 'S3_ACCESS_KEY', 'S3_SECRET_KEY'])
    expect(badKeys({ ...least, SECRET_KEY: 'A'.repeat(64) })).toEqual(['SECRET_KEY'])
  })

  test('wants all push keys or none', () => {
    expect(badKeys({ ...least, VAPID_PUBLIC_KEY: 'BPub' })).toEqual(['VAPID_SUBJECT', 'VAPID_PRIVATE_KEY'])
  })

  test('describes each key and knows which are secret', () => {
    const table = configTable()
    expect(table.filter((row) => row.description === '')).toEqual([])
    expect(table.find((row) => row.key === 'PORT')?.fallback).toBe('8080')
    expect(table.filter((row) => row.secret).map((row) => row.key)).toEqual(
      expect.arrayContaining(['SECRET_KEY', 'DATABASE_URL', 'REDIS_URL', 'SMTP_URL', 'SMS_TOKEN', 'METRICS_TOKEN', 'VAPID_PRIVATE_KEY'])
    )
  })
})
