import { expect, test } from 'vitest'
import { actionsFrom, grievanceStates } from '#shared/grievances/grievance-state.ts'
import { arrangeActions } from './action-order.ts'

test('every step of the office that a state allows has a button, none twice', () => {
  const citizensOwn = ['rate', 'appeal']
  for (const state of grievanceStates) {
    const offered = actionsFrom(state).filter((action) => !citizensOwn.includes(action))
    const { first, more } = arrangeActions(state, offered)
    expect([...first, ...more].sort(), state).toEqual([...offered].sort())
  }
})

test('a new report is assigned first, work under way is finished first', () => {
  expect(arrangeActions('submitted', actionsFrom('submitted')).first[0]).toBe('assign')
  expect(arrangeActions('assigned', actionsFrom('assigned')).first[0]).toBe('resolve')
})
