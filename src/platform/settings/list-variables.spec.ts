import { Env, EnvAs, Secret, SettingsSection } from './decorators';
import { listVariables } from './list-variables';

@SettingsSection('listed')
class Listed {
  @Env('LISTED_COUNT', 'LISTED_OLD') count = 1;
  @Env('LISTED_NAME') name: string | null = null;
  @Secret() @EnvAs((text) => text.split(';'), 'LISTED_KEYS') keys: string[] = [''];
  own = true;
}

const lines = (source: Record<string, string>, saved: [string, unknown][] = []) =>
  listVariables(source, new Map(saved)).filter(({ name }) => name.startsWith('LISTED_'));

describe('listVariables', () => {
  it('shows defaults, and no secret', () => {
    expect(new Listed().own).toBe(true);
    expect(lines({}).map(({ name, value, source }) => [name, value, source])).toEqual([
      ['LISTED_COUNT', '1', 'default'],
      ['LISTED_NAME', 'null', 'default'],
      ['LISTED_KEYS', '(none)', 'default'],
    ]);
  });

  it('shows what the environment sets, older names too', () => {
    expect(lines({ LISTED_OLD: '7', LISTED_KEYS: 'sk-1;sk-2' }).map(({ value, source }) => [value, source])).toEqual([
      ['7', 'environment'],
      ['null', 'default'],
      ['(secret)', 'environment'],
    ]);
  });

  it('shows what administrators saved above all', () => {
    const [count, name] = lines({ LISTED_COUNT: '7' }, [
      ['listed.count', 9],
      ['listed.name', null],
    ]);
    expect([count?.value, count?.source]).toEqual(['9', 'saved']);
    expect([name?.value, name?.source]).toEqual(['null', 'saved']);
  });
});
