import { ConflictError } from '../../common/errors/app-error';
import { Keyring } from '../crypto/keyring';
import { maskCredentials, maskSecret, unmaskSecret } from './secret-mask';

const keyring = new Keyring('k'.repeat(32));

describe('masked secrets', () => {
  const secret = { keys: ['sk-one', '', 'sk-two'], headers: { 0: { 'X-Key': 'three' } }, count: 2, off: null };

  it('hold no text of the secret, and keep its form', () => {
    const masked = maskSecret(secret, keyring);
    expect(JSON.stringify(masked)).not.toMatch(/sk-|three/);
    expect(masked).toMatchObject({ keys: [expect.any(String), '', expect.any(String)], count: 2, off: null });
  });

  const field = { name: 'section.field', stored: secret };
  const maskOf = (text: string) => maskSecret(text, keyring) as string;

  it('stand for the same text at another place, too', () => {
    const { keys } = maskSecret(secret, keyring) as { keys: string[] };
    const moved = { keys: [...keys].reverse() };
    expect(unmaskSecret(moved, field, keyring)).toEqual({ keys: ['sk-two', '', 'sk-one'] });
  });

  it('take new texts as they are', () => {
    expect(unmaskSecret({ keys: ['sk-new'] }, field, keyring)).toEqual({ keys: ['sk-new'] });
  });

  it('are found by the names of their keys in documents of other origin', () => {
    const masked = maskCredentials({ own: { title: 'Hello', list: [{ api_key: 'sk-one' }] } }, keyring);
    expect(masked).toEqual({ own: { title: 'Hello', list: [{ api_key: expect.stringMatching(/^\*{8}/) }] } });
  });

  it('keep the secret at their place when theirs was removed, and are refused where there is none', () => {
    expect(unmaskSecret({ keys: [maskOf('sk-gone')] }, field, keyring)).toEqual({ keys: ['sk-one'] });
    for (const keys of [
      ['', maskOf('sk-gone')],
      ['a', 'b', 'c', maskOf('sk-gone')],
    ])
      expect(() => unmaskSecret({ keys }, field, keyring)).toThrow(ConflictError);
  });

  it.each(['********', 'Bearer ********0123456789ab'])('are never taken for a secret: %s', (text) => {
    expect(() => unmaskSecret({ keys: ['', text] }, field, keyring)).toThrow(ConflictError);
  });

  it('give a secret to the origin it was stored for, and to no other', () => {
    const servers = ['https://one.test/v1', 'https://two.test/v1'];
    const storedServer = ([, index]: readonly string[]) => servers[Number(index)];
    const unmask = (keys: string[], urls: string[]) =>
      unmaskSecret({ keys }, { ...field, storedServer, server: ([, index]) => urls[Number(index)] }, keyring);
    expect(unmask([maskOf('sk-one')], ['https://one.test/v2'])).toEqual({ keys: ['sk-one'] });
    for (const mask of [maskOf('sk-one'), maskOf('sk-gone')])
      for (const url of ['http://one.test/v1', 'https://one.test:444/v1', 'https://evil.test/v1', ''])
        expect(() => unmask([mask], [url])).toThrow(ConflictError);
  });
});
