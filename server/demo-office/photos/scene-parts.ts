import type { SeededRandom } from '../seeded-random.ts'

export const sceneWidth = 1024
export const sceneHeight = 768
/** Where the ground begins. */
export const horizon = 430

/** The hour of the picture. */
export type Light = 'day' | 'dusk' | 'night'

export interface SceneView {
  readonly random: SeededRandom
  readonly light: Light
  /** After the work was done. */
  readonly mended: boolean
}

const skies: Record<Light, [string, string]> = {
  day: ['#7fb4dc', '#dcebf2'],
  dusk: ['#5a5f94', '#f0b489'],
  night: ['#070b1a', '#1f2940']
}
const shades: Record<Light, number> = { day: 0, dusk: 0.22, night: 0.62 }

type Four = readonly [number, number, number, number]

/** `[x, y, width, height]` */
export const rect = ([x, y, width, height]: Four, fill: string, more = '') =>
  `<rect x="${x}" y="${y}" width="${width}" height="${height}" fill="${fill}" ${more}/>`
export const path = (d: string, fill: string, more = '') => `<path d="${d}" fill="${fill}" ${more}/>`
export const line = (d: string, stroke: string, width: number) =>
  `<path d="${d}" fill="none" stroke="${stroke}" stroke-width="${width}" stroke-linecap="round"/>`
/** `[x, y, rx, ry]` of its centre and its reach. */
export const ellipse = ([x, y, rx, ry]: Four, fill: string, more = '') =>
  `<ellipse cx="${x}" cy="${y}" rx="${rx}" ry="${ry}" fill="${fill}" ${more}/>`

/** The whole picture: sky, houses, ground, the matter itself, and the light of the hour over it. */
export function scene(view: SceneView, parts: { ground: string; matter: string; glow?: string }): string {
  const { ground, matter, glow = '' } = parts
  const [top, bottom] = skies[view.light]
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${sceneWidth}" height="${sceneHeight}" viewBox="0 0 ${sceneWidth} ${sceneHeight}">
<defs><linearGradient id="sky" x1="0" y1="0" x2="0" y2="1"><stop offset="0" stop-color="${top}"/><stop offset="1" stop-color="${bottom}"/></linearGradient>
<linearGradient id="near" x1="0" y1="0" x2="0" y2="1"><stop offset="0" stop-color="#000" stop-opacity="0"/><stop offset="1" stop-color="#000" stop-opacity=".28"/></linearGradient>
<radialGradient id="glow"><stop offset="0" stop-color="#ffe9a8" stop-opacity=".95"/><stop offset="1" stop-color="#ffd166" stop-opacity="0"/></radialGradient></defs>
${rect([0, 0, sceneWidth, horizon + 20], 'url(#sky)')}${houses(view.random)}${ground}${matter}
${rect([0, horizon, sceneWidth, sceneHeight - horizon], 'url(#near)')}${rect([0, 0, sceneWidth, sceneHeight], '#050a1c', `opacity="${shades[view.light]}"`)}${glow}</svg>`
}

function houses(random: SeededRandom): string {
  let drawn = ''
  for (let x = -random.whole(0, 60); x < sceneWidth;) {
    const width = random.whole(120, 220)
    const height = random.whole(110, 260)
    drawn += rect(
      [x, horizon - height, width, height + 10],
      random.pick(['#d9c3a0', '#c98f6b', '#e3d9c4', '#b7c4bb', '#d6a57e', '#9fb1bd'])
    )
    drawn += rect([x, horizon - height, width, 12], '#7d6a58')
    for (let window = x + 22; window < x + width - 34; window += 52)
      drawn += rect([window, horizon - height + 42, 26, 38], '#43505c')
    drawn += rect([x + width / 2 - 16, horizon - 62, 32, 62], random.pick(['#6b4a32', '#2f5d62', '#7a3b35']))
    x += width + random.whole(0, 24)
  }
  return drawn
}

/** A tarred road that runs towards the houses, with sand beside it. */
export function road(random: SeededRandom): string {
  const stones = speckles(random, { count: 260, from: horizon + 8, fills: ['#8d8272', '#6d6559', '#b0a48f'] })
  const tar = path(`M360 ${horizon}H660L980 ${sceneHeight}H40Z`, '#55565a')
  const marks = [0, 1, 2].map((at) =>
    path(`M${508 - at * 3} ${490 + at * 90}h${8 + at * 6}l4 ${40 + at * 10}h-${16 + at * 6}z`, '#d8d4c8')
  )
  return rect([0, horizon, sceneWidth, sceneHeight - horizon], '#b7a583') + stones + tar + marks.join('')
}

export function earth(random: SeededRandom, fill = '#b39a74'): string {
  return (
    rect([0, horizon, sceneWidth, sceneHeight - horizon], fill) +
    speckles(random, { count: 340, from: horizon + 6, fills: ['#8f7a59', '#cbb690', '#76664b'] })
  )
}

/** Small things strewn over the ground, larger the nearer they are. */
export function speckles(
  random: SeededRandom,
  given: { count: number; from: number; fills: readonly string[] }
): string {
  return Array.from({ length: given.count }, () => {
    const y = random.whole(given.from, sceneHeight)
    const size = 1 + ((y - horizon) / (sceneHeight - horizon)) * 4
    return ellipse([random.whole(0, sceneWidth), y, Math.round(size * 1.6), Math.round(size)], random.pick(given.fills))
  }).join('')
}

/** An uneven blot: a puddle, a hole, a heap seen from above. */
export function blot(
  random: SeededRandom,
  at: { x: number; y: number; width: number; height: number },
  fill: string
): string {
  const points = Array.from({ length: 12 }, (_, corner) => {
    const angle = (corner / 12) * 2 * Math.PI
    const reach = 0.75 + random.next() * 0.35
    return `${Math.round(at.x + Math.cos(angle) * at.width * reach)} ${Math.round(at.y + Math.sin(angle) * at.height * reach)}`
  })
  return path(`M${points.join('L')}Z`, fill, 'stroke-linejoin="round"')
}

export function pole(x: number, top: number): string {
  return rect([x - 7, top, 14, 620 - top], '#6f757b') + rect([x - 16, 606, 32, 18], '#8b8b86')
}

export function tree([x, base, size]: readonly [x: number, base: number, size: number]): string {
  const crown = [
    [0, -1.5, 0.7],
    [-0.5, -1.15, 0.55],
    [0.5, -1.2, 0.55],
    [0.1, -1.95, 0.5]
  ] as const
  return (
    rect([x - size * 0.09, base - size, size * 0.18, size], '#6a4a2f') +
    crown
      .map(([dx, dy, r]) => ellipse([x + dx * size, base + dy * size, r * size, r * size * 0.85], '#3f7a3f'))
      .join('')
  )
}
