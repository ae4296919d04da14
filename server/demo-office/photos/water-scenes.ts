import { blot, earth, ellipse, line, path, rect, road, scene, type SceneView } from './scene-parts.ts'

export function tap(view: SceneView): string {
  const { random } = view
  const platform =
    rect([330, 590, 380, 60], '#a9a49a') + rect([330, 590, 380, 10], '#c9c4b9') + rect([500, 330, 40, 262], '#8e9499')
  const spout =
    rect([540, 350, 96, 22], '#8e9499', 'rx="8"') +
    rect([614, 360, 22, 44], '#8e9499') +
    rect([566, 318, 14, 34], '#b3402f') +
    rect([546, 312, 54, 12], '#b3402f', 'rx="6"')
  const pots = [0, 1, 2]
    .map(
      (at) =>
        ellipse([600 + at * 96, 560, 42, 40], random.pick(['#c98a2f', '#3a7bbf', '#b9c0c4'])) +
        ellipse([600 + at * 96, 524, 24, 9], '#22262a')
    )
    .join('')
  const water = view.mended
    ? rect([618, 404, 14, 120], '#9fd0ea', 'opacity=".9"')
    : random.chance(0.5)
      ? ellipse([625, 430, 5, 9], '#9fd0ea')
      : rect([618, 404, 14, 120], '#8a6a35', 'opacity=".9"')
  return scene(view, { ground: earth(random), matter: platform + spout + water + pots })
}

export function leak(view: SceneView): string {
  const { random } = view
  const trench = path('M120 560L900 520L960 640L140 690Z', '#6b5539')
  const pipe =
    line('M150 620L930 578', '#7c8a92', 46) +
    line('M150 608L930 566', '#a9b5bb', 8) +
    rect([500, 566, 60, 74], view.mended ? '#2f6f8f' : '#5d6a71', 'rx="6"')
  const jets = Array.from({ length: 9 }, () =>
    line(
      `M530 580q${random.whole(-120, 120)} -${random.whole(120, 220)} ${random.whole(-190, 190)} ${random.whole(-20, 60)}`,
      '#cfe8f3',
      5
    )
  ).join('')
  return scene(view, {
    ground: road(random),
    matter:
      trench + pipe + (view.mended ? '' : jets + blot(random, { x: 520, y: 700, width: 300, height: 44 }, '#8fb3c4'))
  })
}

export function drain(view: SceneView): string {
  const { random } = view
  const channel =
    path('M300 440H420L560 768H120Z', '#5f5a50') +
    path('M326 440H396L500 768H190Z', view.mended ? '#4d6a72' : '#2d2f22')
  const spill =
    blot(random, { x: 520, y: 660, width: 330, height: 80 }, '#474a33') +
    blot(random, { x: 640, y: 600, width: 150, height: 30 }, '#565a3d')
  const litter = Array.from({ length: 26 }, () =>
    rect(
      [random.whole(200, 640), random.whole(520, 740), random.whole(14, 44), random.whole(10, 26)],
      random.pick(['#d8e0e4', '#3f78b5', '#d46a3a', '#e7d25a', '#6b8f47']),
      `transform="rotate(${random.whole(-30, 30)} 400 640)"`
    )
  ).join('')
  return scene(view, { ground: earth(random), matter: channel + (view.mended ? '' : spill + litter) })
}

export function manhole(view: SceneView): string {
  const { random } = view
  const rim =
    ellipse([510, 620, 190, 74], '#8b877d') + ellipse([510, 616, 168, 62], view.mended ? '#4a4c50' : '#0f0f10')
  const cover = Array.from({ length: 5 }, (_, at) =>
    line(`M${390 + at * 60} ${596 + Math.abs(at - 2) * 6}v${40 - Math.abs(at - 2) * 10}`, '#63666b', 8)
  ).join('')
  const branch =
    line('M500 640L560 380M530 520l-60 -70M545 450l60 -50', '#5d4327', 12) +
    ellipse([470, 440, 34, 20], '#4b7d3c') +
    ellipse([604, 394, 40, 24], '#4b7d3c') +
    rect([540, 372, 60, 44], '#c0392b')
  const edge = view.mended ? cover : line(`M${random.whole(400, 440)} 660l-60 40`, '#6e6a60', 6) + branch
  return scene(view, { ground: road(random), matter: rim + edge })
}
