import vue from 'eslint-plugin-vue'
import { defineConfig } from 'eslint/config'
import tseslint from 'typescript-eslint'
import vueParser from 'vue-eslint-parser'

// The shape of every file, as rules. Walls between rooms stand in .dependency-cruiser.cjs, names and folders in
// scripts/checks/check-shape.ts, so that each rule has one home.

const tests = ['**/*.test.ts', '**/*.spec.ts']
const configs = ['*.config.ts', '*.config.js', '.dependency-cruiser.cjs']

/** Type-aware rules cost a whole program: only where a forgotten promise loses data, a request or a test's result. */
const typeAware = ['server/**/*.ts', 'client/sync/**/*.ts', 'e2e/**/*.ts']

const always = [
  {
    selector: 'ExportAllDeclaration',
    message: 'No barrels: import from the module that defines the name.'
  },
  {
    selector: 'ExportNamedDeclaration[source]',
    message: 'No re-exports: import from the module that defines the name.'
  },
  {
    selector: 'MemberExpression[property.name=/^(innerHTML|outerHTML|insertAdjacentHTML)$/]',
    message: 'HTML from text is how scripts get in: build elements or use a template.'
  },
  {
    selector: 'MemberExpression[property.name="only"] > Identifier[name=/^(it|test|describe|suite|bench)$/]',
    message: 'A forgotten .only hides every other test.'
  },
  {
    selector: 'MemberExpression[property.name="only"] > MemberExpression[object.name=/^(it|test|describe)$/]',
    message: 'A forgotten .only hides every other test.'
  }
]

const noDefaultExport = [
  { selector: 'ExportDefaultDeclaration', message: 'Named exports only: a default export has a new name in every importer.' }
]

const noEnvironment = [
  {
    selector: 'MemberExpression[object.name="process"][property.name="env"]',
    message: 'Only server/config.ts reads the environment: take the value as an argument.'
  },
  {
    selector: 'VariableDeclarator[init.name="process"] > ObjectPattern > Property[key.name="env"]',
    message: 'Only server/config.ts reads the environment: take the value as an argument.'
  },
  {
    selector: 'ImportDeclaration[source.value=/^(node:)?process$/]',
    message: 'Only server/config.ts reads the environment: use the global process for everything else.'
  }
]

const noClock = [
  {
    selector: 'MemberExpression[object.name=/^(Date|performance)$/][property.name="now"]',
    message: 'Time is an argument here: rules must give the same answer when they are replayed.'
  },
  { selector: 'NewExpression[callee.name="Date"][arguments.length=0]', message: 'Time is an argument here.' },
  { selector: 'CallExpression[callee.name="Date"]', message: 'Time is an argument here.' },
  { selector: 'MemberExpression[object.name="Math"][property.name="random"]', message: 'Randomness is an argument here.' },
  { selector: 'MemberExpression[property.name="randomUUID"]', message: 'Ids are arguments here.' },
  { selector: 'CallExpression[callee.name="randomUUID"]', message: 'Ids are arguments here.' }
]

const noRandomBytes = [
  { selector: 'MemberExpression[property.name="getRandomValues"]', message: 'Randomness is an argument in shared/.' }
]

/** ESLint replaces the options of a rule, it never adds to them: each block states the whole list of its files. */
const restrict = (...lists) => ({ 'no-restricted-syntax': ['error', ...lists.flat()] })

const shape = {
  'max-lines': ['error', { max: 300 }],
  'max-lines-per-function': ['error', { max: 50, skipBlankLines: true, skipComments: true }],
  'max-depth': ['error', 3],
  'max-params': ['error', 3],
  'no-console': 'error',
  'no-warning-comments': ['error', { terms: ['todo', 'fixme', 'xxx'], location: 'anywhere' }],
  'no-eval': 'error',
  'no-implied-eval': 'error',
  'no-empty': ['error', { allowEmptyCatch: false }],
  'no-param-reassign': 'error',
  eqeqeq: ['error', 'always', { null: 'ignore' }]
}

const typescript = {
  '@typescript-eslint/no-explicit-any': 'error',
  '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
  '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports', disallowTypeAnnotations: false }],
  '@typescript-eslint/ban-ts-comment': ['error', { 'ts-expect-error': 'allow-with-description', minimumDescriptionLength: 10 }],
  'no-undef': 'off'
}

const vueRules = {
  'vue/multi-word-component-names': 'error',
  'vue/block-lang': ['error', { script: { lang: 'ts' } }],
  'vue/component-api-style': ['error', ['script-setup']],
  'vue/no-v-html': 'error',
  'vue/no-v-text-v-html-on-component': 'error',
  'vue/no-static-inline-styles': ['error', { allowBinding: true }],
  'vue/no-template-target-blank': 'error',
  'vue/html-button-has-type': 'error',
  'max-lines': ['error', { max: 200 }]
}

export default defineConfig(
  {
    ignores: ['**/node_modules/**', '**/dist/**', '.data/**', '.cache/**', 'test-results/**', 'playwright-report/**', 'coverage/**', 'docs/**']
  },
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  ...tseslint.configs.recommended,
  ...vue.configs['flat/essential'],
  {
    files: ['**/*.{ts,mjs,cjs,js,vue}'],
    rules: { ...shape, ...typescript, ...restrict(always, noDefaultExport, noEnvironment) }
  },
  {
    files: ['**/*.vue'],
    languageOptions: { parser: vueParser, parserOptions: { parser: tseslint.parser, extraFileExtensions: ['.vue'] } },
    rules: { ...vueRules, ...restrict(always, noEnvironment) }
  },
  { files: ['client/features/**/*.vue'], rules: restrict(always, noEnvironment, noClock) },
  {
    files: ['server/features/**/*.ts', 'client/features/**/*.ts'],
    rules: restrict(always, noDefaultExport, noEnvironment, noClock)
  },
  { files: ['shared/**/*.ts'], rules: restrict(always, noDefaultExport, noEnvironment, noClock, noRandomBytes) },
  { files: ['server/config.ts', 'scripts/**', 'e2e/**'], rules: restrict(always, noDefaultExport) },
  { files: ['scripts/**'], rules: { 'no-console': 'off' } },
  { files: configs, rules: { ...restrict(always), '@typescript-eslint/no-require-imports': 'off' } },
  {
    files: tests,
    rules: {
      'max-lines': ['error', { max: 400 }],
      'max-lines-per-function': 'off',
      'max-params': 'off',
      ...restrict(always, noDefaultExport, noEnvironment)
    }
  },
  { files: ['e2e/**', 'scripts/**'].flatMap((folder) => [`${folder}/*.test.ts`, `${folder}/*.spec.ts`]), rules: restrict(always, noDefaultExport) },
  {
    files: typeAware,
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: false }]
    }
  }
)
