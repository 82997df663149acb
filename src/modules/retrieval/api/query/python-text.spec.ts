import { metadataValue } from './python-text';

describe('metadataValue', () => {
  it.each([
    ['text', 'text'],
    [3, 3],
    [null, null],
    [true, true],
    [['Top', 'Sub'], "['Top', 'Sub']"],
    [{ engine: 'openai', model: 'm' }, "{'engine': 'openai', 'model': 'm'}"],
    [{ a: [1, 2.5, true, false, null] }, "{'a': [1, 2.5, True, False, None]}"],
    [["it's"], '["it\'s"]'],
    [[`it's "so"`], `['it\\'s "so"']`],
    [['a\\b\nc\td\r'], "['a\\\\b\\nc\\td\\r']"],
    [[], '[]'],
    [{}, '{}'],
  ])('%j', (value, expected) => expect(metadataValue(value)).toEqual(expected));
});
