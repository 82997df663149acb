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

describe('masked', () => {
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
