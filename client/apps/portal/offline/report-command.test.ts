import { expect, test } from 'vitest'
import { fileGrievanceArgs } from '#shared/grievances/file-grievance.ts'
import { reportCommand, reportErrors } from './report-command.ts'

const id = (at: number) => `019a0000-0000-7000-8000-00000000000${at}`
const setting = { countryCode: '91', language: 'hi' } as const
const ids = { commandId: id(1), grievanceId: id(2), contactId: id(3), number: 'SAM-7K2Q9-D1F4M-C' }
const told = {
  category: id(4),
  landmark: ' Bus stand ',
  description: 'No water',
  ward: '',
  latitude: '',
  longitude: '',
  accuracy: '',
  name: '',
  phone: '',
  email: '',
  website: ''
}

test('what the device sends is what the office reads', () => {
  const command = reportCommand(
    { ...told, latitude: '12.905', longitude: '77.605', accuracy: '8', name: 'Asha', phone: '९८२०१ २३४५६' },
    { ids, photos: [], at: 5, setting }
  )
  const { number: _, ...rest } = fileGrievanceArgs.shape
  expect(Object.keys(command.args).sort()).toEqual(['number', ...Object.keys(rest)].sort())
  expect(command.args).toMatchObject({
    landmark: 'Bus stand',
    wardId: null,
    latitude: 12.905,
    source: 'portal',
    reporter: { id: id(3), name: 'Asha', phone: '+919820123456', email: null, language: 'hi' }
  })
})

test('without any contact nobody is made up', () => {
  expect(reportCommand(told, { ids, photos: [], at: 5, setting }).args).toMatchObject({
    reporter: null,
    latitude: null
  })
})

test('what is missing is named in the order of the page; a position stands for the words of the place', () => {
  expect(reportErrors({}, setting)).toEqual(['category', 'landmark', 'description'])
  expect(reportErrors({ ...told, landmark: '', latitude: '12.9' }, setting)).toEqual([])
  expect(reportErrors({ ...told, phone: '12', email: 'x@', website: 'spam' }, setting)).toEqual([
    'phone',
    'email',
    'website'
  ])
})
