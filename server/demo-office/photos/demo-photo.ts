import { createHash } from 'node:crypto'
import sharp from 'sharp'
import type { PhotoScene } from '../departments/department-names.ts'
import type { DemoPhotoFacts } from '../grievances/demo-filing.ts'
import type { SeededRandom } from '../seeded-random.ts'
import { deadAnimal, dogs, garbage, mosquito, noise } from './life-scenes.ts'
import type { Light, SceneView } from './scene-parts.ts'
import { fallenTree, footpath, papers, park, pothole, streetLight, wire } from './street-scenes.ts'
import { drain, leak, manhole, tap } from './water-scenes.ts'

export interface DemoPhoto extends DemoPhotoFacts {
  readonly jpeg: Buffer
}

const draw: Readonly<Record<PhotoScene, { svg: (view: SceneView) => string; lights: readonly Light[] }>> = {
  streetLight: { svg: streetLight, lights: ['night', 'dusk'] },
  wire: { svg: wire, lights: ['day', 'dusk'] },
  tap: { svg: tap, lights: ['day', 'dusk'] },
  leak: { svg: leak, lights: ['day', 'dusk'] },
  drain: { svg: drain, lights: ['day', 'dusk'] },
  manhole: { svg: manhole, lights: ['day', 'dusk'] },
  pothole: { svg: pothole, lights: ['day', 'dusk'] },
  footpath: { svg: footpath, lights: ['day', 'dusk'] },
  garbage: { svg: garbage, lights: ['day', 'dusk'] },
  deadAnimal: { svg: deadAnimal, lights: ['day'] },
  tree: { svg: fallenTree, lights: ['day', 'dusk'] },
  park: { svg: park, lights: ['day'] },
  mosquito: { svg: mosquito, lights: ['day', 'dusk'] },
  dogs: { svg: dogs, lights: ['day', 'dusk'] },
  noise: { svg: noise, lights: ['night'] },
  papers: { svg: papers, lights: ['day'] }
}

/** Scenes that can be photographed again when the work is done. */
const mendable: readonly PhotoScene[] = [
  'streetLight',
  'wire',
  'tap',
  'leak',
  'drain',
  'manhole',
  'pothole',
  'footpath',
  'garbage',
  'tree',
  'park',
  'papers'
]

/** Some forty different photos, drawn from the seed: each of the scenes in one or two lights, and mended where that can be seen. */
export async function drawDemoPhotos(random: SeededRandom, scenes = Object.keys(draw) as PhotoScene[]): Promise<DemoPhoto[]> {
  const views = scenes.flatMap((scene) => [
    ...draw[scene].lights.map((light) => ({ scene, light, mended: false })),
    ...(mendable.includes(scene) ? [{ scene, light: draw[scene].lights[0]!, mended: true }] : [])
  ])
  const photos: DemoPhoto[] = []
  for (const { scene, light, mended } of views) {
    const svg = draw[scene].svg({ random: random.fork(`${scene} ${light} ${mended}`), light, mended })
    const jpeg = await sharp(Buffer.from(svg)).jpeg({ quality: 82 }).toBuffer()
    photos.push({ scene, mended, jpeg, size: jpeg.byteLength, sha256: createHash('sha256').update(jpeg).digest('hex') })
  }
  return photos
}
