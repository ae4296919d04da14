import { connect, type Socket } from 'node:net'
import type { ScanVerdict, VirusScanner } from '../virus-scanner.ts'

export interface ClamdOptions {
  /** `host:port`, or the path of a socket. */
  readonly address: string
  /** For all of it. */
  readonly timeoutMs?: number
}

const chunkBytes = 64 * 1024
const longestAnswer = 4096

/** clamd, by INSTREAM: the bytes in chunks that are led by their length (four bytes, the highest first), then a length of zero. */
export function createClamdScanner({ address, timeoutMs = 30_000 }: ClamdOptions): VirusScanner {
  return {
    async scan(bytes) {
      const answer = await ask(placeOf(address), bytes, timeoutMs).catch(() => null)
      return answer === null ? { kind: 'away' } : verdictOf(answer)
    }
  }
}

function placeOf(address: string): { path: string } | { host: string; port: number } {
  if (address.startsWith('/')) return { path: address }
  const at = address.lastIndexOf(':')
  return { host: address.slice(0, at).replace(/^\[|\]$/g, ''), port: Number(address.slice(at + 1)) }
}

/** Anything but the two known sentences says nothing of the bytes: also `INSTREAM size limit exceeded. ERROR`. */
function verdictOf(answer: string): ScanVerdict {
  if (answer === 'stream: OK') return { kind: 'clean' }
  const name = /^stream: (.+) FOUND$/.exec(answer)?.[1]
  return name === undefined ? { kind: 'away' } : { kind: 'found', name: name.slice(0, 200) }
}

function ask(place: ReturnType<typeof placeOf>, bytes: Uint8Array, timeoutMs: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket: Socket = connect(place)
    const timer = setTimeout(() => socket.destroy(new Error('timeout')), timeoutMs)
    let answer = ''
    socket.setEncoding('utf8')
    socket.on('data', (text: string) => {
      answer += text
      if (answer.length > longestAnswer) socket.destroy(new Error('too long'))
      else if (answer.endsWith('\0')) socket.end()
    })
    socket.on('error', () => undefined)
    socket.on('close', () => {
      clearTimeout(timer)
      if (answer.endsWith('\0')) resolve(answer.slice(0, -1).trim())
      else reject(new Error('no answer'))
    })
    socket.on('connect', () => {
      socket.write('zINSTREAM\0')
      for (let at = 0; at < bytes.byteLength; at += chunkBytes) {
        const chunk = bytes.subarray(at, at + chunkBytes)
        socket.write(lengthOf(chunk.byteLength))
        socket.write(chunk)
      }
      socket.write(lengthOf(0))
    })
  })
}

function lengthOf(count: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(count)
  return bytes
}
