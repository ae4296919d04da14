import { expect, test } from 'vitest'
import { fieldsOf, likelyField } from './ward-fields.ts'

const feature = (properties: object | null) => ({ type: 'Feature', properties, geometry: null })

test('fields of a file are found with an example, and the likely ones proposed', () => {
  const fields = fieldsOf({ type: 'FeatureCollection', features: [feature(null), feature({ OBJECTID: 7, shape: {}, KGISWardName: 'Lake', KGISWardNo: '12' })] })
  expect(fields).toEqual([{ name: 'OBJECTID', example: '7' }, { name: 'KGISWardName', example: 'Lake' }, { name: 'KGISWardNo', example: '12' }])
  expect([likelyField(fields, 'name'), likelyField(fields, 'number')]).toEqual(['KGISWardName', 'KGISWardNo'])
})

test('another kind of file has none', () => {
  for (const file of [null, [], { type: 'Feature' }, { type: 'FeatureCollection', features: [] }]) expect(fieldsOf(file)).toEqual([])
})
