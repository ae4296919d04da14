import { expect, test } from 'vitest'
import { categoryTemplate, readCategoryFile } from './category-file.ts'

const day = { minutesPerDay: 450 }

test('the template itself is a good spreadsheet', () => {
  const { read, rows, refused } = readCategoryFile(categoryTemplate, day)
  expect([read, rows.length, refused]).toEqual([4, 4, []])
  expect(rows[0]).toEqual({
    row: 1, sourceKey: 'street-light', name: 'Street light not working', names: { hi: 'स्ट्रीट लाइट बंद है' }, group: 'Streets',
    department: 'Electricity', targetMinutes: 1440, proofOfFix: true
  })
})

test('columns in any order, days of the office’s own length, codes made from names of any script', () => {
  const { rows } = readCategoryFile('Target days;NAME\n2;Stray dogs & cats\n0,5;गड्ढा', day)
  expect(rows.map(({ sourceKey, targetMinutes }) => [sourceKey, targetMinutes])).toEqual([['stray-dogs-cats', 900], ['गड्ढा', 225]])
})

test('each faulty row is named with what is wrong, the others are taken', () => {
  const { rows, refused } = readCategoryFile('name,code,target_hours\nA,a,8\n,b,8\nC,c d,8\nD,d,soon\nE,a,8\nF,f,0', day)
  expect(rows.map(({ name }) => name)).toEqual(['A'])
  expect(refused.map(({ row, reason }) => [row, reason])).toEqual([[2, 'name'], [3, 'code'], [4, 'target'], [5, 'repeated'], [6, 'target']])
})

test('another kind of file is told as a whole', () => {
  expect(() => readCategoryFile('{"type":"FeatureCollection"}', day)).toThrow('The first row must name the columns')
})
