import { videoIdOf } from './video-id';

describe('videoIdOf', () => {
  it.each([
    'https://www.youtube.com/watch?v=abc-EFG_123',
    'http://youtube.com/watch?t=1&v=abc-EFG_123#x',
    'https://m.youtube.com/watch?v=abc-EFG_123',
    'https://music.youtube.com/watch?v=abc-EFG_123',
    'https://youtu.be/abc-EFG_123?si=x',
    'https://www.youtube.com/embed/abc-EFG_123',
    'https://www.youtube-nocookie.com/embed/abc-EFG_123/',
    'https://www.youtube.com/shorts/abc-EFG_123',
    'https://www.youtube.com/live/abc-EFG_123',
    'https://WWW.YouTube.com/v/abc-EFG_123',
  ])('finds it in %s', (url) => {
    expect(videoIdOf(new URL(url))).toBe('abc-EFG_123');
  });

  it.each([
    'https://www.youtube.com/',
    'https://www.youtube.com/@channel',
    'https://www.youtube.com/watch?v=short',
    'https://www.youtube.com/watch?v=abc-EFG_123x',
    'https://www.youtube.com/results?v=abc-EFG_123',
    'https://youtube.com.evil.org/watch?v=abc-EFG_123',
    'https://notyoutube.com/watch?v=abc-EFG_123',
    'https://a.org/youtu.be/abc-EFG_123',
    'https://youtu.be/',
  ])('finds none in %s', (url) => {
    expect(videoIdOf(new URL(url))).toBeUndefined();
  });
});
