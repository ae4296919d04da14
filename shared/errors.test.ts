import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { AppError, errorCodes, problemBody, problemSchema, rejectionCodeSchema, validationError } from './errors.ts'
import type { ErrorCode } from './errors.ts'

describe('problemBody', () => {
  it.each(Object.keys(errorCodes) as ErrorCode[])('makes a valid problem of %s', (code) => {
    const body = problemBody(new AppError(code), 'req-1')
    expect(problemSchema.parse(body)).toEqual(body)
    expect(body).toMatchObject({ code, status: errorCodes[code].status, requestId: 'req-1' })
  })

  it('names the fields that were refused', () => {
    const schema = z.object({ person: z.object({ name: z.string() }), ward: z.string() })
    const refused = schema.safeParse({ person: { name: 3 }, ward: 'w' })
    const body = problemBody(validationError(refused.error!), 'req-1')
    expect(body.errors?.map((entry) => entry.path)).toEqual(['person.name'])
    expect(body.detail).toBe('Not valid: person.name')
  })

  it('tells nothing of an unknown error', () => {
    const body = problemBody(new Error('password of the database is hunter2'), 'req-1')
    expect(body).toMatchObject({ status: 500, code: 'internal' })
    expect(JSON.stringify(body)).not.toContain('hunter2')
  })

  it('keeps the detail and fields of an unsafe error to itself', () => {
    const error = new AppError('unavailable', 'redis at 10.0.0.7 is down', [{ path: 'redis', message: 'down' }])
    expect(problemBody(error, 'req-1')).not.toHaveProperty('detail')
    expect(problemBody(error, 'req-1')).not.toHaveProperty('errors')
    expect(error.message).toContain('10.0.0.7')
  })
})

describe('rejectionCodeSchema', () => {
  it('takes reasons of a verdict and no transport trouble', () => {
    expect(rejectionCodeSchema.safeParse('stale_state').success).toBe(true)
    expect(rejectionCodeSchema.safeParse('timeout').success).toBe(false)
  })
})
