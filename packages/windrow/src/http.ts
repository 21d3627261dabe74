export * from '@windrow/server';
