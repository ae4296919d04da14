import { nameIn } from '#shared/departments/category.ts'
import { tileChoice } from '../../../../portal/fields.ts'
import { html } from '../../../../portal/html.ts'
import type { PortalCategory } from '../../pages/grievance-pages-store.ts'
import type { ReportQuestion, StepView } from './report-step.ts'

/** What the report is about, from the categories of the office. The script adds a search over them. */
export const categoryQuestion: ReportQuestion = {
  step: 'category',
  titleKey: 'portal.category.title',
  fields(view, { alone }) {
    const search = html`<div class="tile-search" data-tile-search hidden><label class="field__label" for="category-search">${view.t('portal.category.search')}</label>
<input class="input" id="category-search" type="search" autocomplete="off"><p class="hint" role="status" data-tile-none data-text="${view.t('portal.category.searchNone')}"></p></div>`
    return tileChoice({
      name: 'category',
      label: view.t('portal.category.title'),
      value: view.entered['category'] ?? '',
      errors: view.errors,
      heading: alone,
      before: search,
      groups: groupsOf(view)
    })
  },
  read({ t, text, categories }) {
    const chosen = categories.find(({ id }) => id === text('category'))
    return chosen
      ? { answers: { categoryId: chosen.id } }
      : { errors: [{ field: 'category', message: t('portal.category.missing') }] }
  },
  entered: (answers) => ({ category: answers.categoryId ?? '' })
}

function groupsOf({
  categories,
  locale
}: StepView): { label: string | null; choices: { value: string; label: string }[] }[] {
  const groups = new Map<string | null, PortalCategory[]>()
  for (const category of categories) groups.set(category.group, [...(groups.get(category.group) ?? []), category])
  return [...groups].map(([label, members]) => ({
    label: groups.size > 1 && inPlainLanguage(locale, members) ? label : null,
    choices: members.map((category) => ({ value: category.id, label: nameIn(locale, category) }))
  }))
}

/** Groups have one name: it is shown where the names of their categories are the plain ones too. */
function inPlainLanguage(locale: string, categories: readonly PortalCategory[]): boolean {
  return categories.every((category) => nameIn(locale, category) === category.name)
}
