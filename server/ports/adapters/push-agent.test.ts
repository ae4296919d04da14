import { expect, test } from 'vitest'
import { isInsideAddress, refusesHost } from './push-agent.ts'

test.each([
  '127.0.0.1',
  '10.1.2.3',
  '172.20.0.1',
  '192.168.1.1',
  '169.254.169.254',
  '0.0.0.0',
  '::1',
  'fd00::1',
  'fe80::1',
  '::ffff:10.0.0.1',
  '64:ff9b::a00:1',
  'not an address'
])('%s belongs to a private network', (address) => {
  expect(isInsideAddress(address)).toBe(true)
})

test.each(['142.250.1.1', '172.32.0.1', '2a00:1450:4009::1'])('%s may be a push service', (address) => {
  expect(isInsideAddress(address)).toBe(false)
})

test('an endpoint cannot name an inside address by its numbers', () => {
  expect(refusesHost('https://127.0.0.1:8443/push')).toBe(true)
  expect(refusesHost('https://2130706433/push')).toBe(true)
  expect(refusesHost('https://[::1]/push')).toBe(true)
  expect(refusesHost('https://fcm.googleapis.com/fcm/send/abc')).toBe(false)
})
