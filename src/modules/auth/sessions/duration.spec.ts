import { parseDuration } from './duration';

describe('parseDuration', () => {
  it.each([
    ['4w', 4 * 7 * 86_400],
    ['1h30m', 5400],
    ['1.5h', 5400],
    ['90s', 90],
    ['500ms', 0.5],
    ['1d12h', 129_600],
    ['2h-30m', 5400],
    [' 1h 30m ', 5400],
  ])('%s is %d seconds', (text, seconds) => expect(parseDuration(text)).toBeCloseTo(seconds));

  it.each(['-1', '0', '0s', '1h-60m'])('%s is unlimited', (text) => expect(parseDuration(text)).toBeNull());

  it.each(['', 'banana', '5', '-5', 'h', '-1h', '-4w', '1000000w', '4w banana', '4 w', 'x1h'])(
    '%p is rejected',
    (text) => expect(() => parseDuration(text)).toThrow(RangeError),
  );
});
