import { describe, expect, test } from 'vitest'
import { grievanceListQuerySchema } from '#shared/grievances/grievance-list.ts'
import { listQuery, plainViews, readInboxState, writeInboxState } from './inbox-state.ts'

const ward = '019a0000-0000-7000-8000-000000000001'
const record = '019a0000-0000-7000-8000-000000000002'

describe('the address of the inbox', () => {
  test('an empty one shows all open, the newest first', () => {
    const state = readInboxState({})
    expect(state).toMatchObject({ view: 'open', sort: 'filedAt', descending: true, record: null, filters: {} })
    expect(writeInboxState(state)).toEqual({})
  })

  test('holds view, filters, search, order, columns and the open record, and gives them back', () => {
    const address = {
      view: 'overdue',
      wardId: `none,${ward}`,
      priority: 'urgent',
      q: 'street light',
      sort: 'number',
      order: 'desc',
      columns: 'number,ward,state',
      record
    }
    expect(writeInboxState(readInboxState(address))).toEqual(address)
  })

  test('an overdue view begins with what has waited longest', () => {
    expect(readInboxState({ view: 'overdue' })).toMatchObject({ sort: 'dueAt', descending: false })
  })

  test('passes over what makes no sense instead of failing', () => {
    const odd = {
      view: 'moon',
      wardId: '7',
      state: 'teleported',
      sort: 'colour',
      columns: 'mood',
      record: 'x',
      order: ['asc']
    }
    expect(writeInboxState(readInboxState(odd))).toEqual({})
  })
})

describe('what the server is asked', () => {
  test('every view is a question it takes', () => {
    for (const view of [...plainViews, ward]) {
      expect(grievanceListQuerySchema.safeParse(listQuery(readInboxState({ view }))).error, view).toBeUndefined()
    }
  })

  test('a filter set by hand stands above the one of the view', () => {
    const state = readInboxState({ view: 'mine', assigneeId: 'none' })
    expect(listQuery(state)).toMatchObject({ assigneeId: 'none', open: 'true' })
  })

  test('one or two letters are no search yet', () => {
    expect(listQuery(readInboxState({ q: 'st' }))).not.toHaveProperty('q')
    expect(listQuery(readInboxState({ q: ' str ' }))).toMatchObject({ q: 'str' })
  })
})
