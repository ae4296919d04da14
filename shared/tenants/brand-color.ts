import { z } from 'zod'

/** What white text needs on a colour to be read: WCAG 2.2, 1.4.3. */
const enough = 4.5

/** A colour of an office, `#rrggbb`. White text stands on it everywhere. */
export const hexColorSchema = z.string().regex(/^#[0-9a-f]{6}$/)

function channels(color: string): [number, number, number] {
  return [1, 3, 5].map((at) => parseInt(color.slice(at, at + 2), 16)) as [number, number, number]
}

/** Contrast of white text on the colour by WCAG, 1 to 21. */
export function contrastOfWhite(color: string): number {
  const [red, green, blue] = channels(color).map((value) => {
    const part = value / 255
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4
  }) as [number, number, number]
  return 1.05 / (0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05)
}

export function isReadable(color: string): boolean {
  return contrastOfWhite(color) >= enough
}

/** The colour itself where white can be read on it, else the nearest darker one of the same hue. */
export function nearestReadable(color: string): string {
  const parts = channels(color)
  for (let share = 1; share > 0; share -= 1 / 256) {
    const darker = `#${parts.map((value) => Math.floor(value * share).toString(16).padStart(2, '0')).join('')}`
    if (isReadable(darker)) return darker
  }
  return '#000000'
}

/** As the office sets it: refused with the nearest colour that can be read. */
export const brandColorSchema = hexColorSchema.refine(isReadable, {
  error: ({ input }) => `White text cannot be read on this colour. The nearest that works: ${nearestReadable(String(input))}`
})
