import { afterEach, describe, expect, it } from 'vitest'
import { BroadcastChannel } from './native-broadcast-channel.ts'

const open: BroadcastChannel[] = []
const channel = (name: string): BroadcastChannel => {
  const made = new BroadcastChannel(name)
  open.push(made)
  return made
}

afterEach(async () => {
  await Promise.all(open.splice(0).map((one) => one.close()))
})

describe('BroadcastChannel', () => {
  it('gives the other tabs the message itself, and not its own sender', async () => {
    const [here, there] = [channel('records'), channel('records')]
    const heard: unknown[] = []
    here.addEventListener('message', (message) => heard.push(['here', message]))
    there.addEventListener('message', (message) => heard.push(['there', message]))
    await here.postMessage({ collectionName: 'cases' })
    await expect.poll(() => heard).toEqual([['there', { collectionName: 'cases' }]])
  })

  it('tells nobody who has stopped listening', async () => {
    const [here, there] = [channel('records'), channel('records')]
    const heard: unknown[] = []
    const gone = (message: unknown): void => void heard.push(message)
    there.addEventListener('message', gone)
    there.removeEventListener('message', gone)
    there.addEventListener('message', (message) => heard.push(['still', message]))
    await here.postMessage(1)
    await expect.poll(() => heard).toEqual([['still', 1]])
  })
})
