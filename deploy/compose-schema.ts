import { z } from 'zod'

// The part of the Compose specification that docker-compose.yml uses, each object strict: a misspelt or misplaced key is
// refused. Written by hand, since no package on the list ships the official JSON schema.

const duration = z.string().regex(/^(\d+(ms|s|m|h))+$/)
const size = z.string().regex(/^\d+[bkmg]$/)
const name = z.string().regex(/^[a-zA-Z0-9._-]+$/)
const names = z.array(name).refine((list) => new Set(list).size === list.length, 'holds a name twice')
const words = z.array(z.string())

const healthcheck = z.union([
  z.strictObject({ disable: z.literal(true) }),
  z.strictObject({
    test: words.refine(([first]) => first === 'CMD' || first === 'CMD-SHELL', 'starts with CMD or CMD-SHELL'),
    interval: duration,
    timeout: duration,
    retries: z.int().positive(),
    start_period: duration
  })
])

const serviceSchema = z.strictObject({
  image: z.string(),
  build: z.strictObject({ context: z.string(), dockerfile: z.string() }).optional(),
  user: z.string().regex(/^\d+:\d+$/),
  entrypoint: words.optional(),
  command: words.optional(),
  environment: z.record(z.string().regex(/^[A-Z][A-Z0-9_]*$/), z.string()).optional(),
  secrets: names.optional(),
  volumes: z.array(z.string().regex(/^[^:]+:\/[^:]+(:ro)?$/)).optional(),
  tmpfs: z.array(z.string().regex(/^\/[\w/]+:size=\d+[km],mode=\d{4}$/)).optional(),
  ports: z.array(z.string().regex(/^\d+:\d+$/)).optional(),
  networks: names,
  depends_on: z
    .record(
      name,
      z.strictObject({ condition: z.enum(['service_started', 'service_healthy', 'service_completed_successfully']) })
    )
    .optional(),
  healthcheck,
  read_only: z.boolean(),
  cap_drop: words,
  security_opt: words,
  restart: z.enum(['no', 'always', 'on-failure', 'unless-stopped']),
  stop_signal: z
    .string()
    .regex(/^SIG[A-Z]+$/)
    .optional(),
  stop_grace_period: duration.optional(),
  shm_size: size.optional(),
  ulimits: z.strictObject({ nofile: z.int().positive() }).optional(),
  logging: z.strictObject({ driver: z.string(), options: z.record(z.string(), z.string()) })
})

export const composeSchema = z.strictObject({
  name,
  services: z.record(name, serviceSchema),
  networks: z.record(name, z.strictObject({ internal: z.boolean().optional() })),
  volumes: z.record(name, z.strictObject({})),
  secrets: z.record(name, z.strictObject({ file: z.string().startsWith('./') }))
})

export type ComposeFile = z.infer<typeof composeSchema>
export type ComposeService = z.infer<typeof serviceSchema>

/** The file without its `x-` parts, which Compose ignores. */
export function readCompose(document: Record<string, unknown>): ComposeFile {
  return composeSchema.parse(Object.fromEntries(Object.entries(document).filter(([key]) => !key.startsWith('x-'))))
}
