import { parsePeerList } from './peer-list';

describe('parsePeerList', () => {
  it('has every address when it is empty', () => {
    expect(parsePeerList(' , ')('203.0.113.9')).toBe(true);
  });

  it.each([
    ['10.1.2.3', true],
    ['::ffff:10.1.2.3', true],
    ['127.0.0.1', true],
    ['::1', true],
    ['11.0.0.1', false],
    ['', false],
  ])('looks %s up: %s', (address, isListed) => {
    expect(parsePeerList('10.0.0.0/8, loopback')(address)).toBe(isListed);
  });

  it('refuses what is no network', () => {
    expect(() => parsePeerList('10.0.0.0/99')).toThrow(TypeError);
    expect(() => parsePeerList('proxy.example.com')).toThrow(TypeError);
  });
});
