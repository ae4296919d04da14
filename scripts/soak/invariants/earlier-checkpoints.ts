import { canonicalJson } from '#shared/protocol/canonical-json.ts'
import type { CollectionName } from '#shared/protocol/collection-names.ts'
import type { Checkpoint } from '#shared/protocol/position.ts'
import { protocolVersion } from '#shared/protocol/protocol-version.ts'
import type { PulledPage, PullReply, PullRequest } from '#shared/protocol/pull.ts'
import type { World } from '../world.ts'
import { differences, mustBeEmpty } from './compare.ts'
import { sendAs } from './replay.ts'

type Document = PulledPage['documents'][number]
type State = ReadonlyMap<string, Document>

/** A place that a device had reached: its checkpoint, and what everything up to there adds up to. */
interface Reached {
  deviceId: string
  userId: string
  collection: CollectionName
  checkpoint: Checkpoint
  state: State
}

/** (f) A device that comes back from any earlier checkpoint ends with what the database says, whatever was pruned since. */
export async function checkEarlierCheckpoints(world: World, most: number): Promise<number> {
  const places = placesReached(world)
  const chosen = Array.from({ length: Math.min(most, places.length) }, () => world.chance.pick(places))
  for (const place of chosen) {
    const state = await readToEnd(world, place)
    const truth = await world.stage.oracle.visibleTo(world.office.tenantId, place.userId)
    const wanted = new Map([...truth].filter(([, record]) => record.collection === place.collection).map(([id, record]) => [id, record.document]))
    mustBeEmpty(`(f) from an earlier checkpoint of ${place.collection}`, differences(alive(state), wanted))
  }
  return chosen.length
}

const alive = (state: State) => new Map([...state].filter(([, document]) => !('_deleted' in document)))

/** From the recorded pulls: each page adds to what its request's checkpoint stood for. */
function placesReached(world: World): Reached[] {
  const places = new Map<string, Reached>()
  for (const { deviceId, userId, request, reply } of world.recorder.pulls()) {
    const asked = (JSON.parse(request) as PullRequest).pulls
    for (const page of (JSON.parse(reply) as PullReply).pulls) {
      const from = asked.find((one) => one.collection === page.collection)?.checkpoint ?? null
      const base = from === null || page.reset ? new Map<string, Document>() : places.get(keyOf(deviceId, page.collection, from))?.state
      if (!base) continue
      places.set(keyOf(deviceId, page.collection, page.checkpoint), {
        deviceId, userId, collection: page.collection, checkpoint: page.checkpoint, state: withPage(base, page)
      })
    }
  }
  return [...places.values()]
}

const keyOf = (deviceId: string, collection: string, checkpoint: Checkpoint) => `${deviceId} ${collection} ${canonicalJson(checkpoint)}`

function withPage(base: State, page: PulledPage): State {
  const next = new Map(base)
  for (const document of page.documents) if ((next.get(document.id)?.rev ?? -1) <= document.rev) next.set(document.id, document)
  return next
}

async function readToEnd(world: World, place: Reached): Promise<State> {
  let { state, checkpoint } = place
  for (;;) {
    const request: PullRequest = { protocol: protocolVersion, pulls: [{ collection: place.collection, checkpoint }] }
    const response = await sendAs(world, place.deviceId, { path: `/o/${world.office.slug}/api/v1/sync/pull`, request: JSON.stringify(request) })
    const page = ((await response.json()) as PullReply).pulls[0]!
    state = withPage(page.reset ? new Map() : state, page)
    checkpoint = page.checkpoint
    if (page.done) return state
  }
}
