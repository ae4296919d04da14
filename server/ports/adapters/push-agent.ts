import dns from 'node:dns'
import https from 'node:https'
import { BlockList, isIP, type LookupFunction } from 'node:net'

const inside = new BlockList()
for (const [network, bits] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['224.0.0.0', 3]
] as const)
  inside.addSubnet(network, bits, 'ipv4')
for (const [network, bits] of [
  ['::', 96],
  ['64:ff9b::', 96],
  ['fc00::', 7],
  ['fe80::', 10],
  ['ff00::', 8]
] as const)
  inside.addSubnet(network, bits, 'ipv6')

/** True for addresses that belong to a machine or a private network, which no push service has. */
export function isInsideAddress(address: string): boolean {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1]
  if (mapped) return inside.check(mapped, 'ipv4')
  const family = isIP(address)
  return family === 0 || inside.check(address, family === 6 ? 'ipv6' : 'ipv4')
}

/**
 * The address of a push service comes from a person's device. So that nobody can make the server call its own network,
 * names that lead inside are refused where `onlyOutside` is set; an address of numbers never reaches `lookup` and is
 * refused by `refusesHost`.
 */
export function createPushAgent(options: { onlyOutside: boolean }): https.Agent {
  const common = { keepAlive: false, maxSockets: 50 }
  return options.onlyOutside ? new https.Agent({ ...common, lookup: lookupOutside }) : new https.Agent(common)
}

/** Whether an endpoint names an inside address by its numbers. */
export function refusesHost(endpoint: string): boolean {
  const host = new URL(endpoint).hostname.replace(/^\[|\]$/g, '')
  return isIP(host) !== 0 && isInsideAddress(host)
}

const lookupOutside: LookupFunction = (hostname, options, callback) => {
  dns.lookup(hostname, { ...options, all: true }, (error, addresses) => {
    const outside = error ? [] : addresses.filter(({ address }) => !isInsideAddress(address))
    const first = outside[0]
    if (!first) callback(error ?? new Error('leads inside'), '', 4)
    else if (options.all) callback(null, outside)
    else callback(null, first.address, first.family)
  })
}

/** An office that the world reaches must not be led into its own network by an address that somebody names. */
export function onlyOutside(config: { readonly PUBLIC_URL: string }): boolean {
  return config.PUBLIC_URL.startsWith('https:')
}
