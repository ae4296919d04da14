import { describe, expect, it } from 'vitest'
import { ImportFileError } from './import-report.ts'
import en from '../i18n/en/setup.json'
import hi from '../i18n/hi/setup.json'
import { createTranslator, type Messages } from '../i18n/translator.ts'
import { readWardFile, wardRefusals } from './ward-file.ts'

const square = (x: number, y: number) => [
  [x, y],
  [x + 1, y],
  [x + 1, y + 1],
  [x, y + 1],
  [x, y]
]
const bowTie = [
  [0, 0],
  [1, 1],
  [1, 0],
  [0, 1],
  [0, 0]
]
const feature = (properties: object, coordinates: unknown, type = 'Polygon') => ({
  type: 'Feature',
  properties,
  geometry: { type, coordinates }
})
const file = (...features: unknown[]) => ({ type: 'FeatureCollection', features })
const fields = { nameField: 'NAME', numberField: 'NO' }

describe('a file of wards', () => {
  it('gives names, numbers and outlines, several parts kept together', () => {
    const { rows, refused } = readWardFile(
      file(
        feature({ NAME: ' North  End ', NO: 7 }, [square(0, 0)]),
        feature({ NAME: 'Isles', NO: '8' }, [[square(2, 0)], [square(4, 0)]], 'MultiPolygon')
      ),
      fields
    )
    expect(refused).toEqual([])
    expect(rows.map(({ row, name, number, sourceKey }) => [row, name, number, sourceKey])).toEqual([
      [1, 'North End', '7', 'ward:7'],
      [2, 'Isles', '8', 'ward:8']
    ])
    expect(rows[1]!.outline).toEqual({ type: 'MultiPolygon', coordinates: [[square(2, 0)], [square(4, 0)]] })
  })

  it('names each bad row with its field and reason and keeps the sound ones', () => {
    const { read, rows, refused } = readWardFile(
      file(
        feature({ NAME: 'Sound', NO: 1 }, [square(0, 0)]),
        feature({ NAME: 'Bow tie', NO: 2 }, [bowTie]),
        feature({ NAME: '', NO: 3 }, [square(0, 0)]),
        feature({ NAME: 'Point', NO: 4 }, [0, 0], 'Point'),
        feature({ NAME: 'Far', NO: 5 }, [square(500, 0)]),
        feature({ NAME: 'Again', NO: 1 }, [square(3, 3)]),
        'nothing'
      ),
      fields
    )
    expect([read, rows.map((ward) => ward.name)]).toEqual([7, ['Sound']])
    expect(refused.map(({ row, field }) => [row, field])).toEqual([
      [2, 'geometry'],
      [3, 'NAME'],
      [4, 'geometry'],
      [5, 'geometry'],
      [6, 'NO'],
      [7, '']
    ])
    expect(refused.map(({ code }) => code)).toEqual(['self-intersection', 'name', 'shape', 'out-of-range', 'repeated', 'feature'])
    const inHindi = createTranslator('hi', hi as Messages)('setup.wards.wrong.self-intersection', refused[0]!.facts)
    expect(inHindi).toMatch(/^Bow tie की सीमा ख़ुद को काटती है .*1.*1.*\d/)
    expect(refused[0]!.reason).toContain('Bow tie: the outline crosses itself')
    expect(refused[4]!.reason).toBe('Row 1 has the same value.')
  })

  it('has words for every reason in both languages', () => {
    for (const words of [en, hi]) expect(Object.keys(words)).toEqual(expect.arrayContaining(wardRefusals.map((code) => `setup.wards.wrong.${code}`)))
  })

  it('that lacks the named field is refused with the fields it has', () => {
    const wards = file(feature({ WARD: 'A', NO: 1 }, [square(0, 0)]))
    expect(() => readWardFile(wards, fields)).toThrow('No row has a field "NAME". Fields of this file: NO, WARD.')
  })

  it.each([[[]], [{ type: 'Feature' }], ['text'], [null], [{ type: 'FeatureCollection' }]])('is not %j', (json) => {
    expect(() => readWardFile(json, fields)).toThrow(ImportFileError)
  })
})
