import { isSourceId, withCurrentImports } from './source-text';

describe('isSourceId', () => {
  it.each(['a', 'weather_kit', '_private', 'größe', '天気', 'a1', '__proto__', 'x'.repeat(255)])('accepts %s', (id) => {
    expect(isSourceId(id)).toBe(true);
  });

  it.each(['', '1a', 'a-b', 'a b', 'a.b', 'a/b', 'server:x', 'a\n', '€', 'x'.repeat(256)])('refuses %j', (id) => {
    expect(isSourceId(id)).toBe(false);
  });
});

describe('withCurrentImports', () => {
  it.each([
    ['from utils import nothing', 'from open_webui.utils import nothing'],
    ['# from config import y', '# from open_webui.config import y'],
    ['  from apps.webui.models.users import Users', '  from open_webui.apps.webui.models.users import Users'],
    ['from main import (\n  a,\n)', 'from open_webui.main import (\n  a,\n)'],
  ])('rewrites %j', (code, expected) => {
    expect(withCurrentImports(code)).toBe(expected);
  });

  it.each([
    'from open_webui.utils import x',
    'from utilities import x',
    'from mainland import x',
    '"""Reads from main memory. Data from config files."""',
    'import utils',
    'from .utils import x',
  ])('leaves %j unchanged', (code) => {
    expect(withCurrentImports(code)).toBe(code);
  });
});
