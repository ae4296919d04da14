import { describe, expect, it } from 'vitest'
import { checkHindi, checkOfficeTexts, checkUsage, compareCatalogues } from './check-i18n.ts'
import { type Catalogue, doubledKeys } from './i18n/catalogues.ts'
import { addUsage, type Usage } from './i18n/usage.ts'

const usageOf = (text: string): Usage => {
  const usage: Usage = { asked: [], prefixes: [], mentioned: new Set() }
  addUsage(usage, 'a.vue', text)
  return usage
}

describe('texts in two languages', () => {
  it('names what is missing, empty or asks for other parameters', () => {
    const english = new Map([['people.a', '{count} people'], ['people.b', 'B'], ['people.c', 'C']])
    const hindi = new Map([['people.a', '{n} लोग'], ['people.b', ' '], ['people.d', 'घ']])
    expect(compareCatalogues(english, hindi)).toEqual([
      'i18n: people.c has no Hindi text',
      'i18n: people.d has no English text',
      'i18n: people.a names {count} in English and {n} in Hindi',
      'i18n: people.b is empty'
    ])
  })

  it('lets the singular leave its number out', () => {
    const english = new Map([['a.b', { one: 'one day', other: '{count} days' }]])
    expect(compareCatalogues(english, new Map([['a.b', '{count} दिन']]))).toEqual([])
    expect(compareCatalogues(english, new Map([['a.b', 'दिन']]))).toEqual(['i18n: a.b names {count} in English and {} in Hindi'])
  })

  it('names a key that two files of a language hold', () => {
    expect(doubledKeys([{ name: 'a.json', messages: { 'a.b': 'x', 'a.c': 'x' } }, { name: 'b.json', messages: { 'a.b': 'y' } }])).toEqual(['a.b'])
  })

  it('takes English words in a Hindi text for not translated, but not numbers and names that are allowed', () => {
    const hindi = new Map([['a.b', 'Save {name}'], ['a.c', '{count} / {total}'], ['a.d', 'GPS'], ['a.e', 'GPS चालू है']])
    expect(checkHindi(hindi, new Set(['a.d']))).toEqual(['i18n: a.b is not Hindi: "Save {name}"'])
  })
})

describe('use of texts', () => {
  it('finds a text of the office alone that the field app asks for', () => {
    const office = new Map([['admin.title', 'x'], ['admin.state.new', 'x']])
    const usage: Usage = { asked: [], prefixes: [], mentioned: new Set() }
    const files = ['client/apps/admin/A.vue', 'client/features/people/office/B.vue', 'client/features/people/field/C.vue', 'client/ui/D.vue', 'server/e.ts']
    for (const file of files) addUsage(usage, file, "t('admin.title'); t('people.title'); t(`admin.state.${state}`)")
    expect(checkOfficeTexts(office, usage).map((problem) => problem.split(':')[0])).toEqual([files[2], files[3], files[2], files[3]])
  })

  const catalogue: Catalogue = new Map([['people.title', 'x'], ['people.count', 'x'], ['people.state.new', 'x']])

  it('finds a key asked for in a template, a script or a field fact that does not exist', () => {
    const usage = usageOf(`<p>{{ t('people.titel') }}</p> const a = { label: 'people.nme' }; mayDo('people.read'); <option :label="people.nmae" :row-key="people.id" /><p hint-key="people.hnt" />`)
    expect(checkUsage(new Map(), usage, {})).toEqual([
      'a.vue: asks for the text people.titel, which does not exist',
      'a.vue: asks for the text people.nme, which does not exist',
      'a.vue: asks for the text people.hnt, which does not exist'
    ])
  })

  it('finds a text that nobody asks for, and accepts keys built in a template', () => {
    const usage = usageOf("t('people.count', { count }); t('people.state.' + state)")
    expect(checkUsage(catalogue, usage, {})).toEqual(['i18n: people.title is used nowhere'])
  })

  it('finds a prefix that begins no key, in code and in the list', () => {
    const usage = usageOf("t(`people.stat.${state}`); t('people.title'); t('people.count'); t('people.state.new')")
    expect(checkUsage(catalogue, usage, { 'visits.': 'visit-list.ts' })).toEqual([
      'a.vue: builds keys from people.stat., none begins so',
      'i18n: no key begins with the dynamic prefix visits.'
    ])
  })
})
