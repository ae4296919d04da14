/** Blocks of the tar format (POSIX ustar): plain files only, names up to 100 bytes of ASCII. */
export const tarBlock = 512
/** Ends an archive. */
export const tarEnd = Buffer.alloc(tarBlock * 2)

/** The header of a member, readable by everyone's tar. `mtime` in seconds. */
export function tarHeader(member: { path: string; bytes: number; mtime: number }): Buffer {
  const header = Buffer.alloc(tarBlock)
  if (Buffer.byteLength(member.path) > 100) throw new Error('The name of a part is too long for an archive.')
  header.write(member.path, 0, 'ascii')
  header.write(octal(0o600, 7), 100)
  header.write(octal(0, 7), 108)
  header.write(octal(0, 7), 116)
  header.write(octal(member.bytes, 11), 124)
  header.write(octal(member.mtime, 11), 136)
  header.fill(' ', 148, 156)
  header.write('0', 156)
  header.write('ustar\u000000', 257, 'latin1')
  header.write(`${octal(sumOf(header), 6)}\0 `, 148, 'latin1')
  return header
}

/** Zeros that fill the last block of a member. */
export function tarPadding(bytes: number): Buffer {
  return Buffer.alloc((tarBlock - (bytes % tarBlock)) % tarBlock)
}

/** What a header says; null for a block of zeros, which ends the archive. Throws for anything but a plain file. */
export function readTarHeader(header: Buffer): { path: string; bytes: number } | null {
  if (header.every((byte) => byte === 0)) return null
  const said = Number.parseInt(header.toString('latin1', 148, 156), 8)
  const counted = Buffer.from(header)
  counted.fill(' ', 148, 156)
  if (sumOf(counted) !== said) throw new Error('a header is damaged')
  if (header.toString('latin1', 156, 157) !== '0') throw new Error('it holds something that is no plain file')
  const path = header.toString('latin1', 0, 100).split('\0')[0]!
  const size = header.toString('latin1', 124, 135)
  if (!/^[0-7]{11}$/.test(size)) throw new Error('a size is not readable')
  return { path, bytes: Number.parseInt(size, 8) }
}

function octal(value: number, digits: number): string {
  return value.toString(8).padStart(digits, '0')
}

function sumOf(header: Buffer): number {
  return header.reduce((sum, byte) => sum + byte, 0)
}
