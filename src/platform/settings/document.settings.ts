import { IsInt, IsObject, Min } from 'class-validator';
import { Secret, SettingsSection } from './decorators';

/** Content of an imported document that is not a setting of this server. */
@SettingsSection('document')
export class DocumentSettings {
  /** Not interpreted. */
  @IsInt()
  @Min(0)
  version = 0;

  /** Settings unknown to all modules, unchanged. Secret, because they may hold keys of services. */
  @IsObject()
  @Secret()
  rest: Record<string, unknown> = {};
}
