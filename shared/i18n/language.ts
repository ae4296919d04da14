import { z } from 'zod'

/** Every language of the product: its name in its own script, the Intl locale it is formatted with, and how it writes months in dates. */
export const languages = {
  en: { name: 'English', intlLocale: 'en-IN-u-nu-latn', month: 'short' },
  hi: { name: 'हिन्दी', intlLocale: 'hi-IN-u-nu-latn', month: 'long' },
} as const satisfies Record<string, { name: string; intlLocale: string; month: 'short' | 'long' }>

export type Locale = keyof typeof languages
export const locales = ['en', 'hi'] as const satisfies readonly Locale[]
export const localeSchema = z.enum(locales)

const LONGEST_HEADER = 1000

/**
 * The supported language a reader prefers, from an Accept-Language header or one language tag. `hi-IN` finds `hi`.
 * Nothing readable or nothing supported gives the first of `supported`, which must not be empty.
 */
export function matchLanguage<L extends string>(acceptLanguage: string | null | undefined, supported: readonly [L, ...L[]]): L {
  const wishes = (acceptLanguage ?? '').slice(0, LONGEST_HEADER).split(',').map(readWish).filter((wish) => wish.quality > 0)
  wishes.sort((a, b) => b.quality - a.quality)
  for (const { tag } of wishes) {
    if (tag === '*') return supported[0]
    const found = supported.find((language) => language.toLowerCase() === tag)
      ?? supported.find((language) => language.toLowerCase() === tag.split('-')[0])
    if (found !== undefined) return found
  }
  return supported[0]
}

function readWish(part: string): { tag: string; quality: number } {
  const [tag = '', ...parameters] = part.toLowerCase().split(';').map((piece) => piece.trim())
  const written = parameters.find((parameter) => parameter.startsWith('q='))?.slice(2)
  const quality = written === undefined ? 1 : Number(written)
  return { tag, quality: tag !== '' && quality <= 1 ? quality : 0 }
}
