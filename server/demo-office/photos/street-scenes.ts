import {
  blot,
  ellipse,
  horizon,
  line,
  path,
  pole,
  rect,
  road,
  earth,
  scene,
  sceneHeight,
  tree,
  type SceneView
} from './scene-parts.ts'

export function streetLight(view: SceneView): string {
  const x = view.random.whole(300, 420)
  const lamp =
    pole(x, 120) +
    line(`M${x} 130C${x + 60} 96 ${x + 120} 100 ${x + 160} 118`, '#6f757b', 10) +
    rect([x + 140, 112, 62, 18], '#3d4348', 'rx="8"')
  const broken = view.mended ? '' : line(`M${x + 172} 130v34`, '#3d4348', 4) + ellipse([x + 172, 170, 8, 11], '#c8c6bd')
  const glow = view.mended
    ? ellipse([x + 172, 300, 300, 330], 'url(#glow)') + ellipse([x + 172, 128, 30, 12], '#fff6d6')
    : ''
  return scene(view, { ground: road(view.random), matter: lamp + broken, glow: glow })
}

export function wire(view: SceneView): string {
  const poles =
    pole(190, 100) + pole(840, 130) + rect([160, 118, 60, 10], '#5c4a38') + rect([810, 148, 60, 10], '#5c4a38')
  const sag = view.mended ? 170 : view.random.whole(520, 600)
  const cables =
    line(`M190 122C420 ${sag - 20} 600 ${sag} 840 150`, '#1b1d20', 5) +
    line(`M190 128C400 190 640 200 840 156`, '#1b1d20', 4)
  const star = (at: number) =>
    line(`M500 ${sag - 90}l${Math.round(Math.cos(at) * 34)} ${Math.round(Math.sin(at) * 34)}`, '#ffdf5d', 4)
  return scene(view, {
    ground: road(view.random),
    matter: poles + cables,
    glow: view.mended ? '' : [0, 1, 2, 3, 4, 5].map((at) => star(at * 1.05)).join('')
  })
}

export function pothole(view: SceneView): string {
  const { random } = view
  const at = {
    x: random.whole(430, 560),
    y: random.whole(590, 640),
    width: random.whole(120, 170),
    height: random.whole(44, 60)
  }
  const hole =
    blot(random, { ...at, width: at.width * 1.25, height: at.height * 1.3 }, '#7b756b') +
    blot(random, at, '#39332c') +
    blot(random, { ...at, width: at.width * 0.6, height: at.height * 0.5 }, '#8a8f8c')
  const patch =
    rect([at.x - 170, at.y - 60, 340, 120], '#3b3c40', 'rx="14"') + rect([at.x - 170, at.y - 60, 340, 6], '#2c2d30')
  return scene(view, { ground: road(random), matter: view.mended ? patch : hole })
}

export function footpath(view: SceneView): string {
  const { random } = view
  const slabs = Array.from({ length: 24 }, (_, at) => {
    const [x, y] = [(at % 8) * 128, 500 + Math.floor(at / 8) * 74]
    const gone = !view.mended && random.chance(0.3)
    const tilt = view.mended ? 0 : random.whole(-4, 4)
    return rect(
      [x + 3, y + 3, 122, 68],
      gone ? '#5e5342' : random.pick(['#c8bfae', '#bdb3a1', '#d1c9ba']),
      `transform="rotate(${tilt} ${x + 64} ${y + 37})"`
    )
  }).join('')
  return scene(view, {
    ground: earth(random, '#8c7f6a'),
    matter: slabs + rect([0, 726, 1024, 42], '#4d4e52') + rect([0, 722, 1024, 10], '#d9d3c5')
  })
}

export function fallenTree(view: SceneView): string {
  const fallen = `<g transform="rotate(${view.random.whole(68, 80)} 420 620)">${tree([420, 620, 210])}</g>`
  const stump =
    rect([404, 590, 44, 34], '#6a4a2f') +
    ellipse([426, 590, 22, 8], '#c7a071') +
    [0, 1, 2]
      .map(
        (at) =>
          ellipse([640 + at * 54, 630 - (at % 2) * 26, 30, 26], '#8a6540') +
          ellipse([640 + at * 54, 630 - (at % 2) * 26, 16, 13], '#c7a071')
      )
      .join('')
  return scene(view, { ground: road(view.random), matter: tree([110, 470, 110]) + (view.mended ? stump : fallen) })
}

export function park(view: SceneView): string {
  const { random } = view
  const grass = rect([0, horizon, 1024, sceneHeight - horizon], view.mended ? '#6d9f4b' : '#8a8f4a')
  const blades = Array.from({ length: view.mended ? 60 : 420 }, () => {
    const [x, y] = [random.whole(0, 1024), random.whole(horizon + 40, sceneHeight)]
    return line(
      `M${x} ${y}q${random.whole(-8, 8)} -${random.whole(20, 46)} ${random.whole(-14, 14)} -${random.whole(30, 60)}`,
      random.pick(['#5b7a2e', '#77863a', '#a3a353']),
      3
    )
  }).join('')
  const frame = line('M420 640L470 400H690L740 640M470 400L450 640M690 400L712 640', '#b3402f', 12)
  const swing = view.mended
    ? line('M540 404V560M610 404V560', '#33373b', 4) + rect([528, 556, 94, 12], '#2f5d8a')
    : line('M540 404V560M610 404v60', '#33373b', 4) +
      rect([520, 610, 94, 12], '#2f5d8a', 'transform="rotate(24 560 610)"')
  return scene(view, { ground: grass + tree([150, 520, 130]) + tree([900, 500, 110]), matter: frame + swing + blades })
}

export function papers(view: SceneView): string {
  const { random } = view
  const desk = rect([0, 0, 1024, 768], '#8a6a48') + path('M0 0H1024V90H0Z', '#6f5335')
  const sheets = Array.from({ length: view.mended ? 1 : 5 }, () => {
    const [x, y, turn] = [random.whole(180, 520), random.whole(110, 260), random.whole(-16, 16)]
    const lines = Array.from({ length: 9 }, (_, at) =>
      rect([x + 36, y + 90 + at * 32, random.whole(150, 290), 8], '#9aa0a6')
    ).join('')
    return `<g transform="rotate(${turn} ${x + 180} ${y + 230})">${rect([x, y, 360, 470], '#f6f2e7')}${rect([x + 36, y + 36, 180, 16], '#39465a')}${lines}${ellipse([x + 280, y + 400, 44, 44], 'none', 'stroke="#8d2f63" stroke-width="6" opacity=".7"')}</g>`
  }).join('')
  return scene(view, { ground: desk, matter: sheets })
}
