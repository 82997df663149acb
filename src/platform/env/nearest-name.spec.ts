import { nearestName } from './nearest-name';

const KNOWN = ['ENABLE_SIGNUP', 'ENABLE_API_KEYS', 'OPENAI_API_KEY', 'OPENAI_API_KEYS', 'PORT', 'HOST'];

describe('nearestName', () => {
  it.each([
    ['ENABEL_SIGNUP', 'ENABLE_SIGNUP'],
    ['enable_signup', 'ENABLE_SIGNUP'],
    ['ENABLE_SIGN_UP', 'ENABLE_SIGNUP'],
    ['OPENAI_API_KY', 'OPENAI_API_KEY'],
    ['OPENAI_API_KEYZ', 'OPENAI_API_KEY'],
    ['ENABLE_SIGNUP', undefined],
    ['HOME', undefined],
    ['ENABLE_SOMETHING_ELSE', undefined],
  ])('of %s is %s', (name, expected) => expect(nearestName(name, KNOWN)).toBe(expected));
});
