import { describe, expect, it } from 'vitest'
import type { Grievance } from '#shared/grievances/grievance.ts'
import { todayCases } from './case-order.ts'

const now = Date.parse('2026-11-21T06:00:00Z')
const hour = 3_600_000
const here = { latitude: 12.97, longitude: 77.6 }

function grievance(id: string, told: Partial<Grievance>): Grievance {
  return { id, type: 'grievance', state: 'assigned', assigneeId: 'asha', dueAt: null, pausedAt: null, latitude: null, longitude: null, ...told } as Grievance
}
const due = (hours: number) => new Date(now + hours * hour).toISOString()
const idsOf = (list: readonly { grievance: Grievance }[]) => list.map((one) => one.grievance.id)

describe('todayCases', () => {
  it('puts what is overdue first, the oldest before the younger, then what is due soon', () => {
    const cases = [
      grievance('later', { dueAt: due(100) }),
      grievance('soon', { dueAt: due(5) }),
      grievance('late', { dueAt: due(-3) }),
      grievance('very-late', { dueAt: due(-50), state: 'in_progress' })
    ]
    const { todo } = todayCases(cases, 'asha', { now, from: here })
    expect(idsOf(todo)).toEqual(['very-late', 'late', 'soon', 'later'])
    expect(todo.map((one) => one.tone)).toEqual(['overdue', 'overdue', 'soon', 'later'])
  })

  it('leaves out what is answered, and shows cases of others by nearness', () => {
    const cases = [
      grievance('far', { assigneeId: null, latitude: 12.99, longitude: 77.6 }),
      grievance('near', { assigneeId: 'bharat', latitude: 12.9701, longitude: 77.6 }),
      grievance('somewhere', { assigneeId: null }),
      grievance('done', { state: 'resolved', latitude: 12.97, longitude: 77.6 })
    ]
    const { todo, near } = todayCases(cases, 'asha', { now, from: here })
    expect(todo).toEqual([])
    expect(idsOf(near)).toEqual(['near', 'far', 'somewhere'])
    expect(Math.round(near[0]!.distance!)).toBe(11)
  })

  it('has no distances until the worker is found', () => {
    const { todo } = todayCases([grievance('one', { latitude: 12.97, longitude: 77.6 })], 'asha', { now, from: null })
    expect(todo[0]!.distance).toBeNull()
  })
})
