import { IsArray, IsString } from 'class-validator';
import { EnvAs, SettingsSection } from '../../platform/settings/decorators';

const hosts = (text: string): string[] =>
  text
    .split(',')
    .map((host) => host.trim().toLowerCase())
    .filter((host) => host !== '');

@SettingsSection('profile_image')
export class ProfileImageSettings {
  /**
   * Hosts of pictures that browsers are redirected to, over HTTPS. Pictures on other hosts are replaced by the default
   * one: their URL is user input (docs/adr/0017-profile-images.md).
   */
  @EnvAs(hosts, 'PROFILE_IMAGE_HOSTS')
  @IsArray()
  @IsString({ each: true })
  hosts: string[] = [
    'www.gravatar.com',
    'secure.gravatar.com',
    'gravatar.com',
    'avatars.githubusercontent.com',
    'lh3.googleusercontent.com',
  ];
}
