import { isFormDuration } from './admin-config.dto';

describe('isFormDuration', () => {
  it.each(['-1', '0', '4w', '1.5h', '-1h', '500ms'])('accepts %s', (text) => expect(isFormDuration(text)).toBe(true));
  it.each(['1h30m', 'banana', '', '5', '4 w', '-2'])('rejects %p', (text) => expect(isFormDuration(text)).toBe(false));
});
