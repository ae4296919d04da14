import { blot, earth, ellipse, line, path, rect, road, scene, type SceneView } from './scene-parts.ts'

export function garbage(view: SceneView): string {
  const { random } = view
  const bin =
    path('M650 430H830L806 650H674Z', '#2f7d4f') +
    rect([636, 414, 208, 24], '#276b43', 'rx="6"') +
    ellipse([740, 540, 34, 34], 'none', 'stroke="#dcefe2" stroke-width="8"')
  const heap = Array.from({ length: 120 }, () => {
    const x = random.whole(150, 640)
    const y = random.whole(690 - Math.round(190 * Math.sin(((x - 150) / 490) * Math.PI)), 710)
    const fill = random.pick(['#dfe5e8', '#3f78b5', '#d46a3a', '#e7d25a', '#6b8f47', '#34363a', '#b98a5a', '#a33b58'])
    return rect(
      [x, y, random.whole(18, 58), random.whole(14, 40)],
      fill,
      `rx="6" transform="rotate(${random.whole(-40, 40)} ${x} ${y})"`
    )
  }).join('')
  return scene(view, {
    ground: earth(random),
    matter: bin + (view.mended ? '' : blot(random, { x: 400, y: 690, width: 330, height: 56 }, '#6f6247') + heap)
  })
}

export function deadAnimal(view: SceneView): string {
  const { random } = view
  const hide = random.pick(['#8a6a4b', '#c9b49a', '#4a3d33'])
  const body =
    ellipse([520, 640, 150, 52], hide) +
    ellipse([690, 650, 52, 34], hide) +
    line('M430 670l-50 46M470 680l-20 50M590 680l30 44M620 670l60 40M372 630q-50 10 -60 44', hide, 16) +
    path('M708 622l14 -30l18 34z', hide)
  return scene(view, { ground: road(random), matter: ellipse([540, 690, 230, 24], '#000', 'opacity=".25"') + body })
}

export function mosquito(view: SceneView): string {
  const { random } = view
  const pool =
    blot(random, { x: 470, y: 640, width: 330, height: 76 }, '#5b6b4f') +
    blot(random, { x: 430, y: 630, width: 180, height: 34 }, '#76866a')
  const tyre = (x: number, y: number) => ellipse([x, y, 96, 40], '#1d1e20') + ellipse([x, y, 52, 19], '#5b6b4f')
  const insect = () => {
    const [x, y] = [random.whole(120, 900), random.whole(330, 600)]
    return line(
      `M${x} ${y}l14 6M${x + 2} ${y}l-8 -10M${x + 6} ${y + 2}l4 -12M${x + 4} ${y + 4}l-4 12M${x + 10} ${y + 5}l2 12`,
      '#15171a',
      2
    )
  }
  return scene(view, {
    ground: earth(random),
    matter: pool + tyre(760, 620) + tyre(790, 580) + Array.from({ length: 34 }, insect).join('')
  })
}

export function dogs(view: SceneView): string {
  const { random } = view
  const dog = (x: number, y: number, coat: string) =>
    ellipse([x, y, 84, 36], coat) +
    ellipse([x + 92, y - 40, 34, 27], coat) +
    rect([x + 108, y - 42, 36, 18], coat, 'rx="8"') +
    path(`M${x + 72} ${y - 58}l8 -30l20 24z`, coat) +
    line(`M${x - 56} ${y + 20}v60M${x - 26} ${y + 26}v58M${x + 40} ${y + 26}v58M${x + 66} ${y + 18}v62`, coat, 15) +
    line(`M${x - 80} ${y - 8}q-40 -30 -30 -64`, coat, 11) +
    ellipse([x + 100, y - 46, 4, 4], '#111')
  const coats = ['#a9744a', '#d9c7a8', '#3c342f', '#8d8076'] as const
  const pack = [
    [250, 560],
    [520, 620],
    [720, 540]
  ] as const
  return scene(view, {
    ground: road(random),
    matter: pack
      .slice(0, random.whole(2, 3))
      .map(([x, y]) => dog(x, y, random.pick(coats)))
      .join('')
  })
}

export function noise(view: SceneView): string {
  const { random } = view
  const speaker = (x: number) =>
    rect([x, 250, 190, 370], '#26282c', 'rx="10"') +
    ellipse([x + 95, 360, 66, 66], '#3c3f45') +
    ellipse([x + 95, 360, 28, 28], '#15161a') +
    ellipse([x + 95, 520, 74, 74], '#3c3f45') +
    ellipse([x + 95, 520, 30, 30], '#15161a')
  const lights = Array.from({ length: 14 }, (_, at) =>
    ellipse(
      [40 + at * 74, 150 + Math.round(Math.sin(at) * 26), 11, 11],
      random.pick(['#ffd166', '#ef6f6c', '#7bdff2', '#b2f7ef', '#f7aef8'])
    )
  ).join('')
  return scene(view, {
    ground: earth(random),
    matter: rect([180, 612, 640, 40], '#6b4a32') + speaker(230) + speaker(580),
    glow: line('M0 130Q512 210 1024 130', '#222', 3) + lights
  })
}
