import { lowestVersion } from './ollama-host';

describe('lowestVersion', () => {
  it.each([
    [['0.9.1', '0.12.3', '0.9.10'], '0.9.1'],
    [['v0.12.3-rc1', '0.13.0'], 'v0.12.3-rc1'],
    [['1.0', '1.0.1'], '1.0'],
    [['0.0.0', '0.5'], '0.0.0'],
    [['unknown', '0.5.0'], 'unknown'],
    [[], undefined],
  ])('of %j is %s', (versions, expected) => {
    expect(lowestVersion(versions)).toBe(expected);
  });
});
