import { describe, expect, test } from 'vitest'
import { networkOf } from './network.ts'

describe('the network that limits count by', () => {
  test.each([
    ['an IPv4 address is its own', '192.0.2.7', '192.0.2.7'],
    ['IPv4 written as IPv6', '::ffff:192.0.2.7', '192.0.2.7'],
    ['the addresses of one household are one', '2001:db8:1:2200:aaaa::1', '2001:db8:1:2200::/56'],
    ['with another interface and upper case', '2001:0DB8:1:22ff::9', '2001:db8:1:2200::/56'],
    ['the neighbour is another', '2001:db8:1:2300::1', '2001:db8:1:2300::/56'],
    ['loopback', '::1', '0:0:0:0::/56']
  ])('%s', (_what, ip, network) => {
    expect(networkOf(ip)).toBe(network)
  })
})
