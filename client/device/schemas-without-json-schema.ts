/**
 * Stands in for the part of zod that turns schemas into JSON Schema, in the builds for browsers: only the server does that,
 * for its OpenAPI page. Zod names these when a schema is made and calls them only when asked.
 */
const serverOnly = (): never => {
  throw new Error('JSON Schema is made on the server only.')
}

export const allProcessors = {}
export const createToJSONSchemaMethod = () => serverOnly
export const createStandardJSONSchemaMethod = () => serverOnly
export const extractDefs = serverOnly
export const finalize = serverOnly
export const handleUnrepresentable = serverOnly
export const initializeContext = serverOnly
export const processSchema = serverOnly
export const toJSONSchema = serverOnly
