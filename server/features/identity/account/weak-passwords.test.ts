import { expect, test } from 'vitest'
import type { AppError } from '#shared/errors.ts'
import { refuseWeakPassword } from './weak-passwords.ts'

const known = ['Shantipur Municipal Office', 'Asha Bhosale', 'asha.b']
const isRefused = (password: string) => {
  try {
    refuseWeakPassword(password, known, 'next')
    return false
  } catch (error) {
    expect((error as AppError).fields?.[0]?.path).toBe('next')
    return true
  }
}

test.each(['1234567890', 'qwertyuiop', 'Password123', 'basketball!!', '00monkey2024', 'aaaaaaaaaaaa', 'ababababab', '123123123123'])('what everybody takes is refused: %s', (password) => {
  expect(isRefused(password)).toBe(true)
})

test.each(['Sampark2026!', 'asha-bhosale', 'Shantipur@1234', 'AshaBhosale99', 'sampark-office'])('what others know of the person or the office is refused: %s', (password) => {
  expect(isRefused(password)).toBe(true)
})

test.each(['quiet river crossing', 'a long enough password', 'Asha likes mangoes', 'गर्म चाय और बारिश', 'x9$Kd82!mQz7', 'correct horse battery'])('words of one’s own are taken: %s', (password) => {
  expect(isRefused(password)).toBe(false)
})
