import { expect, test } from 'vitest'
import { defaultCalendar } from '#shared/calendar/business-calendar.ts'
import type { Category } from '#shared/departments/category.ts'
import { grievanceStates } from '#shared/grievances/grievance-state.ts'
import { makeSampleOffice, makeSampleReports, type SampleGround } from './sample-office.ts'

const now = Date.UTC(2026, 10, 21, 6)
const uuid = (end: number) => `00000000-0000-7000-8000-${String(end).padStart(12, '0')}`
const ring = [[77.6, 12.9], [77.61, 12.9], [77.61, 12.91], [77.6, 12.91], [77.6, 12.9]]
const category = (end: number, code: string, facts: Partial<Category> = {}): Category => ({
  id: uuid(end), type: 'category', code, name: code, names: {}, group: null, icon: 'circle', departmentId: null, targetMinutes: 900, proofOfFix: true, active: true, ...facts
})
const ground: SampleGround = {
  tenantId: uuid(1),
  rules: { timeZone: 'Asia/Kolkata', trackingPrefix: 'TST', calendar: defaultCalendar, reopenHours: 72 },
  wards: [{ id: uuid(2), type: 'ward', number: '1', name: 'Lake', names: {}, outline: { type: 'Polygon', coordinates: [ring as [number, number][]] } }],
  categories: [category(3, 'our-own', { names: { hi: 'हमारा अपना' } }), category(4, 'pothole')],
  owner: { id: uuid(5), name: 'Meera' }
}

test('whatever the seed and however small the office, there are reports in every state, all saying that they are samples', () => {
  for (let seed = 1; seed <= 60; seed += 1) {
    const office = makeSampleOffice(ground, { seed, now, grievances: 24 })
    const stories = makeSampleReports(office, { grievances: 24, photos: [] })
    expect(new Set(stories.map(({ grievance }) => grievance.state)).size, `seed ${seed}`).toBe(grievanceStates.length)
    for (const { grievance, events } of stories) {
      expect(grievance.description).toMatch(/^(Sample|नमूना): /)
      expect(grievance.number.startsWith('TST-')).toBe(true)
      expect(grievance.visibility).toBe('private')
      for (const { actorId } of events) expect([null, ground.owner.id]).toContain(actorId)
    }
    expect(office.people.persons.every(({ name }) => /\((Sample|नमूना)\)$/.test(name))).toBe(true)
  }
})
