import { createServer } from 'node:net'

/** Thrown when a port that was asked for by number belongs to another program. */
export class PortTakenError extends Error {
  override name = 'PortTakenError'
}

function tryPort(port: number, host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer()
    probe.once('error', reject)
    probe.listen({ port, host, exclusive: true }, () => {
      const address = probe.address()
      const found = typeof address === 'object' && address ? address.port : port
      probe.close(() => resolve(found))
    })
  })
}

/**
 * Returns a port that was free a moment ago on `host`; 0 picks one.
 * Throws PortTakenError with a sentence naming `program` when the wished port is in use.
 */
export async function findPort(wished: number, program: string, host = '127.0.0.1'): Promise<number> {
  try {
    return await tryPort(wished, host)
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code
    if (code === 'EADDRINUSE') {
      throw new PortTakenError(`Port ${wished} is taken by another program, so ${program} cannot use it. Choose another port, or 0 to let one be picked.`)
    }
    if (code === 'EACCES') throw new PortTakenError(`Port ${wished} may not be used by this user; ${program} needs one above 1023.`)
    throw error
  }
}
