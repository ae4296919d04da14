import { z } from 'zod'

export const fieldKinds = [
  'id', 'text', 'longText', 'number', 'money', 'dateTime', 'date', 'state', 'choice', 'reference',
  'geo', 'phone', 'email', 'photo', 'boolean', 'list',
] as const
export type FieldKind = (typeof fieldKinds)[number]

/** From open to closed: public pages | everyone in the office | roles allowed to see the person | never shown, logged or exported. */
export const sensitivities = ['public', 'internal', 'personal', 'secret'] as const
export type Sensitivity = (typeof sensitivities)[number]

/** What happens when two people edited the same field: see DESIGN "Merge". */
export const mergePolicies = ['incoming', 'officeWins', 'union', 'append', 'stateMachine'] as const
export type MergePolicy = (typeof mergePolicies)[number]

/**
 * What a field tells lists, exports, masks, logs, erasure, panels and GraphQL about itself.
 * `label` is an i18n key. Fields that share a `mergeUnit` are merged together or not at all.
 */
export type FieldFacts = {
  readonly label: string
  readonly kind: FieldKind
  readonly sensitivity: Sensitivity
  readonly filterable: boolean
  readonly sortable: boolean
  readonly merge: MergePolicy
  readonly mergeUnit?: string
}

/** The facts as written down: not filterable, not sortable, and merged as `incoming` unless said otherwise. */
export type FieldFactsInput = Pick<FieldFacts, 'label' | 'kind' | 'sensitivity'> & Partial<FieldFacts>

const factsRegistry = z.registry<{ facts: FieldFacts }>()

/**
 * Gives a schema its facts. Returns a copy, so one schema can serve several fields with different facts.
 * Throws when a secret field is said to be filterable or sortable: a filter would answer questions about its value.
 */
export function field<S extends z.ZodType>(schema: S, facts: FieldFactsInput): S {
  const complete: FieldFacts = { filterable: false, sortable: false, merge: 'incoming', ...facts }
  if (complete.sensitivity === 'secret' && (complete.filterable || complete.sortable)) {
    throw new TypeError(`The secret field "${complete.label}" cannot be filterable or sortable`)
  }
  const copy = schema.clone()
  factsRegistry.add(copy, { facts: complete })
  return copy
}

/**
 * Facts of every field of an object schema, by field name. Looks through optional, nullable and default wrappers.
 * Throws a TypeError that names the first field without facts.
 */
export function fieldFacts<S extends z.ZodObject>(schema: S): { readonly [K in keyof S['shape']]: FieldFacts } {
  const all: Record<string, FieldFacts> = {}
  for (const [name, fieldSchema] of Object.entries(schema.shape)) {
    const facts = factsOf(fieldSchema)
    if (!facts) throw new TypeError(`The field "${name}" has no facts: wrap its schema in field(...)`)
    all[name] = facts
  }
  return all as { readonly [K in keyof S['shape']]: FieldFacts }
}

function factsOf(schema: z.core.$ZodType): FieldFacts | undefined {
  const own = factsRegistry.get(schema as z.ZodType)?.facts
  if (own) return own
  const inner = (schema._zod.def as { innerType?: z.core.$ZodType }).innerType
  return inner && factsOf(inner)
}
