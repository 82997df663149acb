import { openFernet } from './fernet';

/** The vector of the Fernet specification. */
const KEY = 'cw_0x689RpI-jtRR7oE8h_eQsKImvJapLeSbXpwF4e4=';
const TOKEN = 'gAAAAAAdwJ6wAAECAwQFBgcICQoLDA0ODy021cpGVWKZ_eEwCGM4BLLF_5CV9dOPmrhuVUPgJobwOz7JcbmrR64jVmpU4IwqDA==';
/** Made by Python's cryptography with the hash of `t0p-s3cr3t`. */
const OF_HASH =
  'gAAAAABrCxhHaJvE1eBUqhZUv2tLT-sfR3OnTt-CAVgJuRJ7Xkt3C5031KcDf9BJF2uFvsugIAQUutG5y46A2u0tgxRgexvaVynr4YoeVjtnwB2KyI9GMDg=';

describe('openFernet', () => {
  it('opens tokens of a key', () => expect(openFernet(TOKEN, KEY)).toBe('hello'));

  it('opens tokens of the hash of a secret', () => {
    expect(openFernet(OF_HASH, 't0p-s3cr3t')).toBe('{"client_id":"c","é":1}');
  });

  it.each([
    ['another key', TOKEN, `${KEY.slice(0, -2)}A=`],
    ['a changed token', TOKEN.replace('gAAAAAAdwJ6w', 'gAAAAAAdwJ6x'), KEY],
    ['a secret that is no key', TOKEN, 'secret'],
    ['no token', 'v1.a.b.c', KEY],
    ['nothing', '', KEY],
  ])('opens none with %s', (_, token, key) => expect(openFernet(token, key)).toBeUndefined());
});
