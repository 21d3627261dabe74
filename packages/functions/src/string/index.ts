import type { ScalarFunction } from '@windrow/core';
import { caseFunctions } from './case.ts';
import { concatFunctions } from './concat.ts';
import { encodingFunctions } from './encoding.ts';
import { formatTextFunctions } from './format-text.ts';
import { lengthFunctions } from './length.ts';
import { likeFunctions } from './like.ts';
import { regExpFunctions } from './regexp-functions.ts';
import { searchFunctions } from './search.ts';
import { similarityFunctions } from './similarity.ts';
import { substringFunctions } from './substring.ts';
import { transformFunctions } from './transform.ts';

/** Functions of text. */
export const stringFunctions: readonly ScalarFunction[] = [
  ...lengthFunctions,
  ...caseFunctions,
  ...concatFunctions,
  ...substringFunctions,
  ...searchFunctions,
  ...transformFunctions,
  ...likeFunctions,
  ...regExpFunctions,
  ...similarityFunctions,
  ...encodingFunctions,
  ...formatTextFunctions,
];
