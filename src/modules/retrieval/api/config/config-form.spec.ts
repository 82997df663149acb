import { fieldRulesOf } from '../../../../common/validation/fields';
import { RETRIEVAL_FORM, WEB_FORM, type FormPart } from './config-form';
import { RetrievalConfigRequest } from './retrieval-config.dto';
import { WebConfigRequest } from './web-config.dto';

const keysOf = (form: readonly FormPart[]) => form.flatMap(({ fields }) => fields.map(([key]) => key));

describe.each([
  ['retrieval', RETRIEVAL_FORM, RetrievalConfigRequest],
  ['web', WEB_FORM, WebConfigRequest],
] as const)('the form of %s', (_, form, request) => {
  it('has each key once, and a field of its section for each', () => {
    const keys = keysOf(form);
    expect(new Set(keys).size).toBe(keys.length);
    for (const { section, fields } of form) {
      const defaults = Object.keys(new section());
      expect(fields.filter(([, field]) => !defaults.includes(field))).toEqual([]);
    }
  });

  it('has every key that requests may have a coerced value for', () => {
    const known = new Set([...keysOf(form), 'web']);
    expect([...fieldRulesOf(request).keys()].filter((key) => !known.has(key))).toEqual([]);
  });
});
