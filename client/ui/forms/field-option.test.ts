import { describe, expect, it } from 'vitest'
import { optionsMatching } from './field-option.ts'

const options = [
  { value: 'light', label: 'Street light', keywords: 'lamp dark बत्ती' },
  { value: 'water', label: 'Water supply', hint: 'No water, dirty water' }
]

describe('optionsMatching', () => {
  it.each([
    ['', ['light', 'water']],
    ['LIGHT street', ['light']],
    ['बत्ती', ['light']],
    ['dirty', ['water']],
    ['street water', []]
  ])('finds by every word of %j', (search, values) => {
    expect(optionsMatching(options, search, 'en').map((option) => option.value)).toEqual(values)
  })
})
