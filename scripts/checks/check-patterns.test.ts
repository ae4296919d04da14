import { expect, test } from 'vitest'
import { isHarmless, patternsIn } from './check-patterns.ts'

test('patterns that a hostile text can hold up are told from harmless ones', () => {
  for (const slow of [/^(a+)+$/, /(\w|\d)*!/, /^(\s*\w+\s*)*$/, /,*$/]) expect([slow, isHarmless(slow)]).toEqual([slow, false])
  for (const quick of [/^[a-z]{1,40}$/, /^\d{4}-\d{2}$/, /[<>&]/g, /^\+\d{7,15}$/u]) expect([quick, isHarmless(quick)]).toEqual([quick, true])
})

test('patterns are found in scripts and components; one made while running is found as such', () => {
  expect(patternsIn('a.ts', 'const a = /x+/i\nconst b = new RegExp("y", "g")\nconst c = new RegExp(given)')).toEqual([
    { path: 'a.ts', line: 1, pattern: /x+/i },
    { path: 'a.ts', line: 2, pattern: /y/g },
    { path: 'a.ts', line: 3, pattern: null }
  ])
  expect(patternsIn('A.vue', '<template>/no/</template>\n<script setup lang="ts">\nconst a = /z/\n</script>')).toMatchObject([{ pattern: /z/ }])
})
