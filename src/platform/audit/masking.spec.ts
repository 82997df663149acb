import { Env, Secret, SettingsSection } from '../settings/decorators';
import { MASK, masked, maskText } from './masking';

const KEY = `sk-${'0'.repeat(32)}`;
const SECRETS = {
  password: 'hunter2',
  new_password: 'hunter2',
  app_dn_password: 'hunter2',
  client_secret: 'hunter2',
  OPENAI_API_KEYS: ['hunter2', 'hunter2'],
  api_key: 'hunter2',
  token: 'hunter2',
  access_token: 'hunter2',
  key: 'hunter2',
  Authorization: 'Bearer hunter2',
  'X-API-Key': 'hunter2',
  'api-key': 'hunter2',
  'Ocp-Apim-Subscription-Key': 'hunter2',
  apiKey: 'hunter2',
  headers: { 'X-Anything': 'hunter2' },
  webhook_url: 'https://hooks.example.org/services/hunter2',
};

describe.each<[string, (value: object) => string]>([
  ['masked', (value) => JSON.stringify(masked(value))],
  ['maskText', (value) => maskText(JSON.stringify(value))],
])('%s', (_, mask) => {
  it('hides secrets by name, however deep', () => {
    const text = mask({ ...SECRETS, name: 'Ada', nested: { list: [{ ...SECRETS }] } });
    expect(text).not.toContain('hunter2');
    expect(text).toContain('"name":"Ada"');
    expect(text).toContain(`"password":"${MASK}"`);
  });

  it('hides keys and tokens in any value', () => {
    const text = mask({ note: `my key is ${KEY}`, other: `eyJhbGciOiJI.${'a'.repeat(20)}.bbb` });
    expect(text).not.toContain('0000');
    expect(text).not.toContain('aaaa');
    expect(text).toContain('my key is');
  });

  it('hides credentials and secret parameters in URLs', () => {
    const text = mask({ url: 'https://ada:hunter2@host/path?api_key=hunter2&page=2', also: ['redis://:hunter2@host'] });
    expect(text).not.toContain('hunter2');
    expect(text).toContain('host/path');
    expect(text).toContain('page=2');
  });

  it('leaves switches alone', () =>
    expect(JSON.parse(mask({ ENABLE_API_KEYS: true, ENABLE_PASSWORD_AUTH: false }))).toEqual({
      ENABLE_API_KEYS: true,
      ENABLE_PASSWORD_AUTH: false,
    }));
});

describe('maskText', () => {
  it('hides a secret that is cut off', () => {
    expect(maskText('{"name":"x","password":"hunt')).not.toContain('hunt');
    expect(maskText('{"keys":["hunt","er')).not.toContain('hunt');
    expect(maskText('{"password":"a\\"hunt"}')).not.toContain('hunt');
  });
});

@SettingsSection('masking-spec')
class SecretSection {
  @Secret() @Env('MASKING_SPEC_PHRASE') phrase = '';
  @Secret({ within: ['answer'] }) questions = {};
}

describe('masked', () => {
  it('hides the secret fields of settings, and those that the route names', () => {
    expect(new SecretSection().phrase).toBe('');
    const body = { PHRASE: 'x', MASKING_SPEC_PHRASE: 'x', questions: { answer: 'x', hint: 'y' }, url: 'x' };
    expect(masked(body, ['url'])).toEqual({
      PHRASE: MASK,
      MASKING_SPEC_PHRASE: MASK,
      questions: { answer: MASK, hint: 'y' },
      url: MASK,
    });
  });

  it('keeps a bounded part of a large body', () => {
    const body = Object.fromEntries(
      Array.from({ length: 50 }, (_, i) => [`f${i}`, Array(50).fill(Array(50).fill('x'.repeat(500)))]),
    );
    expect(JSON.stringify(masked(body)).length).toBeLessThan(100_000);
  });

  it('cuts what is long or deep', () => {
    const text = JSON.stringify(
      masked({ picture: 'x'.repeat(100_000), list: Array(1000).fill({ a: { b: { c: 1 } } }) }),
    );
    expect(text.length).toBeLessThan(5000);
    let deep: unknown = 'end';
    for (let i = 0; i < 1000; i++) deep = { deep };
    expect(JSON.stringify(masked(deep)).length).toBeLessThan(200);
  });
});
