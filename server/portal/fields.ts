import type { Translate } from '#shared/i18n/translator.ts'
import { attributes, html, type Html } from './html.ts'

/** A field's name and what is wrong with what was entered, in the words that stand on the page. */
export interface PageError {
  readonly field: string
  readonly message: string
}

export interface FieldSpec {
  readonly name: string
  readonly label: string
  readonly hint?: string | undefined
  readonly value: string
  readonly errors: readonly PageError[]
  readonly optional?: string | undefined
}

/** The list on top of a page that was refused; each entry leads to its field. It takes the focus through autofocus. */
export function errorSummary(errors: readonly PageError[], t: Translate): Html | null {
  if (errors.length === 0) return null
  return html`<div class="error-summary" role="alert" tabindex="-1" autofocus aria-labelledby="error-title"><h2 id="error-title">${t('error.summary')}</h2>
<ul class="plain-list">${errors.map(({ field, message }) => html`<li><a href="#${field}">${message}</a></li>`)}</ul></div>`
}

export function textInput(
  spec: FieldSpec & {
    type?: 'text' | 'tel' | 'email' | 'search'
    mode?: string
    complete?: string
    max?: number
    short?: boolean
  }
): Html {
  const control = html`<input${attributes({
    class: spec.short ? 'input input--short' : 'input',
    id: spec.name,
    name: spec.name,
    type: spec.type ?? 'text',
    value: spec.value,
    inputmode: spec.mode,
    autocomplete: spec.complete,
    maxlength: spec.max,
    ...described(spec)
  })}>`
  return framed(spec, control)
}

/** A telephone number: digits of any script and signs between them are understood, pasting is allowed. */
export function phoneInput(spec: FieldSpec): Html {
  return textInput({ ...spec, type: 'tel', mode: 'tel', complete: 'tel', max: 40 })
}

export function textArea(spec: FieldSpec & { max: number; rows?: number }): Html {
  return framed(
    spec,
    html`<textarea${attributes({ class: 'input', id: spec.name, name: spec.name, maxlength: spec.max, rows: spec.rows ?? 6, ...described(spec) })}>
${spec.value}</textarea>`
  )
}

export interface Choice {
  readonly value: string
  readonly label: string
  readonly note?: string | undefined
}

/** A list that the browser shows; `empty` is the entry for no choice. */
export function selectInput(spec: FieldSpec & { choices: readonly Choice[]; empty: string }): Html {
  const options = spec.choices.map(
    ({ value, label }) => html`<option${attributes({ value, selected: value === spec.value })}>${label}</option>`
  )
  return framed(
    spec,
    html`<select${attributes({ class: 'input', id: spec.name, name: spec.name, ...described(spec) })}><option value="">${spec.empty}</option>${options}</select>`
  )
}

/** One question whose answers stand in view, as tiles. `heading` makes its legend the heading of the page. */
export function tileChoice(
  spec: FieldSpec & {
    groups: readonly { label: string | null; choices: readonly Choice[] }[]
    heading?: boolean
    before?: Html
  }
): Html {
  const wrong = messageOf(spec)
  const legend = spec.heading
    ? html`<legend><h1>${spec.label}</h1></legend>`
    : html`<legend class="field__label">${spec.label}</legend>`
  return html`<fieldset${attributes({ class: wrong ? 'field field--bad' : 'field', 'aria-describedby': describedBy(spec) })}>${legend}
${hintOf(spec)}${wrong}${spec.before}${spec.groups.map((group, at) => tileGroup(spec, group, at === 0))}</fieldset>`
}

function tileGroup(spec: FieldSpec, group: { label: string | null; choices: readonly Choice[] }, first: boolean): Html {
  const tiles = group.choices.map(
    (choice, at) =>
      html`<label class="tile"><input${attributes({
        type: 'radio',
        name: spec.name,
        value: choice.value,
        id: first && at === 0 ? spec.name : null,
        checked: choice.value === spec.value
      })}><span>${choice.label}${choice.note && html`<small class="tile__note">${choice.note}</small>`}</span></label>`
  )
  return html`<div class="tile-group">${group.label && html`<h2 class="tile-group__name">${group.label}</h2>`}<div class="tiles">${tiles}</div></div>`
}

/** A frame of label, hint and error around any control with the id `spec.name`. */
export function framed(spec: FieldSpec, control: Html): Html {
  const wrong = messageOf(spec)
  return html`<div class="${wrong ? 'field field--bad' : 'field'}"><label class="field__label" for="${spec.name}">${spec.label}${
    spec.optional && html` <span class="field__note">(${spec.optional})</span>`
  }</label>${hintOf(spec)}${wrong}${control}</div>`
}

export function hiddenFields(values: Readonly<Record<string, string | number | null | undefined>>): Html[] {
  return Object.entries(values).map(
    ([name, value]) => html`<input type="hidden" name="${name}" value="${value ?? ''}">`
  )
}

export function described(spec: FieldSpec): { 'aria-describedby': string | null; 'aria-invalid': string | null } {
  return { 'aria-describedby': describedBy(spec), 'aria-invalid': errorOf(spec) ? 'true' : null }
}

function hintOf(spec: FieldSpec): Html | null {
  return spec.hint === undefined ? null : html`<p class="hint" id="${spec.name}-hint">${spec.hint}</p>`
}

function messageOf(spec: FieldSpec): Html | null {
  const message = errorOf(spec)
  return message === undefined ? null : html`<p class="field__error" id="${spec.name}-error">${message}</p>`
}

function errorOf(spec: FieldSpec): string | undefined {
  return spec.errors.find(({ field }) => field === spec.name)?.message
}

function describedBy(spec: FieldSpec): string | null {
  const ids = [
    spec.hint === undefined ? null : `${spec.name}-hint`,
    errorOf(spec) === undefined ? null : `${spec.name}-error`
  ]
  return ids.filter((id) => id !== null).join(' ') || null
}
