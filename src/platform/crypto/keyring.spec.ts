import { Keyring } from './keyring';

const keyring = new Keyring('a secret of this test');

describe('Keyring', () => {
  it('opens what it sealed, whatever the text', () => {
    for (const text of ['', 'sk-123', '🔑 ключ', 'x'.repeat(100_000)])
      expect(keyring.unseal(keyring.seal(text))).toBe(text);
  });

  it('seals the same text differently each time', () => {
    expect(keyring.seal('same')).not.toBe(keyring.seal('same'));
  });

  it.each([
    ['iv', 1],
    ['tag', 2],
    ['text', 3],
  ])('refuses a sealed text whose %s was changed or cut', (_name, part) => {
    const parts = keyring.seal('a text of some length').split('.');
    const unsealWith = (replacement: string): string => keyring.unseal(parts.with(part, replacement).join('.'));
    const original = parts[part]!;
    // The first character: the last one of a base64 text may hold bits that mean nothing.
    expect(() => unsealWith((original.startsWith('A') ? 'B' : 'A') + original.slice(1))).toThrow();
    expect(() => unsealWith(original.slice(0, 8))).toThrow();
    expect(unsealWith(original)).toBe('a text of some length');
  });

  it('refuses what is not sealed or was sealed with another secret', () => {
    expect(() => keyring.unseal('text')).toThrow('Invalid sealed value');
    expect(() => new Keyring('another secret').unseal(keyring.seal('text'))).toThrow();
  });

  it('fingerprints depend on the secret and not on chance', () => {
    expect(keyring.fingerprint('sk-1')).toBe(new Keyring('a secret of this test').fingerprint('sk-1'));
    expect(keyring.fingerprint('sk-1')).not.toBe(new Keyring('another secret').fingerprint('sk-1'));
  });
});
