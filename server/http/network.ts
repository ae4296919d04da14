import { isIPv6 } from 'node:net'

/**
 * The network that limits count by: an IPv4 address, or the first 56 bits of an IPv6 address, since one household holds
 * at least that many addresses. IPv4 written as IPv6 (`::ffff:192.0.2.1`) counts as IPv4.
 */
export function networkOf(ip: string): string {
  const plain = ip.toLowerCase().replace(/^::ffff:(?=\d+\.\d+\.\d+\.\d+$)/, '')
  if (!isIPv6(plain)) return plain
  const groups = expandGroups(plain.split('%', 1)[0] ?? plain)
  const fourth = (Number.parseInt(groups[3] ?? '0', 16) & 0xff00).toString(16)
  return `${groups.slice(0, 3).join(':')}:${fourth}::/56`
}

function expandGroups(ip: string): string[] {
  const [head = '', tail] = ip.split('::')
  const left = head === '' ? [] : head.split(':')
  if (tail === undefined) return left.map(trimZeros)
  const right = tail === '' ? [] : tail.split(':')
  const zeros = new Array<string>(Math.max(0, 8 - left.length - right.length)).fill('0')
  return [...left, ...zeros, ...right].map(trimZeros)
}

function trimZeros(group: string): string {
  return group.replace(/^0+(?=.)/, '')
}
