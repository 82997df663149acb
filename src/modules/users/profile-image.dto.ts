import { ValidateBy } from 'class-validator';
import { isImageUrl } from '../../common/util/image-url';

/** A profile picture: empty, a path, an http(s) URL, or a raster image of at most 2 MB as a data URL. */
export const IsProfileImageUrl = (): PropertyDecorator =>
  ValidateBy({
    name: 'isProfileImageUrl',
    validator: {
      validate: (value) => typeof value !== 'string' || isImageUrl(value),
      defaultMessage: () =>
        '$property must be a path, an http(s) URL, or a PNG, JPEG, GIF or WebP image of at most 2 MB as a data URL',
    },
  });
