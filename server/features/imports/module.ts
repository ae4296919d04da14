import { z } from 'zod'
import { AppError } from '#shared/errors.ts'
import { ImportFileError, importReportSchema, type ImportReport } from '#shared/imports/import-report.ts'
import { may } from '../../http/access.ts'
import { defineRoute } from '../../http/define-route.ts'
import type { Module } from '../../module.ts'
import { importCategories } from './import-categories.ts'
import { importWards } from './import-wards.ts'
import type { ImportNeeds } from './needs.ts'

const fieldName = z.string().min(1).max(200)
const wardsBodySchema = z.strictObject({ geojson: z.unknown(), nameField: fieldName, numberField: fieldName.nullable(), dryRun: z.boolean() })
const categoriesBodySchema = z.strictObject({ csv: z.string().max(2_000_000), dryRun: z.boolean() })
/** A city's wards with every corner; larger files go through the command line. */
const mostWardBytes = 30_000_000

/** Imports that an owner runs from the office's own screens; bad rows are left out and told. */
export function createImportsModule(needs: ImportNeeds): Module {
  const facts = { method: 'post', tag: 'imports', access: may('import.run'), reply: { 200: importReportSchema } } as const
  return {
    name: 'imports',
    routes: [
      defineRoute({
        ...facts,
        path: '/api/v1/imports/wards',
        summary: 'Takes wards from GeoJSON; with dryRun only says what it would do.',
        body: wardsBodySchema,
        bodyLimit: mostWardBytes,
        async handle({ body, context: { tenant } }) {
          const { geojson, dryRun, ...fields } = body
          return { status: 200, body: await told(() => importWards(needs, { tenant, onError: 'skip', dryRun, ...fields }, geojson)) }
        }
      }),
      defineRoute({
        ...facts,
        path: '/api/v1/imports/categories',
        summary: 'Takes categories with departments and target times from a spreadsheet (CSV); with dryRun only says what it would do.',
        body: categoriesBodySchema,
        bodyLimit: 4_000_000,
        async handle({ body: { csv, dryRun }, context: { tenant } }) {
          return { status: 200, body: await told(() => importCategories(needs, { tenant, onError: 'skip', dryRun }, csv)) }
        }
      })
    ]
  }
}

/** A file that is wrong as a whole is a fault of the request. */
async function told(work: () => Promise<ImportReport>): Promise<ImportReport> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof ImportFileError) throw new AppError('unprocessable', error.message, [{ path: 'file', message: error.message }])
    throw error
  }
}
