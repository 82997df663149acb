import { tagsOf } from './s3-tags';

describe('tagsOf', () => {
  it('names the labels, and keeps what S3 allows', () => {
    const labels = { 'User-Email': 'a+b@x.example', 'User-Name': 'Ann & <Bo>?', 'File-Id': '1-2' };
    expect([...new URLSearchParams(tagsOf(labels))]).toEqual([
      ['OpenWebUI-User-Email', 'a+b@x.example'],
      ['OpenWebUI-User-Name', 'Ann _ _Bo__'],
      ['OpenWebUI-File-Id', '1-2'],
    ]);
  });

  it('cuts values, and is nothing without labels', () => {
    expect(new URLSearchParams(tagsOf({ a: 'x'.repeat(300) })).get('OpenWebUI-a')).toHaveLength(256);
    expect(tagsOf({})).toBeUndefined();
  });
});
