import { describe, expect, it, vi } from 'vitest'
import { createToastBoard } from './use-toast.ts'

describe('createToastBoard', () => {
  it('takes a change back once, however often Undo is pressed', () => {
    const board = createToastBoard()
    const undo = vi.fn()
    const id = board.showToast({ text: 'Moved', undo })
    board.undoToast(id)
    board.undoToast(id)
    expect(undo).toHaveBeenCalledTimes(1)
    expect(board.toasts.value).toEqual([])
  })

  it('gives more time where something can be undone, and keeps the newest three', () => {
    const board = createToastBoard()
    const stays = [board.showToast({ text: 'a' }), board.showToast({ text: 'b', undo: () => undefined })]
    const [plain, undoable] = stays.map((id) => board.toasts.value.find((toast) => toast.id === id)?.stayMs ?? 0)
    expect(undoable).toBeGreaterThan(plain ?? 0)
    board.showToast({ text: 'c' })
    board.showToast({ text: 'd' })
    expect(board.toasts.value.map((toast) => toast.text)).toEqual(['b', 'c', 'd'])
  })
})
