import { describe, expect, it } from 'vitest'
import { buildSearchIndex, querySearchIndex } from './search-index.ts'

const people = [
  { id: 'p1', name: 'Sunita Patil Hadapsar', codes: ['+919820123456', 'HH-1234'] },
  { id: 'p2', name: 'सुनीता जाधव हडपसर', codes: ['+919820199999', 'HH-77'] },
  { id: 'p3', name: 'Sonata Music Hall' },
  { id: 'p4', name: 'Ram Chandra Rao' },
  { id: 'p5', name: 'Umesh Kale' },
  { id: 'p6', name: 'மீனா பாலு' },
  { id: 'p7', name: 'Gopal Krishna Anuj' },
  { id: 'p8', name: 'Mohan Das', codes: ['+919111231234'] },
]
const index = buildSearchIndex(people)
const found = (query: string) => querySearchIndex(index, query).map((hit) => hit.id)

describe('querySearchIndex', () => {
  it('finds a name in the other script, the script that was typed first, other vowels last', () => {
    expect(found('सुनीता')).toEqual(['p2', 'p1', 'p3'])
    expect(found('sunita')).toEqual(['p1', 'p2', 'p3'])
  })

  it('finds while one types', () => {
    expect(found('sun').slice(0, 2)).toEqual(['p1', 'p2'])
    expect(found('सुनी').slice(0, 2).sort()).toEqual(['p1', 'p2'])
  })

  it('wants every word, in any order', () => {
    expect(found('jadhav sunita')).toEqual(['p2'])
    expect(found('हडपसर sunita').sort()).toEqual(['p1', 'p2'])
    expect(found('sunita deshmukh')).toEqual([])
  })

  it('finds by phone and house number first', () => {
    expect(found('9820123456')).toEqual(['p1'])
    expect(found('०९८२० १२३४५६')).toEqual(['p1'])
    expect(found('+91 98201 23456')).toEqual(['p1'])
    expect(found('hh 77')).toEqual(['p2'])
    expect(found('1234')).toEqual(['p8', 'p1'])
    expect(found('3456')).toEqual(['p1'])
  })

  it('joins names that are written apart', () => {
    expect(found('Ramchandra')).toEqual(['p4'])
    expect(found('रामचंद्र')).toEqual(['p4'])
  })

  it('knows that Tamil writes g and k, b and p alike', () => {
    expect(found('கோபால்')).toEqual(['p7'])
    expect(found('Balu')).toEqual(['p6'])
    expect(found('Meena')[0]).toBe('p6')
  })

  it('finds nothing for nothing, and nobody by a name nobody has', () => {
    expect(found('')).toEqual([])
    expect(found(' ?! ')).toEqual([])
    expect(found('Xerxes')).toEqual([])
  })

  it('gives at most as many as asked, the same ones whatever the order', () => {
    const many = Array.from({ length: 3000 }, (_unused, at) => ({ id: `id${String(at).padStart(4, '0')}`, name: at % 3 ? 'Sunil' : 'Sunita' }))
    const hits = querySearchIndex(buildSearchIndex(many), 'sunita', 5).map((hit) => hit.id)
    expect(hits).toEqual(['id0000', 'id0003', 'id0006', 'id0009', 'id0012'])
    expect(querySearchIndex(buildSearchIndex(many.toReversed()), 'sunita', 5).map((hit) => hit.id)).toEqual(hits)
  })
})
