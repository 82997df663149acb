/** `Intl`, formatted by the host: the engine has no locale data. */
'use strict';
(function ({ host }) {
  const METHODS = {
    NumberFormat: ['format', 'formatToParts', 'resolvedOptions'],
    DateTimeFormat: ['format', 'formatToParts', 'resolvedOptions'],
    RelativeTimeFormat: ['format', 'formatToParts', 'resolvedOptions'],
    ListFormat: ['format', 'formatToParts', 'resolvedOptions'],
    PluralRules: ['select', 'resolvedOptions'],
    DisplayNames: ['of', 'resolvedOptions'],
    Collator: ['compare', 'resolvedOptions'],
  };

  function ask(kind, locales, options, method, values) {
    return JSON.parse(host('intl', JSON.stringify({ kind, locales, options, method, values: values.map(plain) })));
  }

  /** Numbers and dates in forms that JSON has: the host reads them as numbers. */
  const plain = (value) => {
    if (value instanceof Date) return value.getTime();
    return typeof value === 'bigint' ? String(value) : value;
  };

  const Intl = {};
  for (const [kind, methods] of Object.entries(METHODS)) {
    Intl[kind] = class {
      constructor(locales, options) {
        // Refuses wrong locales and options at once.
        ask(kind, locales, options, 'resolvedOptions', []);
        for (const method of methods) this[method] = (...values) => ask(kind, locales, options, method, values);
      }
    };
    Object.defineProperty(Intl[kind], 'name', { value: kind });
    Intl[kind].supportedLocalesOf = (locales) => [locales].flat();
  }
  for (const kind of ['Segmenter', 'Locale', 'DurationFormat']) {
    Intl[kind] = function () {
      throw new Error(`Intl.${kind} is not available in the sandbox`);
    };
  }

  const PARTS = {
    date: { year: 'numeric', month: 'numeric', day: 'numeric' },
    time: { hour: 'numeric', minute: 'numeric', second: 'numeric' },
  };
  const FIELDS = ['weekday', 'year', 'month', 'day', 'hour', 'minute', 'second', 'dateStyle', 'timeStyle'];

  /** `toLocaleString` and its siblings. */
  function localized(kind, value, locales, options = {}) {
    if (kind === 'NumberFormat') return ask(kind, locales, options, 'format', [value.valueOf()]);
    if (Number.isNaN(value.getTime())) return 'Invalid Date';
    const isPlain = !FIELDS.some((field) => options[field] !== undefined);
    const fields = kind === 'DateTimeFormat' ? { ...PARTS.date, ...PARTS.time } : PARTS[kind];
    return ask('DateTimeFormat', locales, isPlain ? { ...options, ...fields } : options, 'format', [value]);
  }

  return { Intl, localized };
});
