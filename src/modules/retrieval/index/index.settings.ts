import { IsInt, IsString, Min } from 'class-validator';
import { Env, SettingsSection } from '../../../platform/settings/decorators';

/** How vectors are searched. */
@SettingsSection('index')
export class IndexSettings {
  /** `embedded` or `pgvector`; any other value: `pgvector` where the database has the extension, else `embedded`. */
  @Env('VECTOR_DB') @IsString() vector_db = '';

  /** Megabytes of vectors in the memory of a node, with the driver `embedded`. More are searched part by part. */
  @Env('VECTOR_MEMORY_MB') @IsInt() @Min(16) vector_memory_mb = 512;
}
