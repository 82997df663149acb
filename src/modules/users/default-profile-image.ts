/** A grey silhouette, 64 by 64 pixels, PNG. Inline, so that the built server needs no files besides its code. */
export const DEFAULT_PROFILE_IMAGE = Buffer.from(
  [
    'iVBORw0KGgoAAAANSUhEUgAAAEAAAABAAQMAAACQp+OdAAAABlBMVEXl5+uco69PLv7PAAAAbklEQVR42sXOuw2AMAyE4SAKyozA',
    'KBmNjMYoGYEyBeJHxsE8IiEkClx9RXJ3zv19fS4IcwHc0EDc0MJ4RQfpA+pA66pnHAtt85vbf1mytXuYNA80MYC+HmAp5VrfCKIu',
    '1a2GTpDO8ILpGb0gf8UKSZqciNS8L3MAAAAASUVORK5CYII=',
  ].join(''),
  'base64',
);
