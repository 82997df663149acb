import { compareFiles } from './compare-files';

const linked = (id: string, filename: string, blobHash: string | null) => ({ id, filename, blobHash });
const wanted = (name: string, hash: string) => ({ name, hash });

describe('compareFiles', () => {
  it('tells missing, changed and same files, and those that the client has no more', () => {
    const base = [linked('1', 'a', 'aa'), linked('2', 'b', 'bb'), linked('3', 'c', 'cc')];
    expect(compareFiles([wanted('a', 'AA'), wanted('b', 'xx'), wanted('d', 'dd')], base)).toEqual({
      files: [
        { name: 'a', state: 'same', file_id: '1' },
        { name: 'b', state: 'changed', file_id: '2' },
        { name: 'd', state: 'missing', file_id: null },
      ],
      surplus: ['3'],
    });
  });

  it('takes a renamed file for the same', () => {
    expect(compareFiles([wanted('new', 'AB')], [linked('1', 'old', 'ab')])).toEqual({
      files: [{ name: 'new', state: 'same', file_id: '1' }],
      surplus: [],
    });
  });

  it('lets each file of the base answer once', () => {
    const base = [linked('1', 'a', 'aa'), linked('2', 'a', 'bb')];
    const { files, surplus } = compareFiles([wanted('a', 'aa'), wanted('a', 'aa'), wanted('a', 'cc')], base);
    expect(files.map(({ state, file_id }) => [state, file_id])).toEqual([
      ...[
        ['same', '1'],
        ['changed', '2'],
        ['missing', null],
      ],
    ]);
    expect(surplus).toEqual([]);
  });

  it('knows no bytes of files without any', () => {
    expect(compareFiles([wanted('a', '')], [linked('1', 'a', null)]).files).toEqual([
      { name: 'a', state: 'changed', file_id: '1' },
    ]);
  });
});
