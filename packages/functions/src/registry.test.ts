import { INTEGER } from '@windrow/core';
import { expect, it } from 'vitest';
import { emitted, scalar, signature } from './define.ts';
import { createRegistry } from './registry.ts';

const define = (name: string, aliases: readonly string[] = []) =>
  scalar({
    name,
    aliases,
    category: 'test',
    doc: { summary: 'A test.', examples: [], source: 'none' },
    overloads: [emitted(signature([INTEGER], INTEGER), () => {})],
  });

it('finds functions by name and alias, whatever their case', () => {
  const registry = createRegistry({ definitions: [define('double_it', ['twice'])] });
  expect(registry.scalar('DOUBLE_IT')?.name).toBe('double_it');
  expect(registry.scalar('Twice')?.name).toBe('double_it');
  expect(registry.aggregate('twice')).toBeUndefined();
  expect([...registry.all()].map(({ name }) => name)).toEqual(['double_it']);
});

it('lets a user function hide one of the library until it is dropped', () => {
  const registry = createRegistry();
  const own = define('upper');
  registry.register(own);
  expect(registry.scalar('upper')).toBe(own);
  expect(() => registry.register(define('UPPER'))).toThrow(
    expect.objectContaining({
      sqlState: '42723',
      message: 'a user function named "UPPER" exists already',
    }),
  );
  expect(registry.drop('Upper')).toBe(true);
  expect(registry.scalar('upper')).not.toBe(own);
  expect(registry.drop('upper')).toBe(false);
});

it('refuses two definitions of one name in a library', () => {
  expect(() => createRegistry({ definitions: [define('a'), define('b', ['A'])] })).toThrow(
    'two scalar functions are named A',
  );
});
