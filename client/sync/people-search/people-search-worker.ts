import { PeopleKeys } from './people-keys.ts'
import type { SearchAnswer, SearchOrder } from './search-order.ts'

/** The index of people in a thread of its own: folding and ranking never hold up the page. */
const keys = new PeopleKeys()
const tell = (answer: SearchAnswer): void => self.postMessage(answer)

self.addEventListener('message', ({ data: order }: MessageEvent<SearchOrder>) => {
  if (order.kind === 'find') tell({ kind: 'found', run: order.run, hits: keys.find(order.query, order.limit) })
  else keys.take(order)
})
tell({ kind: 'open' })
