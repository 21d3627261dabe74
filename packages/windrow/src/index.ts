export * from '@windrow/engine';
