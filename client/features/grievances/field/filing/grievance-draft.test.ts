import { describe, expect, it } from 'vitest'
import { fileGrievanceArgs } from '#shared/grievances/file-grievance.ts'
import { makeTrackingNumber } from '#shared/tracking-number.ts'
import { argsOfDraft, missingIn, type GrievanceDraft } from './grievance-draft.ts'

const draft = (told: Partial<GrievanceDraft> = {}): GrievanceDraft => ({
  grievanceId: '01a1f452-ab85-7c20-bf60-9c6a8a878978',
  number: makeTrackingNumber('SAM', new Uint8Array(10)),
  contactId: '01a1f452-ab85-7c20-bf60-9c6a8a878979',
  startedAt: 1_000,
  savedAt: null,
  categoryId: '01a1f452-ab85-7c20-bf60-9c6a8a87897a',
  description: '  The lamp is dark ',
  photos: [],
  place: { latitude: 12.5, longitude: 77.5, accuracyMetres: 13.6 },
  landmark: '',
  wardId: '',
  wardChosen: false,
  personId: null,
  householdId: null,
  reporterName: '',
  reporterPhone: '',
  knownPhone: null,
  isPrivate: false,
  ...told
})
const india = { countryCode: '91', language: 'hi' as const }

describe('missingIn', () => {
  it('names what is missing in the order of the page', () => {
    expect(missingIn(draft({ categoryId: '', description: 'x', place: null, reporterPhone: '12' }), '91')).toEqual(['category', 'description', 'place', 'phone'])
  })

  it.each([{ landmark: 'Near the dairy' }, { wardId: 'w' }])('takes any one way to say the place: %o', (place) => {
    expect(missingIn(draft({ place: null, ...place }), '91')).toEqual([])
  })

  it('takes the phone on record as it stands, but not another one that cannot be', () => {
    expect(missingIn(draft({ reporterPhone: '+910000004243', knownPhone: '+910000004243' }), '91')).toEqual([])
    expect(missingIn(draft({ reporterPhone: '+910000004244', knownPhone: '+910000004243' }), '91')).toEqual(['phone'])
  })
})

describe('argsOfDraft', () => {
  it('gives arguments that the command accepts, with number and id of the draft', () => {
    const photo = { photoId: '01a1f452-ab85-7c20-bf60-9c6a8a87897b', sha256: 'ab'.repeat(32), size: 1000 }
    const one = draft({ photos: [photo], reporterName: 'Sunita', reporterPhone: '०९८२०१ २३४५६' })
    const args = fileGrievanceArgs.parse(argsOfDraft(one, india))
    expect(args).toMatchObject({
      grievanceId: one.grievanceId,
      number: one.number,
      description: 'The lamp is dark',
      accuracyMetres: 14,
      landmark: null,
      wardId: null,
      visibility: 'public',
      reporter: { id: one.contactId, name: 'Sunita', phone: '+919820123456', language: 'hi' }
    })
  })

  it('leaves no contact where none was given', () => {
    expect(argsOfDraft(draft(), india).reporter).toBeNull()
  })
})
