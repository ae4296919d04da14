import { expect, test } from 'vitest'
import { maskName } from './mask-name.ts'

test.each([
  ['Tanvi Zaheerabad', 'T••• Z•••'],
  ['  सुनीता   देवी ', 'सु••• दे•••'],
  ['', '']
])('of %j only the first letters are shown', (name, shown) => {
  expect(maskName(name)).toBe(shown)
})
