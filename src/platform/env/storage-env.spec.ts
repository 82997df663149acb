import { readStorageEnv } from './storage-env';

describe('readStorageEnv', () => {
  const S3 = { STORAGE_PROVIDER: 's3', S3_BUCKET_NAME: 'files' };

  it('is a directory by default', () => {
    expect(readStorageEnv({})).toBeUndefined();
    expect(readStorageEnv({ S3_BUCKET_NAME: 'files' })).toBeUndefined();
  });

  it('is a bucket of AWS', () => {
    expect(readStorageEnv(S3)).toEqual({
      ...{ bucket: 'files', region: undefined, endpoint: undefined, credentials: undefined, prefix: '' },
      ...{ isAccelerated: false, hasPathStyle: false, isTagged: false },
    });
  });

  it('is a bucket of another server', () => {
    const source = {
      ...{ S3_ENDPOINT_URL: 'http://minio:9000', S3_ACCESS_KEY_ID: 'id', S3_SECRET_ACCESS_KEY: 'secret' },
      ...{ S3_KEY_PREFIX: '/a/b/', S3_REGION_NAME: 'eu-1', S3_ENABLE_TAGGING: 'true' },
    };
    expect(readStorageEnv({ ...S3, ...source })).toMatchObject({
      ...{ endpoint: 'http://minio:9000', credentials: { accessKeyId: 'id', secretAccessKey: 'secret' } },
      ...{ prefix: 'a/b', region: 'eu-1', hasPathStyle: true, isTagged: true },
    });
    expect(readStorageEnv({ ...S3, ...source, S3_ADDRESSING_STYLE: 'virtual' })?.hasPathStyle).toBe(false);
  });

  it.each([
    [{ STORAGE_PROVIDER: 'gcs' }, /STORAGE_PROVIDER.*S3 server/],
    [{ STORAGE_PROVIDER: 'azure' }, /STORAGE_PROVIDER.*S3 server/],
    [{ STORAGE_PROVIDER: 'disk' }, /STORAGE_PROVIDER/],
    [{ STORAGE_PROVIDER: 's3' }, /S3_BUCKET_NAME/],
    [{ ...S3, S3_ACCESS_KEY_ID: 'id' }, /S3_SECRET_ACCESS_KEY/],
    [{ ...S3, S3_SECRET_ACCESS_KEY: 'x' }, /S3_ACCESS_KEY_ID/],
    [{ ...S3, S3_ENDPOINT_URL: 'minio' }, /S3_ENDPOINT_URL/],
    [{ ...S3, S3_ADDRESSING_STYLE: 'dns' }, /S3_ADDRESSING_STYLE/],
  ])('refuses %j', (source, message) => {
    expect(() => readStorageEnv(source)).toThrow(message);
  });
});
