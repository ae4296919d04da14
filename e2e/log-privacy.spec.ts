import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from '@playwright/test'

/** Names of people, places they wrote down and passwords that the journeys used at the office all of them share. */
const words = ['Asha', 'Bhosale', 'Kulkarni', 'Deshpande', 'Ramesh', 'Gupta', 'Tiwari', 'sampark-demo', 'Behind the', 'Near the']

/** Runs after all journeys (see playwright.config.ts). */
test('the logs of all journeys hold no name, phone, address, text in another script or query string', () => {
  const folder = process.env['JOURNEYS_LOGS'] ?? ''
  const logs = readdirSync(folder).filter((name) => name.endsWith('.log'))
  expect(logs.length).toBeGreaterThanOrEqual(4)
  const lines = logs.flatMap((name) => readFileSync(join(folder, name), 'utf8').split('\n'))
  expect(lines.length).toBeGreaterThan(100)
  const telling = lines.filter(
    (line) =>
      words.some((word) => line.includes(word)) ||
      /\+91\d{4}|[\w.]+@[\w-]+\.\w|[\u0900-\u097F]|\/[\w-]*\?\w+=/.test(line)
  )
  expect(telling).toEqual([])
})
