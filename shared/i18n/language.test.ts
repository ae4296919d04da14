import { describe, expect, it } from 'vitest'
import { matchLanguage } from './language.ts'

describe('matchLanguage', () => {
  it.each([
    ['hi', 'hi'],
    ['hi-IN,hi;q=0.9,en;q=0.8', 'hi'],
    ['en;q=0.4, hi;q=0.7', 'hi'],
    ['ta-IN,ta;q=0.9,HI;q=0.5', 'hi'],
    ['hi;q=0, en', 'en'],
    ['fr', 'en'],
    ['*', 'en'],
    ['', 'en'],
    [';;q=x,,', 'en'],
    [undefined, 'en'],
  ])('%s -> %s', (header, language) => {
    expect(matchLanguage(header, ['en', 'hi'])).toBe(language)
  })

  it('prefers the exact tag to its family', () => {
    expect(matchLanguage('en-IN', ['en', 'en-IN'])).toBe('en-IN')
  })
})
