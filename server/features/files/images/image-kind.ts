export type ImageKind = 'jpeg' | 'png' | 'webp' | 'heif'

const heifBrands = new Set(['avif', 'avis', 'heic', 'heix', 'hevc', 'heim', 'heis', 'mif1', 'msf1'])

/**
 * What the first bytes say, by the signatures of the formats (JPEG: ITU T.81; PNG: RFC 2083 3.1; WebP: RFC 9649; HEIF
 * and AVIF: ISO/IEC 23008-12 brands). Names and stated types are not asked. Null for everything else, so that no other
 * decoder (SVG, PDF, TIFF) is ever handed what a stranger sent.
 */
export function imageKind(bytes: Uint8Array): ImageKind | null {
  const text = (from: number, to: number) => String.fromCharCode(...bytes.subarray(from, to))
  if (bytes[0] === 0xff && bytes[1] === 0xd8 && bytes[2] === 0xff) return 'jpeg'
  if (text(0, 8) === '\x89PNG\r\n\x1a\n') return 'png'
  if (text(0, 4) === 'RIFF' && text(8, 12) === 'WEBP') return 'webp'
  if (text(4, 8) === 'ftyp' && heifBrands.has(text(8, 12))) return 'heif'
  return null
}
