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

  it('stand for the same text at another place, too', () => {
    const { keys } = maskSecret(secret, keyring) as { keys: string[] };
    expect(unmaskSecret([...keys].reverse(), secret, keyring)).toEqual(['sk-two', '', 'sk-one']);
  });

  it('take new texts as they are', () => {
    expect(unmaskSecret(['sk-new'], secret, keyring)).toEqual(['sk-new']);
  });

  it('are found by the names of their keys in what came from elsewhere', () => {
    const masked = maskCredentials({ own: { title: 'Hello', list: [{ api_key: 'sk-one' }] } }, keyring);
    expect(masked).toEqual({ own: { title: 'Hello', list: [{ api_key: expect.stringMatching(/^\*{8}/) }] } });
  });

  it('of a secret that is not there any more stand for nothing', () => {
    expect(unmaskSecret(maskSecret('sk-gone', keyring), secret, keyring)).toBe('');
  });
});
