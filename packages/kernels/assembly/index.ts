export * from './bitmap';
