import regexp from 'eslint-plugin-regexp';
import tseslint from 'typescript-eslint';
import { describedDirectives } from './scripts/lint/described-directives.mjs';
import { injectableSuffix, pathParameters, settingsSpelling } from './scripts/lint/names.mjs';

/** Imports that are wrong everywhere in `src`. */
const NEVER = [
  {
    name: '@nestjs/common',
    importNames: ['forwardRef'],
    message: 'Move the code, publish an event, or declare a port.',
  },
  {
    name: '@nestjs/core',
    importNames: ['REQUEST'],
    message: 'Request scope rebuilds providers per request; pass values.',
  },
];
const TYPEORM = ['typeorm', '@nestjs/typeorm'].map((name) => ({
  name,
  message: 'SQL and TypeORM live in *.repository.ts, *.entity.ts, migrations and platform/database.',
}));
const HTTP = [{ name: 'express', message: 'Services know nothing of HTTP: the controller passes what they need.' }];

const restrictImports = (...paths) => ['error', { paths: paths.flat() }];

const SHAPES = [
  {
    selector: 'ExportAllDeclaration, ExportNamedDeclaration[source]',
    message: 'No barrels: import from the file that declares it.',
  },
  {
    selector: "MemberExpression[object.name='Scope'][property.name='REQUEST']",
    message: 'Request scope rebuilds providers per request; pass values.',
  },
];
const BRANCHES = [
  {
    selector:
      'IfStatement, ConditionalExpression, SwitchStatement, TryStatement, :statement[type=/^(For|While|DoWhile)/]',
    message: 'A controller parses and calls one service method: decide in the service.',
  },
];
const ENVIRONMENT = ['error', { object: 'process', property: 'env', message: 'Read variables through platform/env.' }];

export default tseslint.config(
  {
    ignores: [
      'dist/',
      'data/',
      'coverage/',
      'node_modules/',
      '.tmp/',
      'test/clients/*.client.ts',
      'test/support/fixtures/scripts/',
      'test/contract/recordings/',
      'reports/',
    ],
  },
  {
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    plugins: {
      project: {
        rules: {
          'described-directives': describedDirectives,
          'injectable-suffix': injectableSuffix,
          'path-parameters': pathParameters,
          'settings-spelling': settingsSpelling,
        },
      },
    },
    rules: {
      'project/described-directives': 'error',
      eqeqeq: 'error',
      'no-var': 'error',
      'prefer-const': 'error',
      'object-shorthand': 'error',
      'no-console': 'error',
      'max-params': ['error', 7],
      complexity: ['error', 10],
    },
  },
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.recommendedTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      'max-lines': ['error', { max: 300, skipBlankLines: false, skipComments: false }],
      'max-params': 'off',
      '@typescript-eslint/max-params': ['error', { max: 7 }],
      '@typescript-eslint/ban-ts-comment': [
        'error',
        { 'ts-expect-error': 'allow-with-description', minimumDescriptionLength: 10 },
      ],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: { inheritedMethods: false } }],
      '@typescript-eslint/no-non-null-assertion': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      // An implementation of an asynchronous interface may have nothing to wait for.
      '@typescript-eslint/require-await': 'off',
    },
  },
  {
    files: ['src/**/*.ts'],
    rules: {
      'no-restricted-imports': restrictImports(NEVER, TYPEORM),
      'no-restricted-properties': ENVIRONMENT,
      'no-restricted-syntax': ['error', ...SHAPES],
    },
  },
  {
    // Texts that others wrote: matching takes time in proportion to their length, whatever they hold.
    files: ['src/**/*.ts'],
    ignores: ['**/*.spec.ts'],
    plugins: { regexp },
    rules: {
      'regexp/no-super-linear-backtracking': ['error', { report: 'potential' }],
      'regexp/no-super-linear-move': ['error', { report: 'potential', ignoreSticky: false, ignorePartial: false }],
    },
  },
  {
    files: ['src/**/*.ts'],
    rules: { 'project/path-parameters': 'error', 'project/settings-spelling': 'error' },
  },
  { files: ['src/modules/**/*.ts'], rules: { 'project/injectable-suffix': 'error' } },
  { files: ['src/platform/env/*.ts'], rules: { 'no-restricted-properties': 'off' } },
  {
    files: ['src/**/*.{entity,repository}.ts', 'src/**/migrations/*.ts', 'src/platform/database/**/*.ts'],
    rules: { 'no-restricted-imports': restrictImports(NEVER) },
  },
  { files: ['src/**/*.service.ts'], rules: { 'no-restricted-imports': restrictImports(NEVER, TYPEORM, HTTP) } },
  { files: ['src/**/*.controller.ts'], rules: { 'no-restricted-syntax': ['error', ...SHAPES, ...BRANCHES] } },
  {
    files: ['test/**/*.ts', 'bench/**/*.ts', '**/*.spec.ts'],
    rules: {
      // One file per resource, one `describe` per endpoint: as long as the resource has endpoints.
      'max-lines': ['error', 600],
      'no-restricted-imports': 'off',
      'no-restricted-properties': 'off',
      // Bodies of answers are `any` in supertest and `unknown` JSON elsewhere; the assertions check their form.
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-call': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/unbound-method': 'off',
    },
  },
  { files: ['bench/**', 'scripts/**'], rules: { 'no-console': 'off' } },
);
