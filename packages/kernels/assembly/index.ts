export * from './bitmap';
export * from './convert';
export * from './dictionary';
