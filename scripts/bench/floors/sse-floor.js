import { createServer } from 'node:http'

// A process of its own: node:http with nothing around it. GET holds a stream, POST sends its body to all of them.
const streams = new Set()
const server = createServer((request, response) => {
  if (request.method === 'GET') {
    response.writeHead(200, { 'Content-Type': 'text/event-stream' })
    response.write('event: hello\ndata: {}\n\n')
    streams.add(response)
    response.on('close', () => streams.delete(response))
    return
  }
  const text = Buffer.from('event: poke\ndata: {"collections":["cases"],"position":"1"}\n\n')
  for (const stream of streams) stream.write(text)
  request.resume()
  response.end('{}')
})
server.listen(0, '127.0.0.1', () => process.send({ port: server.address().port }))
