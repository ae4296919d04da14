/**
 * SHA-256 of the bytes as 64 lower-case hex digits. Needs a secure context (https or localhost), as `crypto.subtle` does.
 * The bytes are read into memory once: meant for photos of a few hundred kB.
 */
export async function sha256Hex(source: Blob | Uint8Array<ArrayBuffer>): Promise<string> {
  const bytes = source instanceof Blob ? await source.arrayBuffer() : source
  const digest = await crypto.subtle.digest('SHA-256', bytes)
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('')
}
