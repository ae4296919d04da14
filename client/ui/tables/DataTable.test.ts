// @vitest-environment happy-dom
import { enableAutoUnmount, flushPromises } from '@vue/test-utils'
import type { VueWrapper } from '@vue/test-utils'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { mountInApp } from '#client/testing/mount-component.ts'
import DataTable from './DataTable.vue'
import { useSingleKeys } from '../overlays/use-single-keys.ts'

enableAutoUnmount(afterEach)

const rowsFrom = (first: number, count: number) =>
  Array.from({ length: count }, (_unused, index) => ({ id: `r${first + index}`, title: `Row ${first + index}` }))
const columns = [
  { id: 'title', label: 'Title', text: (row: { title: string }) => row.title, sortable: true },
  { id: 'number', label: 'Number', text: (row: { id: string }) => row.id, hidden: true }
]

beforeEach(() => {
  vi.spyOn(HTMLElement.prototype, 'clientHeight', 'get').mockReturnValue(740)
  vi.spyOn(HTMLElement.prototype, 'clientWidth', 'get').mockReturnValue(1000)
})
afterEach(() => {
  vi.restoreAllMocks()
  useSingleKeys().setEnabled(true)
})

async function openTable(props: Record<string, unknown> = {}): Promise<VueWrapper> {
  const table = await mountInApp(DataTable, {
    props: { label: 'Inbox', columns, rows: rowsFrom(0, 5000), totalRows: 100_000, selectable: true, ...props }
  })
  const follow = (name: string) => (value: unknown) => void table.setProps({ [name]: value })
  await table.setProps({ 'onUpdate:active': follow('active'), 'onUpdate:selected': follow('selected') })
  await flushPromises()
  return table
}

async function press(table: VueWrapper, ...keys: string[]): Promise<void> {
  for (const key of keys) {
    ;(document.activeElement as HTMLElement).dispatchEvent(
      new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true })
    )
    await flushPromises()
  }
  await table.vm.$nextTick()
}

const focusedRow = () => document.activeElement?.getAttribute('data-row')
const focusFirst = (table: VueWrapper) => (table.get('tr[tabindex="0"]').element as HTMLElement).focus()

describe('DataTable', () => {
  it('keeps few of many rows in the document and tells how many there are', async () => {
    const table = await openTable()
    const lines = table.findAll('tbody tr.line')
    expect(lines.length).toBeGreaterThan(20)
    expect(lines.length).toBeLessThanOrEqual(60)
    expect(table.get('table').attributes('aria-rowcount')).toBe('100001')
    expect(lines[0]?.attributes('aria-rowindex')).toBe('2')
    expect(table.get('.foot').text()).toContain('5,000 of 1,00,000')
  })

  it('has exactly one tab stop among its rows', async () => {
    const table = await openTable({ active: 'r3' })
    expect(table.findAll('tr[tabindex="0"]').map((row) => row.attributes('data-row'))).toEqual(['r3'])
  })

  it('moves with j, k and arrows, also far away with End and Home', async () => {
    const table = await openTable()
    focusFirst(table)
    await press(table, 'j', 'ArrowDown', 'j', 'k')
    expect(focusedRow()).toBe('r2')
    await press(table, 'End')
    expect(focusedRow()).toBe('r4999')
    await press(table, 'Home', 'k')
    expect(focusedRow()).toBe('r0')
  })

  it('opens with Enter and selects with x', async () => {
    const table = await openTable()
    focusFirst(table)
    await press(table, 'j', 'x', 'j', 'x', 'k', 'x', 'Enter')
    expect(table.emitted('update:selected')?.at(-1)).toEqual([['r2']])
    expect(table.get('[data-row="r2"]').attributes('aria-selected')).toBe('true')
    expect(table.emitted('open')).toEqual([['r1']])
  })

  it('leaves single letters alone for who switched them off, but not the arrows', async () => {
    useSingleKeys().setEnabled(false)
    const table = await openTable()
    focusFirst(table)
    await press(table, 'j', 'x')
    expect([focusedRow(), table.emitted('update:selected')]).toEqual(['r0', undefined])
    await press(table, 'ArrowDown')
    expect(focusedRow()).toBe('r1')
  })

  it('keeps the focus on the same record when new rows come in above it', async () => {
    const table = await openTable({ rows: rowsFrom(10, 100) })
    focusFirst(table)
    await press(table, 'j')
    await table.setProps({ rows: rowsFrom(7, 103) })
    await flushPromises()
    expect(focusedRow()).toBe('r11')
    await press(table, 'j')
    expect(focusedRow()).toBe('r12')
  })

  it('offers new rows instead of moving the ones under the cursor', async () => {
    const table = await openTable({ pendingCount: 3 })
    await table.get('.bar button').trigger('click')
    expect(table.get('.bar').text()).toBe('3 new, show them')
    expect(table.emitted('showPending')).toHaveLength(1)
  })

  it('asks the server for the other order on a second click', async () => {
    const table = await openTable()
    await table.get('.sorter').trigger('click')
    await table.setProps({ sort: { columnId: 'title', descending: false } })
    await table.get('.sorter').trigger('click')
    expect(table.emitted('sort')).toEqual([
      [{ columnId: 'title', descending: false }],
      [{ columnId: 'title', descending: true }]
    ])
    expect(table.get('th[aria-sort]').attributes('aria-sort')).toBe('ascending')
  })

  it('hides a column and selects all rows that are loaded, with the count in its name', async () => {
    const table = await openTable({ rows: rowsFrom(0, 3), totalRows: 3 })
    expect(table.findAll('th').map((head) => head.text())).toEqual(['', 'Title'])
    const all = table.get('thead input')
    expect(all.attributes('aria-label')).toBe('Select all 3 rows that are loaded')
    await all.trigger('change')
    expect(table.emitted('update:selected')?.at(-1)).toEqual([['r0', 'r1', 'r2']])
  })

  it('asks for more only near the end of what is loaded', async () => {
    const far = await openTable({ rows: rowsFrom(0, 5000) })
    expect(far.emitted('nearEnd')).toBeUndefined()
    const near = await openTable({ rows: rowsFrom(0, 25) })
    expect(near.emitted('nearEnd')).toBeDefined()
    const complete = await openTable({ rows: rowsFrom(0, 25), totalRows: 25 })
    expect(complete.emitted('nearEnd')).toBeUndefined()
  })
})
