import { createHash } from 'node:crypto'

/** A weak tag of a JSON text: the same content, maybe packed differently. */
export function tagOfText(text: string): string {
  return `W/"${createHash('sha256').update(text).digest('base64url').slice(0, 27)}"`
}

/** Whether the caller has this version (RFC 9110, 13.1.2), also where a proxy that compresses made the tag a weak one. */
export function holdsTag(ifNoneMatch: string | undefined, tag: string): boolean {
  const plain = (one: string) => one.trim().replace(/^W\//, '')
  return (ifNoneMatch ?? '').split(',').map(plain).includes(plain(tag))
}
