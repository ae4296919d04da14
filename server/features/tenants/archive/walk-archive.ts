import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { pipeline } from 'node:stream'
import { createGunzip } from 'node:zlib'
import { ArchiveError, manifestPath, mostManifestBytes, readManifest, type ArchivePart, type Manifest } from './archive-manifest.ts'
import { createByteReader, type ByteReader } from './byte-reader.ts'
import { readTarHeader, tarBlock } from './tar.ts'

/** What is done with the bytes of a part; it must take all of them. */
export type PartReader = (part: ArchivePart, bytes: AsyncIterable<Buffer>) => Promise<void>

/**
 * Reads an archive from its manifest on, part by part, in the order and the sizes that the manifest says, and never further: what it
 * would unpack to beyond that is not looked at. Throws an ArchiveError that names the part whose name, size or hash is another one.
 */
export async function walkArchive(
  path: string,
  options: { mostBytes: number; onManifest?: (manifest: Manifest) => Promise<void>; onPart: PartReader }
): Promise<Manifest> {
  const unpacked = createGunzip()
  const source = createReadStream(path)
  pipeline(source, unpacked, () => undefined)
  const reader = createByteReader(unpacked)
  let reading = manifestPath
  try {
    const manifest = await manifestOf(reader, options.mostBytes)
    await options.onManifest?.(manifest)
    for (const part of manifest.parts) {
      reading = part.path
      await readPart(reader, part, options.onPart)
    }
    reading = 'the end'
    if (readTarHeader(await reader.exactly(tarBlock)) !== null) throw new ArchiveError(reading, 'there is more than the manifest names')
    return manifest
  } catch (error) {
    throw told(error, reading)
  } finally {
    source.destroy()
    unpacked.destroy()
  }
}

async function manifestOf(reader: ByteReader, mostBytes: number): Promise<Manifest> {
  const header = readTarHeader(await reader.exactly(tarBlock))
  if (header?.path !== manifestPath) throw new ArchiveError(manifestPath, 'it does not stand first; this is no archive of an office')
  if (header.bytes > mostManifestBytes) throw new ArchiveError(manifestPath, 'it is too large')
  const text = (await reader.exactly(header.bytes)).toString('utf8')
  await reader.exactly(paddingOf(header.bytes))
  return readManifest(text, mostBytes)
}

async function readPart(reader: ByteReader, part: ArchivePart, onPart: PartReader): Promise<void> {
  const header = readTarHeader(await reader.exactly(tarBlock))
  if (header?.path !== part.path) throw new ArchiveError(part.path, 'something else stands in its place')
  if (header.bytes !== part.bytes) throw new ArchiveError(part.path, 'it has another size than the manifest says')
  const hash = createHash('sha256')
  async function* hashed(): AsyncGenerator<Buffer> {
    for await (const chunk of reader.upTo(part.bytes)) {
      hash.update(chunk)
      yield chunk
    }
  }
  await onPart(part, hashed())
  if (hash.digest('hex') !== part.sha256) throw new ArchiveError(part.path, 'it was changed after the archive was made')
  await reader.exactly(paddingOf(part.bytes))
}

function paddingOf(bytes: number): number {
  return (tarBlock - (bytes % tarBlock)) % tarBlock
}

/** Errors of the unpacking and of the tar are refusals of the part that was being read; the database's stay what they are. */
function told(error: unknown, reading: string): unknown {
  const { code, message } = error as { code?: string; message: string }
  if (error instanceof ArchiveError) return error
  if (code?.startsWith('Z_') || code === 'cut_off') return new ArchiveError(reading, 'it is cut off or damaged')
  if (code === undefined && /^(a header|it holds|a size)/.test(message)) return new ArchiveError(reading, message)
  return error
}
