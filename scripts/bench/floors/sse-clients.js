import { connect } from 'node:net'

// A process of its own: many streams held over bare sockets, so that the clients cost little beside what is measured.
// Tells `{open}` when all have had their hello, and after each `{wave}` the time at which each had its poke: `{last, p95}`.
const [port, count, path, token] = [Number(process.argv[2]), Number(process.argv[3]), process.argv[4], process.argv[5]]
const together = 100
let [open, begun] = [0, 0]
let seen = []

function begin() {
  if (begun === count) return
  begun += 1
  const socket = connect(port, '127.0.0.1')
  let hello = false
  socket.setEncoding('latin1')
  socket.on('connect', () => socket.write(`GET ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer ${token}\r\n\r\n`))
  socket.on('data', (text) => {
    if (!hello && text.includes('event: hello')) {
      hello = true
      open += 1
      if (open === count) process.send({ open })
      else begin()
    }
    if (text.includes('event: poke')) note(Date.now())
  })
  const fail = (why) => process.send({ failed: `stream ${begun}: ${why}` })
  socket.on('error', (error) => fail(error.message))
  socket.on('end', () => fail('ended'))
}

function note(at) {
  seen.push(at)
  if (seen.length < count) return
  const sorted = seen.sort((a, b) => a - b)
  process.send({ p95: sorted[Math.ceil(count * 0.95) - 1], last: sorted[count - 1] })
  seen = []
}

for (let n = 0; n < Math.min(together, count); n += 1) begin()
