import { expect, it } from 'vitest';
import { parseLike } from './like-pattern.ts';

it.each([
  ['abc', '', { kind: 'exact', text: 'abc' }],
  ['', '', { kind: 'exact', text: '' }],
  ['abc%', '', { kind: 'pieces', pieces: ['abc', ''] }],
  ['%abc', '', { kind: 'pieces', pieces: ['', 'abc'] }],
  ['%%', '', { kind: 'pieces', pieces: ['', ''] }],
  ['a%%b%c', '', { kind: 'pieces', pieces: ['a', 'b', 'c'] }],
  ['a!%b', '!', { kind: 'exact', text: 'a%b' }],
  ['a!!%', '!', { kind: 'pieces', pieces: ['a!', ''] }],
  ['a_%', '', { kind: 'general', pattern: 'a_%' }],
  ['é__b', 'é', { kind: 'general', pattern: '\\__b' }],
  ['\\_', '', { kind: 'general', pattern: '\\\\_' }],
] as const)('takes %s with escape %j apart', (pattern, escapeCharacter, parsed) => {
  expect(parseLike(pattern, escapeCharacter)).toEqual(parsed);
});
