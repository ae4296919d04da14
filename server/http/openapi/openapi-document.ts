import type { JsonSchema } from './openapi-schema.ts'

export interface OpenApiDocument {
  openapi: string
  info: { title: string; version: string; description: string }
  tags: { name: string }[]
  paths: Record<string, Record<string, Operation>>
  components: { schemas: Record<string, JsonSchema>; securitySchemes: object }
}

export interface Operation {
  operationId: string
  summary: string
  tags: string[]
  security?: object[]
  parameters?: object[]
  requestBody?: object
  responses: Record<string, { description: string; content?: Record<string, { schema: JsonSchema }> }>
}
