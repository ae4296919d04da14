import { connect } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openSmallOffice, type SmallOffice } from '#server/testing/offices/small-office.ts'

let small: SmallOffice
beforeAll(async () => {
  small = await openSmallOffice()
})
afterAll(() => small?.close())

/** Sends bytes as they are over one connection. @returns the status of each answer, in order, once the server has closed it. */
function send(lines: string[], body = ''): Promise<number[]> {
  return new Promise((resolve, reject) => {
    const socket = connect(Number(new URL(small.server.url).port), '127.0.0.1')
    let text = ''
    socket.on('data', (part) => (text += part.toString('latin1')))
    socket.on('error', reject)
    socket.on('close', () => resolve([...text.matchAll(/HTTP\/1\.1 (\d{3})/g)].map((match) => Number(match[1]))))
    socket.write(`${lines.join('\r\n')}\r\n\r\n${body}`)
  })
}

const head = ['POST /api/v1/session HTTP/1.1', 'Host: localhost', 'Content-Type: application/json']
/** What an attacker would have the server take for a request of the next visitor on the same connection of a proxy. */
const hidden = 'GET /health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n'

// RFC 9112, 6.1 and 6.3: what a proxy and the server could measure differently must not be answered as two requests.
describe('a request whose length can be read in two ways is refused, and what hides in it is not answered', () => {
  const twoWays: [string, string[], string][] = [
    ['two kinds of length', ['Content-Length: 4', 'Transfer-Encoding: chunked'], `0\r\n\r\n${hidden}`],
    ['two kinds of length, the other way round', ['Transfer-Encoding: chunked', 'Content-Length: 4'], `0\r\n\r\n${hidden}`],
    ['two lengths', ['Content-Length: 0', `Content-Length: ${hidden.length}`], hidden],
    ['a length with a sign', [`Content-Length: +${hidden.length}`], hidden],
    ['a list of lengths', ['Content-Length: 0, 5'], hidden],
    ['an encoding nobody knows', ['Transfer-Encoding: chunked, identity'], `0\r\n\r\n${hidden}`],
    ['an encoding behind a space', ['Transfer-Encoding : chunked', 'Content-Length: 0'], `0\r\n\r\n${hidden}`],
    ['a folded header', ['X-Folded: a', ' Transfer-Encoding: chunked'], hidden],
    ['a chunk of a false size', ['Transfer-Encoding: chunked'], `0x5\r\nhello\r\n0\r\n\r\n${hidden}`]
  ]
  test.each(twoWays)('%s', async (_name, headers, body) => {
    expect(await send([...head, ...headers], body)).toEqual([400])
  })
})

test('two whole requests on one connection are two, so that the cases above could have been answered twice', async () => {
  expect(await send([...head, 'Content-Length: 2'], `{}${hidden}`)).toEqual([400, 200])
})
